// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <vector>

#include "reason/engine.hpp"
#include "reason/plan.hpp"
#include "reason/proof.hpp"

namespace wayout::reason {

/// Runs plans: finds every binding that satisfies a clause, adds the heads to the fact base and the
/// derivation to the proof graph. Rows that a run adds are not seen by it, because plans restrict
/// every literal to rows that were there when it began.
class Join {
 public:
  Join(fact::FactBase& facts, ProofGraph& proofs, const EngineOptions& options);

  /// False when a limit of the options is reached.
  bool run(const Clause& clause, const Plan& plan);
  /// Whether some binding satisfies the clause; its heads are not concluded.
  bool exists(const Clause& clause, const Plan& plan);

 private:
  struct View {
    const fact::Symbol* cells = nullptr;
    const fact::FactId* ids = nullptr;
  };
  void refresh(fact::Relation relation);
  bool extend(std::size_t at);
  bool use_row(const PlanStep& step, const View& view, std::size_t arity, std::uint32_t row,
               std::size_t at);
  bool passes(const PlanStep& step);
  bool conclude();
  fact::Symbol value(const Slot& slot) const {
    return slot.is_constant() ? fact::Symbol(slot.value) : bindings_[slot.value];
  }
  void key_of(const PlanStep& step, std::array<fact::Symbol, fact::kMaxArity>& key) const {
    for (std::size_t i = 0; i < step.key_size; ++i) key[i] = value(step.key[i]);
  }

  fact::FactBase& facts_;
  ProofGraph& proofs_;
  const EngineOptions& options_;
  std::uint64_t rows_ = 0;  // looked at so far
  std::array<View, fact::kRelationCount> views_;
  const Clause* clause_ = nullptr;
  const Plan* plan_ = nullptr;
  std::vector<fact::Symbol> bindings_;
  std::vector<fact::FactId> premises_;
  bool only_exists_ = false;
  bool found_ = false;
};

}  // namespace wayout::reason
