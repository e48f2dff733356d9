// SPDX-License-Identifier: Apache-2.0
// The command table becomes CLI11 subcommands. CLI11 is slow to compile and throws: it stays here.
#include <memory>
#include <sstream>

#include <CLI/CLI.hpp>

#include "app/command_line.hpp"

namespace wayout::app {

namespace {

using base::ErrorCode;

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  std::istringstream in{std::string(text)};
  for (std::string part; std::getline(in, part, separator);) parts.push_back(part);
  return parts;
}

std::string option_name(const Flag& flag) {
  std::string name = "--" + std::string(flag.name);
  return flag.letter == 0 ? name : std::string("-") + flag.letter + "," + name;
}

void add_flag(CLI::App& app, const Flag& flag) {
  if (flag.value.empty()) {
    app.add_flag(option_name(flag));
    return;
  }
  auto* option = app.add_option(option_name(flag));
  option->expected(1);
  option->multi_option_policy(flag.repeated ? CLI::MultiOptionPolicy::TakeAll
                                            : CLI::MultiOptionPolicy::TakeLast);
  if (!flag.choices.empty()) option->check(CLI::IsMember(split(flag.choices, ',')));
}

/// The command whose words `arguments` begins with; its words are removed.
const Command* take_command(std::vector<std::string>& arguments) {
  for (std::size_t words = std::min<std::size_t>(2, arguments.size()); words > 0; --words) {
    std::string name = arguments[0];
    if (words == 2) name += " " + arguments[1];
    if (const Command* command = command_named(name)) {
      arguments.erase(arguments.begin(), arguments.begin() + static_cast<std::ptrdiff_t>(words));
      return command;
    }
  }
  return nullptr;
}

base::Result<Invocation> parse_options(const Command& command, std::vector<std::string> rest) {
  Invocation invocation;
  invocation.command = &command;
  CLI::App app{std::string(command.summary)};
  app.set_help_flag();
  app.add_flag(std::string("-h,--help"));
  for (const Flag& flag : command.flags) add_flag(app, flag);
  std::vector<std::string> positional;
  app.add_option("arguments", positional)->expected(0, 1 << 20);
  try {
    std::reverse(rest.begin(), rest.end());
    app.parse(rest);
  } catch (const CLI::Error& error) {
    std::string message = error.what();
    if (const auto end = message.find('\n'); end != std::string::npos) message.resize(end);
    return base::fail(ErrorCode::kUsage, message,
                      "wayout help " + std::string(command.name) + " lists the options");
  }
  invocation.help = app.count("--help") > 0;
  for (const Flag& flag : command.flags) {
    const std::string name = "--" + std::string(flag.name);
    if (app.count(name) == 0) continue;
    auto& values = invocation.values[std::string(flag.name)];
    if (!flag.value.empty()) values = app.get_option(name)->results();
  }
  invocation.arguments = std::move(positional);
  return invocation;
}

}  // namespace

std::string Invocation::value(std::string_view flag, std::string_view fallback) const {
  const auto found = values.find(flag);
  return found == values.end() || found->second.empty() ? std::string(fallback)
                                                        : found->second.back();
}

std::vector<std::string> Invocation::all(std::string_view flag) const {
  const auto found = values.find(flag);
  return found == values.end() ? std::vector<std::string>{} : found->second;
}

base::Result<Invocation> parse_command_line(const std::vector<std::string>& arguments) {
  if (arguments.empty() || arguments[0] == "-h" || arguments[0] == "--help") {
    Invocation invocation;
    invocation.command = command_named("help");
    return invocation;
  }
  std::vector<std::string> rest = arguments;
  if (rest[0] == "--version") rest[0] = "version";
  const Command* command = take_command(rest);
  if (command == nullptr) {
    const bool is_rules = rest[0] == "rules";
    return base::fail(ErrorCode::kUsage, "no command '" + rest[0] + "'",
                      is_rules ? "say 'rules list' or 'rules test'"
                               : "wayout help lists the commands; to scan: wayout scan " + rest[0]);
  }
  auto parsed = parse_options(*command, std::move(rest));
  if (!parsed || parsed->help) return parsed;
  const std::size_t count = parsed->arguments.size();
  if (count < command->min_arguments || count > command->max_arguments) {
    return base::fail(
        ErrorCode::kUsage,
        count < command->min_arguments ? "an argument is missing" : "too many arguments",
        "usage: wayout " + std::string(command->name) + " " + std::string(command->arguments));
  }
  return parsed;
}

}  // namespace wayout::app
