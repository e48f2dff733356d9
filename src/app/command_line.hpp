// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace wayout::app {

/// One option. Help, completions and the man page are made from these, and so is the parser.
struct Flag {
  std::string_view name;          ///< without dashes
  std::string_view value;         ///< what stands for the value in help; empty for a switch
  std::string_view help;          ///< one line
  std::string_view choices = {};  ///< comma separated, for checking and completion; empty: anything
  bool repeated = false;
  char letter = 0;  ///< short form, 0 for none
};

struct Command {
  std::string_view name;       ///< "scan", "rules test"
  std::string_view arguments;  ///< as shown: "TARGET..."
  std::string_view summary;    ///< one line, imperative
  std::string_view about;      ///< a paragraph for the man page and `help COMMAND`
  std::size_t min_arguments = 0;
  std::size_t max_arguments = 0;
  std::span<const Flag> flags;
};

std::span<const Command> commands();
const Command* command_named(std::string_view name);

/// A command line that was understood.
struct Invocation {
  const Command* command = nullptr;
  std::vector<std::string> arguments;
  std::map<std::string, std::vector<std::string>, std::less<>> values;  ///< by flag name
  bool help = false;

  bool has(std::string_view flag) const { return values.find(flag) != values.end(); }
  /// The last value given, or `fallback`.
  std::string value(std::string_view flag, std::string_view fallback = {}) const;
  std::vector<std::string> all(std::string_view flag) const;
};

/// Understands `arguments` (program name excluded). Errors are usage errors with a hint.
base::Result<Invocation> parse_command_line(const std::vector<std::string>& arguments);

std::string overview();                        ///< `wayout help`
std::string help_for(const Command& command);  ///< `wayout help COMMAND`
std::string man_page();                        ///< roff
/// Completion script; `shell` is bash, zsh or fish, else empty.
std::string completions(std::string_view shell);

}  // namespace wayout::app
