// SPDX-License-Identifier: Apache-2.0
// Problem: in an AND/OR graph with cycles, find for every fact the proof of least cost. The cost of
// a derivation is never less than that of one of its premises, so Knuth's generalisation of
// Dijkstra's method (1977) applies: settle facts in order of cost; a derivation counts once all its
// premises are settled. Every settled fact rests on facts settled before it, hence no cycles.
// Cost: O(premises + facts log facts).
#include "reason/cheapest_proof.hpp"

#include <algorithm>
#include <queue>

namespace wayout::reason {

namespace {

constexpr std::uint32_t kMost = std::numeric_limits<std::uint32_t>::max() - 1;

std::uint32_t saturated(std::uint32_t a, std::uint32_t b) {
  return a > kMost - b ? kMost : a + b;
}

}  // namespace

ProofCost operator+(ProofCost a, ProofCost b) {
  return {saturated(a.assumed, b.assumed), saturated(a.steps, b.steps),
          saturated(a.facts, b.facts)};
}

bool is_position(fact::Relation relation) {
  return fact::info(relation).group == "position";
}

bool precedes(const ProofGraph& proofs, DerivationId a, DerivationId b) {
  const auto& left = proofs[a];
  const auto& right = proofs[b];
  if (left.rule != right.rule) return left.rule < right.rule;
  if (left.head != right.head) return left.head < right.head;
  const auto p = proofs.premises(left);
  const auto q = proofs.premises(right);
  return std::lexicographical_compare(p.begin(), p.end(), q.begin(), q.end());
}

SupportGraph::SupportGraph(const ProofGraph& proofs, std::size_t fact_count,
                           std::span<const fact::FactId> goals)
    : proofs_(&proofs), users_begin_(fact_count + 1, 0) {
  std::vector<bool> seen(fact_count, false);
  for (const fact::FactId goal : goals) {
    if (!seen[goal.index()]) facts_.push_back(goal);
    seen[goal.index()] = true;
  }
  for (std::size_t next = 0; next < facts_.size(); ++next) {
    for (const DerivationId id : proofs.derivations_of(facts_[next])) {
      derivations_.push_back(id);
      for (const fact::FactId premise : proofs.premises(proofs[id])) {
        ++users_begin_[premise.index() + 1];
        if (seen[premise.index()]) continue;
        seen[premise.index()] = true;
        facts_.push_back(premise);
      }
    }
  }
  std::sort(facts_.begin(), facts_.end());
  std::sort(derivations_.begin(), derivations_.end());
  for (std::size_t i = 1; i <= fact_count; ++i) users_begin_[i] += users_begin_[i - 1];
  users_.resize(users_begin_.back());
  std::vector<std::uint32_t> next(users_begin_.begin(), users_begin_.end() - 1);
  for (const DerivationId id : derivations_) {
    for (const fact::FactId premise : proofs.premises(proofs[id])) {
      users_[next[premise.index()]++] = id;
    }
  }
}

CheapestProofs::CheapestProofs(const SupportGraph& graph, const LeafCost& leaf_cost)
    : proofs_(&graph.proofs()), cost_(graph.fact_count(), kUnproved), choice_(graph.fact_count()) {
  using Entry = std::pair<ProofCost, fact::FactId>;
  std::priority_queue<Entry, std::vector<Entry>, std::greater<>> queue;
  std::vector<bool> settled(graph.fact_count(), false);
  std::vector<std::uint16_t> waiting(proofs_->size(), 0);

  const auto offer = [&](DerivationId id) {
    const fact::FactId head = (*proofs_)[id].head;
    if (settled[head.index()]) return;
    const ProofCost cost = *cost_of(id);
    ProofCost& best = cost_[head.index()];
    DerivationId& choice = choice_[head.index()];
    const bool wins =
        cost < best || (cost == best && choice.valid() && precedes(*proofs_, id, choice));
    if (!wins) return;
    if (cost < best) queue.emplace(cost, head);
    best = cost;
    choice = id;
  };
  for (const fact::FactId fact : graph.facts()) {
    const auto cost = leaf_cost(fact);
    if (!cost) continue;
    cost_[fact.index()] = *cost;
    queue.emplace(*cost, fact);
  }
  for (const DerivationId id : graph.derivations()) {
    waiting[id.index()] = (*proofs_)[id].premise_count;
    if (waiting[id.index()] == 0) offer(id);
  }
  while (!queue.empty()) {
    const fact::FactId fact = queue.top().second;
    queue.pop();
    if (settled[fact.index()]) continue;
    settled[fact.index()] = true;
    for (const DerivationId id : graph.users_of(fact)) {
      if (--waiting[id.index()] == 0) offer(id);
    }
  }
}

std::optional<ProofCost> CheapestProofs::cost_of(DerivationId derivation) const {
  const auto& node = (*proofs_)[derivation];
  ProofCost sum{0, node.step ? 1u : 0u, 0};
  for (const fact::FactId premise : proofs_->premises(node)) {
    if (!proved(premise)) return std::nullopt;
    sum = sum + cost_[premise.index()];
  }
  return sum;
}

}  // namespace wayout::reason
