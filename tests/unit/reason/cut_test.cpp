// SPDX-License-Identifier: Apache-2.0
#include "reason/cut.hpp"

#include <bit>
#include <functional>
#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "world.hpp"

namespace wayout::reason {
namespace {

using fact::FactId;
using fact::Relation;
using testing::ElementsAre;
using testing::IsEmpty;

Cut cut_of(World& world, CutOptions options = {}) {
  const WaysOut ways = world.ways();
  return find_cut(world.facts, world.rules, world.result, ways, options);
}

std::vector<std::string> texts(const Cut& cut) {
  std::vector<std::string> out;
  for (const CutChange& change : cut.changes) out.push_back(change.text);
  return out;
}

TEST(Cut, NothingToClose) {
  World w;
  w.enter("a");
  const Cut cut = cut_of(w);
  EXPECT_THAT(cut.changes, IsEmpty());
  EXPECT_TRUE(cut.proven_minimal);
}

TEST(Cut, CheapestFactOfOneStep) {
  World w;
  w.change("drop-mount", Relation::kMounts, 4);
  w.change("non-root", Relation::kUid, 3);
  const auto mount = w.leaf(Relation::kMounts, {"a", "/m", "/etc"});
  const auto uid = w.leaf(Relation::kUid, {"a", "root"});
  w.step("ESC", w.gained("node", "host-file-write"), {w.enter("a"), mount, uid});
  const Cut cut = cut_of(w);
  EXPECT_THAT(texts(cut), ElementsAre("non-root a"));
  EXPECT_THAT(cut.changes[0].removes, ElementsAre(uid));
  EXPECT_THAT(cut.changes[0].closes, ElementsAre(0u));
  EXPECT_EQ(cut.cost, 3u);
  EXPECT_EQ(cut.lower_bound, 3u);
  EXPECT_TRUE(cut.proven_minimal);
}

TEST(Cut, AFactThatManyNeedIsWorthMore) {
  World w;
  w.change("unbind", Relation::kBound, 5);
  w.change("unmount-token", Relation::kTokenMounted, 2);
  const auto bound = w.leaf(Relation::kBound, {"sa", "admin", "*", "b"});
  const auto account = w.derived(Relation::kHoldsToken, {"sa"});
  for (const std::string_view pod : {"p1", "p2", "p3", "p4", "p5", "p6", "p7"}) {
    w.meaning(account, {w.enter(pod), w.leaf(Relation::kTokenMounted, {pod, "sa"})});
  }
  w.step("K8S", w.gained("cluster", "cluster-admin"), {account, bound});
  const Cut cut = cut_of(w);
  EXPECT_THAT(texts(cut), ElementsAre("unbind sa"));
  EXPECT_EQ(cut.changes[0].closes.size(), 7u);
}

TEST(Cut, ClosesProofsThatWereNeverListed) {
  World w;
  w.change("close", Relation::kMounts, 1);
  const auto runs = w.enter("a");
  for (const std::string_view path : {"/1", "/2", "/3", "/4", "/5", "/6", "/7"}) {
    w.step("ESC", w.gained("node", "host-file-read"),
           {runs, w.leaf(Relation::kMounts, {std::string("a") + std::string(path), path, path})});
  }
  const WaysOut ways = w.ways({2, 2});
  ASSERT_EQ(ways.all.size(), 2u);
  const Cut cut = find_cut(w.facts, w.rules, w.result, ways, {});
  EXPECT_EQ(cut.changes.size(), 7u);
  EXPECT_TRUE(cut.proven_minimal);
}

TEST(Cut, WhatNoChangeClosesIsSaid) {
  World w;
  w.change("close", Relation::kPrivileged, 1);
  const auto node = w.gained("node", "host-root");
  w.step("ESC-A", node, {w.enter("a"), w.leaf(Relation::kPrivileged, {"a"})});
  w.step("ESC-B", node, {w.enter("b"), w.leaf(Relation::kTty, {"b"})});
  const WaysOut ways = w.ways();
  const Cut cut = find_cut(w.facts, w.rules, w.result, ways, {});
  EXPECT_THAT(texts(cut), ElementsAre("close a"));
  ASSERT_EQ(cut.uncut.size(), 1u);
  EXPECT_EQ(w.chain(ways.all[cut.uncut[0]]), "b > ESC-B > host-root");
}

TEST(Cut, OnePlaceInTheFileIsOneChange) {
  World w;
  w.change("unmount", Relation::kMounts, 4);
  const auto node = w.gained("node", "host-root");
  for (const std::string_view name : {"a", "b", "c", "d", "e"}) {
    w.step("ESC", node,
           {w.enter(name),
            w.leaf(Relation::kMounts, {name, "/s", "/run"}, fact::Certainty::kDeclared, 7)});
  }
  const Cut cut = cut_of(w);
  EXPECT_THAT(texts(cut), ElementsAre("unmount a, b and 3 more"));
  EXPECT_EQ(cut.cost, 4u);
  EXPECT_EQ(cut.changes[0].removes.size(), 5u);
}

TEST(Cut, DefaultsOfOnePlaceStaySeparate) {
  World w;
  w.change("non-root", Relation::kUid, 4);
  const auto node = w.gained("node", "host-root");
  for (const std::string_view name : {"a", "b"}) {
    w.step("ESC", node,
           {w.enter(name), w.leaf(Relation::kUid, {name, "root"}, fact::Certainty::kDefault, 7)});
  }
  EXPECT_EQ(cut_of(w).changes.size(), 2u);
}

TEST(Cut, ConditionsDecideWhereAChangeIsOffered) {
  World w;
  const auto on_kubernetes =
      World::atom(Relation::kContainer, {World::variable(0), World::constant("kubernetes")});
  const auto no_host_namespace =
      World::atom(Relation::kHostNamespace, {World::variable(0), Term{}}, true);
  w.change("user-namespace", Relation::kUserNamespace, 1, {on_kubernetes, no_host_namespace});
  w.change("unprivileged", Relation::kPrivileged, 5);
  const auto node = w.gained("node", "host-root");
  for (const auto& [name, platform] :
       {std::pair{"k", "kubernetes"}, {"shares", "kubernetes"}, {"c", "compose"}}) {
    w.leaf(Relation::kContainer, {name, platform});
    w.step("ESC", node,
           {w.enter(name), w.leaf(Relation::kPrivileged, {name}),
            w.leaf(Relation::kUserNamespace, {name, "host"})});
  }
  w.leaf(Relation::kHostNamespace, {"shares", "pid"});
  EXPECT_THAT(texts(cut_of(w)),
              ElementsAre("user-namespace k", "unprivileged c", "unprivileged shares"));
}

TEST(Cut, FewerChangesAmongEqualCosts) {
  World w;
  w.change("both", Relation::kBound, 2);
  w.change("one", Relation::kTty, 1);
  const auto shared = w.leaf(Relation::kBound, {"x", "r", "*", "b"});
  for (const std::string_view name : {"a", "b"}) {
    w.step("ESC", w.gained(name, "host-root"),
           {w.enter(name), shared, w.leaf(Relation::kTty, {name})});
  }
  EXPECT_THAT(texts(cut_of(w)), ElementsAre("both x"));
}

/// A random AND/OR graph over positions and effects, with cycles, shared facts and conjunctions;
/// small enough that every set of changes can be tried.
struct RandomWorld {
  World w;
  std::vector<std::uint32_t> costs;
  std::vector<FactId> tokens;  ///< one removable leaf for every change
  std::vector<FactId> goals;
  std::mt19937 random;

  explicit RandomWorld(unsigned seed) : random(seed) {
    const std::size_t changes = 3 + below(10);
    for (std::size_t i = 0; i < changes; ++i) {
      const std::string name = "f" + std::to_string(i);
      costs.push_back(1 + static_cast<std::uint32_t>(below(9)));
      Change change;
      change.id = name;
      change.text = name + " {?c}";
      change.variables = {"c"};
      change.cost = costs.back();
      change.removes = World::atom(Relation::kTty, {World::constant(name)});
      w.rules.changes.push_back(change);
      tokens.push_back(w.leaf(Relation::kTty, {name}));
    }
    const auto fixed = w.leaf(Relation::kTty, {"fixed"});
    std::vector<FactId> positions;
    for (std::size_t i = 0; i < 2 + below(3); ++i) {
      positions.push_back(w.enter("c" + std::to_string(i)));
    }
    for (std::size_t i = 0; i < 5; ++i) {
      positions.push_back(w.derived(Relation::kRunsCode, {"p" + std::to_string(i)}));
    }
    for (std::size_t i = 0; i < 3; ++i) {
      goals.push_back(w.gained("n" + std::to_string(i), i == 0 ? "host-root" : "data"));
    }
    std::vector<FactId> heads(positions.begin() + 2, positions.end());
    heads.insert(heads.end(), goals.begin(), goals.end());
    const std::size_t count = 6 + below(16);
    for (std::size_t i = 0; i < count; ++i) {
      std::vector<FactId> premises{positions[below(positions.size())]};
      if (below(4) == 0) premises.push_back(positions[below(positions.size())]);
      for (std::size_t k = below(4); k > 0; --k) premises.push_back(tokens[below(tokens.size())]);
      if (below(9) == 0) premises.push_back(fixed);
      const auto head = heads[below(heads.size())];
      if (below(5) == 0)
        w.meaning(head, premises);
      else
        w.step("T" + std::to_string(below(4)), head, premises);
    }
    w.result.proofs.index(w.facts.size());
  }
  std::size_t below(std::size_t limit) { return random() % limit; }
  /// Derivations that fire when the changes of the mask are made; by plain iteration.
  std::vector<bool> firing(std::uint64_t mask) const {
    std::vector<bool> holds(w.facts.size(), false);
    for (std::size_t i = 0; i < holds.size(); ++i) holds[i] = w.facts.is_leaf(FactId(i));
    for (std::size_t i = 0; i < tokens.size(); ++i) {
      if ((mask >> i & 1) != 0) holds[tokens[i].index()] = false;
    }
    const auto& proofs = w.result.proofs;
    std::vector<bool> fires(proofs.size(), false);
    for (bool changed = true; changed;) {
      changed = false;
      for (std::size_t i = 0; i < proofs.size(); ++i) {
        const auto& node = proofs[DerivationId(i)];
        const auto premises = proofs.premises(node);
        fires[i] = std::all_of(premises.begin(), premises.end(),
                               [&](FactId f) { return holds[f.index()]; });
        if (!fires[i] || holds[node.head.index()]) continue;
        holds[node.head.index()] = true;
        changed = true;
      }
    }
    return fires;
  }
  /// What a cut must silence: uses that conclude a goal, and the last use of every listed way out,
  /// which may conclude a position that a meaning rule makes a goal.
  std::vector<std::size_t> uses(const WaysOut& ways) const {
    std::vector<std::size_t> out;
    for (const FactId goal : goals) {
      for (const DerivationId id : w.result.proofs.derivations_of(goal)) out.push_back(id.index());
    }
    for (const WayOut& way : ways.all) out.push_back(way.steps.back().derivation.index());
    return out;
  }
  bool reaches_goal(std::uint64_t mask) const {
    const auto fires = firing(mask);
    const auto all = uses({});
    return std::any_of(all.begin(), all.end(), [&](auto i) { return fires[i]; });
  }
};

TEST(Cut, MatchesBruteForceOnRandomGraphs) {
  std::size_t interesting = 0;
  for (unsigned seed = 1; seed <= 800; ++seed) {
    RandomWorld r(seed);
    const std::uint64_t all = (std::uint64_t{1} << r.tokens.size()) - 1;
    // A small list makes the propagation find the rest.
    const WaysOut ways = r.w.ways({1, 1 + seed % 5});
    const auto uses = r.uses(ways);
    const auto unclosable = r.firing(all);
    const auto closes = [&](std::uint64_t mask) {
      const auto fires = r.firing(mask);
      return std::all_of(uses.begin(), uses.end(),
                         [&](auto i) { return fires[i] == unclosable[i]; });
    };
    std::uint32_t best = ~0u;
    for (std::uint64_t mask = 0; mask <= all; ++mask) {
      std::uint32_t cost = 0;
      for (std::size_t i = 0; i < r.costs.size(); ++i) {
        if ((mask >> i & 1) != 0) cost += r.costs[i];
      }
      if (cost < best && closes(mask)) best = cost;
    }
    const Cut cut = find_cut(r.w.facts, r.w.rules, r.w.result, ways, {});
    std::uint64_t mask = 0;
    std::uint32_t cost = 0;
    for (const CutChange& change : cut.changes) {
      cost += change.cost;
      for (const FactId leaf : change.removes) {
        mask |= std::uint64_t{1} << static_cast<std::size_t>(
                    std::find(r.tokens.begin(), r.tokens.end(), leaf) - r.tokens.begin());
      }
    }
    ASSERT_TRUE(closes(mask)) << "seed " << seed;
    ASSERT_EQ(cost, cut.cost) << "seed " << seed;
    ASSERT_EQ(cut.cost, best) << "seed " << seed;
    ASSERT_TRUE(cut.proven_minimal) << "seed " << seed;
    if (cut.changes.size() > 1) ++interesting;
  }
  EXPECT_GT(interesting, 100u);
}

TEST(WayOut, RandomChainsAreSound) {
  for (unsigned seed = 1; seed <= 400; ++seed) {
    RandomWorld r(seed);
    const WaysOut ways = r.w.ways();
    ASSERT_EQ(r.reaches_goal(0), !ways.all.empty()) << "seed " << seed;
    for (const WayOut& way : ways.all) {
      // Taking away every other removable fact must leave the way out standing.
      std::uint64_t mask = 0;
      for (std::size_t i = 0; i < r.tokens.size(); ++i) {
        if (!std::binary_search(way.leaves.begin(), way.leaves.end(), r.tokens[i])) {
          mask |= std::uint64_t{1} << i;
        }
      }
      const auto left = r.firing(mask);
      bool stands = false;
      for (const DerivationId id : r.w.result.proofs.derivations_of(way.goal)) {
        stands = stands || left[id.index()];
      }
      ASSERT_TRUE(stands) << "seed " << seed << " " << r.w.chain(way);
      ASSERT_TRUE(way.entry.valid());
    }
  }
}

}  // namespace
}  // namespace wayout::reason
