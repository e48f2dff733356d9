// SPDX-License-Identifier: Apache-2.0
#include "app/rules_test.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <memory>
#include <ostream>
#include <set>

#include "app/scan.hpp"

namespace wayout::app {

namespace {

namespace fs = std::filesystem;

constexpr std::array<std::string_view, 3> kKinds = {"violating", "clean", "near-miss"};

struct Case {
  fs::path path;
  std::string_view kind;
};

/// The cases of one rule in order of name; other files (notes, ingredients) are left alone.
std::vector<Case> cases_in(const fs::path& directory) {
  std::vector<Case> cases;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(directory, error)) {
    const std::string name = entry.path().filename().string();
    for (const std::string_view kind : kKinds) {
      if (name.rfind(kind, 0) == 0) cases.push_back({entry.path(), kind});
    }
  }
  std::sort(cases.begin(), cases.end(),
            [](const Case& a, const Case& b) { return a.path < b.path; });
  return cases;
}

bool applies(const Scan& scan, const std::string& rule) {
  const fact::Symbol id = scan.facts.find_symbol(rule);
  if (!id.valid()) return false;
  const auto rows = scan.facts.rows(fact::Relation::kApplies);
  for (std::size_t i = 0; i < rows.size(); i += 2) {
    if (rows[i] == id) return true;
  }
  return false;
}

/// What is wrong with one case, or nothing.
std::string verdict_of(const Case& test, const std::string& rule,
                       const std::shared_ptr<const Knowledge>& shared,
                       const std::vector<std::string>& rule_directories) {
  auto knowledge = shared;
  const fs::path platform = test.path / "platform.yaml";
  std::error_code error;
  if (fs::exists(platform, error)) {
    auto own = load_knowledge(rule_directories, {platform.string()});
    if (!own) return own.error().message;
    knowledge = std::move(*own);
  }
  ScanSettings settings;
  settings.targets = {test.path.string()};
  settings.read.threads = 1;
  settings.read.render = false;
  Progress progress(true);
  const auto scan = read_and_reason(knowledge, settings, progress);
  if (!scan) return describe(scan.error(), base::Sources{});
  const auto& problems = (*scan)->assessment.not_analysed;
  if (!problems.empty()) return "not analysed: " + problems.front().why;
  const bool wanted = test.kind == kKinds[0];
  if (applies(**scan, rule) == wanted) return {};
  return wanted ? "the rule does not apply" : "the rule applies";
}

}  // namespace

base::Result<std::size_t> run_rule_tests(const RuleTestSettings& settings, std::ostream& out) {
  auto loaded = load_knowledge(settings.rule_directories, {});
  if (!loaded) return base::fail(loaded.error());
  const std::shared_ptr<const Knowledge> knowledge = std::move(*loaded);
  const std::set<std::string> only(settings.only.begin(), settings.only.end());

  std::size_t failures = 0;
  std::size_t cases_run = 0;
  std::size_t rules_run = 0;
  const auto fail = [&](const std::string& what, const std::string& why) {
    out << "FAIL  " << what << ": " << why << "\n";
    ++failures;
  };
  for (const reason::Rule& rule : knowledge->rules.rules) {
    if (rule.kind == reason::RuleKind::kMeaning) continue;
    if (!only.empty() && only.count(rule.id) == 0) continue;
    ++rules_run;
    const auto cases = cases_in(fs::path(settings.directory) / "cases" / rule.id);
    for (const std::string_view kind : kKinds) {
      const bool has = std::any_of(cases.begin(), cases.end(),
                                   [&](const Case& test) { return test.kind == kind; });
      if (!has) fail(rule.id, "no " + std::string(kind) + " case");
    }
    for (const Case& test : cases) {
      ++cases_run;
      const std::string why = verdict_of(test, rule.id, knowledge, settings.rule_directories);
      const std::string name = rule.id + "/" + test.path.filename().string();
      if (!why.empty()) fail(name, why);
      if (why.empty() && settings.verbose) out << "ok    " << name << "\n";
    }
  }
  out << rules_run << " rules, " << cases_run - failures << " passed, " << failures << " failed\n";
  if (rules_run == 0) return base::fail(base::ErrorCode::kUsage, "no rule was tested");
  return failures;
}

}  // namespace wayout::app
