// SPDX-License-Identifier: Apache-2.0
#include "base/parallel.hpp"

#include <atomic>
#include <vector>

#include <gtest/gtest.h>

namespace wayout::base {
namespace {

struct Case {
  const char* name;
  std::size_t count;
  std::size_t window;
  unsigned threads;
};

class ParallelInOrder : public ::testing::TestWithParam<Case> {};

TEST_P(ParallelInOrder, ConsumesEveryItemOnceInOrderAndBoundsTheWindow) {
  const Case& c = GetParam();
  std::vector<std::atomic<int>> produced(c.count);
  std::vector<std::size_t> consumed;
  std::atomic<std::size_t> done{0};
  parallel_in_order(
      c.count, c.window, c.threads,
      [&](std::size_t i) {
        ++produced[i];
        EXPECT_LE(i, done.load() + std::max<std::size_t>(c.window, c.threads));
      },
      [&](std::size_t i) {
        EXPECT_EQ(produced[i].load(), 1);
        consumed.push_back(i);
        done = consumed.size();
      });
  ASSERT_EQ(consumed.size(), c.count);
  for (std::size_t i = 0; i < c.count; ++i) EXPECT_EQ(consumed[i], i);
}

INSTANTIATE_TEST_SUITE_P(Shapes, ParallelInOrder,
                         ::testing::Values(Case{"none", 0, 4, 2}, Case{"one", 1, 4, 2},
                                           Case{"one_thread", 50, 4, 1}, Case{"narrow", 500, 1, 3},
                                           Case{"wide", 2000, 64, 4}),
                         [](const auto& param) { return param.param.name; });

}  // namespace
}  // namespace wayout::base
