// SPDX-License-Identifier: Apache-2.0
// What the texts of every format are made of.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "../finding/small_scan.hpp"
#include "report/entity.hpp"
#include "report/markup.hpp"
#include "report/printable.hpp"
#include "report/redact.hpp"
#include "report/sentences.hpp"

namespace wayout::report {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(Printable, ShowsWhatCannotBeSeen) {
  struct Case {
    std::string text, shown;
  };
  for (const Case& c :
       {Case{"plain", "plain"}, Case{"a\nb\tc", "a\\nb\\tc"}, Case{"\x1b[31m", "\\x1b[31m"},
        Case{"\x7f", "\\x7f"}, Case{"\xc2\x9b", "\\x9b"}, Case{"\xff", "\xef\xbf\xbd"},
        Case{"\xe2\x80\xae", "\\u202e"}, Case{"\xe2\x80\x8b", "\\u200b"},
        Case{"\xc3\xa9", "\xc3\xa9"}, Case{"\xf3\xa0\x80\x81", "\\u0e0001"}}) {
    EXPECT_EQ(printable(c.text), c.shown);
  }
}

TEST(Printable, CountsColumnsAndCuts) {
  EXPECT_EQ(width_of("abc"), 3u);
  EXPECT_EQ(width_of("容器"), 4u);
  EXPECT_EQ(width_of("e\xcc\x81"), 1u);
  EXPECT_EQ(cut_end("abcdef", 6), "abcdef");
  EXPECT_EQ(cut_end("abcdefg", 6), "abcde…");
  EXPECT_EQ(cut_end("容器容器", 5), "容器…");
  EXPECT_EQ(cut_end("abc", 0), "");
  EXPECT_EQ(cut_begin("abcdefg", 6), "…cdefg");
  EXPECT_EQ(cut_begin("abc", 3), "abc");
}

TEST(Entities, ReadAsAPersonNamesThem) {
  struct Case {
    std::string text, display, short_name, workload, name_space;
  };
  for (const Case& c :
       {Case{"compose.yaml:web", "container web", "web", "compose.yaml", ""},
        Case{"k8s:default/Deployment/web/app", "container app of Deployment web", "web/app",
             "Deployment/web", "default"},
        Case{"k8s:shop/Deployment/web/web", "container web of Deployment shop/web", "web",
             "Deployment/web", "shop"},
        Case{"k8s:shop/Deployment/web", "Deployment shop/web", "web", "Deployment/web", "shop"},
        Case{"docker:web", "container web", "web", "", ""},
        Case{"ecs:shop/web", "container web", "web", "shop", ""},
        Case{"dockerfile:web/Dockerfile", "the image of web/Dockerfile", "web/Dockerfile", "", ""},
        Case{"ref:nginx:1.25", "image nginx:1.25", "nginx:1.25", "", ""},
        Case{"host", "the host", "host", "", ""}, Case{"node", "the node", "node", "", ""},
        Case{"node:a1", "node a1", "a1", "", ""},
        Case{"k8s:ClusterRole/admin", "ClusterRole admin", "admin", "", ""},
        Case{"k8s:shop/ServiceAccount/ci", "ServiceAccount shop/ci", "ci", "", "shop"},
        Case{"k8s:ClusterRoleBinding/ci", "ClusterRoleBinding ci", "ci", "", ""},
        Case{"k8s:Group/system:masters", "Group system:masters", "system:masters", "", ""},
        Case{"/run/docker.sock", "/run/docker.sock", "/run/docker.sock", "", ""},
        Case{"", "", "", "", ""}, Case{"k8s:", "", "", "", ""}}) {
    EXPECT_EQ(display(c.text), c.display) << c.text;
    EXPECT_EQ(short_name(c.text), c.short_name) << c.text;
    EXPECT_EQ(entity_of(c.text).workload, c.workload) << c.text;
    EXPECT_EQ(entity_of(c.text).name_space, c.name_space) << c.text;
  }
}

TEST(Sentences, AreThereForEveryRelationThatReadersMake) {
  for (std::size_t i = 0; i < fact::kRelationCount; ++i) {
    const auto relation = static_cast<fact::Relation>(i);
    if (fact::info(relation).derived) continue;  // evidence is what readers made
    EXPECT_TRUE(has_sentence(relation))
        << fact::info(relation).name << " needs a row in src/report/sentences.cpp";
  }
}

TEST(Sentences, SayDefaultsAndAssumptions) {
  using fact::Certainty;
  finding::SmallScan scan;
  const auto text = [&](fact::Relation relation, std::initializer_list<std::string_view> values,
                        Certainty certainty, std::string_view note = {}) {
    return sentence(scan.facts, scan.say(relation, values, 2, certainty, note));
  };
  using fact::Relation;
  EXPECT_EQ(text(Relation::kMounts, {"c", "/x", "/run/docker.sock"}, Certainty::kDeclared),
            "/run/docker.sock of the host is mounted at /x");
  EXPECT_EQ(text(Relation::kMounts, {"c", "/h", "/"}, Certainty::kDeclared),
            "the host's whole file system is mounted at /h");
  EXPECT_EQ(text(Relation::kUid, {"c", "root"}, Certainty::kDefault), "runs as root, by default");
  EXPECT_EQ(text(Relation::kUid, {"d", "root"}, Certainty::kAssumed, "the image sets no user"),
            "runs as root, if the image sets no user");
  EXPECT_EQ(text(Relation::kUid, {"e", "root"}, Certainty::kAssumed), "runs as root, as assumed");
  EXPECT_EQ(text(Relation::kUnset, {"c", "seccompProfile"}, Certainty::kDefault),
            "seccompProfile is not set");
}

TEST(Redact, HidesValuesThatCouldBeCredentials) {
  struct Case {
    std::string line;
    std::string kept;    ///< must stay
    std::string hidden;  ///< must go
  };
  for (const Case& c : {
           Case{"DB_PASSWORD: hunter2", "DB_PASSWORD: [redacted]", "hunter2"},
           Case{"- API_KEY=abcdefgh12345678", "- API_KEY=[redacted …5678 #", "abcdefgh"},
           Case{"url: postgres://app:s3cr3t-pw@db/shop", "postgres://app:[redacted]@db/shop",
                "s3cr3t"},
           Case{"{\"token\": \"abc.def\", \"x\": 1}", "\"x\": 1", "abc.def"},
           Case{"args: [--token abcdef123456789]", "args: [--token [redacted", "abcdef1234"},
           Case{"key: AKIAIOSFODNN7EXAMPLE", "key: [redacted …MPLE #", "AKIAIOSF"},
           Case{"x: -----BEGIN RSA PRIVATE KEY-----", "x: [redacted]", "BEGIN"},
           Case{"password: 'with spaces in it'", "password: '[redacted", "with spaces"},
       }) {
    const std::string shown = redact(c.line, false);
    EXPECT_THAT(shown, HasSubstr(c.kept));
    EXPECT_THAT(shown, Not(HasSubstr(c.hidden)));
  }
}

TEST(Redact, LeavesOrdinaryLinesAlone) {
  for (const char* line :
       {"- /var/run/docker.sock:/var/run/docker.sock:ro", "cap_add: [SYS_ADMIN]",
        "automountServiceAccountToken: false", "DB_PASSWORD: ${DB_PASSWORD}",
        "password_file: /run/secrets/db", "token: /var/run/token", "image: nginx:1.25@sha256:abc",
        "secretName: tls-cert", "https://example.org/path:8080", "serviceAccountToken:"}) {
    EXPECT_EQ(redact(line, false), line);
  }
}

TEST(Redact, HidesEverythingBehindTheNameOfAKnownSecret) {
  EXPECT_EQ(redact("value: anything at all", true), "value: [redacted]");
  EXPECT_EQ(redact("ENV KEY=one OTHER=two", true), "ENV KEY=[redacted]");
  EXPECT_EQ(redact("hunter2", true), "[redacted]");
  EXPECT_EQ(redact("env:", true), "env:");
}

TEST(Markup, LetsNothingThrough) {
  EXPECT_EQ(markup_text("<a href=\"x\">&'"), "&lt;a href=&quot;x&quot;&gt;&amp;&#39;");
  EXPECT_EQ(markdown_text("[x](y) @me <b> `c` |"), "\\[x\\]\\(y\\) &#64;me &lt;b> \\`c\\` \\|");
  EXPECT_EQ(markdown_code("a`b|c\n"), "`a'b\\|c\\n`");
}

}  // namespace
}  // namespace wayout::report
