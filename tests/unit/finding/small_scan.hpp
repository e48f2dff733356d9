// SPDX-License-Identifier: Apache-2.0
//
// A scan in miniature, made through the public interfaces alone: two files, three techniques and
// checks, their facts and proofs. Tests change it before they look.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "finding/assess.hpp"
#include "finding/finding.hpp"
#include "reason/rule.hpp"

namespace wayout::finding {

inline constexpr std::string_view kCompose =
    "services:\n"                                             // 1
    "  web:\n"                                                // 2
    "    image: shop/web:1.4\n"                               // 3
    "    volumes:\n"                                          // 4
    "      - /var/run/docker.sock:/var/run/docker.sock:ro\n"  // 5
    "    environment:\n"                                      // 6
    "      DB_PASSWORD: correct-horse-battery-staple\n"       // 7
    "  worker:\n"                                             // 8
    "    image: shop/worker:1.4\n"                            // 9
    "    cap_add: [SYS_ADMIN]\n"                              // 10
    "    security_opt: [\"apparmor:unconfined\"]\n";          // 11

inline constexpr std::string_view kRules = R"(id: ESC-SOCK-DOCKER
title: The container holds the Docker socket
severity: critical
category: container-boundary
family: runtime
cwe: [250]
attack: [T1611]
mappings: {cis-docker: ["5.32"]}
subject: ?c
subject_kind: container
from: [runs_code(?c)]
when:
  - mounts(?c, ?path, ?source)
  - uid(?c, "root")
then: ['gained("host", "host-root")']
step: talks to the Docker API and starts a container with the host's root mounted
remedy: Remove the mount of {?source} from {?c}; give the workload a narrow API instead.
why: Whoever speaks to the Docker API is root on the host.
references: [https://docs.docker.com/engine/security/]
---
id: ESC-CAP-SYS-ADMIN
title: SYS_ADMIN without AppArmor lets the container mount the host's disks
severity: critical
category: container-boundary
family: capability
cwe: [250]
attack: [T1611]
subject: ?c
subject_kind: container
from: [runs_code(?c)]
when:
  - granted_capability(?c, "SYS_ADMIN")
  - apparmor(?c, "unconfined")
  - selinux(?c, "unconfined")
then: ['gained("host", "host-root")']
step: mounts a file system of the host and writes to it
remedy: Drop SYS_ADMIN from {?c}.
why: The capability opens mount(2).
references: [https://man7.org/linux/man-pages/man7/capabilities.7.html]
---
id: SEC-ENV-LITERAL
title: A credential stands in the environment
severity: medium
category: data-exposure
family: secret
cwe: [526]
subject: ?c
subject_kind: container
when: ['env_credential(?c, ?variable, "literal")']
remedy: Move {?variable} to a secret file.
why: Every process of the container and everybody who may inspect it reads the value.
references: [https://12factor.net/config]
)";

/// Owns what an Assessment points to.
class SmallScan {
 public:
  /// `shift`: so many comment lines stand before everything else.
  explicit SmallScan(std::uint32_t shift = 0) : shift_(shift) {
    std::string text;
    for (std::uint32_t i = 0; i < shift; ++i) text += "# moved\n";
    file = sources.add("compose.yaml", text + std::string(kCompose));
    add_rules(kRules);
    web = facts.intern("compose.yaml:web");
    worker = facts.intern("compose.yaml:worker");
    enter(web, 2);
    enter(worker, 8);
    const auto socket = say(fact::Relation::kMounts,
                            {"compose.yaml:web", "/var/run/docker.sock", "/run/docker.sock"}, 5);
    const auto root = say(fact::Relation::kUid, {"compose.yaml:web", "root"}, 2,
                          fact::Certainty::kDefault, "the image sets no user");
    conclude("ESC-SOCK-DOCKER", web, {socket, root});
    const auto admin =
        say(fact::Relation::kGrantedCapability, {"compose.yaml:worker", "SYS_ADMIN"}, 10);
    const auto apparmor = say(fact::Relation::kApparmor, {"compose.yaml:worker", "unconfined"}, 11);
    const auto selinux = say(fact::Relation::kSelinux, {"compose.yaml:worker", "unconfined"}, 8,
                             fact::Certainty::kAssumed, "the host does not enforce SELinux",
                             fact::AssumptionKind::kLsm);
    conclude("ESC-CAP-SYS-ADMIN", worker, {admin, apparmor, selinux});
    conclude(
        "SEC-ENV-LITERAL", web,
        {say(fact::Relation::kEnvCredential, {"compose.yaml:web", "DB_PASSWORD", "literal"}, 7)});
  }
  SmallScan(const SmallScan&) = delete;
  SmallScan& operator=(const SmallScan&) = delete;

  /// Rule files, one per YAML document.
  void add_rules(std::string_view text) {
    std::vector<base::FileId> files;
    while (!text.empty()) {
      const auto end = text.find("---\n");
      files.push_back(rule_sources.add("rules/" + std::to_string(rule_sources.size()) + ".yaml",
                                       std::string(text.substr(0, end))));
      text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 4);
    }
    auto loaded = reason::load_rules(rule_sources, files);
    load_errors = std::move(loaded.errors);
    for (auto& rule : loaded.rules.rules) rules.rules.push_back(std::move(rule));
  }

  base::Span span_of_line(base::FileId at, std::uint32_t line) const {
    const std::string_view content = sources.content(at);
    std::size_t begin = 0;
    for (std::uint32_t i = 1; i < line; ++i) begin = content.find('\n', begin) + 1;
    const std::size_t end = std::min(content.find('\n', begin), content.size());
    const std::size_t first = std::min(content.find_first_not_of(' ', begin), end);
    const auto column = static_cast<std::uint32_t>(first - begin + 1);
    return {at,
            line,
            column,
            line,
            static_cast<std::uint32_t>(end - begin + 1),
            static_cast<std::uint32_t>(first),
            static_cast<std::uint32_t>(end)};
  }

  fact::FactId say(fact::Relation relation, std::initializer_list<std::string_view> values,
                   std::uint32_t line, fact::Certainty certainty = fact::Certainty::kDeclared,
                   std::string_view note = {},
                   fact::AssumptionKind assumes = fact::AssumptionKind::kNone) {
    std::vector<fact::Symbol> symbols;
    for (const std::string_view value : values) symbols.push_back(facts.intern(value));
    const fact::Symbol about = note.empty() ? fact::Symbol{} : facts.intern(note);
    return facts.add(relation, symbols, certainty,
                     facts.origin({span_of_line(file, line + shift_), assumes, about}));
  }

  void enter(fact::Symbol container, std::uint32_t line) {
    const std::string name(facts.text(container));
    entries.push_back(say(fact::Relation::kEntry, {name, "assumed-breach"}, line));
    say(fact::Relation::kRunsOn, {name, "host"}, line);
  }

  reason::RuleId rule(std::string_view id) const {
    for (std::size_t i = 0; i < rules.rules.size(); ++i) {
      if (rules.rules[i].id == id) return reason::RuleId(i);
    }
    return {};
  }

  /// What the engine would conclude from these leaves: the finding, and for a technique the step.
  void conclude(std::string_view id, fact::Symbol subject, std::vector<fact::FactId> leaves) {
    const reason::RuleId which = rule(id);
    bool is_new = false;
    const fact::Symbol applies[] = {facts.intern(id), subject};
    evaluation.proofs.add(which, facts.derive(fact::Relation::kApplies, applies, is_new), leaves,
                          false);
    if (rules[which].kind != reason::RuleKind::kTechnique) return;
    const fact::Symbol effect[] = {facts.intern("host"), facts.intern("host-root")};
    const fact::FactId goal = facts.derive(fact::Relation::kGained, effect, is_new);
    reason::WayOut way;
    way.entry = subject == web ? entries[0] : entries[1];
    way.goal = goal;
    way.goal_kind = reason::Goal::kHostRoot;
    way.leaves = leaves;
    for (const fact::FactId leaf : leaves) {
      if (facts.certainty(leaf) == fact::Certainty::kAssumed) way.assumes.push_back(leaf);
    }
    way.verdict = way.assumes.empty() ? reason::Verdict::kProved : reason::Verdict::kLikely;
    way.steps.push_back({which, reason::DerivationId{}, subject, std::move(leaves)});
    ways.all.push_back(std::move(way));
  }

  /// Two changes, as the cut would name them.
  void cut_both(Assessment& assessment) const {
    assessment.cut.changes.push_back({"remove the mount of /run/docker.sock from compose.yaml:web",
                                      3,
                                      {assessment.ways_out.all[0].leaves[0]},
                                      {0}});
    assessment.cut.changes.push_back({"drop SYS_ADMIN from compose.yaml:worker",
                                      2,
                                      {assessment.ways_out.all[1].leaves[0]},
                                      {1}});
    assessment.cut.proven_minimal = true;
    assessment.cut.cost = 5;
    assessment.cut.lower_bound = 5;
  }

  Assessment assess_all(AssessOptions options = {}) {
    evaluation.proofs.index(facts.size());
    Assessment assessment;
    assessment.sources = &sources;
    assessment.facts = &facts;
    assessment.rules = &rules;
    assessment.evaluation = &evaluation;
    assessment.targets = {"shop/"};
    assessment.ways_out = ways;
    assessment.coverage = {1, 2, 1, 0};
    assessment.seconds = 0.08;
    if (options.today.empty()) options.today = "2026-06-01";
    assess(assessment, std::move(options));
    if (ways.all.size() >= 2) cut_both(assessment);
    return assessment;
  }

  base::Sources sources;
  base::Sources rule_sources;
  base::FileId file;
  fact::FactBase facts;
  reason::RuleSet rules;
  reason::Evaluation evaluation;
  reason::WaysOut ways;
  std::vector<base::Error> load_errors;
  fact::Symbol web;
  fact::Symbol worker;
  std::vector<fact::FactId> entries;

 private:
  std::uint32_t shift_;
};

}  // namespace wayout::finding
