// SPDX-License-Identifier: Apache-2.0
#include "reason/proof.hpp"

namespace wayout::reason {

std::span<const DerivationId> ProofGraph::derivations_of(fact::FactId fact) const {
  if (fact.index() + 1 >= by_head_begin_.size()) return {};
  const auto begin = by_head_begin_[fact.index()];
  return {by_head_.data() + begin, by_head_begin_[fact.index() + 1] - begin};
}

void ProofGraph::add(RuleId rule, fact::FactId head, std::span<const fact::FactId> premises,
                     bool step) {
  Derivation derivation{rule, head, static_cast<std::uint32_t>(premises_.size()),
                        static_cast<std::uint16_t>(premises.size()), step};
  premises_.insert(premises_.end(), premises.begin(), premises.end());
  derivations_.push_back(derivation);
}

void ProofGraph::index(std::size_t fact_count) {
  // Counting sort by head: stable, so that derivations stay in order of discovery.
  by_head_begin_.assign(fact_count + 1, 0);
  for (const Derivation& derivation : derivations_) ++by_head_begin_[derivation.head.index() + 1];
  for (std::size_t i = 1; i <= fact_count; ++i) by_head_begin_[i] += by_head_begin_[i - 1];
  by_head_.resize(derivations_.size());
  std::vector<std::uint32_t> next(by_head_begin_.begin(), by_head_begin_.end() - 1);
  for (std::size_t i = 0; i < derivations_.size(); ++i) {
    by_head_[next[derivations_[i].head.index()]++] = DerivationId(i);
  }
}

}  // namespace wayout::reason
