// SPDX-License-Identifier: Apache-2.0
// Semi-naive evaluation by strata. Relations that depend on each other form a stratum; strata run
// in order, so that what a negation asks for is complete. Within a stratum each round joins only
// what the last one added: a clause with k recursive atoms runs once for each of them as the new
// one, atoms before it taking older rows and atoms after it older or new rows. Every combination of
// premises thus comes up exactly once, and each is kept as a derivation. Cost: the number of
// partial bindings looked at, which join orders keep near the number of derivations.
#include "reason/engine.hpp"

#include <algorithm>

#include "reason/join.hpp"
#include "reason/strata.hpp"

namespace wayout::reason {

namespace {

class Engine {
 public:
  Engine(fact::FactBase& facts, const RuleSet& rules, const EngineOptions& options,
         const Strata& strata)
      : facts_(facts),
        rules_(rules),
        strata_(strata),
        options_(options),
        indexes_(facts),
        planner_(facts, indexes_, memos_) {}

  base::Result<Evaluation> run();

 private:
  struct Growth {
    std::uint32_t old_end = 0;  ///< rows before the last round
    std::uint32_t new_end = 0;  ///< rows before this round
  };
  bool run_stratum(std::uint32_t stratum, const std::vector<Clause>& clauses, Join& join);
  bool run_recursive(const Clause& clause, const std::vector<std::size_t>& recursive,
                     std::uint32_t stratum, Join& join);
  bool run_once(const Clause& clause, bool use_guard, Join& join);
  std::vector<std::size_t> recursive_literals(const Clause& clause, std::uint32_t stratum) const;
  bool advance(const std::vector<fact::Relation>& relations);
  std::uint32_t rows(fact::Relation relation) const {
    return static_cast<std::uint32_t>(facts_.facts(relation).size());
  }
  Growth& growth(fact::Relation relation) { return growth_[static_cast<std::size_t>(relation)]; }
  void find_not_judged(Join& join, Evaluation& result);

  fact::FactBase& facts_;
  const RuleSet& rules_;
  const Strata& strata_;
  const EngineOptions& options_;
  Indexes indexes_;
  BuiltinMemos memos_;
  Planner planner_;
  Plan plan_;
  std::vector<RowRange> ranges_;
  std::array<Growth, fact::kRelationCount> growth_{};
};

std::vector<std::size_t> Engine::recursive_literals(const Clause& clause,
                                                    std::uint32_t stratum) const {
  std::vector<std::size_t> result;
  for (std::size_t i = 0; i < clause.positive.size(); ++i) {
    if (strata_.stratum(clause.positive[i].node) == stratum) result.push_back(i);
  }
  return result;
}

bool Engine::run_once(const Clause& clause, bool use_guard, Join& join) {
  ranges_.clear();
  for (const Literal& literal : clause.positive) ranges_.push_back({0, rows(literal.relation)});
  return !planner_.plan(clause, ranges_, use_guard, plan_) || join.run(clause, plan_);
}

/// One run for each recursive literal as the one that reads what the last round added.
bool Engine::run_recursive(const Clause& clause, const std::vector<std::size_t>& recursive,
                           std::uint32_t stratum, Join& join) {
  const bool use_guard = clause.guard && strata_.stratum(clause.guard->node) != stratum;
  for (const std::size_t fresh : recursive) {
    const Growth& added = growth(clause.positive[fresh].relation);
    if (added.old_end == added.new_end) continue;
    ranges_.clear();
    for (const Literal& literal : clause.positive) ranges_.push_back({0, rows(literal.relation)});
    for (const std::size_t i : recursive) {
      const Growth& here = growth(clause.positive[i].relation);
      ranges_[i] = i < fresh ? RowRange{0, here.old_end}
                             : RowRange{i == fresh ? here.old_end : 0, here.new_end};
    }
    if (planner_.plan(clause, ranges_, use_guard, plan_) && !join.run(clause, plan_)) return false;
  }
  return true;
}

/// Makes what the last round added the new rows of the next; false when it added nothing.
bool Engine::advance(const std::vector<fact::Relation>& relations) {
  bool more = false;
  for (const fact::Relation relation : relations) {
    Growth& here = growth(relation);
    here.old_end = here.new_end;
    here.new_end = rows(relation);
    more = more || here.old_end != here.new_end;
  }
  return more;
}

bool Engine::run_stratum(std::uint32_t stratum, const std::vector<Clause>& clauses, Join& join) {
  std::vector<std::pair<const Clause*, std::vector<std::size_t>>> recursive;
  std::vector<fact::Relation> relations;
  for (const Clause& clause : clauses) {
    auto literals = recursive_literals(clause, stratum);
    if (literals.empty()) {
      const bool use_guard = clause.guard && strata_.stratum(clause.guard->node) != stratum;
      if (!run_once(clause, use_guard, join)) return false;
      continue;
    }
    for (const std::size_t i : literals) relations.push_back(clause.positive[i].relation);
    recursive.emplace_back(&clause, std::move(literals));
  }
  std::sort(relations.begin(), relations.end());
  relations.erase(std::unique(relations.begin(), relations.end()), relations.end());
  for (const fact::Relation relation : relations) growth(relation) = {};
  while (advance(relations)) {
    for (const auto& [clause, literals] : recursive) {
      if (!run_recursive(*clause, literals, stratum, join)) return false;
    }
  }
  return true;
}

void Engine::find_not_judged(Join& join, Evaluation& result) {
  for (std::size_t i = 0; i < rules_.rules.size(); ++i) {
    const Rule& rule = rules_.rules[i];
    if (rule.needs.empty()) continue;
    const Clause clause = compile_judged_when(rule, strata_, facts_);
    ranges_.clear();
    for (const Literal& literal : clause.positive) ranges_.push_back({0, rows(literal.relation)});
    const bool known = planner_.plan(clause, ranges_, false, plan_) && join.exists(clause, plan_);
    if (!known) result.not_judged.push_back({RuleId(i), rule.needs});
  }
}

base::Result<Evaluation> Engine::run() {
  Evaluation result;
  // A clause whose heads fall into different strata runs in each of them for its heads there.
  std::vector<std::vector<Clause>> by_stratum(strata_.count());
  for (Clause& clause : compile(rules_, strata_, facts_)) {
    std::vector<std::uint32_t> strata;
    for (const Literal& head : clause.heads) strata.push_back(strata_.stratum(head.node));
    const std::vector<Literal> heads = std::move(clause.heads);
    std::vector<std::uint32_t> different = strata;
    std::sort(different.begin(), different.end());
    different.erase(std::unique(different.begin(), different.end()), different.end());
    for (const std::uint32_t stratum : different) {
      clause.heads.clear();
      for (std::size_t i = 0; i < heads.size(); ++i) {
        if (strata[i] == stratum) clause.heads.push_back(heads[i]);
      }
      by_stratum[stratum].push_back(clause);
    }
  }
  Join join(facts_, result.proofs, options_);
  bool complete = true;
  for (std::uint32_t stratum = 0; complete && stratum < strata_.count(); ++stratum) {
    complete = run_stratum(stratum, by_stratum[stratum], join);
  }
  if (complete && options_.blocked) {
    for (const Clause& clause : compile_blocked(rules_, strata_, facts_)) {
      if (!run_once(clause, false, join)) complete = false;
      if (!complete) break;
    }
  }
  if (!complete) {
    return base::fail(
        base::ErrorCode::kLimit,
        "more than " + std::to_string(options_.max_derivations) +
            " conclusions, or joins that come to no end",
        "scan fewer targets at once, or look for rules whose conditions share no variable");
  }
  find_not_judged(join, result);
  result.proofs.index(facts_.size());
  return result;
}

}  // namespace

base::Result<Evaluation> evaluate(fact::FactBase& facts, const RuleSet& rules,
                                  const EngineOptions& options) {
  const auto strata = stratify(rules);
  if (!strata) return base::fail(strata.error());
  return Engine(facts, rules, options, *strata).run();
}

}  // namespace wayout::reason
