// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "deploy/target.hpp"
#include "fact_text.hpp"
#include "scratch_folder.hpp"

namespace wayout::deploy::testing {

/// A target of the given files, read.
struct Read {
  base::Sources sources;
  fact::FactBase facts;
  ReadResult result;
  std::string error;

  std::string skipped() const {
    std::string out;
    for (const Skipped& one : result.skipped) {
      out += one.file + ":" + std::to_string(one.span.line) + " " + one.why + "\n";
    }
    return out;
  }
};

inline void read_into(Read& out, const std::string& target, ReadOptions options = {}) {
  const auto platforms = platforms_of(out.sources);
  if (!platforms) {
    out.error = platforms.error().message;
    return;
  }
  auto result = read_target(target, *platforms, options, out.sources, out.facts);
  if (result) {
    out.result = std::move(*result);
  } else {
    out.error = result.error().message;
  }
}

inline Read read_files(const std::vector<std::pair<std::string, std::string>>& files,
                       ReadOptions options = {}) {
  const ScratchFolder folder(files);
  Read out;
  read_into(out, folder.string(), std::move(options));
  return out;
}

}  // namespace wayout::deploy::testing
