// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include <gtest/gtest.h>

#include "base/source.hpp"
#include "reason/rule.hpp"

namespace wayout::reason {
namespace {

constexpr std::string_view kSocket = R"(id: ESC-SOCK-DOCKER
title: The container holds the Docker socket
severity: critical
category: container-boundary
family: runtime
cwe: [250]
attack: [T1611, T1552.007]
mappings: {cis-docker: ["5.32"], nsa-cisa: ["Pod security"]}
subject: ?c
subject_kind: container
from: [runs_code(?c)]
when:
  - mounts(?c, ?path, ?source)
  - covers(?source, "/run/docker.sock")
  - 'runs_on(?c, ?n)'
any:
  - [ privileged(?c) ]
  - [ 'capability(?c, "SYS_ADMIN")', not no_apparmor(?c) ]
then: [ 'gained(?n, "host-root")', 'gained(?n, "other-container")' ]
step: talks to the Docker API through {?source}
remedy: Remove the mount of {?source}
why: Whoever talks to the daemon is root on the host.
references: [https://docs.docker.com/engine/security/]
)";

LoadedRules load(std::initializer_list<std::string_view> contents) {
  // The result points into its own strings only.
  base::Sources sources;
  std::vector<base::FileId> files;
  int number = 0;
  for (const auto content : contents) {
    files.push_back(
        sources.add("rules/" + std::to_string(number++) + ".yaml", std::string(content)));
  }
  return load_rules(sources, files);
}

/// The socket rule with one piece of text replaced.
std::string with(std::string_view old_text, std::string_view new_text) {
  std::string rule(kSocket);
  const auto at = rule.find(old_text);
  EXPECT_NE(at, rule.npos) << old_text;
  return rule.replace(at, old_text.size(), new_text);
}

TEST(RuleLoader, ReadsATechnique) {
  const auto loaded = load({kSocket});
  ASSERT_TRUE(loaded.errors.empty()) << loaded.errors[0].message;
  ASSERT_EQ(loaded.rules.rules.size(), 1u);
  const Rule& rule = loaded.rules.rules[0];
  EXPECT_EQ(rule.id, "ESC-SOCK-DOCKER");
  EXPECT_EQ(rule.kind, RuleKind::kTechnique);
  EXPECT_EQ(rule.severity, Severity::kCritical);
  EXPECT_EQ(rule.family, "runtime");
  EXPECT_EQ(rule.cwe, std::vector<int>{250});
  EXPECT_EQ(rule.attack, (std::vector<std::string>{"T1611", "T1552.007"}));
  ASSERT_EQ(rule.mappings.size(), 2u);
  EXPECT_EQ(rule.mappings[0].second, std::vector<std::string>{"5.32"});
  EXPECT_EQ(rule.variables[rule.subject], "c");
  ASSERT_EQ(rule.bodies.size(), 2u);
  EXPECT_EQ(rule.bodies[0].size(), 4u);
  ASSERT_EQ(rule.bodies[1].size(), 5u);
  EXPECT_EQ(rule.bodies[1][1].kind, Atom::Kind::kBuiltin);
  EXPECT_EQ(rule.bodies[1][1].terms[1].constant, "/run/docker.sock");
  EXPECT_EQ(rule.bodies[1][4].kind, Atom::Kind::kNegated);
  EXPECT_EQ(rule.bodies[0][0].span.line, 13u);
  EXPECT_EQ(rule.bodies[0][0].span.column, 5u);
  EXPECT_EQ(rule.then.size(), 2u);
}

TEST(RuleLoader, ReadsChecksMeaningsAndChanges) {
  const auto loaded =
      load({R"(id: CHK-A
title: t
severity: low
category: encryption
family: tls
subject: ?c
subject_kind: container
when: ['container(?c, _)', '?c != "x"']
judged_when: ['version(_, "kernel", _)']
needs: kernel version
remedy: r
why: w
)",
            R"(- {when: ['entry(?c, _)'], then: ['runs_code(?c)'], about: where to start}
- about: alternatives
  any:
    - ['privileged(?c)']
    - ['seccomp(?c, "unconfined")']
  then: ['no_seccomp(?c)']
)",
            R"(- id: read-only
  removes: 'mount_mode(?c, ?path, "rw")'
  text: "mount {?path} of {?c} read-only"
  cost: 2
  when: ['container(?c, "kubernetes")', 'not host_namespace(?c, _)']
)"});
  ASSERT_TRUE(loaded.errors.empty()) << loaded.errors[0].message;
  ASSERT_EQ(loaded.rules.rules.size(), 3u);
  EXPECT_EQ(loaded.rules.rules[0].kind, RuleKind::kCheck);
  EXPECT_EQ(loaded.rules.rules[1].kind, RuleKind::kMeaning);
  EXPECT_EQ(loaded.rules.rules[2].bodies.size(), 2u);
  ASSERT_EQ(loaded.rules.changes.size(), 1u);
  EXPECT_EQ(loaded.rules.changes[0].cost, 2u);
  EXPECT_EQ(loaded.rules.changes[0].when.size(), 2u);
}

struct ErrorCase {
  std::string_view name;
  std::string content;
  std::string_view message;  ///< part of it
  std::string_view hint;     ///< part of it
  std::uint32_t line;
  std::uint32_t column;
};

std::string meaning(std::string_view when, std::string_view then) {
  return "- about: a\n  when: [" + std::string(when) + "]\n  then: [" + std::string(then) + "]\n";
}

std::vector<ErrorCase> atom_cases() {
  return {
      {"unknown relation", with("mounts(?c", "monts(?c"), "unknown relation 'monts'", "'mounts'",
       13, 5},
      {"arity", with("mounts(?c, ?path, ?source)", "mounts(?c, ?source)"), "takes 3 terms, not 2",
       "mounts(container, path, source)", 13, 5},
      {"builtin arity", with("covers(?source, \"/run/docker.sock\")", "covers(?source)"),
       "takes 2 terms, not 1", "covers(path, target)", 14, 5},
      {"bare word", with("'runs_on(?c, ?n)'", "'runs_on(?c, n)'"), "'n' is no term", "?n", 15, 18},
      {"open constant", with("covers(?source, \"/run/docker.sock\")", "'covers(?source, \"/run)'"),
       "no closing quote", "", 14, 22},
      {"trailing text", with("'runs_on(?c, ?n)'", "'runs_on(?c, ?n) x'"), "text after the atom", "",
       15, 21},
      {"flow comma", with("[runs_code(?c)]", "[runs_on(?c, ?n)]"), "expected ',' or ')'",
       "single quotes", 11, 18},
      {"negated builtin", with("'runs_on(?c, ?n)'", "not covers(?path, ?n)"),
       "'not' before the built-in", "!=", 15, 5},
      {"unbound negation", with("not no_apparmor(?c)", "not no_apparmor(?d)"),
       "?d is unbound in this negation", "_", 18, 38},
      {"unbound builtin", with("covers(?source,", "covers(?sauce,"),
       "?sauce is unbound in this built-in", "", 14, 5},
      {"wildcard in builtin", with("covers(?source,", "covers(_,"), "'_' in a built-in", "", 14, 5},
      {"unknown effect", with("\"host-root\"", "\"host-rot\""), "unknown effect 'host-rot'",
       "'host-root'", 19, 10},
      {"bad range", with("covers(?source, \"/run/docker.sock\")", "version_in(?source, \"5.8\")"),
       "'5.8' is no list of version ranges", ">=5.8", 14, 5},
      {"blocked in a body", with("privileged(?c)", "blocked(_, ?c)"), "expected", "single quotes",
       17, 16},
      {"head unbound", with("gained(?n, \"host-root\")", "gained(?m, \"host-root\")"),
       "?m is unbound in the conclusion", "", 19, 10},
      {"head wildcard", with("gained(?n, \"host-root\")", "gained(_, \"host-root\")"),
       "'_' in a conclusion", "", 19, 10},
      {"head applies", with("gained(?n, \"host-root\")", "applies(\"X\", ?n)"),
       "'applies' cannot be concluded", "", 19, 10},
      {"head negated", with("'gained(?n, \"host-root\")'", "'not runs_code(?c)'"),
       "only a relation can be concluded", "", 19, 10},
      {"unknown rule",
       with("'runs_on(?c, ?n)'", "'runs_on(?c, ?n)'\n  - applies(\"ESC-SOCK\", ?c)"),
       "no rule is called 'ESC-SOCK'", "", 16, 5},
  };
}

std::vector<ErrorCase> field_cases() {
  return {
      {"unknown field", with("remedy:", "remedie:"), "unknown field 'remedie'", "'remedy'", 21, 1},
      {"missing field", with("why: Whoever talks to the daemon is root on the host.\n", ""),
       "missing field 'why'", "add why", 1, 1},
      {"severity", with("critical", "crtical"), "unknown severity 'crtical'", "'critical'", 3, 11},
      {"category", with("container-boundary", "container"), "unknown category",
       "container-boundary", 4, 11},
      {"family", with("family: runtime", "family: runtim"), "unknown family", "'runtime'", 5, 9},
      {"subject kind", with("subject_kind: container", "subject_kind: pod"), "unknown subject_kind",
       "", 10, 15},
      {"id", with("ESC-SOCK-DOCKER", "esc-sock"), "no rule id", "capitals", 1, 5},
      {"cwe", with("[250]", "[CWE-250]"), "a CWE is a number", "", 6, 7},
      {"attack", with("T1611", "1611"), "no ATT&CK technique", "", 7, 10},
      {"reference", with("https://docs", "docs"), "must be a web address", "", 23, 14},
      {"told by itself", with("remedy:", "told_by: [ESC-SOCK-DOCKER]\nremedy:"),
       "cannot stand in for itself", "", 21, 11},
      {"told by nobody", with("remedy:", "told_by: [ESC-NONE]\nremedy:"),
       "no rule is called 'ESC-NONE'", "", 1, 1},
      {"subject unbound", with("subject: ?c", "subject: ?x"), "the subject ?x is unbound", "", 9,
       10},
      {"subject form", with("subject: ?c", "subject: c"), "expected one variable", "?c", 9, 10},
      {"remedy variable", with("mount of {?source}", "mount of {?sorce}"), "{?sorce} is not bound",
       "'source'", 21, 29},
      {"remedy open", with("mount of {?source}", "mount of {?source"), "'{?' without '}'", "", 21,
       29},
      {"needs alone", with("step:", "needs: kernel version\nstep:"),
       "'needs' without 'judged_when'", "", 20, 1},
      {"judged alone", with("step:", "judged_when: ['version(_, \"kernel\", _)']\nstep:"),
       "'judged_when' without 'needs'", "needs:", 20, 1},
      {"twice", with("title:", "id: X\ntitle:"), "field 'id' stands twice", "", 2, 1},
      {"no condition",
       "id: A\ntitle: t\nseverity: low\ncategory: llm\nfamily: api\nsubject: ?c\n"
       "subject_kind: file\nremedy: r\nwhy: w\n",
       "missing field 'when'", "", 1, 1},
      {"scalar", "just text\n", "not a rule file", "", 1, 1},
      {"empty", "", "the rule file is empty", "", 1, 1},
      {"list of text", "- a\n- b\n", "neither a change nor a meaning", "", 1, 3},
      {"cost", "- {id: a, removes: 'privileged(?c)', text: t, cost: 11}\n",
       "'cost' must be 1 to 10", "", 1, 53},
      {"change text", "- {id: a, removes: 'privileged(?c)', text: 'x {?d}', cost: 1}\n",
       "{?d} is not bound", "", 1, 47},
      {"change negated", "- {id: a, removes: 'not privileged(?c)', text: t, cost: 1}\n",
       "removes facts of a relation", "", 1, 20},
      {"change atom", "- {id: a, removes: [], text: t, cost: 1}\n", "expected an atom as text", "",
       1, 20},
      {"recursion", meaning("'entry(?c, _)', 'not runs_code(?c)'", "'runs_code(?c)'"),
       "negation through recursion: 'runs_code' needs 'not runs_code'", "", 2, 27},
      {"long recursion",
       meaning("'entry(?c, _)', 'not no_seccomp(?c)'", "'runs_code(?c)'") +
           meaning("'runs_code(?c)'", "'no_seccomp(?c)'"),
       "'runs_code' needs 'not no_seccomp'", "", 2, 27},
      {"not YAML", "a: [\n", "", "", 2, 1},
  };
}

void expect_errors(const std::vector<ErrorCase>& cases) {
  for (const ErrorCase& c : cases) {
    const auto loaded = load({c.content});
    ASSERT_FALSE(loaded.errors.empty()) << c.name;
    const base::Error& error = loaded.errors[0];
    EXPECT_NE(error.message.find(c.message), std::string::npos) << c.name << ": " << error.message;
    EXPECT_NE(error.hint.find(c.hint), std::string::npos) << c.name << ": " << error.hint;
    ASSERT_TRUE(error.span) << c.name;
    EXPECT_EQ(error.span->line, c.line) << c.name;
    EXPECT_EQ(error.span->column, c.column) << c.name;
  }
}

TEST(RuleLoader, AtomErrorsNameThePlaceAndTheWayOut) {
  expect_errors(atom_cases());
}

TEST(RuleLoader, FieldErrorsNameThePlaceAndTheWayOut) {
  expect_errors(field_cases());
}

TEST(RuleLoader, DuplicateIdNamesTheFirst) {
  const auto loaded = load({kSocket, kSocket});
  ASSERT_EQ(loaded.errors.size(), 1u);
  EXPECT_EQ(loaded.errors[0].message, "id 'ESC-SOCK-DOCKER' is used twice");
  EXPECT_EQ(loaded.errors[0].hint, "it was first used in rules/0.yaml:1");
}

TEST(RuleLoader, OneBadRuleDoesNotHideTheOthers) {
  const auto loaded = load({with("critical", "bad"), with("ESC-SOCK-DOCKER", "ESC-OTHER")});
  EXPECT_EQ(loaded.errors.size(), 1u);
  ASSERT_EQ(loaded.rules.rules.size(), 1u);
  EXPECT_EQ(loaded.rules.rules[0].id, "ESC-OTHER");
}

TEST(RuleLoader, FindingsMayRestOnTheAbsenceOfOtherFindings) {
  const auto loaded = load({kSocket, with("ESC-SOCK-DOCKER", "ESC-OTHER"),
                            R"(id: CHK-A
title: t
severity: low
category: llm
family: api
subject: ?c
subject_kind: container
when: ['container(?c, _)', 'not applies("ESC-SOCK-DOCKER", ?c)']
remedy: r
why: w
)"});
  EXPECT_TRUE(loaded.errors.empty()) << loaded.errors[0].message;
}

TEST(RuleLoader, HostileListsEndInALimit) {
  std::string many = "id: A\ntitle: t\nwhen: [";
  for (int i = 0; i < 5000; ++i) many += "x(, ";
  const auto loaded = load({many + "]\n"});
  EXPECT_FALSE(loaded.errors.empty());
  EXPECT_LT(loaded.errors.size(), 100u);
  std::string numbers = "id: A\ncwe: [";
  for (int i = 0; i < 5000; ++i) numbers += "x, ";
  const auto more = load({numbers + "]\n"});
  ASSERT_EQ(more.errors.size(), 1001u);
  EXPECT_EQ(more.errors.back().code, base::ErrorCode::kLimit);
}

}  // namespace
}  // namespace wayout::reason
