// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <set>
#include <string>
#include <string_view>

#include "text/dockerfile.hpp"

namespace wayout::deploy {

/// What an instruction shows that rules ask about: the values of `image_runs`, each named there.
std::set<std::string_view> build_patterns(const text::Instruction& instruction);

/// The shell text of a RUN: its arguments, the script of `sh -c`, or the heredocs it feeds to a
/// shell; empty for other instructions.
std::string shell_text(const text::Instruction& instruction);

}  // namespace wayout::deploy
