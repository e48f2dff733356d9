// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/limits.hpp"
#include "base/result.hpp"
#include "base/source.hpp"
#include "deploy/platform.hpp"
#include "fact/fact_base.hpp"

namespace wayout::deploy {

/// A file or part of a file that was not analysed, and why.
struct Skipped {
  std::string file;
  base::Span span;
  std::string why;
  std::string hint;
};

struct ReadOptions {
  base::Limits limits;
  unsigned threads = 0;
  bool render = true;  ///< call helm, kustomize or kubectl when they are installed
  /// Called now and then with what is being read; may be empty.
  std::function<void(std::string_view what, std::size_t done, std::size_t total)> progress;
};

struct ReadResult {
  std::vector<Skipped> skipped;
  std::size_t files = 0;    ///< recognised and read, wholly or in part
  std::size_t ignored = 0;  ///< of no known kind
  std::size_t containers = 0;
  std::size_t workloads = 0;
};

/// Reads a target (directory, file, or "-" for standard input) into facts: walks it once, follows
/// no link out of it, recognises files by content. Fails only when nothing could be read at all;
/// everything else is in `skipped`. Facts are added in a deterministic order (paths sorted).
base::Result<ReadResult> read_target(const std::string& target, const Platforms& platforms,
                                     const ReadOptions& options, base::Sources& sources,
                                     fact::FactBase& facts);

}  // namespace wayout::deploy
