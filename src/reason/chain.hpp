// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "reason/cheapest_proof.hpp"
#include "reason/way_out.hpp"

namespace wayout::reason {

/// The effects that are goals, and what each `gained` fact is worth.
class Goals {
 public:
  explicit Goals(const fact::FactBase& facts);
  std::optional<Goal> of(fact::FactId fact) const;
  static std::optional<Goal> of_effect(std::string_view effect);

 private:
  const fact::FactBase* facts_;
  std::vector<std::pair<fact::Symbol, Goal>> effects_;
};

/// Takes one proof out of the graph and lays it out as a chain of steps.
class ChainReader {
 public:
  /// Proves the fact by this derivation instead of the cheapest one.
  struct Override {
    fact::FactId fact;
    DerivationId derivation;
  };

  ChainReader(const fact::FactBase& facts, const RuleSet& rules, const ProofGraph& proofs);

  /// The proof that ends with `last`. False when the overrides make it circular, or when nobody
  /// enters: the proof rests on no entry.
  bool read(DerivationId last, const CheapestProofs& cheapest, std::span<const Override> overrides,
            WayOut& out);
  /// `runs_code` facts that the chain read last holds, in order of use.
  std::span<const fact::FactId> containers() const { return containers_; }
  /// The strongest goal that the chain read last reaches on its way to its own.
  std::optional<Goal> passed() const { return passed_; }

 private:
  struct Frame {
    DerivationId derivation;
    std::uint16_t next = 0;
  };
  bool order_steps(DerivationId last);
  void gather_leaves(DerivationId derivation, std::vector<fact::FactId>& leaves);
  void finish(DerivationId last, WayOut& out);
  DerivationId choice(fact::FactId fact) const;

  const fact::FactBase& facts_;
  const RuleSet& rules_;
  const ProofGraph& proofs_;
  const CheapestProofs* cheapest_ = nullptr;
  Goals goals_;
  std::vector<DerivationId> override_;
  std::vector<std::uint32_t> mark_;  ///< per fact: the epoch that saw it
  std::uint32_t epoch_ = 0;
  std::vector<Frame> stack_;
  std::vector<fact::FactId> pending_;
  std::vector<DerivationId> order_;
  std::vector<fact::FactId> containers_;
  fact::FactId entry_;
  std::optional<Goal> passed_;
};

/// How a kind of entry ranks: anonymous, authenticated, neighbour, assumed breach.
int entry_rank(std::string_view kind);

}  // namespace wayout::reason
