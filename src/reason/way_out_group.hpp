// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <vector>

#include "reason/chain.hpp"

namespace wayout::reason {

/// What makes ways out copies of each other: everything but the names of things.
class Shapes {
 public:
  using Key = std::vector<std::uint32_t>;
  explicit Shapes(const fact::FactBase& facts) : facts_(facts), by_fact_(facts.size(), 0) {}
  Key key(const WayOut& way);

 private:
  std::uint32_t of(fact::FactId fact);
  const fact::FactBase& facts_;
  std::vector<std::uint32_t> by_fact_;  ///< shape + 1, 0 when not asked yet
  std::map<Key, std::uint32_t> shapes_;
};

/// Drops ways out that need a superset of another's facts for the same last technique, subject and
/// goal. Near-linear: a kept one is looked up by the leaf that is rarest among its rivals.
void drop_supersets(std::vector<WayOut>& ways);

/// Cheapest first within a goal; the order depends on facts only.
void sort_ways(const ProofGraph& proofs, std::vector<WayOut>& ways);

/// Worst first. `ways` must be sorted.
std::vector<WayOutGroup> group_ways(const fact::FactBase& facts, const std::vector<WayOut>& ways);

}  // namespace wayout::reason
