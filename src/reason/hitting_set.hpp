// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <utility>
#include <vector>

namespace wayout::reason {

/// Choose columns of least total cost such that every row holds a chosen one.
struct HittingSet {
  std::vector<std::uint32_t> chosen;  ///< sorted
  std::uint64_t cost = 0;
  std::uint64_t lower_bound = 0;
  bool exact() const { return cost == lower_bound; }
};

/// Solves a growing series of instances over the same columns; parts that stay the same are not
/// solved twice. Rows must not be empty; costs are positive.
class HittingSetSolver {
 public:
  using Row = std::vector<std::uint32_t>;  ///< columns, sorted

  HittingSetSolver(std::vector<std::uint32_t> costs, double seconds)
      : costs_(std::move(costs)), seconds_left_(seconds) {}
  HittingSet solve(std::vector<Row> rows);

 private:
  HittingSet solve_part(const std::vector<Row>& rows);

  std::vector<std::uint32_t> costs_;
  double seconds_left_;  ///< for the integer solver
  std::map<std::vector<Row>, HittingSet> solved_;
};

}  // namespace wayout::reason
