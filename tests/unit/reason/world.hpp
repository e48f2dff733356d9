// SPDX-License-Identifier: Apache-2.0
// A proof graph written by hand: what reasoning tests start from.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "reason/cut.hpp"
#include "reason/way_out.hpp"

namespace wayout::reason {

struct World {
  fact::FactBase facts;
  RuleSet rules;
  Evaluation result;
  std::uint32_t next_line = 1;

  std::vector<fact::Symbol> symbols(std::initializer_list<std::string_view> texts) {
    std::vector<fact::Symbol> out;
    for (const auto text : texts) out.push_back(facts.intern(text));
    return out;
  }
  /// A reader's fact with a place of its own, or at the line given.
  fact::FactId leaf(fact::Relation relation, std::initializer_list<std::string_view> values,
                    fact::Certainty certainty = fact::Certainty::kDeclared,
                    std::uint32_t line = 0) {
    fact::Origin origin;
    origin.span.file = base::FileId(0u);
    origin.span.line = line == 0 ? next_line++ + 1000 : line;
    origin.span.begin = origin.span.line * 100;
    origin.span.end = origin.span.begin + 10;
    return facts.add(relation, symbols(values), certainty, facts.origin(origin));
  }
  fact::FactId derived(fact::Relation relation, std::initializer_list<std::string_view> values) {
    bool is_new = false;
    return facts.derive(relation, symbols(values), is_new);
  }
  fact::FactId gained(std::string_view object, std::string_view effect) {
    return derived(fact::Relation::kGained, {object, effect});
  }
  /// The position of running code in a container, with its entry.
  fact::FactId enter(std::string_view container, std::string_view kind = "assumed-breach") {
    const auto entry = leaf(fact::Relation::kEntry, {container, kind});
    const auto runs = derived(fact::Relation::kRunsCode, {container});
    meaning(runs, {entry});
    return runs;
  }
  static Term variable(std::uint16_t index) { return {Term::Kind::kVariable, index, {}}; }
  static Term constant(std::string_view text) {
    return {Term::Kind::kConstant, 0, std::string(text)};
  }
  static Atom atom(fact::Relation relation, std::vector<Term> terms, bool negated = false) {
    Atom made;
    made.kind = negated ? Atom::Kind::kNegated : Atom::Kind::kRelation;
    made.relation = relation;
    made.terms = std::move(terms);
    return made;
  }
  /// The technique of that id; the subject is the container it runs code in.
  RuleId technique(std::string_view id, Severity severity = Severity::kCritical) {
    for (std::size_t i = 0; i < rules.rules.size(); ++i) {
      if (rules.rules[i].id == id) return RuleId(i);
    }
    Rule rule;
    rule.id = id;
    rule.kind = RuleKind::kTechnique;
    rule.severity = severity;
    rule.variables = {"c"};
    rule.from = {atom(fact::Relation::kRunsCode, {variable(0)})};
    rule.bodies = {{}};
    rules.rules.push_back(rule);
    return RuleId(rules.rules.size() - 1);
  }
  void step(std::string_view id, fact::FactId head, std::vector<fact::FactId> premises) {
    result.proofs.add(technique(id), head, premises, true);
  }
  void meaning(fact::FactId head, std::vector<fact::FactId> premises) {
    const RuleId rule = technique("meaning", Severity::kInfo);
    result.proofs.add(rule, head, premises, false);
  }
  /// Taking away a fact of the relation, told apart by its first column.
  void change(std::string_view id, fact::Relation relation, std::uint32_t cost,
              std::vector<Atom> when = {}) {
    Change made;
    made.id = id;
    made.text = std::string(id) + " {?c}";
    made.variables = {"c"};
    made.cost = cost;
    std::vector<Term> terms(fact::info(relation).arity);
    terms[0] = variable(0);
    made.removes = atom(relation, terms);
    made.when = std::move(when);
    rules.changes.push_back(std::move(made));
  }
  WaysOut ways(WaysOutOptions options = {}) {
    result.proofs.index(facts.size());
    return find_ways_out(facts, rules, result, options);
  }
  std::string chain(const WayOut& way) const {
    std::string text{facts.text(facts.values(way.entry)[0])};
    for (const Step& one : way.steps) text += " > " + rules[one.technique].id;
    return text + " > " + std::string(name_of(way.goal_kind));
  }
};

}  // namespace wayout::reason
