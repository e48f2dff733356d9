// SPDX-License-Identifier: Apache-2.0
#include "reason/hitting_set.hpp"

#include <algorithm>
#include <random>

#include <gtest/gtest.h>

#include "reason/cut_solver.hpp"

namespace wayout::reason {
namespace {

using Row = HittingSetSolver::Row;

struct Instance {
  std::vector<Row> rows;
  std::vector<std::uint32_t> costs;
};

Instance random_instance(unsigned seed, std::size_t columns, std::size_t rows, std::size_t width) {
  std::mt19937 random(seed);
  Instance made;
  for (std::size_t c = 0; c < columns; ++c) {
    made.costs.push_back(1 + static_cast<std::uint32_t>(random() % 10));
  }
  for (std::size_t r = 0; r < rows; ++r) {
    Row row;
    for (std::size_t k = 1 + random() % width; k > 0; --k) {
      row.push_back(static_cast<std::uint32_t>(random() % columns));
    }
    std::sort(row.begin(), row.end());
    row.erase(std::unique(row.begin(), row.end()), row.end());
    made.rows.push_back(std::move(row));
  }
  return made;
}

bool hits(const Instance& instance, const std::vector<std::uint32_t>& chosen) {
  return std::all_of(instance.rows.begin(), instance.rows.end(), [&](const Row& row) {
    return std::any_of(row.begin(), row.end(), [&](auto c) {
      return std::find(chosen.begin(), chosen.end(), c) != chosen.end();
    });
  });
}

std::uint64_t brute_force(const Instance& instance) {
  std::uint64_t best = ~std::uint64_t{0};
  for (std::uint32_t mask = 0; mask < (1u << instance.costs.size()); ++mask) {
    std::uint64_t cost = 0;
    std::vector<std::uint32_t> chosen;
    for (std::uint32_t c = 0; c < instance.costs.size(); ++c) {
      if ((mask >> c & 1) == 0) continue;
      chosen.push_back(c);
      cost += instance.costs[c];
    }
    if (cost < best && hits(instance, chosen)) best = cost;
  }
  return best;
}

TEST(HittingSet, MatchesBruteForce) {
  for (unsigned seed = 1; seed <= 300; ++seed) {
    const Instance instance = random_instance(seed, 3 + seed % 9, 2 + seed % 17, 2 + seed % 3);
    HittingSetSolver solver(instance.costs, 1.0);
    const HittingSet answer = solver.solve(instance.rows);
    ASSERT_TRUE(hits(instance, answer.chosen)) << seed;
    ASSERT_EQ(answer.cost, brute_force(instance)) << seed;
    ASSERT_TRUE(answer.exact()) << seed;
  }
}

TEST(HittingSet, IntegerSolverMatchesBruteForce) {
  for (unsigned seed = 1; seed <= 60; ++seed) {
    const Instance instance = random_instance(seed, 4 + seed % 8, 5 + seed % 17, 3);
    const SolverAnswer answer = solve_integer(instance.rows, instance.costs, 5.0);
    std::uint64_t cost = 0;
    for (const auto c : answer.chosen) cost += instance.costs[c];
    ASSERT_TRUE(hits(instance, answer.chosen)) << seed;
    ASSERT_EQ(cost, brute_force(instance)) << seed;
    ASSERT_EQ(answer.lower_bound, cost) << seed;
  }
}

TEST(HittingSet, WideInstanceIsSolvedByTheIntegerSolver) {
  const Instance instance = random_instance(7, 120, 150, 4);
  HittingSetSolver solver(instance.costs, 20.0);
  const HittingSet answer = solver.solve(instance.rows);
  EXPECT_TRUE(hits(instance, answer.chosen));
  EXPECT_TRUE(answer.exact());
}

TEST(HittingSet, WithoutTimeTheBoundStaysHonest) {
  const Instance instance = random_instance(11, 200, 300, 5);
  HittingSetSolver fast(instance.costs, 0.0);
  HittingSetSolver slow(instance.costs, 20.0);
  const HittingSet quick = fast.solve(instance.rows);
  const HittingSet good = slow.solve(instance.rows);
  EXPECT_TRUE(hits(instance, quick.chosen));
  EXPECT_LE(quick.lower_bound, good.cost);
  EXPECT_LE(good.lower_bound, good.cost);
  EXPECT_LE(good.cost, quick.cost);
}

TEST(HittingSet, NoRowsNoCost) {
  HittingSetSolver solver({1, 2, 3}, 1.0);
  EXPECT_TRUE(solver.solve({}).chosen.empty());
}

}  // namespace
}  // namespace wayout::reason
