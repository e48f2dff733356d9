// SPDX-License-Identifier: Apache-2.0
#include "finding/assess.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "finding/fingerprint.hpp"
#include "finding/score.hpp"
#include "small_scan.hpp"

namespace wayout::finding {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<std::string> rules_of(const Assessment& assessment) {
  std::vector<std::string> ids;
  for (const Finding& finding : assessment.findings) {
    ids.push_back((*assessment.rules)[finding.rule].id);
  }
  return ids;
}

TEST(Assess, FindingsComeWorstFirstThenBySubject) {
  SmallScan scan;
  ASSERT_THAT(scan.load_errors, IsEmpty());
  const Assessment assessment = scan.assess_all();
  EXPECT_THAT(rules_of(assessment),
              ElementsAre("ESC-SOCK-DOCKER", "ESC-CAP-SYS-ADMIN", "SEC-ENV-LITERAL"));
}

TEST(Assess, AnAssumedLeafMakesAFindingLikely) {
  SmallScan scan;
  const Assessment assessment = scan.assess_all();
  EXPECT_EQ(assessment.findings[0].verdict, reason::Verdict::kProved);
  EXPECT_EQ(assessment.findings[1].verdict, reason::Verdict::kLikely);
}

TEST(Assess, WhatAnotherFindingTellsBetterIsLeftOut) {
  struct Case {
    const char* name;
    const char* subject;
    std::uint32_t line;  // of the mount that the check rests on; 5 is the socket's
    const char* source;
    std::size_t findings;
  };
  for (const Case& c : {Case{"same fact", "compose.yaml:web", 5, "/run/docker.sock", 3},
                        Case{"another mount", "compose.yaml:web", 6, "/srv", 4},
                        Case{"another subject", "compose.yaml:worker", 8, "/srv", 4}}) {
    SmallScan scan;
    scan.add_rules(R"(id: BND-MOUNT
title: The container mounts a path of the host
severity: medium
category: container-boundary
family: mount
subject: ?c
subject_kind: container
when: ['mounts(?c, ?path, ?source)']
remedy: Remove the mount.
why: It may change.
)");
    scan.rules.rules.back().told_by = {"ESC-SOCK-DOCKER"};
    scan.conclude(
        "BND-MOUNT", scan.facts.intern(c.subject),
        {scan.say(fact::Relation::kMounts, {c.subject, "/var/run/docker.sock", c.source}, c.line)});
    EXPECT_EQ(scan.assess_all().findings.size(), c.findings) << c.name;
  }
}

TEST(Assess, EvidenceIsDeclaredBeforeDefaultBeforeAssumed) {
  SmallScan scan;
  const auto assumed = scan.say(fact::Relation::kSeccomp, {"compose.yaml:web", "unconfined"}, 2,
                                fact::Certainty::kAssumed, "the runtime filters nothing");
  const auto fallback =
      scan.say(fact::Relation::kUid, {"compose.yaml:web", "root"}, 2, fact::Certainty::kDefault);
  const auto declared = scan.say(fact::Relation::kHostNamespace, {"compose.yaml:web", "pid"}, 3);
  scan.add_rules(R"(id: T-ORDER
title: t
severity: low
category: container-boundary
family: boundary
subject: ?c
subject_kind: container
when: ['seccomp(?c, "unconfined")', 'uid(?c, "root")', 'host_namespace(?c, "pid")']
remedy: r
why: w
references: [https://example.org]
)");
  ASSERT_THAT(scan.load_errors, IsEmpty());
  scan.conclude("T-ORDER", scan.web, {assumed, fallback, declared, scan.entries[0]});
  const Assessment assessment = scan.assess_all();
  EXPECT_THAT(assessment.findings.back().evidence, ElementsAre(declared, fallback, assumed));
}

TEST(Assess, EntryIsEvidenceWhenThereIsNothingElse) {
  SmallScan plain;
  plain.conclude("SEC-ENV-LITERAL", plain.worker, {plain.entries[1]});
  const Assessment assessment = plain.assess_all();
  EXPECT_THAT(assessment.findings.back().evidence, ElementsAre(plain.entries[1]));
}

TEST(Assess, OfTwoProofsTheOneWithoutAssumptionCounts) {
  SmallScan scan;
  const auto declared = scan.say(fact::Relation::kPrivileged, {"compose.yaml:worker"}, 10);
  scan.conclude("ESC-CAP-SYS-ADMIN", scan.worker, {declared});
  const Assessment assessment = scan.assess_all();
  EXPECT_EQ(assessment.findings[1].verdict, reason::Verdict::kProved);
  EXPECT_THAT(assessment.findings[1].evidence, ElementsAre(declared));
}

TEST(Fingerprints, SurviveMovedLinesAndDifferBySubjectAndValue) {
  SmallScan scan;
  const Assessment before = scan.assess_all();

  SmallScan other(3);
  const Assessment after = other.assess_all();
  ASSERT_EQ(before.findings.size(), after.findings.size());
  for (std::size_t i = 0; i < before.findings.size(); ++i) {
    EXPECT_EQ(before.findings[i].fingerprint, after.findings[i].fingerprint);
  }
  EXPECT_EQ(before.way_marks[0].id, after.way_marks[0].id);
  EXPECT_NE(before.findings[0].fingerprint, before.findings[1].fingerprint);
  EXPECT_NE(before.way_marks[0].id, before.way_marks[1].id);
}

TEST(Fingerprints, ArePublishedValues) {
  // These go into baselines on users' disks: a change here breaks them.
  EXPECT_EQ(hex(Fingerprint().add("").value()), "af64724c8602eb6e");
  EXPECT_NE(Fingerprint().add("ab").add("c").value(), Fingerprint().add("a").add("bc").value());
  EXPECT_EQ(hex(0x0123456789abcdefu), "0123456789abcdef");
}

TEST(Score, FollowsThePublishedFormula) {
  SmallScan scan;
  const Assessment assessment = scan.assess_all();
  // 60 % for the proved critical, 30 % for the likely one, 8 % for the medium: 0.4*0.7*0.92.
  EXPECT_EQ(assessment.score.value, 25);
  EXPECT_EQ(assessment.score.grade, "F");
  EXPECT_EQ(assessment.score.categories[0], 28);
  EXPECT_EQ(assessment.score.categories[1], Score::kNotJudged);
  EXPECT_EQ(assessment.score.categories[7], 92);
  EXPECT_EQ(assessment.score.caps.size(), 3u);
}

TEST(Score, NothingFoundIsAnA) {
  SmallScan scan;
  Assessment assessment = scan.assess_all();
  assessment.findings.clear();
  assessment.ways_out = {};
  assessment.way_marks.clear();
  const Score score = score_of(assessment);
  EXPECT_EQ(score.value, 100);
  EXPECT_EQ(score.grade, "A");
  EXPECT_THAT(score.caps, IsEmpty());
}

TEST(Score, CapsHoldWhateverTheSharesLeave) {
  struct Case {
    const char* name;
    bool finding_critical;
    bool way_proved;
    const char* entry;
    int most;
  };
  for (const Case& c : {Case{"anonymous", true, true, "anonymous", 19},
                        Case{"proved", true, true, "assumed-breach", 39},
                        Case{"likely way", true, false, "anonymous", 59}}) {
    SmallScan scan;
    Assessment assessment = scan.assess_all();
    assessment.findings.resize(1);
    assessment.findings[0].verdict = reason::Verdict::kLikely;  // leaves 70
    assessment.ways_out.all.resize(1);
    auto& way = assessment.ways_out.all[0];
    way.verdict = c.way_proved ? reason::Verdict::kProved : reason::Verdict::kLikely;
    way.entry = scan.say(fact::Relation::kEntry, {"compose.yaml:web", c.entry}, 2);
    EXPECT_EQ(score_of(assessment).value, c.most) << c.name;
    assessment.findings[0].severity = reason::Severity::kHigh;  // leaves 85
    const int high = score_of(assessment).value;
    EXPECT_EQ(high, c.way_proved ? c.most : 79) << c.name;
  }
}

TEST(Score, AWayOutOfMediumSeverityDoesNotCap) {
  SmallScan scan;
  Assessment assessment = scan.assess_all();
  assessment.findings.clear();
  assessment.ways_out.all.resize(1);
  auto& way = assessment.ways_out.all[0];
  way.verdict = reason::Verdict::kProved;
  way.severity = reason::Severity::kMedium;
  EXPECT_EQ(score_of(assessment).value, 100);
  way.severity = reason::Severity::kHigh;
  EXPECT_EQ(score_of(assessment).value, 39);
}

TEST(Score, GradesBeginWhereTheyAreSaidTo) {
  EXPECT_EQ(grade_of(100), "A");
  EXPECT_EQ(grade_of(90), "A");
  EXPECT_EQ(grade_of(89), "B");
  EXPECT_EQ(grade_of(79), "C");
  EXPECT_EQ(grade_of(69), "D");
  EXPECT_EQ(grade_of(59), "F");
}

}  // namespace
}  // namespace wayout::finding
