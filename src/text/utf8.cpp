// SPDX-License-Identifier: Apache-2.0
#include "text/utf8.hpp"

#include <charconv>
#include <cstdio>
#include <cstring>
#include <system_error>

namespace wayout::text {

std::size_t find_invalid_utf8(std::string_view text) {
  const auto* bytes = reinterpret_cast<const unsigned char*>(text.data());
  const std::size_t size = text.size();
  std::size_t i = 0;
  while (i < size) {
    // Eight ASCII bytes at a time: nearly all of every manifest.
    std::uint64_t word = 0;
    while (i + 8 <= size) {
      std::memcpy(&word, bytes + i, 8);
      if ((word & 0x8080808080808080u) != 0) break;
      i += 8;
    }
    if (i >= size) break;
    const unsigned char lead = bytes[i];
    if (lead < 0x80) {
      ++i;
      continue;
    }
    const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
    if (lead < 0xC2 || lead > 0xF4 || i + length > size) return i;
    for (std::size_t k = 1; k < length; ++k) {
      if ((bytes[i + k] & 0xC0) != 0x80) return i;
    }
    const unsigned char second = bytes[i + 1];
    if ((lead == 0xE0 && second < 0xA0) || (lead == 0xED && second > 0x9F) ||
        (lead == 0xF0 && second < 0x90) || (lead == 0xF4 && second > 0x8F)) {
      return i;
    }
    i += length;
  }
  return std::string_view::npos;
}

void put_utf8(std::string& out, std::uint32_t code) {
  const auto byte = [&](std::uint32_t bits) { out += static_cast<char>(bits); };
  if (code < 0x80) {
    byte(code);
  } else if (code < 0x800) {
    byte(0xC0 | code >> 6);
    byte(0x80 | (code & 0x3F));
  } else if (code < 0x10000) {
    byte(0xE0 | code >> 12);
    byte(0x80 | (code >> 6 & 0x3F));
    byte(0x80 | (code & 0x3F));
  } else {
    byte(0xF0 | code >> 18);
    byte(0x80 | (code >> 12 & 0x3F));
    byte(0x80 | (code >> 6 & 0x3F));
    byte(0x80 | (code & 0x3F));
  }
}

namespace {

/// The value of `\uXXXX` at `at`, or 0.
std::uint32_t escape_at(std::string_view text, std::size_t at) {
  if (at + 6 > text.size() || text[at] != '\\' || text[at + 1] != 'u') return 0;
  std::uint32_t code = 0;
  const char* end = text.data() + at + 6;
  const auto read = std::from_chars(text.data() + at + 2, end, code, 16);
  return read.ec == std::errc{} && read.ptr == end ? code : 0;
}

bool is_high(std::uint32_t code) {
  return code >= 0xD800 && code < 0xDC00;
}
bool is_low(std::uint32_t code) {
  return code >= 0xDC00 && code < 0xE000;
}

}  // namespace

std::string with_yaml_surrogates(std::string_view json) {
  std::string out;
  for (std::size_t at = json.find('\\'); at < json.size(); at = json.find('\\', at)) {
    const std::uint32_t code = escape_at(json, at);
    if (!is_high(code) && !is_low(code)) {
      at += 2;
      continue;
    }
    if (out.empty()) out = json;
    const std::uint32_t low = escape_at(json, at + 6);
    if (is_high(code) && is_low(low)) {
      // An escaped line end stands for nothing and fills up to twelve characters.
      const std::uint32_t whole = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
      char written[16];
      std::snprintf(written, sizeof written, "\\\n\\U%08X", static_cast<unsigned>(whole));
      out.replace(at, 12, written);
      at += 12;
    } else {
      out.replace(at, 6, "\\uFFFD");
      at += 6;
    }
  }
  return out;
}

}  // namespace wayout::text
