// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iosfwd>
#include <string>
#include <vector>

#include "base/result.hpp"

namespace wayout::app {

struct RuleTestSettings {
  std::string directory;          ///< holds cases/ID/{violating,clean,near-miss}*
  std::vector<std::string> only;  ///< rule ids; empty: all
  std::vector<std::string> rule_directories;
  bool verbose = false;
};

/// Scans the cases of every rule and compares. A case is a file or a directory (a platform.yaml in
/// it tells about the hosts): violating ones must make the rule apply, clean and near-miss ones
/// must not. A rule that lacks one of the three kinds fails. Returns the number of failures.
base::Result<std::size_t> run_rule_tests(const RuleTestSettings& settings, std::ostream& out);

}  // namespace wayout::app
