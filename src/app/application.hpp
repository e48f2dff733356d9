// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace wayout::app {

/// Exit codes of every command.
enum ExitCode : int {
  kPassed = 0,
  kGateFailed = 1,
  kUsageError = 2,
  kIncomplete = 3,
};

/// Runs one command line (program name excluded) and returns its exit code.
int run(const std::vector<std::string>& arguments);

}  // namespace wayout::app
