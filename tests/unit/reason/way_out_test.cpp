// SPDX-License-Identifier: Apache-2.0
#include "reason/way_out.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "world.hpp"

namespace wayout::reason {
namespace {

using fact::Certainty;
using fact::Relation;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

std::vector<std::string> chains(World& world, const WaysOut& ways) {
  std::vector<std::string> out;
  for (const WayOut& way : ways.all) out.push_back(world.chain(way));
  return out;
}

TEST(WayOut, OneStepFromAssumedBreach) {
  World w;
  const auto runs = w.enter("a");
  const auto privileged = w.leaf(Relation::kPrivileged, {"a"});
  w.step("ESC-PRIV", w.gained("node", "host-root"), {runs, privileged});
  const WaysOut ways = w.ways();
  ASSERT_EQ(ways.all.size(), 1u);
  const WayOut& way = ways.all[0];
  EXPECT_EQ(way.goal_kind, Goal::kHostRoot);
  EXPECT_EQ(way.verdict, Verdict::kProved);
  EXPECT_EQ(way.severity, Severity::kCritical);
  ASSERT_EQ(way.steps.size(), 1u);
  EXPECT_THAT(way.steps[0].leaves, ElementsAre(privileged));
  EXPECT_EQ(w.facts.text(way.steps[0].subject), "a");
  EXPECT_THAT(way.leaves, UnorderedElementsAre(way.entry, privileged));
  ASSERT_EQ(ways.groups.size(), 1u);
  EXPECT_FALSE(ways.truncated);
}

TEST(WayOut, NoGoalNoWayOut) {
  World w;
  w.step("ESC-INFO", w.gained("node", "host-info-leak"), {w.enter("a")});
  EXPECT_THAT(w.ways().all, IsEmpty());
}

TEST(WayOut, StrongestGoalOfOneUse) {
  World w;
  const auto runs = w.enter("a");
  const auto mount = w.leaf(Relation::kMounts, {"a", "/s", "/run"});
  w.step("ESC-SOCK", w.gained("node", "other-container"), {runs, mount});
  w.step("ESC-SOCK", w.gained("node", "host-root"), {runs, mount});
  EXPECT_THAT(chains(w, w.ways()), ElementsAre("a > ESC-SOCK > host-root"));
}

TEST(WayOut, MeaningRulesFoldIntoTheStepThatUsesThem) {
  World w;
  const auto runs = w.enter("a");
  const auto granted = w.leaf(Relation::kGrantedCapability, {"a", "SYS_MODULE"});
  const auto holds = w.derived(Relation::kCapability, {"a", "SYS_MODULE"});
  w.meaning(holds, {granted});
  const auto kernel = w.gained("node", "kernel-code-exec");
  const auto on = w.leaf(Relation::kRunsOn, {"a", "node"});
  w.step("ESC-MODULE", kernel, {runs, holds});
  w.meaning(w.gained("node", "host-root"), {kernel, on});
  const WaysOut ways = w.ways();
  ASSERT_THAT(chains(w, ways), ElementsAre("a > ESC-MODULE > host-root"));
  EXPECT_THAT(ways.all[0].steps[0].leaves, ElementsAre(granted, on));
}

TEST(WayOut, LikelyOnlyWhenNothingSurerProves) {
  World w;
  const auto runs = w.enter("a");
  const auto assumed = w.leaf(Relation::kApparmor, {"a", "unconfined"}, Certainty::kAssumed);
  const auto declared = w.leaf(Relation::kPrivileged, {"a"});
  const auto open = w.derived(Relation::kNoApparmor, {"a"});
  w.meaning(open, {assumed});
  const auto head = w.gained("node", "host-root");
  w.step("ESC-X", head, {runs, open});
  WaysOut ways = w.ways();
  ASSERT_EQ(ways.all.size(), 1u);
  EXPECT_EQ(ways.all[0].verdict, Verdict::kLikely);
  EXPECT_THAT(ways.all[0].assumes, ElementsAre(assumed));
  w.meaning(open, {declared});
  ways = w.ways();
  ASSERT_EQ(ways.all.size(), 1u);
  EXPECT_EQ(ways.all[0].verdict, Verdict::kProved);
}

TEST(WayOut, AnAssumedEntryIsNoAssumption) {
  World w;
  const auto entry = w.leaf(Relation::kEntry, {"a", "assumed-breach"}, Certainty::kAssumed);
  const auto runs = w.derived(Relation::kRunsCode, {"a"});
  w.meaning(runs, {entry});
  w.step("ESC-X", w.gained("node", "host-root"), {runs, w.leaf(Relation::kPrivileged, {"a"})});
  const WaysOut ways = w.ways();
  ASSERT_EQ(ways.all.size(), 1u);
  EXPECT_EQ(ways.all[0].verdict, Verdict::kProved);
}

TEST(WayOut, CyclesEnd) {
  World w;
  const auto a = w.enter("a");
  const auto b = w.derived(Relation::kRunsCode, {"b"});
  const auto c = w.derived(Relation::kRunsCode, {"c"});
  w.step("HOP", b, {a, w.leaf(Relation::kListens, {"b", "1"})});
  w.step("HOP", c, {b, w.leaf(Relation::kListens, {"c", "1"})});
  w.step("HOP", b, {c});
  w.step("HOP", a, {c});
  w.step("ESC", w.gained("node", "host-root"), {c, w.leaf(Relation::kPrivileged, {"c"})});
  EXPECT_THAT(chains(w, w.ways()), ElementsAre("a > HOP > HOP > ESC > host-root"));
}

TEST(WayOut, UnsupportedCycleProvesNothing) {
  World w;
  const auto a = w.derived(Relation::kRunsCode, {"a"});
  const auto b = w.derived(Relation::kRunsCode, {"b"});
  w.step("HOP", b, {a});
  w.step("HOP", a, {b});
  w.step("ESC", w.gained("node", "host-root"), {a});
  EXPECT_THAT(w.ways().all, IsEmpty());
}

TEST(WayOut, SupersetOfAnotherIsDropped) {
  World w;
  const auto runs = w.enter("a");
  const auto privileged = w.leaf(Relation::kPrivileged, {"a"});
  const auto extra = w.leaf(Relation::kTty, {"a"});
  const auto head = w.gained("node", "host-root");
  w.step("ESC", head, {runs, privileged});
  w.step("ESC", head, {runs, privileged, extra});
  const WaysOut ways = w.ways();
  ASSERT_EQ(ways.all.size(), 1u);
  EXPECT_EQ(ways.all[0].steps[0].leaves.size(), 1u);
}

/// A hardened container whose token may run code in every container of the cluster.
struct Neighbours {
  World w;
  fact::FactId token;
  void enter_by_token(std::string_view start, std::string_view target) {
    const auto runs = w.facts.find(Relation::kRunsCode, w.symbols({start}));
    const auto account = w.derived(Relation::kHoldsToken, {start});
    w.meaning(account, {runs, w.leaf(Relation::kTokenMounted, {start, "sa"})});
    w.step("K8S-EXEC", w.derived(Relation::kRunsCode, {target}),
           {account, w.leaf(Relation::kBound, {"sa", "role", "*", target})});
  }
};

TEST(WayOut, HardenedContainerReachesThePrivilegedNeighbour) {
  Neighbours n;
  n.w.leaf(Relation::kPartOf, {"hard", "w1"});
  n.w.leaf(Relation::kPartOf, {"weak", "w2"});
  n.w.enter("hard");
  const auto weak = n.w.enter("weak");
  n.w.step("ESC-PRIV", n.w.gained("node", "host-root"),
           {weak, n.w.leaf(Relation::kPrivileged, {"weak"})});
  n.enter_by_token("hard", "weak");
  EXPECT_THAT(chains(n.w, n.w.ways()),
              ElementsAre("weak > ESC-PRIV > host-root", "hard > K8S-EXEC > ESC-PRIV > host-root"));
}

TEST(WayOut, NeighbourOfTheSameWorkloadIsNoise) {
  Neighbours n;
  n.w.leaf(Relation::kPartOf, {"hard", "w1"});
  n.w.leaf(Relation::kPartOf, {"weak", "w1"});
  n.w.enter("hard");
  const auto weak = n.w.enter("weak");
  n.w.step("ESC-PRIV", n.w.gained("node", "host-root"),
           {weak, n.w.leaf(Relation::kPrivileged, {"weak"})});
  n.enter_by_token("hard", "weak");
  EXPECT_THAT(chains(n.w, n.w.ways()), ElementsAre("weak > ESC-PRIV > host-root"));
}

TEST(WayOut, OwnWayOutAsStrongMakesTheNeighboursNoise) {
  Neighbours n;
  const auto first = n.w.enter("one");
  const auto second = n.w.enter("two");
  const auto head = n.w.gained("node", "host-root");
  n.w.step("ESC-PRIV", head, {first, n.w.leaf(Relation::kPrivileged, {"one"})});
  n.w.step("ESC-PRIV", head, {second, n.w.leaf(Relation::kPrivileged, {"two"})});
  n.enter_by_token("one", "two");
  const WaysOut ways = n.w.ways();
  EXPECT_THAT(chains(n.w, ways),
              ElementsAre("one > ESC-PRIV > host-root", "two > ESC-PRIV > host-root"));
  ASSERT_EQ(ways.groups.size(), 1u);
  EXPECT_THAT(ways.groups[0].members, ElementsAre(0u, 1u));
}

TEST(WayOut, RequestEntryIsKeptBesideTheAssumedBreach) {
  World w;
  const auto runs = w.enter("a");
  const auto client = w.leaf(Relation::kEntry, {"a", "anonymous"});
  w.step("APP-RCE", runs, {client, w.leaf(Relation::kListens, {"a", "80"})});
  w.step("ESC-PRIV", w.gained("node", "host-root"), {runs, w.leaf(Relation::kPrivileged, {"a"})});
  const WaysOut ways = w.ways();
  EXPECT_THAT(chains(w, ways),
              ElementsAre("a > ESC-PRIV > host-root", "a > APP-RCE > ESC-PRIV > host-root"));
  EXPECT_EQ(ways.groups[0].first, 1u) << "an anonymous entry is worse";
}

TEST(WayOut, GoingOnFromAStrongerGoalIsNoNews) {
  World w;
  const auto runs = w.enter("a");
  const auto root = w.gained("node", "host-root");
  w.step("ESC-PRIV", root, {runs, w.leaf(Relation::kPrivileged, {"a"})});
  w.step("NODE-CRED", w.gained("node", "node-credentials"), {root});
  EXPECT_THAT(chains(w, w.ways()), ElementsAre("a > ESC-PRIV > host-root"));
}

TEST(WayOut, CopiesThroughOnePositionAreCounted) {
  World w;
  const auto account = w.derived(Relation::kHoldsToken, {"sa"});
  for (const std::string_view pod : {"p1", "p2", "p3", "p4", "p5", "p6", "p7"}) {
    const auto runs = w.enter(pod);
    const auto acts = w.derived(Relation::kActsAs, {pod, "sa"});
    w.meaning(acts, {runs, w.leaf(Relation::kTokenMounted, {pod, "sa"})});
    w.step("K8S-TOKEN", account, {acts});
  }
  const auto bound = w.leaf(Relation::kBound, {"sa", "admin", "*", "b"});
  w.step("K8S-ADMIN", w.gained("cluster", "cluster-admin"), {account, bound});
  const WaysOut ways = w.ways();
  EXPECT_EQ(ways.all.size(), 7u);
  ASSERT_EQ(ways.groups.size(), 1u);
  EXPECT_EQ(ways.groups[0].members.size(), 7u);
}

TEST(WayOut, CopiesAreFoundBehindPositionsWithOtherProofs) {
  World w;
  const auto taken = w.gained("sa", "service-account-token");
  for (const std::string_view pod : {"p1", "p2", "p3"}) {
    w.step("K8S-TOKEN", taken, {w.enter(pod), w.leaf(Relation::kTokenMounted, {pod, "sa"})});
  }
  const auto account = w.derived(Relation::kHoldsToken, {"sa"});
  w.meaning(account, {taken});
  const auto root = w.gained("node", "host-root");
  w.meaning(account, {root, w.leaf(Relation::kRunsOn, {"p1", "node"})});
  w.step("K8S-POD", root, {account, w.leaf(Relation::kBound, {"sa", "role", "*", "b"})});
  const WaysOut ways = w.ways();
  ASSERT_EQ(ways.groups.size(), 1u);
  EXPECT_EQ(ways.groups[0].members.size(), 3u);
}

TEST(WayOut, GroupsKeepDifferentValuesApart) {
  World w;
  const auto head = w.gained("node", "host-file-write");
  for (const auto& [pod, path] : {std::pair{"p1", "/etc"}, {"p2", "/etc"}, {"p3", "/root"}}) {
    w.step("ESC-MNT", head, {w.enter(pod), w.leaf(Relation::kMounts, {pod, "/m", path})});
  }
  const WaysOut ways = w.ways();
  ASSERT_EQ(ways.groups.size(), 2u);
  EXPECT_EQ(ways.groups[0].members.size() + ways.groups[1].members.size(), 3u);
}

TEST(WayOut, BoundsAreSaid) {
  World w;
  const auto runs = w.enter("a");
  for (const std::string_view path : {"/1", "/2", "/3", "/4", "/5", "/6"}) {
    w.step("ESC-MNT", w.gained("node", "host-file-read"),
           {runs, w.leaf(Relation::kMounts, {"a", path, path})});
  }
  EXPECT_FALSE(w.ways({6, 100}).truncated);
  const WaysOut few = w.ways({2, 100});
  EXPECT_EQ(few.all.size(), 2u);
  EXPECT_TRUE(few.truncated);
  const WaysOut one = w.ways({6, 1});
  EXPECT_EQ(one.all.size(), 1u);
  EXPECT_TRUE(one.truncated);
}

TEST(WayOut, OrderOfDerivationsDoesNotMatter) {
  const auto build = [](bool reversed) {
    World w;
    std::vector<std::vector<fact::FactId>> uses;
    const auto a = w.enter("a");
    const auto b = w.enter("b");
    const auto p = w.leaf(Relation::kPrivileged, {"a"});
    const auto q = w.leaf(Relation::kPrivileged, {"b"});
    const auto t = w.leaf(Relation::kTty, {"b"});
    const auto head = w.gained("node", "host-root");
    uses = {{a, p}, {b, q}, {b, t}, {a, b, q}};
    if (reversed) std::reverse(uses.begin(), uses.end());
    w.technique("ESC");
    for (const auto& use : uses) w.step("ESC", head, use);
    std::string text;
    for (const WayOut& way : w.ways().all) {
      text += w.chain(way);
      for (const auto leaf : way.leaves) text += " " + std::to_string(leaf.value);
      text += "\n";
    }
    return text;
  };
  EXPECT_EQ(build(false), build(true));
}

TEST(WayOut, BlockedNamesTheBlocker) {
  World w;
  w.enter("a");
  const RuleId id = w.technique("ESC-MNT", Severity::kHigh);
  Rule& rule = w.rules.rules[id.index()];
  rule.bodies = {{World::atom(Relation::kUid, {World::variable(0), World::constant("root")})}};
  rule.then = {World::atom(Relation::kGained, {World::variable(0), World::constant("host-root")})};
  const auto mount = w.leaf(Relation::kMounts, {"a", "/m", "/etc"});
  const auto user = w.leaf(Relation::kUid, {"a", "nonroot"});
  const auto head = w.derived(Relation::kBlocked, {"ESC-MNT", "a"});
  w.result.proofs.add(id, head, std::vector{mount, user}, false);
  w.result.proofs.index(w.facts.size());
  const WaysOut ways = find_blocked(w.facts, w.rules, w.result, {});
  ASSERT_EQ(ways.all.size(), 1u);
  EXPECT_EQ(ways.all[0].verdict, Verdict::kBlocked);
  EXPECT_EQ(ways.all[0].goal_kind, Goal::kHostRoot);
  EXPECT_THAT(ways.all[0].blockers, ElementsAre(user));
  EXPECT_TRUE(ways.all[0].entry.valid());
}

}  // namespace
}  // namespace wayout::reason
