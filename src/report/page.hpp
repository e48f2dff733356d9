// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

namespace wayout::report {

enum class Style : std::uint8_t { kPlain, kBold, kDim, kRed, kYellow, kBlue, kGreen, kAlarm };

/// A stretch of one line. The text must be printable: its width is counted.
struct Piece {
  Style style = Style::kPlain;
  std::string text;
};

/// Lines of at most `width` columns, coloured or not.
class Page {
 public:
  Page(std::ostream& out, bool colour, int width);

  std::size_t width() const { return width_; }
  void blank() { out_ << '\n'; }
  void line(const std::vector<Piece>& pieces);
  /// `prefix`, then `body` wrapped at words below itself, and `right` at the right edge of the
  /// first line. A `right` wider than 45 % of the page loses its beginning, a body beyond
  /// `max_lines` its end.
  void row(const std::vector<Piece>& prefix, const Piece& body, const Piece& right = {},
           std::size_t max_lines = 4);

 private:
  void put(const Piece& piece);

  std::ostream& out_;
  bool colour_;
  std::size_t width_;
};

}  // namespace wayout::report
