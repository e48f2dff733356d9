// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/limits.hpp"
#include "base/result.hpp"

namespace wayout::text {

/// One instruction of a Dockerfile, continuations joined, variables substituted as BuildKit does
/// (ARG before FROM, stage ARG and ENV, ${x:-d}, ${x:+d}).
struct Instruction {
  std::string keyword;  ///< upper case: FROM, RUN, ...; the inner one for ONBUILD
  std::string raw;      ///< arguments as written, continuations joined by one space
  std::string text;     ///< arguments after substitution (the same as raw where none applies)
  /// JSON form: its strings. ENV, LABEL and ARG: `name=value` (ARG also `name`), quotes removed.
  /// USER, WORKDIR, STOPSIGNAL: one. Otherwise words of `text`, quotes removed.
  std::vector<std::string> arguments;
  std::vector<std::pair<std::string, std::string>> flags;  ///< --from=, --mount=, --chown=, ...
  std::vector<std::string> heredocs;                       ///< bodies in order
  bool json_form = false;
  bool onbuild = false;
  /// A variable without a known value stood in the arguments; `text` keeps `$NAME` there.
  bool unresolved = false;
  base::Span span;  ///< from the keyword to the last byte, heredocs included
};

/// `# name=value` at the top of the file: escape, syntax or check.
struct Directive {
  std::string name;  ///< lower case
  std::string value;
  base::Span span;
};

struct Stage {
  std::string name;                       ///< `AS name`, else empty
  std::string base;                       ///< image or stage name after substitution
  std::optional<std::size_t> parent;      ///< index of the stage that `base` names
  std::vector<Instruction> instructions;  ///< first is FROM
};

struct Dockerfile {
  std::vector<Directive> directives;
  std::vector<Instruction> globals;  ///< ARGs before the first FROM
  std::vector<Stage> stages;
  std::vector<base::Error> problems;  ///< instructions that could not be read; the rest is kept
};

/// Reads a Dockerfile or Containerfile: parser directives (escape, syntax, check), continuations,
/// comments inside them, heredocs (<<EOF, <<-EOF, quoted), JSON form, ONBUILD. Source: the
/// Dockerfile reference and BuildKit's parser. Fails only when no FROM is found.
base::Result<Dockerfile> parse_dockerfile(base::FileId file, std::string_view content,
                                          const base::Limits& limits);

}  // namespace wayout::text
