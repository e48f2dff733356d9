// SPDX-License-Identifier: Apache-2.0
#include "finding/gate.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "small_scan.hpp"

namespace wayout::finding {
namespace {

TEST(Gate, ReadsItsConditions) {
  const auto gate = parse_gate("medium,way-out,score=70,new");
  ASSERT_TRUE(gate.has_value());
  EXPECT_EQ(gate->severity, reason::Severity::kMedium);
  EXPECT_TRUE(gate->way_out);
  EXPECT_FALSE(gate->proved_way_out);
  EXPECT_EQ(gate->score, 70);
  EXPECT_TRUE(gate->anything_new);
}

TEST(Gate, RefusesWhatItDoesNotKnow) {
  for (const char* text : {"", "severe", "score=", "score=101", "score=7x", "high,", "way-out=x"}) {
    const auto gate = parse_gate(text);
    ASSERT_FALSE(gate.has_value()) << text;
    EXPECT_EQ(gate.error().code, base::ErrorCode::kUsage);
    EXPECT_FALSE(gate.error().hint.empty());
  }
}

TEST(Gate, SaysWhyItFails) {
  struct Case {
    std::string gate;
    std::optional<std::string> why;
  };
  for (const Case& c : std::vector<Case>{
           {"critical", "2 findings are critical"},
           {"medium", "3 findings are medium or worse"},
           {"way-out", "2 ways out are open"},
           {"way-out=proved", "1 way out is open"},
           {"score=26", "the score is 25, below 26"},
           {"score=25", std::nullopt},
           {"new", std::nullopt},
       }) {
    SmallScan scan;
    const Assessment assessment = scan.assess_all();
    const auto gate = parse_gate(c.gate);
    ASSERT_TRUE(gate.has_value());
    EXPECT_EQ(check_gate(assessment, *gate), c.why) << c.gate;
  }
}

TEST(Gate, CountsWhatTheBaselineDoesNotKnow) {
  PreviousReport baseline;
  {
    SmallScan scan;
    const Assessment before = scan.assess_all();
    baseline.finding_ids = {before.findings[0].fingerprint, before.findings[1].fingerprint};
    baseline.way_out_ids = {before.way_marks[0].id, before.way_marks[1].id};
  }
  SmallScan scan;
  AssessOptions options;
  options.baseline = &baseline;
  const Assessment assessment = scan.assess_all(std::move(options));
  EXPECT_EQ(assessment.findings[0].baseline, Finding::Baseline::kKnown);
  EXPECT_EQ(assessment.findings[2].baseline, Finding::Baseline::kNew);
  EXPECT_EQ(check_gate(assessment, *parse_gate("new")),
            "1 finding and 0 ways out are not in the baseline");
}

TEST(Gate, LeavesOutWhatIsSuppressed) {
  SmallScan scan;
  AssessOptions options;
  for (const char* rule : {"ESC-*", "SEC-*"}) {
    Suppression suppression;
    suppression.rule = rule;
    suppression.reason = "known";
    options.suppressions.push_back(suppression);
  }
  const Assessment assessment = scan.assess_all(std::move(options));
  EXPECT_EQ(check_gate(assessment, *parse_gate("info")), std::nullopt);
  EXPECT_NE(check_gate(assessment, *parse_gate("way-out")), std::nullopt);
}

}  // namespace
}  // namespace wayout::finding
