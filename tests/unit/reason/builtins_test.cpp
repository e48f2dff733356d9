// SPDX-License-Identifier: Apache-2.0
#include "reason/builtins.hpp"

#include <gtest/gtest.h>

namespace wayout::reason {
namespace {

struct PathCase {
  std::string_view path;
  std::string_view target;
  bool covers;
};

TEST(Builtins, CoversIsEqualOrAncestor) {
  constexpr PathCase kCases[] = {
      {"/var", "/var/lib", true},
      {"/var", "/var", true},
      {"/var", "/variable", false},
      {"/var/lib", "/var", false},
      {"/", "/anything/at/all", true},
      {"/", "/", true},
      {"/run", "/run/docker.sock", true},
      {"/run/docker.sock", "/run/docker.sock", true},
      {"/run/docker.sock.d", "/run/docker.sock", false},
      {"/var/", "/var/lib", true},
      {"/var", "/var/", true},
      {"", "/var", false},
      {"var", "var", false},
      {"/var", "", false},
      {"/var", "var/lib", false},
  };
  for (const auto& c : kCases) {
    EXPECT_EQ(covers(c.path, c.target), c.covers) << c.path << " " << c.target;
    EXPECT_EQ(holds(Builtin::kCovers, c.path, c.target), c.covers);
    EXPECT_EQ(holds(Builtin::kWithin, c.target, c.path), c.covers);
  }
}

struct GlobCase {
  std::string_view text;
  std::string_view glob;
  bool matches;
};

TEST(Builtins, MatchesGlobs) {
  constexpr GlobCase kCases[] = {
      {"", "", true},
      {"", "*", true},
      {"a", "", false},
      {"abc", "a*c", true},
      {"abc", "a?c", true},
      {"abc", "a?", false},
      {"abcbc", "a*bc", true},
      {"abcbd", "a*bc", false},
      {"system:node:x", "system:*", true},
      {"aXb", "a*?b", true},
      {"ab", "a*?b", false},
      {"a.b", "a.b", true},
      {"axb", "a.b", false},
      {"aaaaaaab", "*a*a*b", true},
  };
  for (const auto& c : kCases) EXPECT_EQ(matches(c.text, c.glob), c.matches) << c.text << c.glob;
}

TEST(Builtins, GlobsOfManyStarsEndSoon) {
  const std::string text(20'000, 'a');
  std::string glob;
  for (int i = 0; i < 50; ++i) glob += "a*";
  EXPECT_FALSE(matches(text, glob + "b"));
}

TEST(Builtins, PermitsAsTheApiServerDoes) {
  constexpr GlobCase kCases[] = {
      {"*", "pods/exec", true},
      {"pods", "pods", true},
      {"pods", "pods/exec", false},
      {"pods/exec", "pods/exec", true},
      {"*/exec", "pods/exec", true},
      {"*/exec", "pods", false},
      {"pods/*", "pods/exec", false},
      {"*/scale", "pods/exec", false},
      {"get", "get", true},
      {"get", "list", false},
      {"", "pods", false},
      {"*/", "pods", false},
  };
  for (const auto& c : kCases) EXPECT_EQ(permits(c.text, c.glob), c.matches) << c.text << c.glob;
}

struct OrderCase {
  std::string_view less;
  std::string_view greater;
};

TEST(Builtins, VersionsAreOrdered) {
  constexpr OrderCase kCases[] = {
      {"1.0.0-rc6", "1.0.0"},
      {"1.0.0-rc6", "1.0.0-rc95"},
      {"1.0.0-rc95", "1.0.0"},
      {"1.0.0~rc93-0ubuntu1", "1.0.0"},
      {"1.9", "1.10"},
      {"5.10.101", "5.10.102"},
      {"5.15.0-91-generic", "5.15.25"},
      {"v1.2.3", "1.2.4"},
      {"1.0.0-alpha.2", "1.0.0-beta.1"},
      {"1.0.0-beta.1", "1.0.0-rc.1"},
      {"1.0.0-rc.1", "1.0.0-rc.2"},
      {"5:20.10.7~3-0~debian", "20.10.8"},
      {"1", "1.0.1"},
      {"2.0.0-rc1", "2.0.0+build"},
      {"6.0rc1", "6.0"},
  };
  for (const auto& c : kCases) {
    EXPECT_EQ(compare_versions(c.less, c.greater), -1) << c.less << " < " << c.greater;
    EXPECT_EQ(compare_versions(c.greater, c.less), 1) << c.less << " < " << c.greater;
    EXPECT_EQ(compare_versions(c.less, c.less), 0);
  }
  constexpr OrderCase kEqual[] = {
      {"1.0", "1.0.0"}, {"v1.2", "1.2"}, {"5.15.0-91-generic", "5.15"}, {"1.1.0+dfsg1", "1.1.0"}};
  for (const auto& c : kEqual) EXPECT_EQ(compare_versions(c.less, c.greater), 0) << c.less;
}

TEST(Builtins, VersionRanges) {
  constexpr GlobCase kCases[] = {
      {"5.9", ">=5.8,<5.10.102|>=5.11,<5.15.25", true},
      {"5.10.102", ">=5.8,<5.10.102|>=5.11,<5.15.25", false},
      {"5.15.24-generic", ">=5.8,<5.10.102|>=5.11,<5.15.25", true},
      {"5.7", ">=5.8,<5.10.102|>=5.11,<5.15.25", false},
      {"1.0.0-rc95", "<1.0.0", true},
      {"1.0.0", "<=1.0.0-rc95", false},
      {"1.0.0-rc6", "<=1.0.0-rc6", true},
      {"1.2", "=1.2.0", true},
      {"1.2", "== 1.2.0", true},
      {"1.3", "> 1.2, < 2", true},
      {"unknown", "<99", false},
      {"", "<99", false},
      {"99999999999999999999999.1", ">5", true},
  };
  for (const auto& c : kCases) {
    const auto ranges = VersionRanges::parse(c.glob);
    ASSERT_TRUE(ranges) << c.glob;
    EXPECT_EQ(ranges->contains(c.text), c.matches) << c.text << " in " << c.glob;
  }
  for (const std::string_view bad : {"", "5.8", "<", "<x", "<1|", "<1,", "|", "<1,,>2", "~1.2"}) {
    EXPECT_FALSE(VersionRanges::parse(bad)) << bad;
  }
}

TEST(Builtins, LessNeedsIntegers) {
  EXPECT_TRUE(less("9", "10"));
  EXPECT_TRUE(less("-1", "0"));
  EXPECT_FALSE(less("10", "10"));
  EXPECT_FALSE(less("9", "ten"));
  EXPECT_FALSE(less("", "1"));
  EXPECT_FALSE(less("1", "99999999999999999999"));
  EXPECT_FALSE(less("1 ", "2"));
}

}  // namespace
}  // namespace wayout::reason
