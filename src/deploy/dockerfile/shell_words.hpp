// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace wayout::deploy {

/// One simple command of a shell text: its words without quotes, leading keywords (`then`, `!`)
/// and assignments cut off.
struct ShellCommand {
  std::vector<std::string> words;
  std::vector<std::string> assignments;  ///< `NAME=value` before the command or after `export`
  bool piped = false;                    ///< its input is the output of the command before it
};

/// Cuts a shell text into simple commands at `;`, `&`, `|`, newlines, parentheses and
/// substitutions. No expansion; good enough to see which programs run with which words.
std::vector<ShellCommand> shell_commands(std::string_view text);

}  // namespace wayout::deploy
