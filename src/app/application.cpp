// SPDX-License-Identifier: Apache-2.0
#include "app/application.hpp"

#include <algorithm>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <iostream>
#include <iterator>
#include <memory>
#include <sys/ioctl.h>
#include <unistd.h>

#include "app/command_line.hpp"
#include "app/explain.hpp"
#include "app/query.hpp"
#include "app/rules_test.hpp"
#include "app/scan.hpp"
#include "finding/gate.hpp"
#include "report/report.hpp"

namespace wayout::app {

namespace {

using base::ErrorCode;
using base::Result;

int complain(const base::Error& error, int code = kUsageError) {
  std::cerr << "wayout: " << error.message << '\n';
  if (!error.hint.empty()) std::cerr << "  " << error.hint << '\n';
  return code;
}

bool wants_colour(const Invocation& invocation, bool to_terminal) {
  const std::string when = invocation.value("color", "auto");
  if (when != "auto") return when == "always";
  const char* no_colour = std::getenv("NO_COLOR");  // https://no-color.org
  const char* term = std::getenv("TERM");
  return to_terminal && (no_colour == nullptr || *no_colour == '\0') &&
         (term == nullptr || std::string_view(term) != "dumb");
}

int terminal_width() {
  winsize size{};
  constexpr int kMin = 60;
  constexpr int kMax = 100;
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return kMax;
  return std::clamp(static_cast<int>(size.ws_col), kMin, kMax);
}

std::string today() {
  const std::time_t now = std::time(nullptr);
  std::tm utc{};
  gmtime_r(&now, &utc);
  char text[11];
  std::strftime(text, sizeof text, "%Y-%m-%d", &utc);
  return text;
}

Result<unsigned> thread_count(const Invocation& invocation) {
  const std::string text = invocation.value("threads", "0");
  constexpr unsigned long kMost = 256;
  char* end = nullptr;
  const unsigned long count = std::strtoul(text.c_str(), &end, 10);
  if (end == text.c_str() || *end != '\0' || count > kMost) {
    return base::fail(ErrorCode::kUsage, "--threads takes a number from 1 to 256");
  }
  return static_cast<unsigned>(count);
}

Result<std::shared_ptr<const Knowledge>> knowledge_for(const Invocation& invocation) {
  auto loaded = load_knowledge(invocation.all("rules"), invocation.all("platform"));
  if (!loaded) return base::fail(loaded.error());
  return std::shared_ptr<const Knowledge>(std::move(*loaded));
}

Result<ScanSettings> scan_settings(const Invocation& invocation) {
  ScanSettings settings;
  settings.targets = invocation.arguments;
  settings.config = invocation.value("config");
  settings.baseline = invocation.value("baseline");
  settings.today = today();
  settings.blocked = invocation.has("blocked");
  settings.read.render = !invocation.has("no-render");
  auto threads = thread_count(invocation);
  if (!threads) return base::fail(threads.error());
  settings.read.threads = *threads;
  return settings;
}

/// Calls `write` with standard output or the file of --output.
template <class Write>
Result<void> with_output(const Invocation& invocation, const Write& write) {
  const std::string path = invocation.value("output");
  if (path.empty() || path == "-") {
    write(std::cout);
    std::cout.flush();
    return {};
  }
  std::ofstream out(path, std::ios::binary | std::ios::trunc);
  write(out);
  out.flush();
  if (!out) return base::fail(ErrorCode::kIo, "cannot write " + path);
  return {};
}

/// The exit code of a finished scan, with the reason on standard error.
Result<int> judge(const Invocation& invocation, const finding::Assessment& assessment) {
  const auto gates = invocation.all("fail-on");
  std::string wanted;
  for (const std::string& gate : gates) wanted += (wanted.empty() ? "" : ",") + gate;
  int code = kPassed;
  if (!wanted.empty()) {
    const auto gate = finding::parse_gate(wanted);
    if (!gate) return base::fail(gate.error());
    if (const auto why = finding::check_gate(assessment, *gate)) {
      std::cerr << "wayout: gate failed: " << *why << '\n';
      code = kGateFailed;
    }
  }
  const bool nothing_read = assessment.coverage.files == 0 && !assessment.not_analysed.empty();
  const bool strict = invocation.has("strict") && !assessment.not_analysed.empty();
  if (nothing_read || strict) {
    std::cerr << "wayout: scan incomplete: " << assessment.not_analysed.size()
              << " files or parts were not analysed\n";
    code = kIncomplete;
  }
  return code;
}

int scan_command(const Invocation& invocation) {
  if (invocation.has("fail-on")) {  // a wrong gate should not cost a scan
    for (const std::string& text : invocation.all("fail-on")) {
      if (const auto gate = finding::parse_gate(text); !gate) return complain(gate.error());
    }
  }
  const auto format = report::format_named(invocation.value("format", "terminal"));
  auto settings = scan_settings(invocation);
  if (!settings) return complain(settings.error());
  auto knowledge = knowledge_for(invocation);
  if (!knowledge) return complain(knowledge.error());
  Progress progress(invocation.has("quiet"));
  auto scan = run_scan(*knowledge, *settings, progress);
  progress.clear();
  if (!scan) {
    const bool usage = scan.error().code == ErrorCode::kUsage;
    return complain(scan.error(), usage ? kUsageError : kIncomplete);
  }
  const bool to_terminal = !invocation.has("output") && isatty(STDOUT_FILENO) != 0;
  report::ReportOptions options;
  options.colour = wants_colour(invocation, to_terminal);
  options.width = to_terminal ? terminal_width() : 100;
  options.show_blocked = invocation.has("blocked");
  options.verbose = invocation.has("verbose");
  const auto written = with_output(invocation, [&](std::ostream& out) {
    report::write_report(*format, (*scan)->assessment, options, out);
  });
  if (!written) return complain(written.error());
  const auto code = judge(invocation, (*scan)->assessment);
  if (!code) return complain(code.error());
  // Freeing half a million facts one by one helps nobody: the process ends here.
  std::cout.flush();
  std::cerr.flush();
  std::_Exit(*code);
}

int explain_command(const Invocation& invocation) {
  auto knowledge = knowledge_for(invocation);
  if (!knowledge) return complain(knowledge.error());
  const auto done = explain_rule(**knowledge, invocation.arguments[0], std::cout);
  return done ? kPassed : complain(done.error());
}

int rules_list_command(const Invocation& invocation) {
  auto knowledge = knowledge_for(invocation);
  if (!knowledge) return complain(knowledge.error());
  list_rules((*knowledge)->rules, invocation.value("format") == "json", std::cout);
  return kPassed;
}

int rules_test_command(const Invocation& invocation) {
  RuleTestSettings settings;
  settings.directory = invocation.arguments.empty() ? "rules" : invocation.arguments[0];
  settings.only = invocation.all("only");
  settings.rule_directories = invocation.all("rules");
  settings.verbose = invocation.has("verbose");
  const auto failures = run_rule_tests(settings, std::cout);
  if (!failures) return complain(failures.error());
  return *failures == 0 ? kPassed : kGateFailed;
}

int query_command(const Invocation& invocation) {
  auto settings = scan_settings(invocation);
  if (!settings) return complain(settings.error());
  settings->targets.erase(settings->targets.begin());
  auto knowledge = knowledge_for(invocation);
  if (!knowledge) return complain(knowledge.error());
  Progress progress(false);
  auto scan = read_and_reason(*knowledge, *settings, progress);
  progress.clear();
  if (!scan) return complain(scan.error());
  const std::string format = invocation.value("format", "table");
  const auto done = query_facts((*scan)->facts, (*scan)->sources, invocation.arguments[0],
                                format == "csv"    ? RowFormat::kCsv
                                : format == "json" ? RowFormat::kJson
                                                   : RowFormat::kTable,
                                std::cout);
  return done ? kPassed : complain(done.error());
}

Result<finding::PreviousReport> load_report(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return base::fail(ErrorCode::kUsage, "cannot read " + path);
  base::Sources sources;
  const auto file = sources.add(path, std::string(std::istreambuf_iterator<char>(in), {}));
  auto report = finding::read_report(sources, file, base::Limits{});
  if (!report) return base::fail(ErrorCode::kUsage, describe(report.error(), sources));
  return report;
}

int diff_command(const Invocation& invocation) {
  const auto before = load_report(invocation.arguments[0]);
  if (!before) return complain(before.error());
  const auto after = load_report(invocation.arguments[1]);
  if (!after) return complain(after.error());
  const auto format = report::format_named(invocation.value("format", "terminal"));
  report::ReportOptions options;
  options.colour = wants_colour(invocation, isatty(STDOUT_FILENO) != 0);
  report::write_diff(*format, *before, *after, options, std::cout);
  for (const std::uint64_t id : after->way_out_ids) {
    if (!before->has_way_out(id)) return kGateFailed;
  }
  for (const std::uint64_t id : after->finding_ids) {
    if (!before->has_finding(id)) return kGateFailed;
  }
  return kPassed;
}

int version_command(const Invocation&) {
  std::cout << "wayout " << report::version() << " (report schema 1)\n";
  return kPassed;
}

int help_command(const Invocation& invocation) {
  if (invocation.arguments.empty()) {
    std::cout << overview();
    return kPassed;
  }
  std::string name = invocation.arguments[0];
  if (invocation.arguments.size() == 2) name += " " + invocation.arguments[1];
  if (const Command* command = command_named(name)) {
    std::cout << help_for(*command);
    return kPassed;
  }
  return complain({ErrorCode::kUsage, "no command '" + name + "'", "wayout help lists them", {}});
}

int completions_command(const Invocation& invocation) {
  const std::string script = completions(invocation.arguments[0]);
  if (script.empty()) {
    return complain({ErrorCode::kUsage,
                     "no completions for " + invocation.arguments[0],
                     "bash, zsh or fish",
                     {}});
  }
  std::cout << script;
  return kPassed;
}

int man_command(const Invocation&) {
  std::cout << man_page();
  return kPassed;
}

struct Handler {
  std::string_view name;
  int (*run)(const Invocation&);
};
constexpr Handler kHandlers[] = {
    {"scan", scan_command},       {"explain", explain_command},
    {"query", query_command},     {"rules list", rules_list_command},
    {"diff", diff_command},       {"rules test", rules_test_command},
    {"version", version_command}, {"completions", completions_command},
    {"help", help_command},       {"man", man_command},
};

}  // namespace

int run(const std::vector<std::string>& arguments) {
  std::ios::sync_with_stdio(false);
  const auto invocation = parse_command_line(arguments);
  if (!invocation) return complain(invocation.error());
  if (invocation->help) {
    std::cout << help_for(*invocation->command);
    return kPassed;
  }
  for (const Handler& handler : kHandlers) {
    if (handler.name == invocation->command->name) return handler.run(*invocation);
  }
  return kUsageError;
}

}  // namespace wayout::app
