// SPDX-License-Identifier: Apache-2.0
// Scans tests/golden/cases/<name>/input and every example, and compares the terminal and JSON
// reports with expected.txt and expected.json beside it. UPDATE_GOLDEN=1 rewrites them.
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>

#include <gtest/gtest.h>

#include "app/scan.hpp"
#include "report/report.hpp"

namespace wayout {
namespace {

namespace fs = std::filesystem;

struct Case {
  std::string name;
  fs::path directory;  ///< what is current while scanning
  std::string target;
  fs::path expected;  ///< without extension
};

std::vector<Case> all_cases() {
  std::vector<Case> cases;
  for (const auto& entry : fs::directory_iterator(WAYOUT_CASES)) {
    if (!fs::exists(entry.path() / "input")) continue;
    cases.push_back(
        {entry.path().filename().string(), entry.path(), "input", entry.path() / "expected"});
  }
  for (const auto& entry : fs::directory_iterator(WAYOUT_EXAMPLES)) {
    for (const char* twin : {"vulnerable", "fixed"}) {
      if (!fs::exists(entry.path() / twin)) continue;
      const std::string name = entry.path().filename().string() + "_" + twin;
      cases.push_back({name, entry.path(), twin, fs::path(WAYOUT_CASES) / name});
    }
  }
  std::sort(cases.begin(), cases.end(),
            [](const Case& a, const Case& b) { return a.name < b.name; });
  return cases;
}

std::string read(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::string rendered(finding::Assessment& assessment, report::Format format) {
  assessment.seconds = 0;
  std::ostringstream out;
  report::write_report(format, assessment, {}, out);
  return out.str();
}

void compare(const std::string& actual, const fs::path& expected) {
  if (std::getenv("UPDATE_GOLDEN") != nullptr) {
    std::ofstream(expected, std::ios::binary) << actual;
    return;
  }
  EXPECT_EQ(actual, read(expected)) << expected << " (UPDATE_GOLDEN=1 rewrites it)";
}

class Golden : public ::testing::TestWithParam<Case> {};

TEST_P(Golden, ReportsAreAsExpected) {
  const Case& c = GetParam();
  fs::current_path(c.directory);
  std::vector<std::string> platforms;
  if (fs::exists("platform.yaml")) platforms.push_back("platform.yaml");
  auto knowledge = app::load_knowledge({}, platforms);
  ASSERT_TRUE(knowledge) << knowledge.error().message;
  app::ScanSettings settings;
  settings.targets = {c.target};
  settings.today = "2026-01-01";
  settings.read.render = false;
  app::Progress progress(true);
  auto scan = app::run_scan(std::move(*knowledge), settings, progress);
  ASSERT_TRUE(scan) << scan.error().message;
  auto& assessment = (*scan)->assessment;
  const auto with = [&](const char* extension) { return c.expected.string() + extension; };
  compare(rendered(assessment, report::Format::kTerminal), with(".txt"));
  compare(rendered(assessment, report::Format::kJson), with(".json"));
  compare(rendered(assessment, report::Format::kSarif), with(".sarif"));
}

INSTANTIATE_TEST_SUITE_P(Cases, Golden, ::testing::ValuesIn(all_cases()), [](const auto& param) {
  std::string name = param.param.name;
  std::replace_if(
      name.begin(), name.end(), [](char ch) { return std::isalnum(ch) == 0; }, '_');
  return name;
});

}  // namespace
}  // namespace wayout
