// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

namespace wayout::base {

/// What one scan spends at most on hostile input. Reaching one of these is reported as
/// 'not analysed: why', never silently.
struct Limits {
  std::size_t file_bytes = 256u << 20;  ///< one file
  std::size_t files = 200'000;          ///< files of one target
  std::size_t directory_depth = 64;
  std::size_t nesting = 64;                ///< nested collections in one document
  std::size_t nodes = 16'000'000;          ///< nodes of one document
  std::size_t expanded_nodes = 1'000'000;  ///< nodes of one document that aliases stand for
};

}  // namespace wayout::base
