// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <optional>
#include <unordered_map>

#include "reason/chain.hpp"
#include "reason/way_out_group.hpp"

namespace wayout::reason {

namespace {

using fact::FactId;

/// Whether the fact is the second value of a relation where the rule asks for the first.
bool is_blocker(const fact::FactBase& facts, const Rule& rule, FactId fact) {
  const auto& relation = fact::info(facts.relation(fact));
  if (relation.opposite_column < 0) return false;
  const auto column = static_cast<std::size_t>(relation.opposite_column);
  if (facts.text(facts.values(fact)[column]) != relation.opposite_to) return false;
  const auto asks = [&](const Atom& atom) {
    return atom.kind == Atom::Kind::kRelation && atom.relation == facts.relation(fact) &&
           column < atom.terms.size() && atom.terms[column].constant == relation.opposite_from;
  };
  return std::any_of(rule.from.begin(), rule.from.end(), asks) ||
         std::any_of(rule.bodies.begin(), rule.bodies.end(),
                     [&](const Body& body) { return std::any_of(body.begin(), body.end(), asks); });
}

/// The strongest goal that the technique itself reaches; none for a mere enabler. An effect that
/// depends on the facts counts as the weakest position on the host.
std::optional<Goal> goal_of(const Rule& rule) {
  std::optional<Goal> strongest;
  for (const Atom& atom : rule.then) {
    if (atom.relation != fact::Relation::kGained || atom.terms.size() != 2) continue;
    const auto& effect = atom.terms[1].constant;
    // A meaning rule makes code in the kernel root on the host.
    std::optional<Goal> goal = Goals::of_effect(effect);
    if (effect == "kernel-code-exec") goal = Goal::kHostRoot;
    if (atom.terms[1].kind == Term::Kind::kVariable) goal = Goal::kHostUserCode;
    if (goal) strongest = std::min(strongest.value_or(*goal), *goal);
  }
  return strongest;
}

std::vector<FactId> leaves_below(const ProofGraph& proofs, const CheapestProofs& cheapest,
                                 DerivationId derivation) {
  std::vector<FactId> leaves;
  const auto start = proofs.premises(proofs[derivation]);
  std::vector<FactId> queue(start.begin(), start.end());
  for (std::size_t next = 0; next < queue.size(); ++next) {
    const DerivationId below = cheapest.choice(queue[next]);
    if (!below.valid()) leaves.push_back(queue[next]);
    if (!below.valid()) continue;
    for (const FactId premise : proofs.premises(proofs[below])) {
      if (std::find(queue.begin(), queue.end(), premise) == queue.end()) queue.push_back(premise);
    }
  }
  std::sort(leaves.begin(), leaves.end());
  leaves.erase(std::unique(leaves.begin(), leaves.end()), leaves.end());
  return leaves;
}

}  // namespace

WaysOut find_blocked(const fact::FactBase& facts, const RuleSet& rules, const Evaluation& result,
                     const WaysOutOptions& options) {
  const ProofGraph& proofs = result.proofs;
  const auto blocked = facts.facts(fact::Relation::kBlocked);
  const SupportGraph graph(proofs, facts.size(), blocked);
  const CheapestProofs cheapest(graph, [&](FactId fact) -> std::optional<ProofCost> {
    if (!facts.is_leaf(fact)) return std::nullopt;
    return ProofCost{facts.certainty(fact) == fact::Certainty::kAssumed ? 1u : 0u, 0, 1};
  });
  std::unordered_map<fact::Symbol, FactId> entries;
  for (const FactId entry : facts.facts(fact::Relation::kEntry)) {
    entries.try_emplace(facts.values(entry)[0], entry);
  }
  WaysOut out;
  for (const FactId fact : blocked) {
    std::size_t kept = 0;
    for (const DerivationId id : proofs.derivations_of(fact)) {
      if (!cheapest.cost_of(id)) continue;
      if (kept == options.per_goal_fact || out.all.size() == options.max_total) {
        out.truncated = true;
        break;
      }
      WayOut way;
      const Rule& rule = rules[proofs[id].rule];
      const auto goal = goal_of(rule);
      if (!goal) continue;
      way.goal = fact;
      way.goal_kind = *goal;
      way.verdict = Verdict::kBlocked;
      way.severity = rule.severity;
      way.leaves = leaves_below(proofs, cheapest, id);
      Step step{proofs[id].rule, id, facts.values(fact)[1], {}};
      for (const FactId leaf : way.leaves) {
        const bool enters = facts.relation(leaf) == fact::Relation::kEntry;
        if (enters && !way.entry.valid()) way.entry = leaf;
        if (!enters) step.leaves.push_back(leaf);
        if (!enters && facts.certainty(leaf) == fact::Certainty::kAssumed) {
          way.assumes.push_back(leaf);
        }
        if (is_blocker(facts, rule, leaf)) way.blockers.push_back(leaf);
      }
      way.steps.push_back(std::move(step));
      const auto entry = entries.find(facts.values(fact)[1]);
      if (!way.entry.valid() && entry != entries.end()) way.entry = entry->second;
      if (!way.entry.valid() || way.blockers.empty()) continue;
      out.all.push_back(std::move(way));
      ++kept;
    }
  }
  drop_supersets(out.all);
  sort_ways(proofs, out.all);
  out.groups = group_ways(facts, out.all);
  return out;
}

}  // namespace wayout::reason
