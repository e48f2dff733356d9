// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "reason/way_out.hpp"

namespace wayout::reason {

/// One edit of the cut. Changes whose facts come from the same place of the same file are one.
struct CutChange {
  std::string text;
  std::uint32_t cost = 0;
  std::vector<fact::FactId> removes;  ///< leaves that the change takes away
  std::vector<std::uint32_t> closes;  ///< indices into WaysOut::all
};

struct Cut {
  std::vector<CutChange> changes;  ///< most ways out closed first
  bool proven_minimal = false;
  std::uint32_t cost = 0;
  std::uint32_t lower_bound = 0;  ///< of the cost
  /// Ways out that no known change closes; then the cut closes the others.
  std::vector<std::uint32_t> uncut;
};

struct CutOptions {
  double solver_seconds = 2.0;  ///< for all components together; the answer is then a bound
};

/// The cheapest set of changes after which no way out is left, checked by propagating the removal
/// through the whole proof graph, so that it holds for ways out that were never listed as well.
Cut find_cut(const fact::FactBase& facts, const RuleSet& rules, const Evaluation& result,
             const WaysOut& ways_out, const CutOptions& options);

}  // namespace wayout::reason
