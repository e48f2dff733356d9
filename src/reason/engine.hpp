// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "base/result.hpp"
#include "reason/proof.hpp"

namespace wayout::reason {

struct EngineOptions {
  /// Also derive `blocked(rule, subject)`: techniques that fail by exactly one opposite fact. That
  /// fact is the first premise of the derivation.
  bool blocked = false;
  std::size_t max_derivations = 50'000'000;
  /// Rows looked at by all joins together: minutes of work, against rules that multiply.
  std::uint64_t max_rows = 20'000'000'000;
};

/// A technique that nobody could judge because no fact of the kind it needs is known.
struct NotJudged {
  RuleId rule;
  std::string needs;
};

struct Evaluation {
  ProofGraph proofs;
  std::vector<NotJudged> not_judged;
};

/// Runs all rules over the facts to a fixpoint and keeps every derivation. Derived facts are added
/// to `facts`. Semi-naive evaluation by strata with indexed joins. Fails only at a limit.
base::Result<Evaluation> evaluate(fact::FactBase& facts, const RuleSet& rules,
                                  const EngineOptions& options);

}  // namespace wayout::reason
