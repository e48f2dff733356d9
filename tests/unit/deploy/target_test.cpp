// SPDX-License-Identifier: Apache-2.0
#include "deploy/target.hpp"

#include <chrono>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include "deploy/program.hpp"
#include "deploy/recognise.hpp"
#include "deploy/walk.hpp"
#include "read_files.hpp"

namespace wayout::deploy {
namespace {

using testing::facts_text;
using testing::Read;
using testing::read_files;
using testing::read_into;
using testing::ScratchFolder;

constexpr const char* kPod =
    "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {containers: [{name: c, image: x}]}\n";
constexpr const char* kCompose = "services:\n  web: {image: x}\n";

TEST(Target, FilesAreRecognisedByContent) {
  const auto read = read_files({
      {"a/anything.yaml", kPod},
      {"b/stack.yml", kCompose},
      {"c/pod.json", R"({"apiVersion":"v1","kind":"Pod","metadata":{"name":"j"},)"
                     R"("spec":{"containers":[{"name":"c","image":"x"}]}})"},
      {"d/noext", kPod},
      {"e/web.Dockerfile", "FROM alpine\n"},
      {"f/Containerfile", "FROM alpine\n"},
      {"g/build", "# comment\nFROM alpine\nRUN true\n"},
      {"h/values.yaml", "services:\n  port: 80\n"},
      {"i/readme.md", "FROM here on, read.\n"},
      {"j/package.json", "{\"name\": \"x\"}"},
      {"k/blob.yaml", std::string("apiVersion\0kind", 15)},
      {".git/config.yaml", kPod},
      {"node_modules/m/compose.yaml", kCompose},
  });
  EXPECT_EQ(read.error, "");
  EXPECT_EQ(read.skipped(), "");
  EXPECT_EQ(facts_text(read.facts, "image"),
            "dockerfile:e/web.Dockerfile, dockerfile (declared) 1\n"
            "dockerfile:f/Containerfile, dockerfile (declared) 1\n"
            "dockerfile:g/build, dockerfile (declared) 2\n");
  EXPECT_EQ(read.result.containers, 4u) << facts_text(read.facts, "container");
  EXPECT_EQ(read.result.files, 7u);
  EXPECT_EQ(read.result.ignored, 6u);
}

TEST(Target, EqualTreesGiveEqualFactsOnAnyNumberOfThreads) {
  std::vector<std::pair<std::string, std::string>> files;
  for (int i = 0; i < 40; ++i) {
    files.push_back({"d" + std::to_string(i % 7) + "/f" + std::to_string(i) + ".yaml",
                     i % 2 == 0 ? kPod : kCompose});
  }
  const auto all = [](const Read& read) {
    std::string out;
    for (std::size_t i = 0; i < fact::kRelationCount; ++i) {
      const auto& info = fact::info(static_cast<fact::Relation>(i));
      out += facts_text(read.facts, info.name);
    }
    return out;
  };
  ReadOptions one;
  one.threads = 1;
  ReadOptions four;
  four.threads = 4;
  EXPECT_EQ(all(read_files(files, one)), all(read_files(files, four)));
}

TEST(Target, WhatIsNoFileIsSkippedWithItsReason) {
  const ScratchFolder folder({{"compose.yaml", kCompose}, {"sub/x.txt", "x"}});
  const auto path = folder.path();
  ASSERT_EQ(::mkfifo((path / "pipe.yaml").c_str(), 0600), 0);
  std::filesystem::create_symlink("loop", path / "loop");
  std::filesystem::create_symlink("/etc", path / "out");
  std::filesystem::create_symlink("..", path / "sub/up");
  std::filesystem::create_symlink("nowhere", path / "dangling");
  const int socket = ::socket(AF_UNIX, SOCK_STREAM, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  (path / "sock").string().copy(address.sun_path, sizeof(address.sun_path) - 1);
  ASSERT_EQ(::bind(socket, reinterpret_cast<sockaddr*>(&address), sizeof(address)), 0);
  Read read;
  read_into(read, folder.string());
  ::close(socket);
  EXPECT_EQ(read.skipped(),
            "loop:0 a loop of symbolic links\n"
            "out:0 a symbolic link that leads out of the target\n"
            "pipe.yaml:0 a named pipe, not a file\n"
            "sock:0 a socket, not a file\n");
  EXPECT_EQ(read.result.containers, 1u);
}

TEST(Target, LimitsAreReported) {
  ReadOptions options;
  options.limits.file_bytes = 8192;
  options.limits.directory_depth = 2;
  const auto read = read_files({{"big.yaml", std::string(kPod) + std::string(9000, '#')},
                                {"big.bin", std::string(9000, '\0')},
                                {"a/b/c/deep.yaml", kPod},
                                {"ok.yaml", kPod}},
                               options);
  EXPECT_EQ(read.skipped(),
            "a/b/c:0 folders are nested deeper than 2\nbig.yaml:0 larger than 0 MiB\n");
  EXPECT_EQ(read.result.containers, 1u);
}

TEST(Target, BrokenDocumentsDoNotHideTheRest) {
  const auto read = read_files(
      {{"all.yaml", std::string(kPod) + "---\napiVersion: v1\nkind: Pod\nspec: [unclosed\n---\n" +
                        "apiVersion: v1\nkind: Pod\nmetadata: {name: q}\n"
                        "spec: {containers: [{name: c, image: x}]}\n"},
       {"template.yaml",
        "apiVersion: v1\nkind: Pod\nmetadata:\n  {{- include \"x\" . | nindent 4 }}\n"},
       {"half.yaml", "apiVersion: v1\nkind: Pod\nmetadata: {name: {{ name }} }\n"},
       {"unknown-template.yaml", "a: [{{ x }\n"},
       {"other.yaml", "a: [unclosed\n"}});
  EXPECT_EQ(read.result.containers, 2u);
  EXPECT_NE(read.skipped().find("all.yaml:"), std::string::npos);
  EXPECT_NE(read.skipped().find("template.yaml:4 looks like a template"), std::string::npos)
      << read.skipped();
  EXPECT_NE(read.skipped().find("half.yaml:1 looks like a template"), std::string::npos)
      << read.skipped();
  // Named YAML and broken: nobody can know what it was. A template of unknown purpose is left
  // alone.
  EXPECT_NE(read.skipped().find("other.yaml"), std::string::npos);
  EXPECT_EQ(read.skipped().find("unknown-template.yaml"), std::string::npos);
}

TEST(Target, SingleFilesAndMissingOnes) {
  const ScratchFolder folder;
  folder.write("pod.yaml", kPod);
  Read one;
  read_into(one, (folder.path() / "pod.yaml").string());
  EXPECT_EQ(one.result.containers, 1u);
  EXPECT_EQ(one.sources.path(one.facts.origin(one.facts.origin_of(fact::FactId(0u))).span.file),
            "pod.yaml");
  Read none;
  read_into(none, (folder.path() / "nowhere").string());
  EXPECT_NE(none.error.find("cannot read"), std::string::npos);
}

TEST(Target, HostsAreDescribedOncePerPlatform) {
  const auto read = read_files({{"compose.yaml", kCompose}, {"pod.yaml", kPod}});
  const std::string hosts = facts_text(read.facts, "host");
  EXPECT_NE(hosts.find("host, cgroup, v1 (assumed)"), std::string::npos) << hosts;
  EXPECT_NE(hosts.find("node, cgroup, v2 (assumed)"), std::string::npos) << hosts;
}

TEST(Render, ChartsAreNeverReadHalf) {
  ReadOptions options;
  options.render = false;
  const auto read = read_files({{"chart/Chart.yaml", "name: c\n"},
                                {"chart/templates/pod.yaml", kPod},
                                {"chart/charts/sub/Chart.yaml", "name: d\n"},
                                {"chart/charts/sub/templates/pod.yaml", kPod},
                                {"library/Chart.yaml", "name: l\ntype: library\n"}},
                               options);
  EXPECT_EQ(read.result.containers, 0u);
  EXPECT_EQ(read.skipped(), "chart/Chart.yaml:0 not rendered: rendering is switched off\n");
}

constexpr const char* kPatch =
    "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {hostPID: true}\n";

TEST(Render, OverlaysThatCannotBeRenderedKeepTheirResources) {
  ReadOptions options;
  options.render = false;
  const auto read = read_files(
      {{"base/kustomization.yaml", "resources: [pod.yaml]\n"},
       {"base/pod.yaml", kPod},
       {"prod/kustomization.yaml", "resources: [../base]\npatches: [{path: patch.yaml}]\n"},
       {"prod/patch.yaml", kPatch}},
      options);
  EXPECT_EQ(read.result.containers, 1u);
  EXPECT_EQ(facts_text(read.facts, "host_namespace"), "");
  EXPECT_EQ(read.skipped(), "prod/kustomization.yaml:0 not rendered: rendering is switched off\n");
}

TEST(Render, RemoteBasesAreNotFetched) {
  const auto read = read_files(
      {{"kustomization.yaml", "resources:\n- https://example.org/base?ref=v1\n- pod.yaml\n"},
       {"pod.yaml", kPod}});
  EXPECT_EQ(read.result.containers, 1u);
  EXPECT_EQ(read.skipped(),
            "kustomization.yaml:0 not rendered: it names 'https://example.org/base?ref=v1', which "
            "is not in the target\n");
}

TEST(Render, OverlaysAreReadRendered) {
  if (!is_installed("kustomize") && !is_installed("kubectl")) GTEST_SKIP() << "no kustomize";
  const auto read = read_files({{"base/kustomization.yaml", "resources: [pod.yaml]\n"},
                                {"base/pod.yaml", kPod},
                                {"prod/kustomization.yaml",
                                 "namespace: shop\nresources: [../base]\n"
                                 "patches: [{path: patch.yaml}]\n"},
                                {"prod/patch.yaml", kPatch}});
  EXPECT_EQ(read.skipped(), "");
  EXPECT_EQ(read.result.containers, 1u) << facts_text(read.facts, "container");
  EXPECT_NE(facts_text(read.facts, "host_namespace").find("k8s:shop/Pod/p/c, pid (declared)"),
            std::string::npos);
}

TEST(Program, IsStoppedAndReportsWhatItSaid) {
  const auto out = run_program({"printf", "a;$HOME b"}, std::chrono::seconds(5), 100);
  ASSERT_TRUE(out);
  EXPECT_EQ(*out, "a;$HOME b");
  const auto late = run_program({"sleep", "30"}, std::chrono::milliseconds(50), 100);
  ASSERT_FALSE(late);
  EXPECT_NE(late.error().message.find("took longer"), std::string::npos);
  const auto much = run_program({"yes"}, std::chrono::seconds(5), 1000);
  ASSERT_FALSE(much);
  EXPECT_EQ(much.error().message, "'yes' printed too much");
  const auto failed = run_program({"ls", "/nowhere-at-all"}, std::chrono::seconds(5), 1000);
  ASSERT_FALSE(failed);
  EXPECT_NE(failed.error().message.find("'ls' failed: "), std::string::npos);
  EXPECT_FALSE(run_program({"no-such-program-here"}, std::chrono::seconds(1), 10));
}

TEST(Walk, PathsStayInTheTarget) {
  EXPECT_EQ(relative_to("a/b.yaml", "../c"), "c");
  EXPECT_EQ(relative_to("a/b.yaml", "./x//y/../z"), "a/x/z");
  EXPECT_EQ(relative_to("b.yaml", "."), "");
  EXPECT_EQ(relative_to("b.yaml", "../c"), std::nullopt);
  EXPECT_EQ(relative_to("a/b.yaml", "/c"), std::nullopt);
}

}  // namespace
}  // namespace wayout::deploy
