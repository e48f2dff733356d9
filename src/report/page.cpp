// SPDX-License-Identifier: Apache-2.0
#include "report/page.hpp"

#include <algorithm>
#include <array>

#include "report/printable.hpp"

namespace wayout::report {

namespace {

constexpr std::size_t kGap = 2;  // columns kept free before what stands at the right edge
constexpr int kNarrowest = 60;

std::string_view escape_of(Style style) {
  constexpr std::array<std::string_view, 8> kEscapes = {
      "", "\x1b[1m", "\x1b[2m", "\x1b[31m", "\x1b[33m", "\x1b[34m", "\x1b[32m", "\x1b[1;31m"};
  return kEscapes[static_cast<std::size_t>(style)];
}

/// Takes from `text` what fits in `columns`: whole words if a word fits at all. `last`: all that
/// is left, cut short.
std::string take_line(std::string_view& text, std::size_t columns, bool last) {
  if (last || width_of(text) <= columns) {
    std::string line = cut_end(text, columns);
    text = {};
    return line;
  }
  std::size_t width = 0;
  std::size_t at = 0;
  std::size_t space = std::string_view::npos;
  while (at < text.size()) {
    const CodePoint c = code_point_at(text, at);
    width += width_of(text.substr(at, c.bytes));
    if (c.value == ' ' && width <= columns + 1) space = at;
    if (width > columns) break;
    at += c.bytes;
  }
  const std::size_t end = space != std::string_view::npos && space > 0 ? space : at;
  std::string line(text.substr(0, end));
  text.remove_prefix(end);
  while (text.starts_with(' ')) text.remove_prefix(1);
  return line;
}

std::size_t total_width(const std::vector<Piece>& pieces) {
  std::size_t width = 0;
  for (const Piece& piece : pieces) width += width_of(piece.text);
  return width;
}

}  // namespace

Page::Page(std::ostream& out, bool colour, int width)
    : out_(out), colour_(colour), width_(static_cast<std::size_t>(std::max(width, kNarrowest))) {}

void Page::put(const Piece& piece) {
  if (!colour_ || piece.style == Style::kPlain || piece.text.empty()) {
    out_ << piece.text;
  } else {
    out_ << escape_of(piece.style) << piece.text << "\x1b[0m";
  }
}

void Page::line(const std::vector<Piece>& pieces) {
  std::size_t left = width_;
  for (const Piece& piece : pieces) {
    const Piece shown{piece.style, cut_end(piece.text, left)};
    left -= std::min(left, width_of(shown.text));
    put(shown);
  }
  out_ << '\n';
}

void Page::row(const std::vector<Piece>& prefix, const Piece& body, const Piece& right,
               std::size_t max_lines) {
  const std::size_t indent = std::min(total_width(prefix), width_ / 2);
  const Piece edge{right.style, cut_begin(right.text, width_ * 45 / 100)};
  const std::size_t edge_width = width_of(edge.text);
  std::string_view text = body.text;
  for (std::size_t number = 1; number == 1 || !text.empty(); ++number) {
    const std::size_t taken = number == 1 && edge_width > 0 ? edge_width + kGap : 0;
    const std::size_t room = width_ - indent - taken;
    const std::string part = take_line(text, room, number == max_lines);
    if (number == 1) {
      std::size_t left = indent;
      for (const Piece& piece : prefix) {
        const Piece shown{piece.style, cut_end(piece.text, left)};
        left -= std::min(left, width_of(shown.text));
        put(shown);
      }
    } else {
      out_ << std::string(indent, ' ');
    }
    put({body.style, part});
    if (taken > 0) {
      out_ << std::string(width_ - indent - width_of(part) - edge_width, ' ');
      put(edge);
    }
    out_ << '\n';
  }
}

}  // namespace wayout::report
