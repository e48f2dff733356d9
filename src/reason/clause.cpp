// SPDX-License-Identifier: Apache-2.0
#include "reason/clause.hpp"

namespace wayout::reason {

namespace {

class Compiler {
 public:
  Compiler(const RuleSet& rules, const Strata& strata, fact::FactBase& facts)
      : rules_(rules), strata_(strata), facts_(facts) {}

  Clause conditions(RuleId id, const Body& body);
  Clause finding(RuleId id, const Body& body);
  Clause step(RuleId id, const Body& body);
  std::optional<Clause> blocked(RuleId id, const Body& body, std::size_t condition);
  void append(const Body& body, Clause& clause);

 private:
  Slot slot(const Term& term);
  Slot constant(std::string_view text) {
    return {Slot::Kind::kConstant, facts_.intern(text).value};
  }
  Literal literal(const Atom& atom);
  /// relation(ID, subject)
  Literal about_subject(fact::Relation relation, RuleId id, Strata::Node node);

  const RuleSet& rules_;
  const Strata& strata_;
  fact::FactBase& facts_;
};

Slot Compiler::slot(const Term& term) {
  switch (term.kind) {
    case Term::Kind::kVariable:
      return {Slot::Kind::kVariable, term.variable};
    case Term::Kind::kConstant:
      return constant(term.constant);
    case Term::Kind::kWildcard:
      break;
  }
  return {};
}

Literal Compiler::literal(const Atom& atom) {
  Literal result;
  result.relation = atom.relation;
  result.node = strata_.read_by(atom);
  result.arity = static_cast<std::uint8_t>(atom.terms.size());
  for (std::size_t i = 0; i < atom.terms.size(); ++i) result.slots[i] = slot(atom.terms[i]);
  return result;
}

Literal Compiler::about_subject(fact::Relation relation, RuleId id, Strata::Node node) {
  Literal result;
  result.relation = relation;
  result.node = node;
  result.arity = 2;
  result.slots[0] = constant(rules_[id].id);
  result.slots[1] = {Slot::Kind::kVariable, rules_[id].subject};
  return result;
}

void Compiler::append(const Body& body, Clause& clause) {
  for (const Atom& atom : body) {
    switch (atom.kind) {
      case Atom::Kind::kRelation:
        clause.positive.push_back(literal(atom));
        break;
      case Atom::Kind::kNegated:
        clause.negative.push_back(literal(atom));
        break;
      case Atom::Kind::kBuiltin:
        clause.tests.push_back({atom.builtin, slot(atom.terms[0]), slot(atom.terms[1])});
        break;
    }
  }
}

Clause Compiler::conditions(RuleId id, const Body& body) {
  Clause clause;
  clause.rule = id;
  clause.variables = static_cast<std::uint16_t>(rules_[id].variables.size());
  append(body, clause);
  return clause;
}

Clause Compiler::finding(RuleId id, const Body& body) {
  Clause clause = conditions(id, body);
  clause.heads.push_back(about_subject(fact::Relation::kApplies, id, Strata::node(id)));
  return clause;
}

Clause Compiler::step(RuleId id, const Body& body) {
  const Rule& rule = rules_[id];
  Clause clause = conditions(id, rule.from);
  append(body, clause);
  for (const Atom& atom : rule.then) {
    clause.heads.push_back(literal(atom));
    clause.heads.back().node = Strata::node(atom.relation);
  }
  if (rule.kind == RuleKind::kTechnique) {
    clause.step = true;
    clause.guard = about_subject(fact::Relation::kApplies, id, Strata::node(id));
  }
  return clause;
}

/// The clause with one condition replaced by its opposite, if the vocabulary knows one.
std::optional<Clause> Compiler::blocked(RuleId id, const Body& body, std::size_t condition) {
  const Atom& atom = body[condition];
  if (atom.kind != Atom::Kind::kRelation) return std::nullopt;
  const fact::RelationInfo& info = fact::info(atom.relation);
  if (info.opposite_column < 0) return std::nullopt;
  const auto column = static_cast<std::size_t>(info.opposite_column);
  Atom opposite = atom;
  Term value;
  value.kind = Term::Kind::kConstant;
  value.constant = info.opposite_to;
  if (info.opposite_relation.empty()) {
    if (atom.terms[column].kind != Term::Kind::kConstant ||
        atom.terms[column].constant != info.opposite_from) {
      return std::nullopt;
    }
    opposite.terms[column] = value;
  } else {
    const auto relation = fact::relation_named(info.opposite_relation);
    if (!relation) return std::nullopt;
    opposite.relation = *relation;
    opposite.terms.resize(fact::info(*relation).arity);
    if (column >= opposite.terms.size()) return std::nullopt;
    opposite.terms[column] = value;
  }
  Body changed = body;
  changed.erase(changed.begin() + static_cast<std::ptrdiff_t>(condition));
  changed.insert(changed.begin(), std::move(opposite));
  Clause clause = conditions(id, changed);
  clause.heads.push_back(
      about_subject(fact::Relation::kBlocked, id, Strata::node(fact::Relation::kBlocked)));
  clause.negative.push_back(about_subject(fact::Relation::kApplies, id, Strata::node(id)));
  return clause;
}

}  // namespace

std::vector<Clause> compile(const RuleSet& rules, const Strata& strata, fact::FactBase& facts) {
  Compiler compiler(rules, strata, facts);
  std::vector<Clause> clauses;
  for (std::size_t i = 0; i < rules.rules.size(); ++i) {
    const Rule& rule = rules.rules[i];
    for (const Body& body : rule.bodies) {
      if (rule.kind != RuleKind::kMeaning) clauses.push_back(compiler.finding(RuleId(i), body));
      if (!rule.then.empty()) clauses.push_back(compiler.step(RuleId(i), body));
    }
  }
  return clauses;
}

std::vector<Clause> compile_blocked(const RuleSet& rules, const Strata& strata,
                                    fact::FactBase& facts) {
  Compiler compiler(rules, strata, facts);
  std::vector<Clause> clauses;
  for (std::size_t i = 0; i < rules.rules.size(); ++i) {
    if (rules.rules[i].kind != RuleKind::kTechnique) continue;
    for (const Body& body : rules.rules[i].bodies) {
      for (std::size_t condition = 0; condition < body.size(); ++condition) {
        if (auto clause = compiler.blocked(RuleId(i), body, condition)) {
          clauses.push_back(std::move(*clause));
        }
      }
    }
  }
  return clauses;
}

Clause compile_judged_when(const Rule& rule, const Strata& strata, fact::FactBase& facts) {
  const RuleSet none;
  Compiler compiler(none, strata, facts);
  Clause clause;
  clause.variables = static_cast<std::uint16_t>(rule.variables.size());
  compiler.append(rule.judged_when, clause);
  return clause;
}

}  // namespace wayout::reason
