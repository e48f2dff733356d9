// SPDX-License-Identifier: Apache-2.0
#include "text/dockerfile_lines.hpp"

#include <algorithm>
#include <utility>

namespace wayout::text {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
constexpr std::string_view kBlank = " \t\v\f\r";

std::string_view trim_left(std::string_view text) {
  const auto first = text.find_first_not_of(kBlank);
  return first == std::string_view::npos ? std::string_view{} : text.substr(first);
}

std::string_view trim_right(std::string_view text) {
  const auto last = text.find_last_not_of(kBlank);
  return last == std::string_view::npos ? std::string_view{} : text.substr(0, last + 1);
}

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// `# name = value`, the form of a parser directive.
bool split_directive(std::string_view text, std::string& name, std::string& value) {
  if (text.empty() || text.front() != '#') return false;
  text = trim_left(text.substr(1));
  std::size_t end = 0;
  while (end < text.size() && (is_letter(text[end]) || (end > 0 && is_digit(text[end])))) ++end;
  if (end == 0) return false;
  const std::string_view rest = trim_left(text.substr(end));
  if (rest.empty() || rest.front() != '=') return false;
  value = trim_right(trim_left(rest.substr(1)));
  if (value.empty()) return false;
  name = text.substr(0, end);
  std::transform(name.begin(), name.end(), name.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return true;
}

/// Joins a continuation: what white space stands around the line end becomes one space, none stays
/// none, because `ab\` and `cd` make `abcd`.
void join(std::string& text, std::string_view next) {
  const std::string_view kept = trim_right(text);
  const std::string_view added = trim_left(next);
  const bool spaced = kept.size() != text.size() || added.size() != next.size();
  text.resize(kept.size());
  if (spaced && !text.empty() && !added.empty()) text += ' ';
  // White space before an empty rest must still part the words of the line after it.
  if (spaced && added.empty()) text += ' ';
  text += added;
}

}  // namespace

DockerfileLines::DockerfileLines(base::FileId file, std::string_view content)
    : file_(file), content_(content) {
  if (content_.substr(0, kByteOrderMark.size()) == kByteOrderMark) at_ = kByteOrderMark.size();
  read_directives();
}

bool DockerfileLines::read(Physical& out) {
  if (at_ >= content_.size()) return false;
  const std::size_t end = std::min(content_.find('\n', at_), content_.size());
  std::string_view text = content_.substr(at_, end - at_);
  if (!text.empty() && text.back() == '\r') text.remove_suffix(1);
  out = Physical{text, static_cast<std::uint32_t>(at_), ++number_};
  at_ = end + 1;
  return true;
}

void DockerfileLines::add_directive(std::string name, std::string value, const Physical& at) {
  if (name != "escape" && name != "syntax" && name != "check") return;
  base::Span span{file_, at.number, 1, at.number, 1, at.begin, at.begin};
  end_span(span, at, at.text);
  const bool again = std::any_of(directives_.begin(), directives_.end(),
                                 [&](const Directive& seen) { return seen.name == name; });
  if (again) {
    problems_.push_back({base::ErrorCode::kInvalid, "a second " + name + " directive",
                         "only one is allowed; the first is used", span});
    return;
  }
  if (name == "escape") {
    if (value == "\\" || value == "`") {
      escape_ = value.front();
    } else {
      problems_.push_back({base::ErrorCode::kInvalid, "the escape directive names no escape",
                           "use a backslash or a backtick", span});
    }
  }
  directives_.push_back({std::move(name), std::move(value), span});
}

/// Directives stand before everything else; the first other line, a comment too, ends them.
void DockerfileLines::read_directives() {
  for (;;) {
    const std::size_t start = at_;
    Physical line;
    std::string name;
    std::string value;
    if (!read(line)) return;
    if (!split_directive(line.text, name, value)) {
      at_ = start;
      --number_;
      return;
    }
    add_directive(std::move(name), std::move(value), line);
  }
}

void DockerfileLines::end_span(base::Span& span, const Physical& at, std::string_view text) const {
  const auto length = static_cast<std::uint32_t>(text.data() + text.size() - at.text.data());
  span.end_line = at.number;
  span.end_column = length + 1;
  span.end = at.begin + length;
}

/// Removes a continuation at the line's end. A doubled escape is no continuation.
bool DockerfileLines::cut_continuation(std::string_view& text) const {
  const auto last = text.find_last_not_of(" \t");
  if (last == std::string_view::npos || text[last] != escape_) return false;
  if (last > 0 && text[last - 1] == escape_) return false;
  text = text.substr(0, last);
  return true;
}

bool DockerfileLines::next(DockerfileLine& line) {
  Physical physical;
  for (;;) {
    if (!read(physical)) return false;
    const std::string_view text = trim_left(physical.text);
    if (text.empty() || text.front() == '#') continue;

    const auto indent = static_cast<std::uint32_t>(physical.text.size() - text.size());
    line.span = {file_, physical.number, indent + 1, 0, 0, physical.begin + indent, 0};
    std::string_view part = text;
    bool more = cut_continuation(part);
    line.text = part;
    end_span(line.span, physical, trim_right(text));
    while (more && read(physical)) {
      const std::string_view inner = trim_left(physical.text);
      // BuildKit skips comments and, with a warning, blank lines inside a continuation.
      if (inner.empty() || inner.front() == '#') continue;
      part = physical.text;
      more = cut_continuation(part);
      join(line.text, part);
      end_span(line.span, physical, trim_right(physical.text));
    }
    line.text.resize(trim_right(line.text).size());
    if (!line.text.empty()) return true;
  }
}

bool DockerfileLines::take_heredoc(std::string_view name, bool strip_tabs, std::string& body,
                                   DockerfileLine& line) {
  Physical physical;
  while (read(physical)) {
    std::string_view text = physical.text;
    if (strip_tabs) text.remove_prefix(std::min(text.find_first_not_of('\t'), text.size()));
    end_span(line.span, physical, physical.text);
    if (text == name) return true;
    body += text;
    body += '\n';
  }
  return false;
}

}  // namespace wayout::text
