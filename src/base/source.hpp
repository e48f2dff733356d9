// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <string>
#include <string_view>

#include "base/span.hpp"

namespace wayout::base {

/// The files of a scan: what spans and string_views of all later stages point into.
/// Contents stay where they are once added, so views into them live as long as this object.
class Sources {
 public:
  /// `path` is what reports show: relative to the target directory, '/' separated.
  FileId add(std::string path, std::string content);

  std::string_view path(FileId file) const { return files_[file.index()].path; }
  std::string_view content(FileId file) const { return files_[file.index()].content; }
  std::size_t size() const { return files_.size(); }

  /// The whole line `number` (from 1) without its line end; empty when there is no such line.
  std::string_view line(FileId file, std::uint32_t number) const;
  /// The line that holds `span.begin`, cheaper than `line` because no counting is needed.
  std::string_view line_at(const Span& span) const;

 private:
  struct File {
    std::string path;
    std::string content;
  };
  std::deque<File> files_;
};

}  // namespace wayout::base
