// SPDX-License-Identifier: Apache-2.0
#include "deploy/dockerfile/build_patterns.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "deploy/dockerfile/shell_words.hpp"

namespace wayout::deploy {
namespace {

using Patterns = std::set<std::string_view>;
using Words = std::vector<std::string>;

template <std::size_t N>
bool one_of(std::string_view text, const std::array<std::string_view, N>& list) {
  return std::find(list.begin(), list.end(), text) != list.end();
}

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

std::string_view file_name(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

bool is_octal(std::string_view mode) {
  return (mode.size() == 3 || mode.size() == 4) &&
         std::all_of(mode.begin(), mode.end(), [](char c) { return c >= '0' && c <= '7'; });
}

/// Writable by everybody. The sticky bit (1777, +t) makes that the ordinary mode of /tmp.
bool is_world_writable(std::string_view mode) {
  if (is_octal(mode)) {
    const bool sticky = mode.size() == 4 && (mode[0] - '0') % 2 == 1;
    return !sticky && (mode.back() == '7' || mode.back() == '6') && mode[mode.size() - 2] >= '6' &&
           mode[mode.size() - 3] >= '6';
  }
  const std::size_t sign = mode.find_first_of("+=");
  if (sign == std::string_view::npos) return false;
  const std::string_view who = mode.substr(0, sign);
  const std::string_view what = mode.substr(sign + 1);
  if (contains(what, "t") || !contains(what, "w")) return false;
  if (who.find_first_not_of("ugoa") != std::string_view::npos) return false;
  return contains(who, "a") || contains(who, "o");
}

bool sets_uid_bit(std::string_view mode) {
  if (is_octal(mode)) return mode.size() == 4 && mode[0] >= '4';
  const std::size_t sign = mode.find_first_of("+=");
  if (sign == std::string_view::npos || !contains(mode.substr(sign + 1), "s")) return false;
  const std::string_view who = mode.substr(0, sign);
  if (who.find_first_not_of("ugoa") != std::string_view::npos) return false;
  return who.empty() || contains(who, "u") || contains(who, "a");
}

void judge_chmod(const Words& words, std::size_t at, Patterns& out) {
  for (std::size_t i = at + 1; i < words.size(); ++i) {
    if (words[i].size() > 1 && words[i][0] == '-') continue;
    const bool sticky = contains(words[i], "+t") || contains(words[i], "=t");
    for (std::size_t begin = 0; begin <= words[i].size();) {
      const std::size_t end = std::min(words[i].find(',', begin), words[i].size());
      const std::string_view mode = std::string_view(words[i]).substr(begin, end - begin);
      if (is_world_writable(mode) && !sticky) out.insert("chmod-777");
      if (sets_uid_bit(mode)) out.insert("chmod-setuid");
      begin = end + 1;
    }
    return;  // only the first operand is the mode
  }
}

bool installs(const Words& words, std::size_t at) {
  constexpr auto kManagers = std::to_array<std::string_view>(
      {"apt-get", "apt", "aptitude", "apk", "yum", "dnf", "microdnf", "zypper", "pacman"});
  if (!one_of(file_name(words[at]), kManagers)) return false;
  for (std::size_t i = at + 1; i < words.size(); ++i) {
    if (words[i] == "install" || words[i] == "add" || words[i] == "in" || words[i] == "-S") {
      return true;
    }
  }
  return false;
}

void judge_packages(const Words& words, std::size_t at, Patterns& out) {
  constexpr auto kSsh = std::to_array<std::string_view>({"openssh-server", "dropbear", "openssh"});
  constexpr auto kDocker = std::to_array<std::string_view>(
      {"docker-ce-cli", "docker-ce", "docker.io", "docker-cli", "docker", "moby-engine", "moby-cli",
       "podman-docker", "podman", "nerdctl"});
  for (std::size_t i = at + 1; i < words.size(); ++i) {
    const std::string_view package =
        std::string_view(words[i]).substr(0, words[i].find_first_of("=<>~"));
    if (one_of(package, kSsh)) out.insert("ssh-server");
    if (one_of(package, kDocker)) out.insert("docker-cli");
  }
}

bool is_privileged_group(std::string_view group) {
  constexpr auto kGroups =
      std::to_array<std::string_view>({"docker", "sudo", "wheel", "disk", "lxd", "shadow"});
  return one_of(group, kGroups);
}

/// usermod -aG a,docker x; adduser x docker; gpasswd -a x docker; useradd -G sudo x.
void judge_groups(const Words& words, std::size_t at, Patterns& out) {
  const std::string_view program = file_name(words[at]);
  const auto privileged = [](std::string_view list) {
    for (std::size_t begin = 0; begin <= list.size();) {
      const std::size_t end = std::min(list.find(',', begin), list.size());
      if (is_privileged_group(list.substr(begin, end - begin))) return true;
      begin = end + 1;
    }
    return false;
  };
  if (program == "usermod" || program == "useradd") {
    for (std::size_t i = at + 1; i + 1 < words.size(); ++i) {
      const std::string& word = words[i];
      const bool option = word == "--groups" || (word.size() > 1 && word[0] == '-' &&
                                                 word[1] != '-' && word.back() == 'G');
      if (option && privileged(words[i + 1])) out.insert("privileged-group");
    }
    return;
  }
  if (program != "adduser" && program != "addgroup" && program != "gpasswd") return;
  std::vector<std::string_view> operands;
  for (std::size_t i = at + 1; i < words.size(); ++i) {
    if (words[i].empty() || words[i][0] != '-') operands.push_back(words[i]);
  }
  // With one operand `addgroup docker` only makes the group.
  if (operands.size() == 2 && is_privileged_group(operands[1])) out.insert("privileged-group");
}

bool is_interpreter(std::string_view program) {
  constexpr auto kShells =
      std::to_array<std::string_view>({"sh", "bash", "ash", "dash", "zsh", "ksh", "python",
                                       "python2", "python3", "perl", "ruby", "node", "php"});
  return one_of(program, kShells);
}

bool is_download(std::string_view program) {
  return program == "curl" || program == "wget";
}

/// `curl ... | sh`, and `sh -c "$(curl ...)"` or `bash <(curl ...)`, which the splitter shows as a
/// shell without a script followed by a download. A file that is saved and checked first does not
/// count, nor does `curl | tar`.
void judge_download(const std::vector<ShellCommand>& commands, Patterns& out) {
  bool downloading = false;
  for (const ShellCommand& command : commands) {
    if (!command.piped) downloading = false;
    if (command.words.empty()) continue;
    std::size_t at = 0;
    while (at + 1 < command.words.size() &&
           (command.words[at] == "sudo" || command.words[at] == "env" ||
            command.words[at][0] == '-')) {
      ++at;
    }
    const std::string_view program = file_name(command.words[at]);
    if (is_download(program)) downloading = true;
    // `python3 -m json.tool` or `python -c '...'` read the data, not a program.
    const bool runs_input = at + 1 >= command.words.size() || command.words[at + 1] == "-s" ||
                            command.words[at + 1] == "-" || command.words[at + 1] == "-x" ||
                            command.words[at + 1] == "-e" || command.words[at + 1] == "-ex";
    if (command.piped && downloading && is_interpreter(program) && runs_input) {
      out.insert("curl-pipe-shell");
    }
  }
  for (std::size_t i = 0; i + 1 < commands.size(); ++i) {
    const Words& words = commands[i].words;
    const Words& next = commands[i + 1].words;
    if (words.empty() || next.empty() || !is_download(file_name(next[0]))) continue;
    const bool bare = is_interpreter(file_name(words[0])) &&
                      (words.size() == 1 || words[1].empty() ||
                       (words[1] == "-c" && (words.size() == 2 || words[2].empty())));
    if (bare && !commands[i + 1].piped) out.insert("curl-pipe-shell");
  }
}

void judge_command(const ShellCommand& command, Patterns& out) {
  const Words& words = command.words;
  std::size_t at = 0;
  while (at < words.size()) {
    const std::string_view program = file_name(words[at]);
    if (program == "sudo") out.insert("sudo");
    if (program != "sudo" && program != "env") break;
    ++at;
    while (at < words.size() && !words[at].empty() && words[at][0] == '-') ++at;
  }
  if (at >= words.size()) return;
  const std::string_view program = file_name(words[at]);
  if (program == "chmod") judge_chmod(words, at, out);
  if (program == "sshd") out.insert("ssh-server");
  if (installs(words, at)) judge_packages(words, at, out);
  judge_groups(words, at, out);
  if (program == "install" || program == "mkdir") {
    for (std::size_t i = at + 1; i + 1 < words.size(); ++i) {
      if (words[i] == "-m" && is_world_writable(words[i + 1])) out.insert("chmod-777");
      if (words[i] == "-m" && sets_uid_bit(words[i + 1])) out.insert("chmod-setuid");
    }
  }
  for (std::size_t i = at; i < words.size(); ++i) {
    if (contains(words[i], "NOPASSWD:")) out.insert("sudo-nopasswd");
  }
}

bool is_remote(std::string_view source) {
  return source.starts_with("http://") || source.starts_with("https://");
}

bool is_git(std::string_view source) {
  return source.starts_with("git@") || source.starts_with("git://") ||
         source.starts_with("ssh://") || contains(source, ".git#") || source.ends_with(".git");
}

/// An archive that ADD unpacks and COPY would not.
bool is_archive(std::string_view source) {
  constexpr auto kEnds =
      std::to_array<std::string_view>({".tar", ".tgz", ".txz", ".tbz2", ".tzst"});
  return contains(source, ".tar.") ||
         std::any_of(kEnds.begin(), kEnds.end(), [&](auto end) { return source.ends_with(end); });
}

void judge_add(const text::Instruction& instruction, Patterns& out) {
  const bool checked = std::any_of(instruction.flags.begin(), instruction.flags.end(),
                                   [](const auto& flag) { return flag.first == "checksum"; });
  for (std::size_t i = 0; i + 1 < instruction.arguments.size(); ++i) {
    const std::string_view source = instruction.arguments[i];
    if (is_remote(source) && !is_git(source)) {
      if (!checked) out.insert("remote-add");
    } else if (!is_git(source) && !is_archive(source) && !source.starts_with("<<")) {
      out.insert("local-add");
    }
  }
}

void judge_copy_flags(const text::Instruction& instruction, Patterns& out) {
  for (const auto& [name, value] : instruction.flags) {
    if (name != "chmod") continue;
    if (is_world_writable(value)) out.insert("chmod-777");
    if (sets_uid_bit(value)) out.insert("chmod-setuid");
  }
}

void judge_run_flags(const text::Instruction& instruction, Patterns& out) {
  for (const auto& [name, value] : instruction.flags) {
    if (name == "security" && value == "insecure") out.insert("security-insecure");
    if (name == "network" && value == "host") out.insert("network-host");
    if (name != "mount") continue;
    const std::string fields = "," + value + ",";
    if (contains(fields, ",type=cache,")) out.insert("mount-cache");
    if (contains(fields, ",type=secret,")) out.insert("mount-secret");
    if (contains(fields, ",type=ssh,")) out.insert("mount-ssh");
    if (contains(fields, ",type=bind,") || !contains(fields, ",type=")) out.insert("mount-bind");
  }
}

}  // namespace

std::string shell_text(const text::Instruction& instruction) {
  if (instruction.keyword != "RUN") return {};
  if (instruction.json_form) {
    const auto& words = instruction.arguments;
    const bool script = words.size() >= 3 && is_interpreter(file_name(words[0])) &&
                        (words[1] == "-c" || words[1] == "-lc" || words[1] == "-ec");
    if (script) return words[2];
    std::string text;
    for (const std::string& word : words) {
      text += '\'';
      for (const char c : word) text += c == '\'' ? ' ' : c;
      text += "' ";
    }
    return text;
  }
  if (instruction.heredocs.empty()) return instruction.text;
  // `RUN <<EOF` and `RUN bash <<EOF` run the heredoc as a script; others read it as data.
  std::string before = instruction.text.substr(0, instruction.text.find("<<"));
  const std::vector<ShellCommand> commands = shell_commands(before);
  const bool script = commands.empty() || (!commands.back().words.empty() &&
                                           is_interpreter(file_name(commands.back().words[0])) &&
                                           file_name(commands.back().words[0]).ends_with("sh"));
  std::string text = instruction.text;
  if (script) {
    for (const std::string& body : instruction.heredocs) text += "\n" + body;
  }
  return text;
}

std::set<std::string_view> build_patterns(const text::Instruction& instruction) {
  Patterns out;
  if (instruction.keyword == "RUN") {
    judge_run_flags(instruction, out);
    const std::vector<ShellCommand> commands = shell_commands(shell_text(instruction));
    for (const ShellCommand& command : commands) judge_command(command, out);
    judge_download(commands, out);
  } else if (instruction.keyword == "ADD" || instruction.keyword == "COPY") {
    judge_copy_flags(instruction, out);
    if (instruction.keyword == "ADD") judge_add(instruction, out);
    for (const auto& [name, value] : instruction.flags) {
      const bool docker = name == "from" && (value == "docker" || value.starts_with("docker:"));
      if (docker) out.insert("docker-cli");
    }
  } else if (instruction.keyword == "CMD" || instruction.keyword == "ENTRYPOINT") {
    if (!instruction.arguments.empty() && file_name(instruction.arguments[0]) == "sshd") {
      out.insert("ssh-server");
    }
  }
  return out;
}

}  // namespace wayout::deploy
