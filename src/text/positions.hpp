// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace wayout::text {

/// A place as reports show it.
struct Place {
  std::uint32_t line = 1;
  std::uint32_t column = 1;  ///< in bytes
  std::uint32_t byte = 0;    ///< offset into the text
};

/// Turns a character index into a place. libyaml counts characters, not bytes, and ends lines at
/// lone carriage returns and at U+0085, U+2028 and U+2029 as well, where editors do not. Nearly all
/// text has none of these, and then libyaml's own numbers are right and free; otherwise a cursor
/// walks along, and jumps to a table entry when asked about an earlier place.
class Positions {
 public:
  /// `text` must be valid UTF-8 and outlive this object; `first_line` is the line it starts on.
  /// `parsed_copy`: libyaml reads a copy of it with as many characters but other line ends.
  Positions(std::string_view text, std::uint32_t first_line, bool parsed_copy);

  /// `index`, `line` and `column` as libyaml counts them, from 0.
  Place at(std::size_t index, std::size_t line, std::size_t column) const {
    if (plain_ && index < text_.size()) {
      return {static_cast<std::uint32_t>(line) + first_line_,
              static_cast<std::uint32_t>(column) + 1, static_cast<std::uint32_t>(index)};
    }
    return plain_ ? end() : walk(index);
  }

 private:
  struct Cursor {
    std::size_t index = 0;  // characters before it
    std::uint32_t byte = 0;
    std::uint32_t line = 1;
    std::uint32_t line_start = 0;  // byte
  };

  Place walk(std::size_t index) const;
  /// libyaml makes up a line end at the end of the text.
  Place end() const;
  void step(Cursor& cursor) const;

  std::string_view text_;
  std::uint32_t first_line_;
  bool plain_;
  std::vector<Cursor> table_;  // every kStride characters
  mutable Cursor cursor_;
  mutable std::optional<Place> end_;
};

}  // namespace wayout::text
