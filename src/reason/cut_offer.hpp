// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <vector>

#include "reason/rule.hpp"

namespace wayout::reason {

/// A change that could be made here: one entry of the table of changes, for one place.
struct Offer {
  std::uint32_t change = 0;  ///< index into RuleSet::changes
  std::uint32_t cost = 1;
  std::string text;
  std::vector<fact::FactId> removes;  ///< sorted
};

/// Every change that takes away some of these reader-made facts, in a stable order. Facts that one
/// edit states for several (a shared anchor, `ALL`) go with one change; so do entries of the table
/// that read the same once filled in, at the lower cost.
std::vector<Offer> offer_changes(const fact::FactBase& facts, const RuleSet& rules,
                                 std::span<const fact::FactId> leaves);

}  // namespace wayout::reason
