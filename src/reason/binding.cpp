// SPDX-License-Identifier: Apache-2.0
#include "reason/binding.hpp"

#include <algorithm>

namespace wayout::reason {

namespace {

/// Assigns premises to atoms by backtracking; rules have a handful of atoms, and in the usual case
/// the first attempt of every atom is right.
class Matcher {
 public:
  Matcher(const fact::FactBase& facts, std::vector<const Atom*> atoms,
          std::span<const fact::FactId> premises)
      : facts_(facts), atoms_(std::move(atoms)), premises_(premises) {}

  bool run(std::vector<fact::Symbol>& bound, std::size_t atom = 0) {
    if (atom == atoms_.size()) return true;
    for (std::size_t offset = 0; offset < premises_.size(); ++offset) {
      // Where engine and rule agree on the order, this finds the premise at once.
      const std::size_t i = (atom + offset) % premises_.size();
      if (facts_.relation(premises_[i]) != atoms_[atom]->relation) continue;
      if (++attempts_ > kMaxAttempts) return false;
      auto before = bound;
      if (!match(facts_, atoms_[atom]->terms, facts_.values(premises_[i]), bound)) continue;
      if (run(bound, atom + 1)) return true;
      bound = std::move(before);
    }
    return false;
  }

 private:
  static constexpr std::size_t kMaxAttempts = 10'000;
  const fact::FactBase& facts_;
  std::vector<const Atom*> atoms_;
  std::span<const fact::FactId> premises_;
  std::size_t attempts_ = 0;
};

void add_positive(const Body& body, std::vector<const Atom*>& atoms) {
  for (const Atom& atom : body) {
    if (atom.kind == Atom::Kind::kRelation) atoms.push_back(&atom);
  }
}

}  // namespace

bool match(const fact::FactBase& facts, const std::vector<Term>& terms,
           std::span<const fact::Symbol> values, std::vector<fact::Symbol>& bound) {
  if (terms.size() != values.size()) return false;
  const auto before = bound;
  for (std::size_t i = 0; i < terms.size(); ++i) {
    const Term& term = terms[i];
    bool fits = true;
    if (term.kind == Term::Kind::kConstant) fits = facts.text(values[i]) == term.constant;
    if (term.kind == Term::Kind::kVariable) {
      fact::Symbol& variable = bound[term.variable];
      if (!variable.valid()) variable = values[i];
      fits = variable == values[i];
    }
    if (fits) continue;
    bound = before;
    return false;
  }
  return true;
}

std::vector<fact::Symbol> bindings_of(const fact::FactBase& facts, const RuleSet& rules,
                                      const ProofGraph& proofs, DerivationId derivation) {
  const auto& node = proofs[derivation];
  const Rule& rule = rules[node.rule];
  const auto premises = proofs.premises(node);
  for (const bool with_from : {true, false}) {
    for (const Body& body : rule.bodies) {
      std::vector<const Atom*> atoms;
      if (with_from) add_positive(rule.from, atoms);
      add_positive(body, atoms);
      for (const Atom& head : rule.then) {
        std::vector<fact::Symbol> bound(rule.variables.size());
        if (head.relation != facts.relation(node.head)) continue;
        if (!match(facts, head.terms, facts.values(node.head), bound)) continue;
        if (Matcher(facts, atoms, premises).run(bound)) return bound;
      }
      // Findings (`applies`) and blocked ones conclude what `then` does not say.
      std::vector<fact::Symbol> bound(rule.variables.size());
      if (Matcher(facts, std::move(atoms), premises).run(bound)) return bound;
    }
  }
  return std::vector<fact::Symbol>(rule.variables.size());
}

std::string fill(std::string_view text, const std::vector<std::string>& variables,
                 const std::vector<fact::Symbol>& bound,
                 const std::function<std::string(fact::Symbol)>& show) {
  std::string out;
  while (!text.empty()) {
    const auto open = text.find("{?");
    const auto close = open == std::string_view::npos ? open : text.find('}', open);
    if (close == std::string_view::npos) break;
    out += text.substr(0, open);
    const auto name = text.substr(open + 2, close - open - 2);
    const auto variable = std::find(variables.begin(), variables.end(), name);
    const auto index = static_cast<std::size_t>(variable - variables.begin());
    if (index < bound.size() && bound[index].valid()) {
      out += show(bound[index]);
    } else {
      out += name;
    }
    text.remove_prefix(close + 1);
  }
  return out += text;
}

std::string fill(const fact::FactBase& facts, std::string_view text,
                 const std::vector<std::string>& variables,
                 const std::vector<fact::Symbol>& bound) {
  return fill(text, variables, bound,
              [&](fact::Symbol symbol) { return std::string(facts.text(symbol)); });
}

}  // namespace wayout::reason
