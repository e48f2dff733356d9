// SPDX-License-Identifier: Apache-2.0
#include <fstream>
#include <iterator>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "../finding/small_scan.hpp"
#include "finding/fingerprint.hpp"
#include "report/json_writer.hpp"
#include "report/report.hpp"
#include "schema.hpp"
#include "text/yaml.hpp"

namespace wayout::report {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

std::string written(const finding::Assessment& assessment, Format format = Format::kJson) {
  std::ostringstream out;
  write_report(format, assessment, {}, out);
  return out.str();
}

/// A document and the text that it points into.
struct Document {
  explicit Document(std::string content) : text(std::move(content)) {
    trees = text::parse_yaml(base::FileId(std::uint32_t{0}), text, {});
  }
  text::NodeRef root() const { return trees.at(0)->root(); }
  std::string text;
  std::vector<base::Result<text::Tree>> trees;
};

Document schema() {
  std::ifstream in(std::string(WAYOUT_SOURCE_DIR) + "/docs/report.schema.json");
  return Document(std::string(std::istreambuf_iterator<char>(in), {}));
}

TEST(JsonWriter, MakesAnyTextValid) {
  struct Case {
    std::string text, json;
  };
  for (const Case& c :
       {Case{"plain", R"("plain")"}, Case{"a\"b\\c", R"("a\"b\\c")"},
        Case{"\n\t\x1b[31m", R"("\n\u0009\u001b[31m")"}, Case{std::string("\0", 1), R"("\u0000")"},
        Case{"\x7f", R"("\u007f")"}, Case{"\xff\xfe", "\"\xef\xbf\xbd\xef\xbf\xbd\""},
        Case{"\xc3\xa9", "\"\xc3\xa9\""}, Case{"\xc3", "\"\xef\xbf\xbd\""},
        Case{"\xed\xa0\x80", "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\""},
        Case{"\xc0\xaf", "\"\xef\xbf\xbd\xef\xbf\xbd\""}, Case{"\xe2\x80\xa8", R"("\u2028")"},
        Case{"\xf0\x9f\x90\xb3", "\"\xf0\x9f\x90\xb3\""}}) {
    std::ostringstream out;
    JsonWriter(out).begin_array().value(c.text).end_array();
    EXPECT_EQ(out.str(), "[" + c.json + "]\n");
  }
}

TEST(JsonWriter, PutsCommasAndLines) {
  std::ostringstream out;
  JsonWriter json(out);
  json.begin_object().field("a", 1).key("b").begin_array().value(true).null().end_array();
  json.new_line();
  json.text_or_null("c", "").end_object();
  EXPECT_EQ(out.str(), "{\"a\": 1, \"b\": [true, null],\n  \"c\": null}\n");
}

TEST(Json, FollowsThePublishedSchema) {
  const Document rules = schema();
  ASSERT_TRUE(rules.trees.at(0).has_value());
  finding::SmallScan scan;
  finding::AssessOptions options;
  finding::Suppression suppression;
  suppression.rule = "SEC-*";
  suppression.reason = "known";
  options.suppressions = {suppression};
  const finding::PreviousReport nothing;
  options.baseline = &nothing;
  auto assessment = scan.assess_all(std::move(options));
  assessment.not_analysed.push_back({"charts/web", {}, "a Helm chart", "install helm"});
  assessment.not_judged.push_back({scan.rule("ESC-SOCK-DOCKER"), "kernel version"});
  assessment.blocked = assessment.ways_out;
  assessment.blocked.all[0].verdict = reason::Verdict::kBlocked;
  assessment.blocked.all[0].blockers = {assessment.blocked.all[0].leaves[1]};
  assessment.blocked_marks = assessment.way_marks;
  const Document report(written(assessment));
  ASSERT_TRUE(report.trees.at(0).has_value());
  EXPECT_THAT(SchemaCheck(rules.root()).errors(report.root()), IsEmpty());
}

TEST(SchemaCheckItself, FindsWhatIsWrong) {
  const Document rules = schema();
  finding::SmallScan scan;
  std::string text = written(scan.assess_all());
  const auto replace = [&](std::string_view what, std::string_view with) {
    std::string changed = text;
    changed.replace(changed.find(what), what.size(), with);
    return SchemaCheck(rules.root()).errors(Document(changed).root());
  };
  EXPECT_THAT(replace("\"grade\": \"F\"", "\"grade\": \"G\""),
              Contains(HasSubstr("'G' is not allowed")));
  EXPECT_THAT(replace("\"targets\"", "\"target\""), Contains(HasSubstr("has no targets")));
  EXPECT_THAT(replace("\"cwe\": [250]", "\"cwe\": [\"250\"]"), Contains(HasSubstr("is a string")));
}

TEST(Json, SaysWhatTheScanFound) {
  finding::SmallScan scan;
  const Document report(written(scan.assess_all()));
  const auto way = report.root()["ways_out"].items().at(1);
  EXPECT_EQ(way["verdict"].scalar(), "likely");
  EXPECT_EQ(way["assumes"].items().at(0)["kind"].scalar(), "lsm");
  EXPECT_EQ(way["assumes"].items().at(0)["text"].scalar(), "the host does not enforce SELinux");
  const auto step = way["steps"].items().at(0);
  const auto finding = report.root()["findings"].items().at(1);
  EXPECT_EQ(step["finding"].scalar(), finding["fingerprint"].scalar());
  EXPECT_EQ(step["subject"]["name"].scalar(), "worker");
  EXPECT_EQ(step["evidence"].items().at(0)["line"].scalar(), "10");
  EXPECT_EQ(report.root()["cut"]["changes"].items().at(1)["closes"].items().at(0).scalar(),
            way["id"].scalar());
}

TEST(Json, IsTheSameEveryTime) {
  finding::SmallScan first, second;
  auto assessment = second.assess_all();
  assessment.seconds = 99;
  EXPECT_EQ(written(first.assess_all()), written(assessment));
}

TEST(Json, NeverHoldsACredential) {
  finding::SmallScan scan;
  const auto assessment = scan.assess_all();
  for (const Format format :
       {Format::kTerminal, Format::kJson, Format::kSarif, Format::kJunit, Format::kMarkdown}) {
    EXPECT_THAT(written(assessment, format), Not(HasSubstr("battery"))) << name_of(format);
    EXPECT_THAT(written(assessment, format), HasSubstr("SEC-ENV-LITERAL")) << name_of(format);
  }
}

TEST(Json, GroupsCopiesAndKeepsTheirIds) {
  finding::SmallScan scan;
  auto assessment = scan.assess_all();
  assessment.ways_out.groups = {{0, {0, 1}}};
  const Document report(written(assessment));
  const auto ways = report.root()["ways_out"].items();
  ASSERT_THAT(ways, SizeIs(1));
  EXPECT_EQ(ways[0]["count"].scalar(), "2");
  EXPECT_THAT(ways[0]["members"].items(), SizeIs(2));
  // Both changes close the one way out that is shown.
  for (const auto& change : report.root()["cut"]["changes"].items()) {
    EXPECT_EQ(change["closes"].items().at(0).scalar(), ways[0]["id"].scalar());
  }
}

TEST(Json, ReadsBackAsABaseline) {
  finding::SmallScan scan;
  const auto assessment = scan.assess_all();
  base::Sources sources;
  const auto file = sources.add("old.json", written(assessment));
  const auto report = finding::read_report(sources, file, {});
  ASSERT_TRUE(report.has_value()) << report.error().message;
  EXPECT_EQ(report->score, 25);
  EXPECT_EQ(report->grade, "F");
  ASSERT_THAT(report->findings, SizeIs(3));
  EXPECT_TRUE(report->has_finding(assessment.findings[2].fingerprint));
  EXPECT_TRUE(report->has_way_out(assessment.way_marks[1].id));
  EXPECT_FALSE(report->has_finding(42));
  EXPECT_EQ(report->findings[0].what, "ESC-SOCK-DOCKER");
  EXPECT_EQ(report->findings[0].place, "compose.yaml:5");
  EXPECT_EQ(report->findings[0].subject, "container web in compose.yaml");
}

TEST(Baseline, RefusesWhatIsNoReport) {
  for (const char* text : {"", "[1, 2]", "{}", "{\"wayout\": {\"schema\": 0}}",
                           "{\"wayout\": ", "{\"wayout\": {\"schema\": 1}, \"findings\": []}",
                           "{\"wayout\": {\"schema\": 1}, \"findings\": [{}], \"ways_out\": []}"}) {
    base::Sources sources;
    const auto report = finding::read_report(sources, sources.add("x.json", text), {});
    EXPECT_FALSE(report.has_value()) << text;
  }
}

}  // namespace
}  // namespace wayout::report
