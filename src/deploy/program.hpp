// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace wayout::deploy {

/// Whether a program of that name is on the PATH.
bool is_installed(std::string_view name);

/// Runs a program with its arguments as they are, without a shell, with no standard input and in a
/// process group of its own that is killed when `time` is over or it prints more than `most` bytes.
/// Gives what it printed; when it fails, an Error with the last line it wrote to standard error.
base::Result<std::string> run_program(const std::vector<std::string>& command,
                                      std::chrono::milliseconds time, std::size_t most);

}  // namespace wayout::deploy
