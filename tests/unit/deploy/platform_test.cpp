// SPDX-License-Identifier: Apache-2.0
#include "deploy/platform.hpp"

#include <gtest/gtest.h>

#include "fact_text.hpp"

namespace wayout::deploy {
namespace {

using testing::facts_text;
using testing::platforms_of;

std::string silences(const Platforms& platforms, std::string_view table, std::string_view setting) {
  std::string out;
  for (const Silence* silence : platforms.named(table).when_silent(setting)) {
    out += silence->value + " " + std::string(fact::name_of(silence->certainty)) + " " +
           std::string(fact::name_of(silence->assumes)) + "; ";
  }
  return out;
}

TEST(Platform, TablesSayWhatSilenceMeans) {
  base::Sources sources;
  const auto platforms = platforms_of(sources);
  ASSERT_TRUE(platforms) << platforms.error().message;
  struct Case {
    const char *table, *setting, *expected;
  };
  const std::string none(fact::name_of(fact::AssumptionKind::kNone));
  const Case cases[] = {
      {"docker", "seccomp", "confined default %; "},
      {"compose", "seccomp", "confined default %; "},
      {"kubernetes", "seccomp", "unconfined default %; "},
      {"kubernetes-seccomp-default", "seccomp", "confined default %; "},
      {"docker", "apparmor", "confined assumed lsm; unconfined assumed lsm; "},
      {"podman-rootless", "apparmor", "unconfined default %; "},
      {"podman-rootless", "user_namespace", "private default %; "},
      {"kubernetes", "user_namespace", "host default %; "},
      {"ecs", "uid", "root assumed image; "},
      {"fargate", "user_namespace", "private default %; "},
      {"docker", "privilege_escalation", "true default %; "},
      {"compose", "host.cgroup", "v1 assumed cgroup; v2 assumed cgroup; "},
      {"kubernetes", "capability:NET_RAW", "granted assumed runtime; "},
      {"docker", "capability:NET_RAW", ""},
  };
  for (const Case& c : cases) {
    std::string expected = c.expected;
    if (const auto at = expected.find('%'); at != std::string::npos) expected.replace(at, 1, none);
    EXPECT_EQ(silences(*platforms, c.table, c.setting), expected) << c.table << " " << c.setting;
  }
  EXPECT_EQ(platforms->named("compose").default_capabilities.size(), 14u);
  EXPECT_EQ(platforms->named("podman-rootless").default_capabilities.size(), 11u);
  EXPECT_TRUE(platforms->named("nowhere").silences.empty());
}

TEST(Platform, UserFilesOverride) {
  base::Sources sources;
  const auto platforms = platforms_of(sources,
                                      "versions:\n"
                                      "  kernel: 5.10.1\n"
                                      "host: {cgroup: v2}\n"
                                      "settings: {apparmor: confined}\n"
                                      "platforms:\n"
                                      "  docker: {apparmor: unconfined}\n"
                                      "use: {kubernetes: kubernetes-seccomp-default}\n");
  ASSERT_TRUE(platforms) << platforms.error().message;
  const std::string none(fact::name_of(fact::AssumptionKind::kNone));
  EXPECT_EQ(silences(*platforms, "ecs", "apparmor"), "confined declared " + none + "; ");
  EXPECT_EQ(silences(*platforms, "docker", "apparmor"), "unconfined declared " + none + "; ");
  EXPECT_EQ(silences(*platforms, "kubernetes", "seccomp"), "confined default " + none + "; ");
  fact::FactBase facts;
  platform_facts(*platforms, "docker", "host", facts);
  EXPECT_EQ(facts_text(facts, "version"), "host, kernel, 5.10.1 (declared) 2\n");
  EXPECT_EQ(facts_text(facts, "host", "host"),
            "cgroup, v2 (declared) 3\n"
            "runtime, docker (default) 0\n"
            "runtime, containerd (default) 0\n"
            "control-plane, yes (assumed) 0\n"
            "control-plane, no (assumed) 0\n"
            "uevent-helper, yes (assumed) 0\n"
            "uevent-helper, no (assumed) 0\n"
            "unprivileged-userns, yes (assumed) 0\n"
            "unprivileged-userns, no (assumed) 0\n");
}

TEST(Platform, ErrorsHaveAPlace) {
  struct Case {
    const char *text, *message;
    std::uint32_t line;
  };
  const Case cases[] = {
      {"settings:\n  apparmour: confined\n", "unknown setting 'apparmour'", 2},
      {"settings:\n  apparmor: on\n", "'on' is no value of 'apparmor'", 2},
      {"version: {kernel: 5}\n", "unknown key 'version'", 1},
      {"host: {cgroup: 2}\n", "'2' is no value of 'host.cgroup'", 1},
      {"platforms:\n  dokcer: {seccomp: confined}\n", "'dokcer' is no platform", 2},
      {"use: {kubernetes: gke}\n", "'gke' is no platform", 1},
      {"- a\n", "a platform file is a mapping", 1},
  };
  for (const Case& c : cases) {
    base::Sources sources;
    const auto platforms = platforms_of(sources, c.text);
    ASSERT_FALSE(platforms) << c.text;
    EXPECT_EQ(platforms.error().message, c.message);
    EXPECT_EQ(platforms.error().span->line, c.line) << c.text;
    EXPECT_FALSE(platforms.error().hint.empty());
  }
}

}  // namespace
}  // namespace wayout::deploy
