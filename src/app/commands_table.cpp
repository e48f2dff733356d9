// SPDX-License-Identifier: Apache-2.0
// The one table of commands and options.
#include <array>

#include "app/command_line.hpp"

namespace wayout::app {

namespace {

constexpr std::string_view kFormats = "terminal,json,sarif,junit,markdown";

constexpr Flag kRules{"rules", "DIR", "Also load the rules in DIR", {}, true};
constexpr Flag kPlatform{
    "platform", "FILE", "What is known about the hosts (docs/platforms.md)", {}, true};
constexpr Flag kThreads{"threads", "N", "Use N threads (default: one per core)"};
constexpr Flag kColour{"color", "WHEN", "Colour the output", "auto,always,never"};
constexpr Flag kQuiet{"quiet", {}, "Print no progress", {}, false, 'q'};
constexpr Flag kNoRender{"no-render", {}, "Never call helm, kustomize or kubectl"};
constexpr Flag kOutput{"output", "FILE", "Write to FILE instead of standard output",
                       {},       false,  'o'};

constexpr std::array kScanFlags = {
    Flag{"format", "FORMAT", "How to report", kFormats, false, 'f'},
    kOutput,
    Flag{"fail-on",
         "GATE",
         "Exit with 1 on: way-out, new, score=N, or a severity and above (low, medium, high, "
         "critical)",
         {},
         true},
    Flag{"baseline", "FILE", "An earlier JSON report: findings in it are known, others new"},
    Flag{"config", "FILE", "Settings and suppressions (default: wayout.yaml in the target)"},
    kRules,
    kPlatform,
    Flag{"blocked", {}, "Also show what only one fact holds back today"},
    Flag{"verbose", {}, "Show every finding and every place", {}, false, 'v'},
    Flag{"strict", {}, "Exit with 3 when anything could not be analysed"},
    kNoRender,
    kThreads,
    kColour,
    kQuiet,
};
constexpr std::array kExplainFlags = {kRules, kColour};
constexpr std::array kRulesListFlags = {
    Flag{"format", "FORMAT", "How to list", "terminal,json", false, 'f'}, kRules};
constexpr std::array kRulesTestFlags = {kRules, Flag{"only", "ID", "Test only this rule", {}, true},
                                        Flag{"verbose", {}, "Name every case", {}, false, 'v'}};
constexpr std::array kQueryFlags = {
    Flag{"format", "FORMAT", "How to print rows", "table,csv,json", false, 'f'}, kRules, kPlatform,
    kNoRender, kThreads};
constexpr std::array kDiffFlags = {
    Flag{"format", "FORMAT", "How to print the difference", "terminal,json", false, 'f'}, kColour};

constexpr std::array kCommands = {
    Command{
        "scan", "TARGET...", "Find the ways out of what a directory, file or stream deploys",
        "Reads Compose files, Dockerfiles, Kubernetes manifests and dumps, docker and podman "
        "inspect output and ECS task definitions, and prints every way from a container to the "
        "host, the cluster or another container, the evidence for each step, the fewest changes "
        "that close them all, other findings, and a grade. `-` reads standard input. Nothing "
        "that is scanned is executed and no link out of the target is followed.",
        1, 1000, kScanFlags},
    Command{
        "explain", "ID", "Explain a rule: what, why, when it holds, how to fix it, an example",
        "Prints what a technique or check means, the facts it needs, what blocks it, the remedy "
        "and an example that violates it.",
        1, 1, kExplainFlags},
    Command{"rules list", "", "List every rule with its severity and title",
            "Lists techniques (they lead somewhere) and checks (weak settings).", 0, 0,
            kRulesListFlags},
    Command{"rules test", "[DIR]", "Run the cases of the rules in DIR (default: ./rules)",
            "Scans rules/cases/ID/violating*, clean* and near-miss* and compares. A rule without a "
            "case of each kind fails.",
            0, 1, kRulesTestFlags},
    Command{
        "query", "SQL TARGET...", "Ask the facts of a target in SQL",
        "Exports every fact, derived ones included, to SQLite in memory, one table per relation "
        "(docs/vocabulary.md) with the extra columns certainty, file and line, and runs one "
        "SELECT.",
        2, 1000, kQueryFlags},
    Command{"diff", "OLD NEW", "Compare two JSON reports: new, closed and unchanged",
            "Exit code 1 when NEW has ways out or findings that OLD has not.", 2, 2, kDiffFlags},
    Command{"version",
            "",
            "Print the version",
            "Prints the program's and the report schema's version.",
            0,
            0,
            {}},
    Command{"help",
            "[COMMAND]",
            "Explain a command",
            "Prints this overview or a command's options.",
            0,
            2,
            {}},
    Command{"completions",
            "SHELL",
            "Print a completion script for bash, zsh or fish",
            "For bash: source <(wayout completions bash).",
            1,
            1,
            {}},
    Command{"man", "", "Print the man page", "For example: wayout man | man -l -", 0, 0, {}},
};

}  // namespace

std::span<const Command> commands() {
  return kCommands;
}

const Command* command_named(std::string_view name) {
  for (const Command& command : kCommands) {
    if (command.name == name) return &command;
  }
  return nullptr;
}

}  // namespace wayout::app
