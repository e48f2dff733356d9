// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

namespace wayout::reason {

/// What is left of a hitting-set instance after everything that is plain has been decided.
struct ReducedInstance {
  std::vector<std::uint32_t> forced;  ///< columns that some optimum holds
  /// Rows of parts that share no column; columns keep their numbers.
  std::vector<std::vector<std::vector<std::uint32_t>>> parts;
};

/// Rows that contain another row are dropped; columns that another one replaces at no higher cost
/// are dropped; the column of a row with only one is taken; until nothing changes.
ReducedInstance reduce(std::vector<std::vector<std::uint32_t>> rows,
                       const std::vector<std::uint32_t>& costs);

}  // namespace wayout::reason
