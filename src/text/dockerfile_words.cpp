// SPDX-License-Identifier: Apache-2.0
#include "text/dockerfile_words.hpp"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "text/utf8.hpp"

namespace wayout::text {
namespace {

// `${a:-${b:-...}}` nests; no Dockerfile needs more.
constexpr int kNesting = 32;

bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\v' || c == '\f' || c == '\r' || c == '\n';
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_name_start(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

/// Length of the variable name at the start of `text`; 0 when there is none.
std::size_t name_length(std::string_view text) {
  if (text.empty()) return 0;
  std::size_t end = 0;
  if (is_digit(text[0])) {
    while (end < text.size() && is_digit(text[end])) ++end;
  } else if (is_name_start(text[0])) {
    while (end < text.size() && (is_name_start(text[end]) || is_digit(text[end]))) ++end;
  }
  return end;
}

/// Index of the brace that closes the one before `text`, or npos.
std::size_t closing_brace(std::string_view text) {
  int depth = 1;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '{' && i > 0 && text[i - 1] == '$') ++depth;
    if (text[i] == '}' && --depth == 0) return i;
  }
  return std::string_view::npos;
}

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

/// Reads JSON strings; anything that RFC 8259 does not allow makes it fail.
class JsonStrings {
 public:
  explicit JsonStrings(std::string_view text) : text_(text) {}

  bool read(std::vector<std::string>& out) {
    if (!take('[')) return false;
    if (take(']')) return at_end();
    do {
      std::string item;
      if (!string(item)) return false;
      out.push_back(std::move(item));
    } while (take(','));
    return take(']') && at_end();
  }

 private:
  void skip() {
    while (at_ < text_.size() && is_space(text_[at_])) ++at_;
  }
  bool take(char c) {
    skip();
    if (at_ >= text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  bool at_end() {
    skip();
    return at_ == text_.size();
  }

  bool hex4(std::uint32_t& code) {
    if (at_ + 4 > text_.size()) return false;
    code = 0;
    for (int i = 0; i < 4; ++i) {
      const int digit = hex_value(text_[at_++]);
      if (digit < 0) return false;
      code = code << 4 | static_cast<std::uint32_t>(digit);
    }
    return true;
  }

  bool unicode(std::string& out) {
    std::uint32_t code = 0;
    if (!hex4(code)) return false;
    if (code >= 0xD800 && code < 0xDC00 && text_.substr(at_, 2) == "\\u") {
      at_ += 2;
      std::uint32_t low = 0;
      if (!hex4(low)) return false;
      code = low >= 0xDC00 && low < 0xE000 ? 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00)
                                           : 0xFFFD;
    }
    put_utf8(out, code >= 0xD800 && code < 0xE000 ? 0xFFFD : code);
    return true;
  }

  bool string(std::string& out) {
    if (!take('"')) return false;
    constexpr std::string_view kEscapes = "\"\\/bfnrt";
    constexpr std::string_view kMeanings = "\"\\/\b\f\n\r\t";
    while (at_ < text_.size()) {
      const char c = text_[at_++];
      if (c == '"') return true;
      if (static_cast<unsigned char>(c) < 0x20) return false;
      if (c != '\\') {
        out += c;
        continue;
      }
      if (at_ >= text_.size()) return false;
      const char escaped = text_[at_++];
      if (escaped == 'u') {
        if (!unicode(out)) return false;
        continue;
      }
      const std::size_t which = kEscapes.find(escaped);
      if (which == std::string_view::npos) return false;
      out += kMeanings[which];
    }
    return false;
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace

std::string_view first_word(std::string_view text, char escape) {
  std::size_t at = 0;
  while (at < text.size() && is_space(text[at])) ++at;
  const std::size_t start = at;
  char quote = '\0';
  for (; at < text.size(); ++at) {
    const char c = text[at];
    if (quote == '\0' && is_space(c)) break;
    if (c == escape && quote != '\'') {
      if (at + 1 < text.size()) ++at;
    } else if (quote == c) {
      quote = '\0';
    } else if (quote == '\0' && (c == '"' || c == '\'')) {
      quote = c;
    }
  }
  return text.substr(start, at - start);
}

std::vector<std::string_view> split_words(std::string_view text, char escape) {
  std::vector<std::string_view> words;
  for (;;) {
    const std::string_view word = first_word(text, escape);
    if (word.empty()) return words;
    words.push_back(word);
    text.remove_prefix(static_cast<std::size_t>(word.data() - text.data()) + word.size());
  }
}

bool read_json_strings(std::string_view text, std::vector<std::string>& out) {
  std::vector<std::string> strings;
  if (!JsonStrings(text).read(strings)) return false;
  out = std::move(strings);
  return true;
}

void Expander::put(std::string& out, std::string_view text) {
  if (text.size() > budget_) {
    over_budget_ = true;
    unresolved_ = true;
    return;
  }
  budget_ -= text.size();
  out += text;
}

void Expander::leave(std::string& out, std::string_view whole) {
  unresolved_ = true;
  put(out, whole);
}

/// `inside` stands between the braces of `whole`: a name, then maybe an operator and a word.
void Expander::braced(std::string_view inside, std::string_view whole, bool keep_quotes, int depth,
                      std::string& out) {
  const std::size_t length = name_length(inside);
  if (length == 0) return leave(out, whole);
  const std::string* value = lookup_(inside.substr(0, length));
  std::string_view rest = inside.substr(length);
  if (rest.empty()) {
    if (value != nullptr) return put(out, *value);
    return leave(out, whole);
  }
  bool set = value != nullptr;
  if (rest.front() == ':') {
    set = set && !value->empty();
    rest.remove_prefix(1);
  }
  if (rest.empty()) return leave(out, whole);
  const char operation = rest.front();
  const std::string_view word = rest.substr(1);
  if (operation == '-') {
    if (set) return put(out, *value);
    return put(out, run(word, keep_quotes, depth + 1));
  }
  if (operation == '+') {
    if (set) put(out, run(word, keep_quotes, depth + 1));
    return;
  }
  if (operation == '?' && set) return put(out, *value);
  // Pattern removal and replacement (`#`, `%`, `/`) are left as written: the value is not known.
  leave(out, whole);
}

/// `at` is at the dollar sign; afterwards behind what belongs to it.
void Expander::dollar(std::string_view text, std::size_t& at, bool keep_quotes, int depth,
                      std::string& out) {
  const std::string_view rest = text.substr(at + 1);
  if (!rest.empty() && rest.front() == '{') {
    const std::size_t close = closing_brace(rest.substr(1));
    if (close == std::string_view::npos || depth >= kNesting) {
      leave(out, text.substr(at));
      at = text.size();
      return;
    }
    const std::string_view whole = text.substr(at, close + 3);
    at += whole.size();
    return braced(rest.substr(1, close), whole, keep_quotes, depth, out);
  }
  const std::size_t length = name_length(rest);
  const std::string_view whole = text.substr(at, length + 1);
  at += whole.size();
  if (length == 0) return put(out, "$");
  const std::string* value = lookup_(rest.substr(0, length));
  if (value != nullptr) return put(out, *value);
  leave(out, whole);
}

void Expander::single_quoted(std::string_view text, std::size_t& at, bool keep, std::string& out) {
  const std::size_t close = text.find('\'', at + 1);
  const std::size_t end = close == std::string_view::npos ? text.size() : close;
  put(out, keep ? text.substr(at, end + 1 - at) : text.substr(at + 1, end - at - 1));
  at = close == std::string_view::npos ? text.size() : close + 1;
}

std::string Expander::run(std::string_view text, bool keep_quotes, int depth) {
  std::string out;
  bool quoted = false;
  for (std::size_t at = 0; at < text.size();) {
    const char c = text[at];
    if (c == '\'' && !quoted) {
      single_quoted(text, at, keep_quotes, out);
    } else if (c == '"') {
      quoted = !quoted;
      if (keep_quotes) put(out, "\"");
      ++at;
    } else if (c == escape_) {
      const char next = at + 1 < text.size() ? text[at + 1] : '\0';
      // Inside double quotes only these may be escaped; before others the escape stays.
      const bool escapes = !quoted || next == '"' || next == '$' || next == escape_;
      if (keep_quotes || !escapes) put(out, text.substr(at, 1));
      if (next != '\0') put(out, text.substr(at + 1, 1));
      at += 2;
    } else if (c == '$') {
      dollar(text, at, keep_quotes, depth, out);
    } else {
      const char special[] = {'\'', '"', '$', escape_};
      const std::size_t end =
          std::min(text.find_first_of({special, sizeof special}, at + 1), text.size());
      put(out, text.substr(at, end - at));
      at = end;
    }
  }
  return out;
}

}  // namespace wayout::text
