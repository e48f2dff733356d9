// SPDX-License-Identifier: Apache-2.0
#include "base/source.hpp"

#include <algorithm>
#include <utility>

namespace wayout::base {

namespace {

std::string_view without_carriage_return(std::string_view line) {
  if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
  return line;
}

}  // namespace

FileId Sources::add(std::string path, std::string content) {
  files_.push_back({std::move(path), std::move(content)});
  return FileId(files_.size() - 1);
}

std::string_view Sources::line(FileId file, std::uint32_t number) const {
  std::string_view rest = content(file);
  for (std::uint32_t current = 1; current < number; ++current) {
    const auto end = rest.find('\n');
    if (end == std::string_view::npos) return {};
    rest.remove_prefix(end + 1);
  }
  return number == 0 ? std::string_view{}
                     : without_carriage_return(rest.substr(0, rest.find('\n')));
}

std::string_view Sources::line_at(const Span& span) const {
  if (!span.valid()) return {};
  const std::string_view text = content(span.file);
  const std::size_t at = std::min<std::size_t>(span.begin, text.size());
  const auto before = at == 0 ? std::string_view::npos : text.rfind('\n', at - 1);
  const std::size_t start = before == std::string_view::npos ? 0 : before + 1;
  return without_carriage_return(text.substr(start, text.find('\n', at) - start));
}

}  // namespace wayout::base
