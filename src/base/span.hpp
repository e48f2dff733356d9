// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "base/id.hpp"

namespace wayout::base {

using FileId = Id<struct FileTag>;

/// A stretch of one source file. Lines and columns count from 1 (columns in bytes); `begin` and
/// `end` are byte offsets into the file, `end` exclusive. A default-made span names no place.
struct Span {
  FileId file;
  std::uint32_t line = 0;
  std::uint32_t column = 0;
  std::uint32_t end_line = 0;
  std::uint32_t end_column = 0;
  std::uint32_t begin = 0;
  std::uint32_t end = 0;

  constexpr bool valid() const { return file.valid() && line != 0; }
  friend constexpr bool operator==(const Span&, const Span&) = default;
};

}  // namespace wayout::base
