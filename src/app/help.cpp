// SPDX-License-Identifier: Apache-2.0
// Help, man page and completions, all from the command table.
#include <algorithm>
#include <string>

#include "app/command_line.hpp"
#include "report/report.hpp"

namespace wayout::app {

namespace {

constexpr std::string_view kPurpose =
    "Wayout finds every way out of your containers, from the API request to the host,\n"
    "and the fewest changes that close them.\n";
constexpr std::string_view kExitCodes =
    "Exit codes: 0 gate passed, 1 gate failed, 2 usage or configuration error, 3 scan "
    "incomplete.\n";

std::string flag_text(const Flag& flag) {
  std::string text = flag.letter == 0 ? "    " : std::string("-") + flag.letter + ", ";
  text += "--" + std::string(flag.name);
  if (!flag.value.empty()) text += " " + std::string(flag.value);
  return text;
}

/// `text` in lines of at most `width` columns, each but the first behind `indent` spaces.
std::string wrapped(std::string_view text, std::size_t indent, std::size_t width) {
  std::string out;
  std::size_t column = indent;
  while (!text.empty()) {
    const auto space = text.find(' ');
    const std::string_view word = text.substr(0, space);
    if (column > indent && column + 1 + word.size() > width) {
      out += "\n" + std::string(indent, ' ');
      column = indent;
    } else if (column > indent) {
      out += ' ';
      ++column;
    }
    out += word;
    column += word.size();
    text.remove_prefix(space == std::string_view::npos ? text.size() : space + 1);
  }
  return out;
}

std::string flag_help(const Flag& flag) {
  std::string help(flag.help);
  if (!flag.choices.empty()) {
    std::string choices(flag.choices);
    for (std::size_t at = 0; (at = choices.find(',', at)) != std::string::npos; at += 2) {
      choices.replace(at, 1, ", ");
    }
    help += ": " + choices;
  }
  return help;
}

std::string roff(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\\' || c == '-') out += '\\';
    out += c;
  }
  return out;
}

std::string words_of_commands() {
  std::string words;
  for (const Command& command : commands()) {
    const std::string first(command.name.substr(0, command.name.find(' ')));
    if ((" " + words + " ").find(" " + first + " ") == std::string::npos) {
      words += (words.empty() ? "" : " ") + first;
    }
  }
  return words;
}

std::string bash_completions() {
  std::string out =
      "_wayout() {\n  local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]}\n"
      "  local command=${COMP_WORDS[1]}\n"
      "  if [ \"$COMP_CWORD\" -eq 1 ]; then COMPREPLY=($(compgen -W '" +
      words_of_commands() +
      "' -- \"$cur\")); return; fi\n"
      "  if [ \"$command\" = rules ]; then\n"
      "    if [ \"$COMP_CWORD\" -eq 2 ]; then COMPREPLY=($(compgen -W 'list test' -- \"$cur\")); "
      "return; fi\n    command=\"rules ${COMP_WORDS[2]}\"\n  fi\n  case \"$command:$prev\" in\n";
  for (const Command& command : commands()) {
    for (const Flag& flag : command.flags) {
      if (flag.choices.empty()) continue;
      std::string choices(flag.choices);
      std::replace(choices.begin(), choices.end(), ',', ' ');
      out += "    '" + std::string(command.name) + ":--" + std::string(flag.name) +
             "') COMPREPLY=($(compgen -W '" + choices + "' -- \"$cur\")); return;;\n";
    }
  }
  out += "  esac\n  case \"$command:$cur\" in\n";
  for (const Command& command : commands()) {
    std::string flags;
    for (const Flag& flag : command.flags) flags += " --" + std::string(flag.name);
    if (flags.empty()) continue;
    out += "    '" + std::string(command.name) + ":-'*) COMPREPLY=($(compgen -W '" +
           flags.substr(1) + "' -- \"$cur\")); return;;\n";
  }
  return out +
         "  esac\n  COMPREPLY=($(compgen -f -- \"$cur\"))\n}\n"
         "complete -o filenames -F _wayout wayout\n";
}

std::string fish_completions() {
  std::string out =
      "complete -c wayout -n __fish_use_subcommand -a '" + words_of_commands() + "' -f\n";
  for (const Command& command : commands()) {
    const std::string first(command.name.substr(0, command.name.find(' ')));
    for (const Flag& flag : command.flags) {
      out += "complete -c wayout -n '__fish_seen_subcommand_from " + first + "' -l " +
             std::string(flag.name);
      if (flag.letter != 0) out += std::string(" -s ") + flag.letter;
      if (!flag.value.empty()) out += " -r";
      if (!flag.choices.empty()) {
        std::string choices(flag.choices);
        std::replace(choices.begin(), choices.end(), ',', ' ');
        out += " -f -a '" + choices + "'";
      }
      out += " -d '" + std::string(flag.help) + "'\n";
    }
  }
  return out;
}

}  // namespace

std::string overview() {
  std::string out(kPurpose);
  out += "\nusage: wayout COMMAND [OPTIONS] [ARGUMENTS]\n\n";
  for (const Command& command : commands()) {
    std::string left = "  " + std::string(command.name) + " " + std::string(command.arguments);
    left.resize(std::max<std::size_t>(left.size() + 1, 26), ' ');
    out += left + std::string(command.summary) + "\n";
  }
  out += "\nwayout help COMMAND lists a command's options. A first scan: wayout scan .\n";
  return out + std::string(kExitCodes);
}

std::string help_for(const Command& command) {
  std::string out = "usage: wayout " + std::string(command.name);
  if (!command.flags.empty()) out += " [OPTIONS]";
  if (!command.arguments.empty()) out += " " + std::string(command.arguments);
  out += "\n\n" + wrapped(command.about, 0, 100) + "\n";
  if (command.flags.empty()) return out;
  out += "\n";
  for (const Flag& flag : command.flags) {
    std::string left = "  " + flag_text(flag);
    left.resize(std::max<std::size_t>(left.size() + 1, 28), ' ');
    out += left + wrapped(flag_help(flag), 28, 100) + "\n";
  }
  return out + "\n" + std::string(kExitCodes);
}

std::string man_page() {
  std::string out = ".TH WAYOUT 1 \"\" \"wayout " + std::string(report::version()) +
                    "\" \"User Commands\"\n.SH NAME\nwayout \\- find every way out of your "
                    "containers\n.SH SYNOPSIS\n.B wayout\n.I COMMAND\n[\\fIOPTIONS\\fR] "
                    "[\\fIARGUMENTS\\fR]\n.SH DESCRIPTION\n" +
                    roff(kPurpose) + ".SH COMMANDS\n";
  for (const Command& command : commands()) {
    out += ".SS wayout " + roff(command.name) + " " + roff(command.arguments) + "\n" +
           roff(command.about) + "\n";
    for (const Flag& flag : command.flags) {
      out += ".TP\n.B ";
      if (flag.letter != 0) out += std::string("\\-") + flag.letter + ", ";
      out += "\\-\\-" + roff(flag.name);
      if (!flag.value.empty()) out += " \\fI" + roff(flag.value) + "\\fR";
      out += "\n" + roff(flag_help(flag)) + "\n";
    }
  }
  return out + ".SH EXIT STATUS\n" + roff(kExitCodes);
}

std::string completions(std::string_view shell) {
  if (shell == "bash") return bash_completions();
  if (shell == "zsh") {
    return "autoload -U +X bashcompinit && bashcompinit\n" + bash_completions();
  }
  return shell == "fish" ? fish_completions() : std::string{};
}

}  // namespace wayout::app
