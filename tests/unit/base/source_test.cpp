// SPDX-License-Identifier: Apache-2.0
#include "base/source.hpp"

#include <gtest/gtest.h>

namespace wayout::base {
namespace {

TEST(Sources, LinesCountFromOneAndLoseTheirEnds) {
  Sources sources;
  const FileId file = sources.add("a.yaml", "one\r\ntwo\n\nfour");
  EXPECT_EQ(sources.line(file, 1), "one");
  EXPECT_EQ(sources.line(file, 2), "two");
  EXPECT_EQ(sources.line(file, 3), "");
  EXPECT_EQ(sources.line(file, 4), "four");
  EXPECT_EQ(sources.line(file, 5), "");
  EXPECT_EQ(sources.line(file, 0), "");
}

TEST(Sources, LineAtFindsTheLineOfAByte) {
  Sources sources;
  const FileId file = sources.add("a.yaml", "one\ntwo\nthree");
  EXPECT_EQ(sources.line_at({file, 1, 1, 1, 1, 0, 1}), "one");
  EXPECT_EQ(sources.line_at({file, 2, 1, 2, 1, 4, 5}), "two");
  EXPECT_EQ(sources.line_at({file, 3, 5, 3, 5, 12, 13}), "three");
  EXPECT_EQ(sources.line_at({file, 9, 1, 9, 1, 99, 99}), "three");
  EXPECT_EQ(sources.line_at({}), "");
}

TEST(Sources, ViewsStayGoodWhenFilesAreAdded) {
  Sources sources;
  const FileId first = sources.add("a", "short");
  const std::string_view view = sources.content(first);
  for (int i = 0; i < 1000; ++i) sources.add("b", "x");
  EXPECT_EQ(view.data(), sources.content(first).data());
  EXPECT_EQ(view, "short");
}

}  // namespace
}  // namespace wayout::base
