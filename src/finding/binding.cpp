// SPDX-License-Identifier: Apache-2.0
//
// A derivation keeps its premises, not the variables. They are found again by matching the rule's
// positive atoms with the premises. Rules are short and premises mostly stand in the order of the
// atoms, so the search succeeds at its first try; it is complete all the same.
#include "finding/binding.hpp"

#include <algorithm>

namespace wayout::finding {

namespace {

using fact::FactId;
using fact::Symbol;
using reason::Atom;
using reason::Term;

class Matcher {
 public:
  Matcher(const fact::FactBase& facts, std::span<const FactId> premises,
          std::vector<const Atom*> atoms, std::vector<Symbol>& values)
      : facts_(facts),
        premises_(premises),
        atoms_(std::move(atoms)),
        values_(values),
        used_(premises.size(), false) {}

  bool match(std::size_t atom = 0) {
    if (atom == atoms_.size()) return true;
    for (std::size_t offset = 0; offset < premises_.size(); ++offset) {
      const std::size_t i = (atom + offset) % premises_.size();
      if (used_[i] || facts_.relation(premises_[i]) != atoms_[atom]->relation) continue;
      const std::vector<Symbol> before = values_;
      used_[i] = true;
      if (unify(*atoms_[atom], facts_.values(premises_[i])) && match(atom + 1)) return true;
      used_[i] = false;
      values_ = before;
    }
    return false;
  }

  bool unify(const Atom& atom, std::span<const Symbol> row) {
    if (atom.terms.size() != row.size()) return false;
    for (std::size_t i = 0; i < row.size(); ++i) {
      const Term& term = atom.terms[i];
      if (term.kind == Term::Kind::kConstant && facts_.text(row[i]) != term.constant) return false;
      if (term.kind != Term::Kind::kVariable || term.variable >= values_.size()) continue;
      Symbol& value = values_[term.variable];
      if (value.valid() && value != row[i]) return false;
      value = row[i];
    }
    return true;
  }

 private:
  const fact::FactBase& facts_;
  std::span<const FactId> premises_;
  std::vector<const Atom*> atoms_;
  std::vector<Symbol>& values_;
  std::vector<bool> used_;
};

void collect_positive(const reason::Body& body, std::vector<const Atom*>& atoms) {
  for (const Atom& atom : body) {
    if (atom.kind == Atom::Kind::kRelation) atoms.push_back(&atom);
  }
}

}  // namespace

std::vector<Symbol> bind_variables(const fact::FactBase& facts, const reason::RuleSet& rules,
                                   const reason::ProofGraph& proofs,
                                   reason::DerivationId derivation) {
  const auto& proof = proofs[derivation];
  const reason::Rule& rule = rules[proof.rule];
  const auto premises = proofs.premises(proof);
  std::vector<Symbol> empty(rule.variables.size());
  if (facts.relation(proof.head) == fact::Relation::kApplies && rule.subject < empty.size()) {
    empty[rule.subject] = facts.values(proof.head)[1];
  }
  for (const reason::Body& body : rule.bodies) {
    std::vector<const Atom*> atoms;
    if (proof.step) collect_positive(rule.from, atoms);
    collect_positive(body, atoms);
    if (atoms.size() > premises.size()) continue;
    std::vector<Symbol> values = empty;
    if (Matcher(facts, premises, std::move(atoms), values).match()) return values;
  }
  return empty;
}

std::string fill(std::string_view text, const reason::Rule& rule, const std::vector<Symbol>& values,
                 const std::function<std::string(Symbol)>& show) {
  std::string out;
  out.reserve(text.size() + 32);
  while (!text.empty()) {
    const auto open = text.find("{?");
    const auto close = open == std::string_view::npos ? open : text.find('}', open);
    if (close == std::string_view::npos) break;
    out.append(text.substr(0, open));
    const std::string_view name = text.substr(open + 2, close - open - 2);
    const auto variable =
        std::find_if(rule.variables.begin(), rule.variables.end(), [&](const std::string& known) {
          return known == name || (known.size() == name.size() + 1 && known.ends_with(name));
        });
    const auto index = static_cast<std::size_t>(variable - rule.variables.begin());
    if (index < values.size() && values[index].valid()) {
      out += show(values[index]);
    } else {
      out.append(name);
    }
    text.remove_prefix(close + 1);
  }
  out.append(text);
  return out;
}

}  // namespace wayout::finding
