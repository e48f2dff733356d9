// SPDX-License-Identifier: Apache-2.0
// The engine against a reference that shares nothing with it: brute force over bodies in the order
// they are written, repeated until nothing changes. Facts and derivations must be the same.
#include "reason/engine.hpp"

#include <algorithm>
#include <functional>
#include <map>
#include <random>
#include <set>

#include <gtest/gtest.h>

#include "reason/builtins.hpp"

namespace wayout::reason {
namespace {

using fact::Relation;
using Row = std::vector<std::string>;  // relation name, then values

struct Derived {
  std::string rule;
  bool step;
  Row head;
  std::vector<Row> premises;
  friend auto operator<=>(const Derived&, const Derived&) = default;
};

Term var(int index) {
  Term term;
  term.kind = Term::Kind::kVariable;
  term.variable = static_cast<std::uint16_t>(index);
  return term;
}
Term constant(std::string text) {
  Term term;
  term.kind = Term::Kind::kConstant;
  term.constant = std::move(text);
  return term;
}
Atom atom(Relation relation, std::vector<Term> terms, Atom::Kind kind = Atom::Kind::kRelation) {
  Atom result;
  result.kind = kind;
  result.relation = relation;
  result.terms = std::move(terms);
  return result;
}
Atom test(Builtin builtin, Term left, Term right) {
  Atom result;
  result.kind = Atom::Kind::kBuiltin;
  result.builtin = builtin;
  result.terms = {std::move(left), std::move(right)};
  return result;
}

class Reference {
 public:
  explicit Reference(std::set<Row> facts) : facts_(std::move(facts)) {}

  void run(const RuleSet& rules, const std::function<bool(const Rule&)>& in_stratum) {
    std::size_t before = 0;
    std::set<Derived> found;
    do {
      before = facts_.size();
      found.clear();
      for (const Rule& rule : rules.rules) {
        if (in_stratum(rule)) run_rule(rule, found);
      }
    } while (facts_.size() != before);
    derived_.insert(found.begin(), found.end());
  }
  const std::set<Row>& facts() const { return facts_; }
  const std::set<Derived>& derived() const { return derived_; }

 private:
  void run_rule(const Rule& rule, std::set<Derived>& found) {
    for (const Body& body : rule.bodies) {
      if (rule.kind != RuleKind::kMeaning) {
        solve(rule, body, [&](const auto& bound, const auto& premises) {
          const Row head{"applies", rule.id, bound[rule.subject]};
          found.insert({rule.id, false, head, premises});
          facts_.insert(head);
        });
      }
      Body step = rule.from;
      step.insert(step.end(), body.begin(), body.end());
      for (const Atom& head_atom : rule.then) {
        solve(rule, step, [&](const auto& bound, const auto& premises) {
          Row head{std::string(fact::info(head_atom.relation).name)};
          for (const Term& term : head_atom.terms) head.push_back(value(term, bound));
          found.insert({rule.id, rule.kind == RuleKind::kTechnique, head, premises});
          facts_.insert(head);
        });
      }
    }
  }
  using Bound = std::vector<std::string>;
  using Premises = std::vector<Row>;
  static std::string value(const Term& term, const Bound& bound) {
    return term.kind == Term::Kind::kConstant ? term.constant : bound[term.variable];
  }
  static bool unify(const Atom& pattern, const Row& row, Bound& bound) {
    if (row[0] != fact::info(pattern.relation).name) return false;
    for (std::size_t i = 0; i < pattern.terms.size(); ++i) {
      const Term& term = pattern.terms[i];
      if (term.kind == Term::Kind::kWildcard) continue;
      if (term.kind == Term::Kind::kVariable && bound[term.variable].empty()) {
        bound[term.variable] = row[i + 1];
      } else if (value(term, bound) != row[i + 1]) {
        return false;
      }
    }
    return true;
  }
  void solve(const Rule& rule, const Body& body,
             const std::function<void(const Bound&, const Premises&)>& visit) const {
    const std::set<Row> facts = facts_;
    const std::function<void(std::size_t, const Bound&, const Premises&)> go =
        [&](std::size_t at, const Bound& bound, const Premises& premises) {
          if (at == body.size()) {
            if (passes(body, facts, bound)) visit(bound, premises);
            return;
          }
          if (body[at].kind != Atom::Kind::kRelation) return go(at + 1, bound, premises);
          for (const Row& row : facts) {
            Bound next = bound;
            if (!unify(body[at], row, next)) continue;
            Premises more = premises;
            more.push_back(row);
            go(at + 1, next, more);
          }
        };
    go(0, Bound(rule.variables.size()), {});
  }
  static bool passes(const Body& body, const std::set<Row>& facts, const Bound& bound) {
    return std::all_of(body.begin(), body.end(), [&](const Atom& a) {
      if (a.kind == Atom::Kind::kBuiltin) {
        return holds(a.builtin, value(a.terms[0], bound), value(a.terms[1], bound));
      }
      if (a.kind == Atom::Kind::kRelation) return true;
      return std::none_of(facts.begin(), facts.end(), [&](const Row& row) {
        Bound copy = bound;
        return unify(a, row, copy);
      });
    });
  }

  std::set<Row> facts_;
  std::set<Derived> derived_;
};

Row row_of(const fact::FactBase& facts, fact::FactId id) {
  Row row{std::string(fact::info(facts.relation(id)).name)};
  for (const auto symbol : facts.values(id)) row.emplace_back(facts.text(symbol));
  return row;
}

fact::FactBase base_of(const std::vector<Row>& rows) {
  fact::FactBase facts;
  const auto origin = facts.origin({});
  for (const Row& row : rows) {
    std::vector<fact::Symbol> values;
    for (std::size_t i = 1; i < row.size(); ++i) values.push_back(facts.intern(row[i]));
    facts.add(*fact::relation_named(row[0]), values, fact::Certainty::kDeclared, origin);
  }
  return facts;
}

std::set<Row> rows_of(const fact::FactBase& facts) {
  std::set<Row> rows;
  for (std::size_t i = 0; i < facts.size(); ++i) rows.insert(row_of(facts, fact::FactId(i)));
  return rows;
}

std::vector<Derived> derived_of(const fact::FactBase& facts, const RuleSet& rules,
                                const Evaluation& result) {
  std::vector<Derived> all;
  for (std::size_t i = 0; i < result.proofs.size(); ++i) {
    const auto& derivation = result.proofs[DerivationId(i)];
    Derived one{rules[derivation.rule].id, derivation.step, row_of(facts, derivation.head), {}};
    for (const auto premise : result.proofs.premises(derivation)) {
      one.premises.push_back(row_of(facts, premise));
    }
    all.push_back(std::move(one));
  }
  std::sort(all.begin(), all.end());
  return all;
}

/// Random programs over a few relations. Negation asks for leaves only in the lower rules and for
/// anything of the lower rules in the upper ones.
class ProgramMaker {
 public:
  explicit ProgramMaker(unsigned seed) : random_(seed) {}

  std::vector<Row> facts() {
    std::vector<Row> rows;
    const int count = below(25) + 3;
    for (int i = 0; i < count; ++i) {
      const Relation relation = pick(kLeaves);
      Row row{std::string(fact::info(relation).name)};
      for (std::size_t c = 0; c < fact::info(relation).arity; ++c) row.push_back(name());
      rows.push_back(std::move(row));
    }
    return rows;
  }
  RuleSet rules() {
    RuleSet set;
    const int count = below(6) + 2;
    for (int i = 0; i < count; ++i) set.rules.push_back(rule(i));
    return set;
  }
  static bool is_lower(const Rule& rule) {
    return !rule.then.empty() &&
           std::find(kLower.begin(), kLower.end(), rule.then[0].relation) != kLower.end();
  }

 private:
  static constexpr std::array kLeaves = {Relation::kPrivileged, Relation::kHostNamespace,
                                         Relation::kMounts, Relation::kRunsOn};
  static constexpr std::array kLower = {Relation::kCapability, Relation::kNoSeccomp};
  static constexpr std::array kUpper = {Relation::kGained, Relation::kRunsCode,
                                        Relation::kHoldsToken};

  int below(int n) { return static_cast<int>(random_() % static_cast<unsigned>(n)); }
  template <class Array>
  Relation pick(const Array& array) {
    return array[static_cast<std::size_t>(below(static_cast<int>(array.size())))];
  }
  std::string name() { return std::string(1, static_cast<char>('a' + below(4))); }
  Relation any_positive(bool lower) {
    const int choice = below(lower ? 5 : 9);
    if (choice < 3) return pick(kLeaves);
    return choice < 5 ? pick(kLower) : pick(kUpper);
  }
  Atom random_atom(Relation relation, Atom::Kind kind, bool wildcards) {
    std::vector<Term> terms;
    for (std::size_t i = 0; i < fact::info(relation).arity; ++i) {
      const int choice = below(10);
      if (choice < 7) {
        terms.push_back(var(below(4)));
      } else if (choice < 9 || !wildcards) {
        terms.push_back(constant(name()));
      } else {
        terms.push_back({});
      }
    }
    return atom(relation, std::move(terms), kind);
  }
  static std::vector<int> bound_by(const Body& body) {
    std::vector<int> bound;
    for (const Atom& a : body) {
      for (const Term& term : a.terms) {
        if (a.kind == Atom::Kind::kRelation && term.kind == Term::Kind::kVariable) {
          bound.push_back(term.variable);
        }
      }
    }
    return bound;
  }
  /// Variables that nothing binds become ones that something does.
  void bind(Atom& a, const std::vector<int>& bound) {
    for (Term& term : a.terms) {
      if (term.kind != Term::Kind::kVariable) continue;
      if (std::find(bound.begin(), bound.end(), term.variable) != bound.end()) continue;
      if (bound.empty()) {
        term = constant(name());
      } else {
        const auto at = static_cast<std::size_t>(below(static_cast<int>(bound.size())));
        term.variable = static_cast<std::uint16_t>(bound[at]);
      }
    }
  }
  Rule rule(int number) {
    Rule result;
    result.id = "R" + std::to_string(number);
    result.variables = {"w", "x", "y", "z"};
    const bool lower = below(3) == 0;
    result.kind = lower ? RuleKind::kMeaning
                        : std::array{RuleKind::kMeaning, RuleKind::kTechnique,
                                     RuleKind::kCheck}[static_cast<std::size_t>(below(3))];
    const int bodies = below(2) + 1;
    std::vector<int> common = {0, 1, 2, 3};
    for (int b = 0; b < bodies; ++b) {
      Body body;
      const int size = below(3) + 1;
      for (int i = 0; i < size; ++i) {
        body.push_back(random_atom(any_positive(lower), Atom::Kind::kRelation, true));
      }
      // The subject must be bound in every body.
      Atom anchor = atom(Relation::kRunsOn, {var(0), {}});
      if (result.kind != RuleKind::kMeaning) body.push_back(anchor);
      const auto bound = bound_by(body);
      if (below(2) == 0) {
        const Relation negated = lower || below(2) == 0 ? pick(kLeaves) : pick(kLower);
        Atom absent = random_atom(negated, Atom::Kind::kNegated, true);
        bind(absent, bound);
        body.insert(body.begin(), absent);
      }
      if (below(3) == 0) {
        Atom differs = test(below(2) == 0 ? Builtin::kNotEqual : Builtin::kMatches, var(below(4)),
                            below(2) == 0 ? var(below(4)) : constant(name()));
        bind(differs, bound);
        body.insert(body.begin(), differs);
      }
      std::vector<int> both;
      for (const int v : common) {
        if (std::find(bound.begin(), bound.end(), v) != bound.end()) both.push_back(v);
      }
      common = both;
      result.bodies.push_back(std::move(body));
    }
    if (result.kind == RuleKind::kTechnique && below(2) == 0) {
      result.from.push_back(random_atom(pick(kUpper), Atom::Kind::kRelation, true));
      for (const int v : bound_by(result.from)) common.push_back(v);
    }
    if (result.kind == RuleKind::kCheck) return result;
    const int heads = below(2) + 1;
    for (int i = 0; i < heads; ++i) {
      Atom head = random_atom(lower ? pick(kLower) : pick(kUpper), Atom::Kind::kRelation, false);
      bind(head, common);
      result.then.push_back(std::move(head));
    }
    return result;
  }

  std::mt19937 random_;
};

TEST(Engine, AgreesWithBruteForce) {
  std::size_t conclusions = 0;
  for (unsigned seed = 0; seed < 400; ++seed) {
    ProgramMaker maker(seed);
    const auto rows = maker.facts();
    const RuleSet rules = maker.rules();
    fact::FactBase facts = base_of(rows);
    const auto result = evaluate(facts, rules, {});
    ASSERT_TRUE(result) << seed << ": " << result.error().message;

    Reference reference({rows.begin(), rows.end()});
    reference.run(rules, ProgramMaker::is_lower);
    reference.run(rules, [](const Rule& rule) { return !ProgramMaker::is_lower(rule); });
    ASSERT_EQ(rows_of(facts), reference.facts()) << seed;
    // Alternatives of one rule can rest on the same premises; the reference keeps those once.
    auto derived = derived_of(facts, rules, *result);
    const auto repeated = std::unique(derived.begin(), derived.end());
    if (std::all_of(rules.rules.begin(), rules.rules.end(), [](const Rule& rule) {
          return rule.bodies.size() == 1 && rule.then.size() <= 1;
        })) {
      ASSERT_EQ(repeated, derived.end()) << seed << ": a derivation came up twice";
    }
    derived.erase(repeated, derived.end());
    const std::vector<Derived> expected(reference.derived().begin(), reference.derived().end());
    ASSERT_EQ(derived.size(), expected.size()) << seed;
    ASSERT_TRUE(derived == expected) << seed;
    conclusions += expected.size();
  }
  EXPECT_GT(conclusions, 3000u) << "the programs conclude next to nothing";
}

Rule meaning(std::string id, Body body, std::vector<Atom> then, std::size_t variables) {
  Rule rule;
  rule.id = std::move(id);
  rule.kind = RuleKind::kMeaning;
  rule.variables.resize(variables);
  rule.bodies = {std::move(body)};
  rule.then = std::move(then);
  return rule;
}

TEST(Engine, ClosesLongChains) {
  // 2000 rounds: work per round must follow what is new, not what is there.
  fact::FactBase facts;
  const auto origin = facts.origin({});
  constexpr int kLength = 2000;
  for (int i = 0; i < kLength; ++i) {
    facts.add(Relation::kRunsOn,
              {facts.intern(std::to_string(i)), facts.intern(std::to_string(i + 1))},
              fact::Certainty::kDeclared, origin);
  }
  facts.add(Relation::kEntry, {facts.intern("0"), facts.intern("k")}, fact::Certainty::kDeclared,
            origin);
  RuleSet rules;
  rules.rules.push_back(meaning("A", {atom(Relation::kEntry, {var(0), {}})},
                                {atom(Relation::kRunsCode, {var(0)})}, 1));
  rules.rules.push_back(
      meaning("B", {atom(Relation::kRunsCode, {var(0)}), atom(Relation::kRunsOn, {var(0), var(1)})},
              {atom(Relation::kRunsCode, {var(1)})}, 2));
  const auto result = evaluate(facts, rules, {});
  ASSERT_TRUE(result);
  EXPECT_EQ(facts.facts(Relation::kRunsCode).size(), kLength + 1u);
  EXPECT_EQ(result->proofs.size(), kLength + 1u);
}

TEST(Engine, ReaderFactsStayLeavesAndGetDerivationsToo) {
  fact::FactBase facts = base_of({{"entry", "c", "k"}, {"runs_code", "c"}});
  RuleSet rules;
  rules.rules.push_back(meaning("A", {atom(Relation::kEntry, {var(0), {}})},
                                {atom(Relation::kRunsCode, {var(0)})}, 1));
  const auto result = evaluate(facts, rules, {});
  ASSERT_TRUE(result);
  const auto fact = facts.facts(Relation::kRunsCode)[0];
  EXPECT_TRUE(facts.is_leaf(fact));
  EXPECT_EQ(result->proofs.derivations_of(fact).size(), 1u);
}

Rule technique(Body body) {
  Rule rule;
  rule.id = "T";
  rule.kind = RuleKind::kTechnique;
  rule.variables = {"c", "n"};
  rule.from = {atom(Relation::kRunsCode, {var(0)}), atom(Relation::kRunsOn, {var(0), var(1)})};
  rule.bodies = {std::move(body)};
  rule.then = {atom(Relation::kGained, {var(1), constant("host-root")})};
  return rule;
}

TEST(Engine, BlockedNamesTheOpposite) {
  const Body body = {atom(Relation::kCapability, {var(0), constant("SYS_ADMIN")}),
                     atom(Relation::kUserNamespace, {var(0), constant("host")}),
                     atom(Relation::kNoApparmor, {var(0)})};
  fact::FactBase facts = base_of({
      {"capability", "held", "SYS_ADMIN"},
      {"user_namespace", "held", "host"},
      {"no_apparmor", "held"},
      {"capability", "private", "SYS_ADMIN"},
      {"user_namespace", "private", "private"},
      {"no_apparmor", "private"},
      {"capability", "confined", "SYS_ADMIN"},
      {"user_namespace", "confined", "host"},
      {"apparmor", "confined", "confined"},
      // two blockers at once are no near-miss
      {"capability", "both", "SYS_ADMIN"},
      {"user_namespace", "both", "private"},
      {"apparmor", "both", "confined"},
      // applies from another cause: not blocked, whatever else is there
      {"apparmor", "held", "confined"},
  });
  RuleSet rules;
  rules.rules.push_back(technique(body));
  EngineOptions options;
  const auto plain = evaluate(facts, rules, options);
  ASSERT_TRUE(plain);
  EXPECT_TRUE(facts.facts(Relation::kBlocked).empty());
  options.blocked = true;
  const auto result = evaluate(facts, rules, options);
  ASSERT_TRUE(result);
  std::set<std::pair<Row, Row>> blocked;  // head, blocker
  for (const auto fact : facts.facts(Relation::kBlocked)) {
    for (const auto id : result->proofs.derivations_of(fact)) {
      const auto premises = result->proofs.premises(result->proofs[id]);
      ASSERT_EQ(premises.size(), 3u);
      blocked.insert({row_of(facts, fact), row_of(facts, premises[0])});
    }
  }
  const std::set<std::pair<Row, Row>> expected = {
      {{"blocked", "T", "private"}, {"user_namespace", "private", "private"}},
      {{"blocked", "T", "confined"}, {"apparmor", "confined", "confined"}},
  };
  EXPECT_EQ(blocked, expected);
}

TEST(Engine, StepsNeedAPositionFindingsDoNot) {
  fact::FactBase facts = base_of({{"privileged", "a"},
                                  {"privileged", "b"},
                                  {"runs_on", "a", "n"},
                                  {"runs_on", "b", "n"},
                                  {"runs_code", "a"}});
  RuleSet rules;
  rules.rules.push_back(technique({atom(Relation::kPrivileged, {var(0)})}));
  const auto result = evaluate(facts, rules, {});
  ASSERT_TRUE(result);
  EXPECT_EQ(facts.facts(Relation::kApplies).size(), 2u);
  ASSERT_EQ(facts.facts(Relation::kGained).size(), 1u);
  const auto steps = result->proofs.derivations_of(facts.facts(Relation::kGained)[0]);
  ASSERT_EQ(steps.size(), 1u);
  const auto& step = result->proofs[steps[0]];
  EXPECT_TRUE(step.step);
  std::vector<Row> premises;
  for (const auto premise : result->proofs.premises(step)) {
    premises.push_back(row_of(facts, premise));
  }
  EXPECT_EQ(premises,
            (std::vector<Row>{{"runs_code", "a"}, {"runs_on", "a", "n"}, {"privileged", "a"}}));
}

TEST(Engine, NotJudgedWithoutFactsOfTheKind) {
  RuleSet rules;
  Rule rule = technique({atom(Relation::kPrivileged, {var(0)})});
  rule.needs = "kernel version";
  rule.judged_when = {atom(Relation::kVersion, {{}, constant("kernel"), {}})};
  rules.rules.push_back(rule);
  for (const bool known : {false, true}) {
    std::vector<Row> rows = {{"version", "n", "runc", "1.0"}};
    if (known) rows.push_back({"version", "n", "kernel", "5.8"});
    fact::FactBase facts = base_of(rows);
    const auto result = evaluate(facts, rules, {});
    ASSERT_TRUE(result);
    ASSERT_EQ(result->not_judged.size(), known ? 0u : 1u);
    for (const NotJudged& not_judged : result->not_judged) {
      EXPECT_EQ(not_judged.needs, "kernel version");
    }
  }
}

TEST(Engine, LimitsAndCyclesAreErrors) {
  std::vector<Row> rows;
  for (int i = 0; i < 50; ++i) rows.push_back({"privileged", std::to_string(i)});
  RuleSet rules;
  rules.rules.push_back(
      meaning("A", {atom(Relation::kPrivileged, {var(0)}), atom(Relation::kPrivileged, {var(1)})},
              {atom(Relation::kRunsOn, {var(0), var(1)})}, 2));
  fact::FactBase facts = base_of(rows);
  EngineOptions options;
  options.max_derivations = 1000;
  const auto limited = evaluate(facts, rules, options);
  ASSERT_FALSE(limited);
  EXPECT_EQ(limited.error().code, base::ErrorCode::kLimit);

  RuleSet cyclic;
  cyclic.rules.push_back(meaning("A",
                                 {atom(Relation::kPrivileged, {var(0)}),
                                  atom(Relation::kRunsCode, {var(0)}, Atom::Kind::kNegated)},
                                 {atom(Relation::kRunsCode, {var(0)})}, 1));
  fact::FactBase few = base_of({{"privileged", "a"}});
  const auto refused = evaluate(few, cyclic, {});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, base::ErrorCode::kInvalid);
}

TEST(Engine, EqualInputGivesEqualIds) {
  ProgramMaker maker(7);
  const auto rows = maker.facts();
  const RuleSet rules = maker.rules();
  fact::FactBase a = base_of(rows);
  fact::FactBase b = base_of(rows);
  const auto first = evaluate(a, rules, {});
  const auto second = evaluate(b, rules, {});
  ASSERT_TRUE(first && second);
  ASSERT_EQ(a.size(), b.size());
  for (std::size_t i = 0; i < a.size(); ++i) {
    EXPECT_EQ(row_of(a, fact::FactId(i)), row_of(b, fact::FactId(i)));
  }
}

}  // namespace
}  // namespace wayout::reason
