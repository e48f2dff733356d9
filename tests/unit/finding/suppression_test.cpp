// SPDX-License-Identifier: Apache-2.0
#include "finding/suppression.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "finding/comment.hpp"
#include "finding/fingerprint.hpp"
#include "small_scan.hpp"

namespace wayout::finding {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

TEST(Glob, MatchesStarsAndQuestionMarks) {
  struct Case {
    std::string_view text, glob;
    bool matches;
  };
  for (const Case& c :
       {Case{"ESC-SOCK-DOCKER", "ESC-*", true}, Case{"ESC-SOCK-DOCKER", "*DOCKER", true},
        Case{"ESC-SOCK", "ESC-????", true}, Case{"ESC-SOCK", "ESC-???", false}, Case{"", "*", true},
        Case{"a", "", false}, Case{"abcabd", "*abd", true}, Case{"web", "web", true}}) {
    EXPECT_EQ(matches_glob(c.text, c.glob), c.matches) << c.text << " ~ " << c.glob;
  }
}

LoadedSuppressions load(base::Sources& sources, std::string text) {
  return read_suppressions(sources, sources.add("wayout.yaml", std::move(text)), {});
}

TEST(SuppressionFile, ReadsEveryField) {
  base::Sources sources;
  const auto loaded = load(sources,
                           "scope: []\n"
                           "suppressions:\n"
                           "  - rule: ESC-*\n"
                           "    subject: compose.yaml:web\n"
                           "    file: '*.yaml'\n"
                           "    reason: isolated node pool\n"
                           "    owner: platform\n"
                           "    expires: 2027-01-01\n");
  ASSERT_THAT(loaded.errors, IsEmpty());
  ASSERT_THAT(loaded.suppressions, SizeIs(1));
  const Suppression& one = loaded.suppressions[0];
  EXPECT_EQ(one.rule, "ESC-*");
  EXPECT_EQ(one.subject, "compose.yaml:web");
  EXPECT_EQ(one.file, "*.yaml");
  EXPECT_EQ(one.reason, "isolated node pool");
  EXPECT_EQ(one.owner, "platform");
  EXPECT_EQ(one.expires, "2027-01-01");
  EXPECT_EQ(one.span.line, 3u);
}

TEST(SuppressionFile, SaysWhereAnEntryIsWrong) {
  struct Case {
    std::string text;
    std::string message;
    std::uint32_t line;
  };
  for (const Case& c : {Case{"suppressions: yes\n", "is not a list", 1},
                        Case{"suppressions:\n  - ESC-A\n", "not a mapping", 2},
                        Case{"suppressions:\n  - rule: A\n    because: x\n", "'because'", 3},
                        Case{"suppressions:\n  - reason: x\n", "names no rule", 2},
                        Case{"suppressions:\n  - rule: [A]\n", "not a text", 2}}) {
    base::Sources sources;
    const auto loaded = load(sources, c.text);
    ASSERT_THAT(loaded.errors, SizeIs(1)) << c.text;
    EXPECT_THAT(loaded.errors[0].message, HasSubstr(c.message));
    ASSERT_TRUE(loaded.errors[0].span.has_value());
    EXPECT_EQ(loaded.errors[0].span->line, c.line) << c.text;
    EXPECT_THAT(loaded.errors[0].hint, ::testing::Not(IsEmpty()));
  }
}

TEST(SuppressionFile, AbsentOrEmptyIsNoError) {
  for (const char* text : {"", "scope: [a]\n", "suppressions:\n"}) {
    base::Sources sources;
    const auto loaded = load(sources, text);
    EXPECT_THAT(loaded.errors, IsEmpty()) << text;
    EXPECT_THAT(loaded.suppressions, IsEmpty()) << text;
  }
}

struct CommentCase {
  std::string name;
  std::string text;
  std::vector<std::string> rules;
  std::uint32_t speaks_for = 0;
  std::string expires;
  std::string reason;
};

TEST(IgnoreComment, IsReadFromItsLine) {
  for (const CommentCase& c : std::vector<CommentCase>{
           {"trailing", "a: b  # wayout:ignore R-1: fine\n", {"R-1"}, 1, "", "fine"},
           {"own line", "x:\n  # wayout:ignore R-1: fine\n  a: b\n", {"R-1"}, 3, "", "fine"},
           {"comments between",
            "# wayout:ignore R-1: fine\n# more\n\na: b\n",
            {"R-1"},
            4,
            "",
            "fine"},
           {"two rules",
            "a # wayout:ignore R-1, R-2 until 2027-01-01: x: y\n",
            {"R-1", "R-2"},
            1,
            "2027-01-01",
            "x: y"},
           {"slashes", "a // wayout:ignore R-1: fine\r\n", {"R-1"}, 1, "", "fine"},
           {"no reason", "a # wayout:ignore R-1\n", {"R-1"}, 1, "", ""},
           {"no comment", "a: wayout:ignore R-1: fine\n", {}, 0, "", ""},
           {"at the start", "wayout:ignore R-1: fine\n", {}, 0, "", ""},
           {"last line", "# wayout:ignore R-1: fine", {"R-1"}, 2, "", "fine"},
       }) {
    std::vector<Suppression> list;
    read_ignore_comments(base::FileId(std::uint32_t{0}), c.text, list);
    ASSERT_THAT(list, SizeIs(c.rules.size())) << c.name;
    for (std::size_t i = 0; i < list.size(); ++i) {
      EXPECT_EQ(list[i].rule, c.rules[i]) << c.name;
      EXPECT_EQ(list[i].line, c.speaks_for) << c.name;
      EXPECT_EQ(list[i].expires, c.expires) << c.name;
      EXPECT_EQ(list[i].reason, c.reason) << c.name;
      EXPECT_THAT(list[i].problem, IsEmpty()) << c.name;
    }
  }
}

TEST(IgnoreComment, ThatNamesNoRuleIsAProblem) {
  std::vector<Suppression> list;
  read_ignore_comments(base::FileId(std::uint32_t{0}), "a # wayout:ignore : because\n", list);
  ASSERT_THAT(list, SizeIs(1));
  EXPECT_THAT(list[0].problem, HasSubstr("names no rule"));
}

Suppression rule_for(std::string rule, std::string reason, std::string expires = {}) {
  Suppression suppression;
  suppression.rule = std::move(rule);
  suppression.reason = std::move(reason);
  suppression.expires = std::move(expires);
  return suppression;
}

TEST(Suppressions, HideAFindingButNotTheWayOut) {
  SmallScan scan;
  AssessOptions options;
  options.suppressions = {rule_for("ESC-SOCK-DOCKER", "known")};
  const Assessment assessment = scan.assess_all(std::move(options));
  EXPECT_TRUE(assessment.findings[0].suppression.has_value());
  EXPECT_FALSE(assessment.findings[1].suppression.has_value());
  EXPECT_FALSE(assessment.way_marks[0].suppression.has_value());
  EXPECT_TRUE(assessment.suppressions[0].used);
  EXPECT_LE(assessment.score.value, 39);
}

TEST(Suppressions, NamingTheWayOutAcceptsIt) {
  std::string id;
  {
    SmallScan scan;
    id = hex(scan.assess_all().way_marks[0].id);
  }
  SmallScan scan;
  AssessOptions options;
  options.suppressions = {rule_for(id, "known"), rule_for("ESC-SOCK-DOCKER", "known")};
  const Assessment assessment = scan.assess_all(std::move(options));
  EXPECT_TRUE(assessment.way_marks[0].suppression.has_value());
  EXPECT_FALSE(assessment.way_marks[1].suppression.has_value());
  EXPECT_EQ(assessment.score.value, 59);  // the likely critical finding is left
}

TEST(Suppressions, WithoutReasonOrPastTheirDateDoNotCount) {
  struct Case {
    std::string reason, expires;
    bool counts;
    std::string problem;
  };
  for (const Case& c :
       {Case{"", "", false, "no reason"}, Case{"  ", "", false, "no reason"},
        Case{"x", "2026-05-31", false, "expired on 2026-05-31"}, Case{"x", "2026-06-01", true, ""},
        Case{"x", "2026-06-02", true, ""}, Case{"x", "soon", false, "not a date"},
        Case{"x", "2026-13-01", false, "not a date"}, Case{"x", "", true, ""}}) {
    SmallScan scan;
    AssessOptions options;
    options.today = "2026-06-01";
    options.suppressions = {rule_for("ESC-SOCK-DOCKER", c.reason, c.expires)};
    const Assessment assessment = scan.assess_all(std::move(options));
    EXPECT_EQ(assessment.findings[0].suppression.has_value(), c.counts) << c.reason << c.expires;
    EXPECT_THAT(assessment.suppressions[0].problem, HasSubstr(c.problem));
    EXPECT_EQ(assessment.suppressions[0].problem.empty(), c.counts);
  }
}

TEST(Suppressions, AreLimitedBySubjectAndFile) {
  struct Case {
    std::string subject, file;
    bool counts;
  };
  for (const Case& c : {Case{"compose.yaml:web", "", true}, Case{"*:worker", "", false},
                        Case{"", "compose.*", true}, Case{"", "k8s/*", false}}) {
    SmallScan scan;
    AssessOptions options;
    options.suppressions = {rule_for("ESC-SOCK-DOCKER", "known")};
    options.suppressions[0].subject = c.subject;
    options.suppressions[0].file = c.file;
    const Assessment assessment = scan.assess_all(std::move(options));
    EXPECT_EQ(assessment.findings[0].suppression.has_value(), c.counts) << c.subject << c.file;
  }
}

TEST(Suppressions, ACommentSpeaksForTheLineOfTheEvidence) {
  SmallScan scan;
  const std::string text = std::string(kCompose);
  const auto at = text.find(":ro\n");
  scan.sources = base::Sources();
  scan.file = scan.sources.add(
      "compose.yaml",
      text.substr(0, at + 3) + "  # wayout:ignore ESC-SOCK-*: agent" + text.substr(at + 3));
  const Assessment assessment = scan.assess_all();
  EXPECT_TRUE(assessment.findings[0].suppression.has_value());
  EXPECT_FALSE(assessment.findings[1].suppression.has_value());
  EXPECT_FALSE(assessment.findings[2].suppression.has_value());
}

}  // namespace
}  // namespace wayout::finding
