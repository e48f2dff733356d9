// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

namespace wayout::report {

/// Writes JSON as it comes, through a buffer. Text is made valid: control characters become
/// escapes, bytes that are no UTF-8 become U+FFFD. The caller keeps begin and end in balance.
class JsonWriter {
 public:
  explicit JsonWriter(std::ostream& out) : out_(out) {}
  ~JsonWriter() { flush(); }
  JsonWriter(const JsonWriter&) = delete;
  JsonWriter& operator=(const JsonWriter&) = delete;

  JsonWriter& begin_object() { return open('{'); }
  JsonWriter& end_object() { return close('}'); }
  JsonWriter& begin_array() { return open('['); }
  JsonWriter& end_array() { return close(']'); }
  JsonWriter& key(std::string_view name);
  JsonWriter& value(std::string_view text);
  JsonWriter& value(const char* text) { return value(std::string_view(text)); }
  JsonWriter& value(std::uint64_t number);
  JsonWriter& value(std::int64_t number);
  JsonWriter& value(std::uint32_t number) { return value(std::uint64_t{number}); }
  JsonWriter& value(int number) { return value(std::int64_t{number}); }
  JsonWriter& value(bool flag);
  JsonWriter& null();

  template <class T>
  JsonWriter& field(std::string_view name, const T& content) {
    return key(name).value(content);
  }
  /// Members of an object that a JsonWriter wrote before.
  JsonWriter& members(std::string_view written);
  /// null for an empty text.
  JsonWriter& text_or_null(std::string_view name, std::string_view text);
  /// Starts the next key or element on a line of its own: reports stay readable and diffable.
  void new_line() { line_wanted_ = true; }
  void flush();

 private:
  JsonWriter& open(char bracket);
  JsonWriter& close(char bracket);
  void separate();
  void quote(std::string_view text);

  std::ostream& out_;
  std::string buffer_;
  std::vector<bool> has_items_;
  bool after_key_ = false;
  bool line_wanted_ = false;
};

}  // namespace wayout::report
