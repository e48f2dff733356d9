// SPDX-License-Identifier: Apache-2.0
//
//   comment = ("#" | "//") "wayout:ignore" RULE {"," RULE} ["until" DATE] ":" REASON
// Found by searching for the word, so that files without it cost one pass of memory search.
#include "finding/comment.hpp"

#include <algorithm>
#include <cstring>

namespace wayout::finding {

namespace {

constexpr std::string_view kWord = "wayout:ignore";
constexpr std::string_view kSpace = " \t";

std::string_view trim(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

/// The place where the comment that ends just before `word` starts, or npos when it is no comment.
std::size_t comment_start(std::string_view line, std::size_t word) {
  auto end = line.find_last_not_of(kSpace, word == 0 ? 0 : word - 1);
  if (word == 0 || end == std::string_view::npos) return std::string_view::npos;
  if (line[end] == '#') return end;
  if (line[end] == '/' && end > 0 && line[end - 1] == '/') return end - 1;
  return std::string_view::npos;
}

bool is_comment_or_blank(std::string_view line) {
  const std::string_view text = trim(line);
  return text.empty() || text.front() == '#' || text.starts_with("//");
}

std::string_view line_from(std::string_view content, std::size_t begin) {
  return content.substr(begin, content.find('\n', begin) - begin);
}

/// The number of the first line after `begin` that is neither blank nor a comment.
std::uint32_t next_line_with_text(std::string_view content, std::size_t begin,
                                  std::uint32_t number) {
  while (begin < content.size() && is_comment_or_blank(line_from(content, begin))) {
    const auto end = content.find('\n', begin);
    if (end == std::string_view::npos) break;
    begin = end + 1;
    ++number;
  }
  return number;
}

/// Reads what follows the word into one suppression for each named rule.
void read_claim(std::string_view claim, Suppression common, std::vector<Suppression>& list) {
  const auto colon = claim.find(':');
  std::string_view head = trim(claim.substr(0, colon));
  if (colon != std::string_view::npos) common.reason = trim(claim.substr(colon + 1));
  const auto until = head.find(" until ");
  if (until != std::string_view::npos) {
    common.expires = trim(head.substr(until + 7));
    head = trim(head.substr(0, until));
  }
  if (head.empty()) {
    common.problem = "it names no rule";
    list.push_back(std::move(common));
    return;
  }
  while (!head.empty()) {
    const auto comma = head.find(',');
    common.rule = trim(head.substr(0, comma));
    common.problem = common.rule.find_first_of(kSpace) == std::string::npos
                         ? ""
                         : "'" + common.rule + "' is not a rule: write '" + std::string(kWord) +
                               " RULE[,RULE] [until DATE]: reason'";
    if (!common.rule.empty()) list.push_back(common);
    head = comma == std::string_view::npos ? std::string_view{} : head.substr(comma + 1);
  }
}

}  // namespace

void read_ignore_comments(base::FileId file, std::string_view content,
                          std::vector<Suppression>& list) {
  std::size_t counted = 0;
  std::uint32_t number = 1;
  std::size_t at = 0;
  while (true) {
    const void* hit = at >= content.size() ? nullptr
                                           : memmem(content.data() + at, content.size() - at,
                                                    kWord.data(), kWord.size());
    if (hit == nullptr) return;
    const auto word = static_cast<std::size_t>(static_cast<const char*>(hit) - content.data());
    number += static_cast<std::uint32_t>(
        std::count(content.begin() + static_cast<std::ptrdiff_t>(counted),
                   content.begin() + static_cast<std::ptrdiff_t>(word), '\n'));
    counted = word;
    const auto before = word == 0 ? std::string_view::npos : content.rfind('\n', word - 1);
    const std::size_t begin = before == std::string_view::npos ? 0 : before + 1;
    const std::string_view line = line_from(content, begin);
    const std::size_t end = begin + line.size();
    at = word + kWord.size();

    const std::size_t start = comment_start(line, word - begin);
    if (start == std::string_view::npos) continue;
    Suppression common;
    common.in_comment = true;
    common.span = {file,
                   number,
                   static_cast<std::uint32_t>(start + 1),
                   number,
                   static_cast<std::uint32_t>(line.size() + 1),
                   static_cast<std::uint32_t>(begin + start),
                   static_cast<std::uint32_t>(end)};
    const bool own_line = trim(line.substr(0, start)).empty();
    common.line = own_line ? next_line_with_text(content, end + 1, number + 1) : number;
    read_claim(content.substr(at, end - at), std::move(common), list);
    at = end;
  }
}

}  // namespace wayout::finding
