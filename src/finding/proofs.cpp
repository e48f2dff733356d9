// SPDX-License-Identifier: Apache-2.0
//
// A proof costs (certainty of its least sure leaf, number of facts in it). Both parts only grow
// from premises to conclusion, so the least costs are the least fixpoint of
//   cost(fact) = min(own word, min over derivations (max certainty, 1 + sum of facts)),
// and the chosen derivations cannot form a cycle. The engine discovers a derivation after those of
// its premises, hence one sweep over all derivations in order of discovery settles nearly
// everything; sweeps repeat until nothing improves. Cost: premises times sweeps (usually two).
#include "finding/proofs.hpp"

#include <algorithm>
#include <limits>

namespace wayout::finding {

CheapestProofs::CheapestProofs(const fact::FactBase& facts, const reason::ProofGraph& proofs)
    : facts_(facts), proofs_(proofs), costs_(facts.size()), seen_(facts.size(), 0) {
  for (std::size_t i = 0; i < facts.size(); ++i) {
    const fact::FactId id(i);
    if (facts.is_leaf(id)) costs_[i] = {facts.certainty(id), 1, {}};
  }
  bool improved = true;
  while (improved) {
    improved = false;
    for (std::size_t i = 0; i < proofs.size(); ++i) {
      if (improve(reason::DerivationId(i))) improved = true;
    }
  }
}

bool CheapestProofs::improve(reason::DerivationId id) {
  const auto& derivation = proofs_[id];
  auto certainty = fact::Certainty::kObserved;
  std::uint64_t total = 1;
  for (const fact::FactId premise : proofs_.premises(derivation)) {
    const Cost& cost = costs_[premise.index()];
    if (cost.facts == kUnproved) return false;
    certainty = std::max(certainty, cost.certainty);
    total += cost.facts;
  }
  const auto facts = static_cast<std::uint32_t>(std::min<std::uint64_t>(total, kUnproved - 1));
  Cost& head = costs_[derivation.head.index()];
  if (head.facts != kUnproved &&
      (certainty > head.certainty || (certainty == head.certainty && facts >= head.facts))) {
    return false;
  }
  head = {certainty, facts, id};
  return true;
}

void CheapestProofs::leaves(fact::FactId fact, std::vector<fact::FactId>& out) {
  ++traversal_;
  stack_.assign(1, fact);
  while (!stack_.empty()) {
    const fact::FactId current = stack_.back();
    stack_.pop_back();
    if (seen_[current.index()] == traversal_) continue;
    seen_[current.index()] = traversal_;
    const Cost& cost = costs_[current.index()];
    if (!cost.by.valid()) {
      if (facts_.is_leaf(current)) out.push_back(current);
      continue;
    }
    const auto premises = proofs_.premises(proofs_[cost.by]);
    stack_.insert(stack_.end(), premises.rbegin(), premises.rend());
  }
}

}  // namespace wayout::finding
