// SPDX-License-Identifier: Apache-2.0
#include "text/positions.hpp"

#include <algorithm>
#include <cstring>

namespace wayout::text {
namespace {

constexpr std::size_t kStride = 1024;

bool is_ascii(std::string_view text) {
  std::size_t i = 0;
  for (; i + 8 <= text.size(); i += 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, text.data() + i, 8);
    if ((word & 0x8080808080808080u) != 0) return false;
  }
  return std::all_of(text.begin() + static_cast<std::ptrdiff_t>(i), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

bool has_lone_return(std::string_view text) {
  for (std::size_t at = text.find('\r'); at != std::string_view::npos;
       at = text.find('\r', at + 1)) {
    if (at + 1 >= text.size() || text[at + 1] != '\n') return true;
  }
  return false;
}

std::uint32_t length_of(unsigned char lead) {
  return lead < 0x80 ? 1u : lead < 0xE0 ? 2u : lead < 0xF0 ? 3u : 4u;
}

}  // namespace

Positions::Positions(std::string_view text, std::uint32_t first_line, bool parsed_copy)
    : text_(text),
      first_line_(first_line),
      plain_(!parsed_copy && is_ascii(text) && !has_lone_return(text)) {
  cursor_.line = first_line;
  if (plain_) return;
  for (Cursor cursor = cursor_; cursor.byte < text_.size(); step(cursor)) {
    if (cursor.index % kStride == 0) table_.push_back(cursor);
  }
}

void Positions::step(Cursor& cursor) const {
  const char c = text_[cursor.byte];
  cursor.byte += length_of(static_cast<unsigned char>(c));
  ++cursor.index;
  if (c == '\n') {
    ++cursor.line;
    cursor.line_start = cursor.byte;
  }
}

Place Positions::walk(std::size_t index) const {
  if (index < cursor_.index || index - cursor_.index > kStride) {
    const std::size_t entry = index / kStride;
    if (entry < table_.size()) cursor_ = table_[entry];
  }
  while (cursor_.index < index && cursor_.byte < text_.size()) step(cursor_);
  return {cursor_.line, cursor_.byte - cursor_.line_start + 1, cursor_.byte};
}

Place Positions::end() const {
  if (!end_) {
    const auto lines = std::count(text_.begin(), text_.end(), '\n');
    const std::size_t line_start = text_.rfind('\n') + 1;  // npos + 1 is 0
    end_ = Place{first_line_ + static_cast<std::uint32_t>(lines),
                 static_cast<std::uint32_t>(text_.size() - line_start) + 1,
                 static_cast<std::uint32_t>(text_.size())};
  }
  return *end_;
}

}  // namespace wayout::text
