// SPDX-License-Identifier: Apache-2.0
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "../finding/small_scan.hpp"
#include "report/page.hpp"
#include "report/printable.hpp"
#include "report/report.hpp"

namespace wayout::report {
namespace {

using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using ::testing::Not;

std::string shown(const finding::Assessment& assessment, ReportOptions options = {}) {
  std::ostringstream out;
  write_report(Format::kTerminal, assessment, options, out);
  return out.str();
}

void expect_narrow(const std::string& text, std::size_t width) {
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    EXPECT_LE(width_of(line), width) << line;
  }
}

TEST(Terminal, ShowsWaysOutThenChangesThenFindings) {
  finding::SmallScan scan;
  EXPECT_EQ(shown(scan.assess_all()), 1 + R"(
shop/   1 file, 2 containers, 0.08 s                                                       F  25/100
2 ways out (1 proved, 1 likely), 1 other finding. 2 changes close them all.

1  critical  code in container web  ->  root on the host                                      proved
   talks to the Docker API and starts a container with the host's root mounted       ESC-SOCK-DOCKER
       /run/docker.sock of the host is mounted at /var/run/docker.sock                compose.yaml:5
         | - /var/run/docker.sock:/var/run/docker.sock:ro
       runs as root, by default                                                       compose.yaml:2

2  critical  code in container worker  ->  root on the host                                   likely
   mounts a file system of the host and writes to it                               ESC-CAP-SYS-ADMIN
       is granted capability SYS_ADMIN                                               compose.yaml:10
         | cap_add: [SYS_ADMIN]
       no AppArmor profile confines it                                               compose.yaml:11
         | security_opt: ["apparmor:unconfined"]
       SELinux does not confine it, if the host does not enforce SELinux              compose.yaml:8

Fewest changes (2, proven minimal)
  a  remove the mount of /run/docker.sock from container web                compose.yaml:5  closes 1
  b  drop SYS_ADMIN from container worker                                  compose.yaml:10  closes 2

Other findings
  medium    A credential stands in the environment                                   SEC-ENV-LITERAL
              container web                                                           compose.yaml:7
              fix: Move DB_PASSWORD to a secret file.
)");
}

TEST(Terminal, IsShortWhenNothingIsWrong) {
  finding::SmallScan scan;
  auto assessment = scan.assess_all();
  assessment.findings.clear();
  assessment.ways_out = {};
  assessment.way_marks.clear();
  assessment.cut = {};
  assessment.score = {};
  EXPECT_EQ(shown(assessment), 1 + R"(
shop/   1 file, 2 containers, 0.08 s                                                      A  100/100
No way out, no findings.
)");
  assessment.coverage = {};
  EXPECT_THAT(shown(assessment), HasSubstr("Nothing was analysed, no findings."));
}

TEST(Terminal, SaysWhatWasNotLookedAt) {
  finding::SmallScan scan;
  auto assessment = scan.assess_all();
  assessment.not_analysed.push_back({"charts/web", {}, "a Helm chart", "install helm"});
  assessment.not_judged.push_back({scan.rule("ESC-SOCK-DOCKER"), "kernel version"});
  assessment.not_judged.push_back({scan.rule("ESC-CAP-SYS-ADMIN"), "kernel version"});
  const std::string text = shown(assessment);
  EXPECT_THAT(text, HasSubstr("Not analysed (1)\n  a Helm chart (install helm) "));
  EXPECT_THAT(text, HasSubstr("Not judged: 2 rules that need the kernel version (state it with"));
}

TEST(Terminal, DrawsCopiesTogether) {
  finding::SmallScan scan;
  auto assessment = scan.assess_all();
  assessment.ways_out.groups = {{0, {0, 1}}};
  const std::string text = shown(assessment);
  EXPECT_THAT(text, HasSubstr("1 way out (1 proved; 2 with all copies)"));
  EXPECT_THAT(text, HasSubstr("   x 2: web, worker\n"));
  EXPECT_THAT(text, Not(HasSubstr("\n2  critical")));
}

TEST(Terminal, PutsWaysWithTheSameEndsTogether) {
  finding::SmallScan scan;
  const auto admin =
      scan.say(fact::Relation::kGrantedCapability, {"compose.yaml:web", "SYS_ADMIN"}, 3);
  scan.conclude("ESC-CAP-SYS-ADMIN", scan.web, {admin});
  auto assessment = scan.assess_all();
  // The third is told after the first, and the change that closes the second names its new number.
  const std::string text = shown(assessment);
  EXPECT_THAT(text, HasSubstr("                  compose.yaml:2\n"
                              "   or 2  mounts a file system of the host and writes to it"));
  EXPECT_THAT(text, HasSubstr("\n3  critical  code in container worker"));
  EXPECT_THAT(text, HasSubstr("compose.yaml:10  closes 3\n"));
  ReportOptions verbose;
  verbose.verbose = true;
  EXPECT_THAT(shown(assessment, verbose), HasSubstr("\n2  critical  code in container web"));
}

TEST(Terminal, StaysShortForThousandsOfFindings) {
  finding::SmallScan scan;
  for (int i = 0; i < 3000; ++i) {
    const std::string name = "k8s:default/Deployment/web-" + std::to_string(i) + "/app";
    const auto container = scan.facts.intern(name);
    scan.conclude("SEC-ENV-LITERAL", container,
                  {scan.say(fact::Relation::kEnvCredential, {name, "TOKEN", "literal"}, 7)});
  }
  const std::string text = shown(scan.assess_all());
  EXPECT_LT(std::count(text.begin(), text.end(), '\n'), 40);
  EXPECT_THAT(text, HasSubstr("… and 2998 more (--format json has all)"));
  EXPECT_THAT(text, HasSubstr("container app of Deployment web-0  "));
  expect_narrow(text, 100);
}

TEST(Terminal, SaysThatASuppressionIsWithoutEffect) {
  finding::SmallScan scan;
  finding::AssessOptions options;
  for (const auto& [rule, reason] : {std::pair{"ESC-SOCK-DOCKER", ""}, {"SEC-*", "known"}}) {
    finding::Suppression suppression;
    suppression.rule = rule;
    suppression.reason = reason;
    options.suppressions.push_back(suppression);
  }
  const std::string text = shown(scan.assess_all(std::move(options)));
  EXPECT_THAT(text, HasSubstr("Suppressed: 1 finding.\n"));
  EXPECT_THAT(text,
              HasSubstr("Suppressions without effect\n  ESC-SOCK-DOCKER: it gives no reason"));
  EXPECT_THAT(text, Not(HasSubstr("SEC-ENV-LITERAL")));
}

TEST(Terminal, ColoursOnlyWhenAsked) {
  finding::SmallScan scan;
  const auto assessment = scan.assess_all();
  EXPECT_THAT(shown(assessment), Not(HasSubstr("\x1b")));
  EXPECT_THAT(shown(assessment, {.colour = true}), HasSubstr("\x1b[1;31mcritical"));
}

TEST(Terminal, KeepsToItsWidthWhateverTheNames) {
  const std::string long_name(5000, 'x');
  for (const std::string& name : {long_name, std::string("\x1b[2J\x1b]0;owned\x07"),
                                  std::string("a\nb\r\tc"), std::string("\xff\xfe\xc3"),
                                  std::string("\xe2\x80\xae"
                                              "evil"),
                                  std::string("容器容器容器容器"), long_name + " " + long_name}) {
    finding::SmallScan scan;
    const std::string container = "compose.yaml:" + name;
    scan.conclude("SEC-ENV-LITERAL", scan.facts.intern(container),
                  {scan.say(fact::Relation::kEnvCredential, {container, name, "literal"}, 7)});
    scan.web = scan.facts.intern(container);
    scan.entries[0] = scan.say(fact::Relation::kEntry, {container, "assumed-breach"}, 2);
    scan.conclude("ESC-SOCK-DOCKER", scan.web,
                  {scan.say(fact::Relation::kMounts, {container, name, name}, 5)});
    auto assessment = scan.assess_all();
    assessment.targets = {name};
    assessment.not_analysed.push_back({name, {}, name, name});
    for (const int width : {60, 100, 140}) {
      ReportOptions options;
      options.width = width;
      options.verbose = true;
      const std::string text = shown(assessment, options);
      expect_narrow(text, static_cast<std::size_t>(width));
      for (const char c : text) {
        EXPECT_TRUE(c == '\n' || static_cast<unsigned char>(c) >= 0x20) << "a control character";
      }
      EXPECT_THAT(text, Not(HasSubstr("\xe2\x80\xae")));
      EXPECT_THAT(text, Not(HasSubstr("\xff")));
    }
  }
}

TEST(Page, WrapsAtWordsAndKeepsTheRightEdge) {
  std::ostringstream out;
  Page page(out, false, 60);
  page.row({{Style::kPlain, "1  "}},
           {Style::kPlain, "one two three four five six seven eight nine ten eleven twelve"},
           {Style::kPlain, "file.yaml:12"});
  EXPECT_EQ(out.str(), 1 + R"(
1  one two three four five six seven eight      file.yaml:12
   nine ten eleven twelve
)");
}

TEST(Page, CutsWhatNeverEnds) {
  std::ostringstream out;
  Page page(out, false, 60);
  page.row({}, {Style::kPlain, std::string(500, 'x')}, {Style::kPlain, std::string(200, 'y')}, 2);
  const std::string text = out.str();
  expect_narrow(text, 60);
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 2);
  EXPECT_THAT(text, HasSubstr("x…\n"));
  EXPECT_THAT(text, HasSubstr("…yyy"));
}

}  // namespace
}  // namespace wayout::report
