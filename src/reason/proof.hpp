// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <vector>

#include "fact/fact_base.hpp"
#include "reason/rule.hpp"

namespace wayout::reason {

using DerivationId = base::Id<struct DerivationTag>;

/// Every way every derived fact was concluded: an AND/OR graph. A derivation is an AND node over
/// its premises; a fact is an OR node over its derivations and, when a reader stated it, itself.
class ProofGraph {
 public:
  struct Derivation {
    RuleId rule;
    fact::FactId head;
    std::uint32_t first_premise = 0;
    std::uint16_t premise_count = 0;
    bool step = false;  ///< a technique's step (not the finding that it applies)
  };

  const Derivation& operator[](DerivationId id) const { return derivations_[id.index()]; }
  std::size_t size() const { return derivations_.size(); }
  std::span<const fact::FactId> premises(const Derivation& derivation) const {
    return {premises_.data() + derivation.first_premise, derivation.premise_count};
  }
  /// Derivations that conclude the fact, in order of discovery. Built once by `index`.
  std::span<const DerivationId> derivations_of(fact::FactId fact) const;

  void add(RuleId rule, fact::FactId head, std::span<const fact::FactId> premises, bool step);
  void index(std::size_t fact_count);

 private:
  std::vector<Derivation> derivations_;
  std::vector<fact::FactId> premises_;
  std::vector<std::uint32_t> by_head_begin_;
  std::vector<DerivationId> by_head_;
};

}  // namespace wayout::reason
