// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace wayout::text {

/// Cuts at white space outside quotes; quotes and escapes are kept.
std::vector<std::string_view> split_words(std::string_view text, char escape);

/// The first of those words, white space before it skipped; empty when there is none.
std::string_view first_word(std::string_view text, char escape);

/// The strings of a JSON array of strings, or false when it is anything else.
bool read_json_strings(std::string_view text, std::vector<std::string>& out);

/// Substitutes variables and removes quotes as BuildKit's word lexer does.
class Expander {
 public:
  /// The value of a variable, or null when it is not known.
  using Lookup = std::function<const std::string*(std::string_view name)>;

  /// `budget` is how many bytes may still be written; nested definitions such as `ENV a=$a$a` grow
  /// without bound otherwise.
  Expander(Lookup lookup, char escape, std::size_t& budget)
      : lookup_(std::move(lookup)), escape_(escape), budget_(budget) {}

  std::string without_quotes(std::string_view word) { return run(word, false, 0); }
  std::string with_quotes(std::string_view text) { return run(text, true, 0); }

  /// A variable without a known value was met and left as written.
  bool unresolved() const { return unresolved_; }
  bool over_budget() const { return over_budget_; }

 private:
  std::string run(std::string_view text, bool keep_quotes, int depth);
  void single_quoted(std::string_view text, std::size_t& at, bool keep, std::string& out);
  void dollar(std::string_view text, std::size_t& at, bool keep_quotes, int depth,
              std::string& out);
  void braced(std::string_view inside, std::string_view whole, bool keep_quotes, int depth,
              std::string& out);
  void put(std::string& out, std::string_view text);
  void leave(std::string& out, std::string_view whole);

  Lookup lookup_;
  char escape_;
  std::size_t& budget_;
  bool unresolved_ = false;
  bool over_budget_ = false;
};

}  // namespace wayout::text
