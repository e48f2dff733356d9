// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace wayout::report {

/// One code point of a text, or one byte of it that is no UTF-8.
struct CodePoint {
  char32_t value = 0;
  std::size_t bytes = 1;
  bool valid = false;
};
CodePoint code_point_at(std::string_view text, std::size_t at);

/// Text of a stranger made harmless for a person's eyes: control characters, line ends and marks
/// that turn the writing direction come out as `\n`, `\x1b` or `\u202e`, bytes that are no UTF-8 as
/// U+FFFD.
std::string printable(std::string_view text);

/// Columns of a terminal that a printable text fills.
std::size_t width_of(std::string_view text);

/// The text cut to at most `columns`, with `…` for what is missing at its end or, for paths, at
/// its beginning.
std::string cut_end(std::string_view text, std::size_t columns);
std::string cut_begin(std::string_view text, std::size_t columns);

}  // namespace wayout::report
