// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "text/dockerfile.hpp"

namespace wayout::text {

/// One instruction's text, continuations joined, and where it stands.
struct DockerfileLine {
  std::string text;
  base::Span span;
};

/// Cuts a Dockerfile into instructions. Directives are read when it is made; heredoc bodies must be
/// taken right after the line that announces them.
class DockerfileLines {
 public:
  DockerfileLines(base::FileId file, std::string_view content);

  const std::vector<Directive>& directives() const { return directives_; }
  const std::vector<base::Error>& problems() const { return problems_; }
  char escape() const { return escape_; }

  /// The next instruction, comments and blank lines skipped; false at the end.
  bool next(DockerfileLine& line);

  /// Reads up to the line that is `name`, appends the text before it to `body` and makes `line`
  /// end there. False when the file ends first; `body` then holds the rest.
  bool take_heredoc(std::string_view name, bool strip_tabs, std::string& body,
                    DockerfileLine& line);

 private:
  struct Physical {
    std::string_view text;  ///< without line end
    std::uint32_t begin = 0;
    std::uint32_t number = 0;
  };

  bool read(Physical& out);
  void read_directives();
  void add_directive(std::string name, std::string value, const Physical& at);
  void end_span(base::Span& span, const Physical& at, std::string_view text) const;
  bool cut_continuation(std::string_view& text) const;

  base::FileId file_;
  std::string_view content_;
  std::size_t at_ = 0;
  std::uint32_t number_ = 0;
  char escape_ = '\\';
  std::vector<Directive> directives_;
  std::vector<base::Error> problems_;
};

}  // namespace wayout::text
