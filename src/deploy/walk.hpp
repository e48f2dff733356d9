// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/limits.hpp"
#include "base/result.hpp"
#include "deploy/target.hpp"

namespace wayout::deploy {

struct FoundFile {
  std::string path;      ///< relative to the target, '/' separated
  std::string absolute;  ///< what to open
  std::uint64_t size = 0;
};

/// The regular files of a target. `files` is sorted by path.
struct Walk {
  std::vector<FoundFile> files;
  std::map<std::string, std::string> links;  ///< symbolic links to files inside the target
  std::vector<Skipped> skipped;
  std::size_t ignored = 0;

  /// The file at a relative path, through a link when it is one.
  const FoundFile* find(std::string_view path) const;
};

/// Lists a directory or a single file. Symbolic links are not followed: what they name inside the
/// target is met at its own place, and what is outside does not belong to it. Version control and
/// dependency folders (.git, node_modules, vendor ...) are passed over.
base::Result<Walk> walk(const std::string& target, const base::Limits& limits);

/// Up to `most` bytes of a regular file; nothing when it cannot be read.
std::optional<std::string> read_file(const std::string& absolute, std::uint64_t most);

/// `path` seen from the folder of `from` (both relative to the target), cleaned; nothing when it
/// leaves the target or is absolute.
std::optional<std::string> relative_to(std::string_view from, std::string_view path);

/// The folder part of a relative path, without a trailing slash; empty for the target itself.
std::string_view folder_of(std::string_view path);
std::string_view name_in(std::string_view path);

}  // namespace wayout::deploy
