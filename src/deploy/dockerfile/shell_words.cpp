// SPDX-License-Identifier: Apache-2.0
#include "deploy/dockerfile/shell_words.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>

namespace wayout::deploy {
namespace {

// Words that stand before a command without being one.
constexpr auto kKeywords =
    std::to_array<std::string_view>({"if", "then", "else", "elif", "while", "until", "do", "!", "{",
                                     "}", "time", "exec", "eval", "command", "nohup"});

bool is_assignment(std::string_view word) {
  const std::size_t equals = word.find('=');
  if (equals == std::string_view::npos || equals == 0) return false;
  return std::all_of(word.begin(), word.begin() + static_cast<std::ptrdiff_t>(equals), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  });
}

/// Reads character by character; the state is the word and the command being built.
class Splitter {
 public:
  explicit Splitter(std::string_view text) : text_(text) {}

  std::vector<ShellCommand> run() {
    while (at_ < text_.size()) step();
    end_command(false);
    return std::move(out_);
  }

 private:
  void step() {
    const char c = text_[at_];
    const char next = at_ + 1 < text_.size() ? text_[at_ + 1] : '\0';
    if (c == '\\') {
      if (next != '\n' && next != '\0') word_ += next;
      at_ += 2;
    } else if (c == '\'' && !quoted_) {
      const std::size_t close = std::min(text_.find('\'', at_ + 1), text_.size());
      word_ += text_.substr(at_ + 1, close - at_ - 1);
      in_word_ = true;
      at_ = close + 1;
    } else if (c == '"') {
      quoted_ = !quoted_;
      in_word_ = true;
      ++at_;
    } else if ((c == '$' || c == '<') && next == '(') {
      end_command(false);
      // A quote inside a substitution is another one than the quote around it.
      outer_.push_back(quoted_);
      quoted_ = false;
      at_ += 2;
    } else if (quoted_) {
      word_ += c;
      ++at_;
    } else {
      plain(c, next);
    }
  }

  void plain(char c, char next) {
    ++at_;
    if (c == ')' && !outer_.empty()) {
      end_command(false);
      quoted_ = outer_.back();
      outer_.pop_back();
      return;
    }
    if (c == ' ' || c == '\t' || c == '\r') {
      end_word();
    } else if (c == '|') {
      // `||` parts commands; `|` and `|&` join them.
      const bool alternative = next == '|';
      if (alternative) ++at_;
      end_command(!alternative);
    } else if (c == '&' && (next == '>' || (!word_.empty() && word_.back() == '>'))) {
      word_ += c;  // a redirection: `2>&1`, `&>file`
    } else if (c == ';' || c == '&' || c == '\n' || c == '(' || c == ')' || c == '`') {
      end_command(false);
    } else if (c == '#' && word_.empty() && !in_word_) {
      at_ = std::min(text_.find('\n', at_), text_.size());
    } else {
      word_ += c;
    }
  }

  void end_word() {
    if (word_.empty() && !in_word_) return;
    in_word_ = false;
    std::string word = std::move(word_);
    word_.clear();
    const bool first = command_.words.empty();
    const bool exported = !first && command_.words.size() == 1 &&
                          (command_.words[0] == "export" || command_.words[0] == "env");
    if ((first || exported) && is_assignment(word)) {
      command_.assignments.push_back(std::move(word));
      return;
    }
    if (first && std::find(kKeywords.begin(), kKeywords.end(), word) != kKeywords.end()) return;
    command_.words.push_back(std::move(word));
  }

  void end_command(bool next_is_piped) {
    end_word();
    if (!command_.words.empty() || !command_.assignments.empty()) {
      out_.push_back(std::move(command_));
    }
    command_ = ShellCommand{};
    command_.piped = next_is_piped;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  bool quoted_ = false;
  std::vector<bool> outer_;  // quoted_ around each open substitution
  bool in_word_ = false;
  std::string word_;
  ShellCommand command_;
  std::vector<ShellCommand> out_;
};

}  // namespace

std::vector<ShellCommand> shell_commands(std::string_view text) {
  return Splitter(text).run();
}

}  // namespace wayout::deploy
