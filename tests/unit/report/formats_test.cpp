// SPDX-License-Identifier: Apache-2.0
// SARIF, Markdown, JUnit and the comparison of two reports: structure, and hostile names.
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "../finding/small_scan.hpp"
#include "finding/fingerprint.hpp"
#include "report/report.hpp"
#include "text/yaml.hpp"

namespace wayout::report {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;

std::string written(const finding::Assessment& assessment, Format format) {
  std::ostringstream out;
  write_report(format, assessment, {}, out);
  return out.str();
}

TEST(Sarif, CarriesWaysOutAsCodeFlows) {
  finding::SmallScan scan;
  finding::AssessOptions options;
  finding::Suppression suppression;
  suppression.rule = "SEC-*";
  suppression.reason = "known";
  options.suppressions = {suppression};
  const auto assessment = scan.assess_all(std::move(options));
  const std::string text = written(assessment, Format::kSarif);
  const auto trees = text::parse_yaml(base::FileId(std::uint32_t{0}), text, {});
  ASSERT_TRUE(trees.at(0).has_value());
  const auto run = trees[0]->root()["runs"].items().at(0);
  const auto rules = run["tool"]["driver"]["rules"].items();
  const auto results = run["results"].items();
  ASSERT_THAT(results, SizeIs(5));  // two ways out, three findings
  for (const auto& result : results) {
    const auto index = static_cast<std::size_t>(result["ruleIndex"].integer().value_or(-1));
    ASSERT_LT(index, rules.size());
    EXPECT_EQ(rules[index]["id"].scalar(), result["ruleId"].scalar());
    EXPECT_THAT(result["locations"].items(), SizeIs(1));
  }
  const auto flow = results[0]["codeFlows"].items().at(0)["threadFlows"].items().at(0);
  EXPECT_THAT(flow["locations"].items(), SizeIs(2));
  EXPECT_EQ(results[0]["partialFingerprints"]["wayout/v1"].scalar(),
            finding::hex(assessment.way_marks[0].id));
  EXPECT_EQ(results[4]["suppressions"].items().at(0)["justification"].scalar(), "known");
  EXPECT_FALSE(results[3]["suppressions"]);
}

TEST(Formats, LetNoHostileNameThrough) {
  const std::string name = "<img src=x>`|[a](b)\x1b[2J\xff\n@all]]>&\"'";
  finding::SmallScan scan;
  const std::string container = "compose.yaml:" + name;
  scan.conclude("SEC-ENV-LITERAL", scan.facts.intern(container),
                {scan.say(fact::Relation::kEnvCredential, {container, name, "literal"}, 7)});
  auto assessment = scan.assess_all();
  assessment.not_analysed.push_back({name, {}, name, name});
  for (const Format format : {Format::kSarif, Format::kJunit, Format::kMarkdown}) {
    const std::string text = written(assessment, format);
    EXPECT_THAT(text, Not(HasSubstr("\x1b"))) << name_of(format);
    EXPECT_THAT(text, Not(HasSubstr("\xff"))) << name_of(format);
    if (format != Format::kSarif) {
      EXPECT_THAT(text, Not(HasSubstr("<img"))) << name_of(format);
    }
  }
  EXPECT_THAT(written(assessment, Format::kMarkdown), HasSubstr("\\[a\\]\\(b\\)"));
}

TEST(Markdown, StaysWithinACommentForThousandsOfFindings) {
  finding::SmallScan scan;
  for (int i = 0; i < 3000; ++i) {
    const std::string name = "k8s:default/Deployment/web-" + std::to_string(i) + "/app";
    scan.conclude("ESC-SOCK-DOCKER", scan.facts.intern(name),
                  {scan.say(fact::Relation::kMounts, {name, "/x", "/run/docker.sock"}, 5)});
  }
  EXPECT_LT(written(scan.assess_all(), Format::kMarkdown).size(), 65'536u);
}

TEST(Junit, FailsOpenRulesAndWaysOut) {
  finding::SmallScan scan;
  const std::string text = written(scan.assess_all(), Format::kJunit);
  EXPECT_THAT(text, HasSubstr("<testsuites name=\"wayout\" tests=\"5\" failures=\"5\">"));
  EXPECT_THAT(text, HasSubstr("<failure type=\"critical\" message=\"1 place\">container web"));
}

finding::PreviousReport read(const std::string& text) {
  base::Sources sources;
  return finding::read_report(sources, sources.add("r.json", text), {}).value();
}

TEST(Diff, TellsNewFromFixedAndUnchanged) {
  finding::SmallScan scan;
  auto assessment = scan.assess_all();
  const auto before = read(written(assessment, Format::kJson));
  assessment.findings.erase(assessment.findings.begin());
  assessment.findings[0].fingerprint = 1;
  const auto after = read(written(assessment, Format::kJson));
  std::ostringstream out;
  write_diff(Format::kTerminal, before, after, {}, out);
  const std::string text = out.str();
  EXPECT_THAT(text, HasSubstr("0 ways out new, 0 gone, 2 unchanged.\n"));
  EXPECT_THAT(text, HasSubstr("1 finding new, 2 gone, 1 unchanged.\n"));
  EXPECT_THAT(text, HasSubstr("New findings (1)\n  + critical  SYS_ADMIN without AppArmor"));
  EXPECT_THAT(text, HasSubstr("Fixed findings (2)\n  - critical  The container holds the Docker"));
  std::ostringstream json;
  write_diff(Format::kJson, before, after, {}, json);
  EXPECT_THAT(json.str(), HasSubstr("\"id\": \"0000000000000001\""));
}

}  // namespace
}  // namespace wayout::report
