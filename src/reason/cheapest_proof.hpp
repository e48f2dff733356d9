// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <span>
#include <vector>

#include "reason/proof.hpp"

namespace wayout::reason {

/// What a proof asks one to believe and to do, weightiest first. Sums saturate.
struct ProofCost {
  std::uint32_t assumed = 0;  ///< assumptions named
  std::uint32_t steps = 0;    ///< techniques used
  std::uint32_t facts = 0;    ///< leaves, counted once for every use
  friend constexpr auto operator<=>(const ProofCost&, const ProofCost&) = default;
};
ProofCost operator+(ProofCost a, ProofCost b);

/// A fact that says where the attacker stands: it links the steps of a way out.
bool is_position(fact::Relation relation);

/// The part of a proof graph that given facts rest on, readable from premise to conclusion.
class SupportGraph {
 public:
  SupportGraph(const ProofGraph& proofs, std::size_t fact_count,
               std::span<const fact::FactId> goals);

  const ProofGraph& proofs() const { return *proofs_; }
  /// Facts that some goal rests on, goals included, by id.
  std::span<const fact::FactId> facts() const { return facts_; }
  std::span<const DerivationId> derivations() const { return derivations_; }
  /// Derivations that use the fact, once for every premise that it is.
  std::span<const DerivationId> users_of(fact::FactId fact) const {
    const auto begin = users_begin_[fact.index()];
    return {users_.data() + begin, users_begin_[fact.index() + 1] - begin};
  }
  std::size_t fact_count() const { return users_begin_.size() - 1; }

 private:
  const ProofGraph* proofs_;
  std::vector<fact::FactId> facts_;
  std::vector<DerivationId> derivations_;
  std::vector<std::uint32_t> users_begin_;
  std::vector<DerivationId> users_;
};

/// The cheapest proof of every fact: its last derivation, or none for a leaf that stands for
/// itself. Following the choices always ends: no proof rests on its own conclusion.
class CheapestProofs {
 public:
  /// What it costs to take a fact as given; nothing when it cannot be.
  using LeafCost = std::function<std::optional<ProofCost>(fact::FactId)>;
  CheapestProofs(const SupportGraph& graph, const LeafCost& leaf_cost);

  bool proved(fact::FactId fact) const { return cost_[fact.index()] != kUnproved; }
  const ProofCost& cost(fact::FactId fact) const { return cost_[fact.index()]; }
  DerivationId choice(fact::FactId fact) const { return choice_[fact.index()]; }
  /// The cost of a derivation with the cheapest proofs of its premises; nothing when one has none.
  std::optional<ProofCost> cost_of(DerivationId derivation) const;

 private:
  static constexpr ProofCost kUnproved{std::numeric_limits<std::uint32_t>::max(), 0, 0};
  const ProofGraph* proofs_;
  std::vector<ProofCost> cost_;
  std::vector<DerivationId> choice_;
};

/// A total order of derivations that does not depend on when they were found.
bool precedes(const ProofGraph& proofs, DerivationId a, DerivationId b);

}  // namespace wayout::reason
