// SPDX-License-Identifier: Apache-2.0
#include "report/json_writer.hpp"

#include <array>
#include <charconv>

#include "report/printable.hpp"

namespace wayout::report {

namespace {
constexpr std::size_t kBuffer = 1u << 16;

/// Bytes that stand for themselves in a JSON string: ASCII but for controls, quote and backslash.
constexpr std::array<bool, 256> kPlain = [] {
  std::array<bool, 256> plain{};
  for (std::size_t byte = 0x20; byte < 0x7f; ++byte) plain[byte] = byte != '"' && byte != '\\';
  return plain;
}();
}  // namespace

void JsonWriter::flush() {
  out_.write(buffer_.data(), static_cast<std::streamsize>(buffer_.size()));
  buffer_.clear();
}

void JsonWriter::separate() {
  if (after_key_) {
    after_key_ = false;
    return;
  }
  if (buffer_.size() > kBuffer) flush();
  if (!has_items_.empty()) {
    if (has_items_.back()) buffer_ += ',';
    has_items_.back() = true;
  }
  if (line_wanted_) {
    buffer_ += '\n';
    buffer_.append(2 * has_items_.size(), ' ');
    line_wanted_ = false;
  } else if (!buffer_.empty() && buffer_.back() == ',') {
    buffer_ += ' ';
  }
}

JsonWriter& JsonWriter::open(char bracket) {
  separate();
  buffer_ += bracket;
  has_items_.push_back(false);
  return *this;
}

JsonWriter& JsonWriter::close(char bracket) {
  has_items_.pop_back();
  if (line_wanted_) {
    buffer_ += '\n';
    buffer_.append(2 * has_items_.size(), ' ');
    line_wanted_ = false;
  }
  buffer_ += bracket;
  if (has_items_.empty()) {
    buffer_ += '\n';
    flush();
  }
  return *this;
}

JsonWriter& JsonWriter::key(std::string_view name) {
  separate();
  quote(name);
  buffer_ += ": ";
  after_key_ = true;
  return *this;
}

JsonWriter& JsonWriter::value(std::string_view text) {
  separate();
  quote(text);
  return *this;
}

JsonWriter& JsonWriter::value(std::uint64_t number) {
  separate();
  char digits[24];
  const auto end = std::to_chars(digits, digits + sizeof digits, number).ptr;
  buffer_.append(digits, end);
  return *this;
}

JsonWriter& JsonWriter::value(std::int64_t number) {
  separate();
  char digits[24];
  const auto end = std::to_chars(digits, digits + sizeof digits, number).ptr;
  buffer_.append(digits, end);
  return *this;
}

JsonWriter& JsonWriter::value(bool flag) {
  separate();
  buffer_ += flag ? "true" : "false";
  return *this;
}

JsonWriter& JsonWriter::null() {
  separate();
  buffer_ += "null";
  return *this;
}

JsonWriter& JsonWriter::members(std::string_view written) {
  separate();
  buffer_ += written;
  return *this;
}

JsonWriter& JsonWriter::text_or_null(std::string_view name, std::string_view text) {
  key(name);
  return text.empty() ? null() : value(text);
}

void JsonWriter::quote(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  buffer_ += '"';
  std::size_t copied = 0;
  for (std::size_t at = 0; at < text.size();) {
    if (kPlain[static_cast<unsigned char>(text[at])]) {
      ++at;
      continue;
    }
    const CodePoint c = code_point_at(text, at);
    if (c.valid && c.value > 0x9f && c.value != 0x2028 && c.value != 0x2029) {
      at += c.bytes;
      continue;
    }
    buffer_.append(text.substr(copied, at - copied));
    if (!c.valid) {
      buffer_ += "\xef\xbf\xbd";
    } else if (c.value == '"' || c.value == '\\') {
      buffer_ += '\\';
      buffer_ += static_cast<char>(c.value);
    } else if (c.value == '\n') {
      buffer_ += "\\n";
    } else {
      buffer_ += "\\u";
      for (int shift = 12; shift >= 0; shift -= 4) buffer_ += kDigits[(c.value >> shift) & 15];
    }
    at += c.bytes;
    copied = at;
  }
  buffer_.append(text.substr(copied));
  buffer_ += '"';
}

}  // namespace wayout::report
