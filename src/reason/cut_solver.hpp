// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

namespace wayout::reason {

/// What the integer solver found in its time.
struct SolverAnswer {
  std::vector<std::uint32_t> chosen;  ///< empty when no solution was found
  std::uint64_t lower_bound = 0;
};

/// Hitting set as an integer program: columns 0..costs.size()-1, every row wants one of its own.
SolverAnswer solve_integer(const std::vector<std::vector<std::uint32_t>>& rows,
                           const std::vector<std::uint32_t>& costs, double seconds);

}  // namespace wayout::reason
