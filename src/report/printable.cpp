// SPDX-License-Identifier: Apache-2.0
#include "report/printable.hpp"

#include <array>

namespace wayout::report {

namespace {

struct Range {
  char32_t first;
  char32_t last;
};

template <std::size_t kCount>
bool is_in(char32_t c, const std::array<Range, kCount>& ranges) {
  for (const Range& range : ranges) {
    if (c >= range.first && c <= range.last) return true;
  }
  return false;
}

/// Control characters, direction marks and invisible characters: nothing a reader can see.
constexpr std::array<Range, 9> kInvisible = {{{0x00, 0x1f},
                                              {0x7f, 0x9f},
                                              {0xad, 0xad},
                                              {0x61c, 0x61c},
                                              {0x200b, 0x200f},
                                              {0x2028, 0x202e},
                                              {0x2060, 0x206f},
                                              {0xfeff, 0xfeff},
                                              {0xe0000, 0xe0fff}}};
constexpr std::array<Range, 5> kCombining = {
    {{0x300, 0x36f}, {0x483, 0x489}, {0x1ab0, 0x1aff}, {0x20d0, 0x20ff}, {0xfe00, 0xfe2f}}};
/// East Asian wide and full-width characters and pictographs (Unicode annex 11).
constexpr std::array<Range, 9> kWide = {{{0x1100, 0x115f},
                                         {0x2e80, 0x303e},
                                         {0x3041, 0xa4cf},
                                         {0xac00, 0xd7a3},
                                         {0xf900, 0xfaff},
                                         {0xfe30, 0xfe6f},
                                         {0xff00, 0xff60},
                                         {0x1f300, 0x1faff},
                                         {0x20000, 0x3fffd}}};

void append_escape(std::string& out, char32_t c) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  if (c == '\n') {
    out += "\\n";
  } else if (c == '\t') {
    out += "\\t";
  } else {
    out += c < 0x100 ? "\\x" : "\\u";
    const int digits = c < 0x100 ? 2 : c < 0x10000 ? 4 : 6;
    for (int i = digits - 1; i >= 0; --i) out += kDigits[(c >> (4 * i)) & 15];
  }
}

std::size_t columns_of(char32_t c) {
  if (c < 0x300) return 1;
  if (is_in(c, kCombining)) return 0;
  return is_in(c, kWide) ? 2 : 1;
}

}  // namespace

CodePoint code_point_at(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = byte(at);
  if (first < 0x80) return {first, 1, true};
  const std::size_t length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4 || at + length > text.size()) return {};
  char32_t value = first & (0xffu >> (length + 1));
  for (std::size_t i = at + 1; i < at + length; ++i) {
    if ((byte(i) & 0xc0) != 0x80) return {};
    value = value << 6 | (byte(i) & 0x3f);
  }
  // Overlong forms, surrogates and what lies beyond Unicode.
  if ((length == 3 && value < 0x800) || (length == 4 && (value < 0x10000 || value > 0x10ffff)) ||
      (value >= 0xd800 && value <= 0xdfff)) {
    return {};
  }
  return {value, length, true};
}

std::string printable(std::string_view text) {
  // Nearly all text is plain ASCII.
  std::size_t plain = 0;
  while (plain < text.size() && text[plain] >= 0x20 && text[plain] < 0x7f) ++plain;
  std::string out(text.substr(0, plain));
  for (std::size_t at = plain; at < text.size();) {
    const CodePoint c = code_point_at(text, at);
    if (!c.valid) {
      out += "\xef\xbf\xbd";
    } else if (is_in(c.value, kInvisible)) {
      append_escape(out, c.value);
    } else {
      out += text.substr(at, c.bytes);
    }
    at += c.bytes;
  }
  return out;
}

std::size_t width_of(std::string_view text) {
  std::size_t width = 0;
  for (std::size_t at = 0; at < text.size();) {
    const CodePoint c = code_point_at(text, at);
    width += c.valid ? columns_of(c.value) : 1;
    at += c.bytes;
  }
  return width;
}

std::string cut_end(std::string_view text, std::size_t columns) {
  // No character is wider than its bytes are many.
  if (text.size() <= columns) return std::string(text);
  std::size_t width = 0;
  std::size_t keep = 0;  // where the text that leaves room for the mark ends
  for (std::size_t at = 0; at < text.size();) {
    const CodePoint c = code_point_at(text, at);
    width += c.valid ? columns_of(c.value) : 1;
    if (width > columns) return std::string(text.substr(0, keep)) + (columns > 0 ? "…" : "");
    at += c.bytes;
    if (width + 1 <= columns) keep = at;
  }
  return std::string(text);
}

std::string cut_begin(std::string_view text, std::size_t columns) {
  std::size_t width = width_of(text);
  if (width <= columns) return std::string(text);
  std::size_t at = 0;
  while (at < text.size() && width + 1 > columns) {
    const CodePoint c = code_point_at(text, at);
    width -= c.valid ? columns_of(c.value) : 1;
    at += c.bytes;
  }
  return (columns > 0 ? "…" : "") + std::string(text.substr(at));
}

}  // namespace wayout::report
