// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "fact/fact_base.hpp"
#include "reason/proof.hpp"

namespace wayout::finding {

/// The cheapest proof of every fact: least assumption first, then fewest facts.
class CheapestProofs {
 public:
  CheapestProofs(const fact::FactBase& facts, const reason::ProofGraph& proofs);

  /// Of the cheapest proof: the certainty of its least sure leaf.
  fact::Certainty certainty(fact::FactId fact) const { return costs_[fact.index()].certainty; }
  /// The derivation that concludes the fact most cheaply; invalid when a reader's word is cheaper.
  reason::DerivationId derivation(fact::FactId fact) const { return costs_[fact.index()].by; }
  /// The reader-made facts of the cheapest proof, each once, in the order the rules name them.
  void leaves(fact::FactId fact, std::vector<fact::FactId>& out);

 private:
  struct Cost {
    fact::Certainty certainty = fact::Certainty::kAssumed;
    std::uint32_t facts = kUnproved;
    reason::DerivationId by;
  };
  static constexpr std::uint32_t kUnproved = 0xffffffff;

  bool improve(reason::DerivationId id);

  const fact::FactBase& facts_;
  const reason::ProofGraph& proofs_;
  std::vector<Cost> costs_;
  std::vector<std::uint32_t> seen_;  // number of the traversal that met the fact
  std::uint32_t traversal_ = 0;
  std::vector<fact::FactId> stack_;
};

}  // namespace wayout::finding
