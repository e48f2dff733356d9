// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>
#include <vector>

#include "base/limits.hpp"
#include "base/result.hpp"
#include "text/tree.hpp"

namespace wayout::text {

/// A stretch of a YAML stream that can be parsed by itself: one document, or a few that cannot be
/// told apart without parsing. `line` is the line of its first byte, counted from 1.
struct Chunk {
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
  std::uint32_t line = 1;
};

/// Cuts a stream at its `---` lines, so that documents can be parsed in parallel and one broken
/// document does not hide the others. A `---` at column 1 followed by white space always starts a
/// document, even inside a block scalar (YAML 1.2 section 9.1.2), so no parsing is needed. A stream
/// with directives (`%YAML`) comes back as one chunk. JSON comes back as one chunk.
std::vector<Chunk> split_documents(std::string_view content);

/// All documents of a chunk, each a tree or the reason why not. Reads YAML 1.1/1.2 and JSON. The
/// content must outlive the trees. Accepts a byte order mark, CRLF, and invalid input of any kind:
/// invalid UTF-8, tabs as indentation, nesting beyond `limits.nesting`, more nodes than
/// `limits.nodes` or aliases that stand for more than `limits.expanded_nodes` are Errors with a
/// span and a hint.
std::vector<base::Result<Tree>> parse_yaml(base::FileId file, std::string_view content,
                                           const Chunk& chunk, const base::Limits& limits);

/// The whole content as one chunk; for callers with small inputs.
std::vector<base::Result<Tree>> parse_yaml(base::FileId file, std::string_view content,
                                           const base::Limits& limits);

}  // namespace wayout::text
