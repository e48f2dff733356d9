// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/source.hpp"

namespace wayout::app {

/// The data files that decide: built in, or a user's.
struct RuleSources {
  std::vector<base::FileId> rules;      ///< techniques, checks, semantics, changes
  std::vector<base::FileId> platforms;  ///< tables of what silence means
};

/// Adds the built-in files to `sources` under paths like "rules/techniques/ESC-SOCK-DOCKER.yaml".
RuleSources add_builtin_rules(base::Sources& sources);

/// The first violating case of a built-in rule as text, or nothing.
std::string builtin_example(std::string_view rule);

/// Adds every .yaml file below a directory (its `cases` folders excluded).
base::Result<std::vector<base::FileId>> add_rule_directory(const std::string& directory,
                                                           base::Sources& sources);

}  // namespace wayout::app
