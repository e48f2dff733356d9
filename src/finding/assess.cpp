// SPDX-License-Identifier: Apache-2.0
#include "finding/assess.hpp"

#include <algorithm>
#include <optional>
#include <tuple>
#include <unordered_map>
#include <utility>

#include "finding/evidence.hpp"
#include "finding/fingerprint.hpp"
#include "finding/score.hpp"
#include "finding/suppression.hpp"
#include "reason/cheapest_proof.hpp"

namespace wayout::finding {

namespace {

using fact::Certainty;
using fact::FactId;
using fact::Relation;

/// The cheapest proofs of findings, least assumption first.
class Proofs {
 public:
  Proofs(const fact::FactBase& facts, const reason::ProofGraph& proofs)
      : facts_(facts),
        proofs_(proofs),
        cheapest_(reason::SupportGraph(proofs, facts.size(), facts.facts(Relation::kApplies)),
                  [&](FactId fact) -> std::optional<reason::ProofCost> {
                    if (!facts.is_leaf(fact)) return std::nullopt;
                    return reason::ProofCost{facts.certainty(fact) == Certainty::kAssumed ? 1u : 0u,
                                             0, 1};
                  }),
        seen_(facts.size(), 0) {}

  bool assumes(FactId fact) const { return cheapest_.cost(fact).assumed > 0; }
  reason::DerivationId last(FactId fact) const { return cheapest_.choice(fact); }

  /// The reader-made facts of the proof, each once, in the order the rules name them.
  void leaves(FactId fact, std::vector<FactId>& out) {
    ++traversal_;
    stack_.assign(1, fact);
    while (!stack_.empty()) {
      const FactId current = stack_.back();
      stack_.pop_back();
      if (seen_[current.index()] == traversal_) continue;
      seen_[current.index()] = traversal_;
      const reason::DerivationId by = cheapest_.choice(current);
      if (!by.valid()) {
        if (facts_.is_leaf(current)) out.push_back(current);
        continue;
      }
      const auto premises = proofs_.premises(proofs_[by]);
      stack_.insert(stack_.end(), premises.rbegin(), premises.rend());
    }
  }

 private:
  const fact::FactBase& facts_;
  const reason::ProofGraph& proofs_;
  reason::CheapestProofs cheapest_;
  std::vector<std::uint32_t> seen_;  // number of the traversal that met the fact
  std::uint32_t traversal_ = 0;
  std::vector<FactId> stack_;
};

/// Ranks of the texts in order, so that sorting many findings compares numbers.
std::unordered_map<std::uint32_t, std::uint32_t> subject_ranks(
    const fact::FactBase& facts, const std::vector<Finding>& findings) {
  std::vector<fact::Symbol> subjects;
  subjects.reserve(findings.size());
  for (const Finding& finding : findings) subjects.push_back(finding.subject);
  std::sort(subjects.begin(), subjects.end());
  subjects.erase(std::unique(subjects.begin(), subjects.end()), subjects.end());
  std::sort(subjects.begin(), subjects.end(),
            [&](fact::Symbol a, fact::Symbol b) { return facts.text(a) < facts.text(b); });
  std::unordered_map<std::uint32_t, std::uint32_t> ranks;
  ranks.reserve(subjects.size());
  for (std::uint32_t i = 0; i < subjects.size(); ++i) ranks.emplace(subjects[i].value, i);
  return ranks;
}

std::vector<std::uint32_t> rule_ranks(const reason::RuleSet& rules) {
  std::vector<std::uint32_t> order(rules.rules.size());
  for (std::uint32_t i = 0; i < order.size(); ++i) order[i] = i;
  std::sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
    return rules.rules[a].id < rules.rules[b].id;
  });
  std::vector<std::uint32_t> ranks(order.size());
  for (std::uint32_t i = 0; i < order.size(); ++i) ranks[order[i]] = i;
  return ranks;
}

void sort_worst_first(const fact::FactBase& facts, const reason::RuleSet& rules,
                      std::vector<Finding>& findings) {
  const auto subjects = subject_ranks(facts, findings);
  const auto by_rule = rule_ranks(rules);
  std::vector<std::pair<std::uint64_t, std::uint32_t>> order(findings.size());
  for (std::uint32_t i = 0; i < findings.size(); ++i) {
    const Finding& finding = findings[i];
    const auto worst = static_cast<std::uint64_t>(reason::Severity::kCritical) -
                       static_cast<std::uint64_t>(finding.severity);
    order[i] = {worst << 60 | std::uint64_t{subjects.at(finding.subject.value)} << 24 |
                    std::uint64_t{by_rule[finding.rule.index()] & 0xffffffu},
                i};
  }
  std::sort(order.begin(), order.end());
  std::vector<Finding> sorted;
  sorted.reserve(findings.size());
  for (const auto& [key, index] : order) sorted.push_back(std::move(findings[index]));
  findings = std::move(sorted);
}

/// Leaves out what another finding tells better: it has the same subject, the rule names the other
/// rule in `told_by`, and it rests on the fact that leads the other's evidence. So a privileged
/// container is one weakness, while a capability that is added beside it stays one of its own.
void drop_told_elsewhere(const reason::RuleSet& rules, std::vector<Finding>& findings) {
  std::unordered_map<std::string_view, std::uint32_t> tellers;
  for (const reason::Rule& rule : rules.rules) {
    for (const std::string& id : rule.told_by) tellers.emplace(id, 0);
  }
  if (tellers.empty()) return;
  std::vector<bool> is_teller(rules.rules.size(), false);
  for (std::uint32_t i = 0; i < rules.rules.size(); ++i) {
    const auto found = tellers.find(rules.rules[i].id);
    if (found == tellers.end()) continue;
    found->second = i;
    is_teller[i] = true;
  }
  const auto key = [](fact::Symbol subject, std::uint32_t rule) {
    return std::uint64_t{subject.value} << 32 | rule;
  };
  std::unordered_map<std::uint64_t, FactId> leads;
  for (const Finding& finding : findings) {
    if (!is_teller[finding.rule.index()] || finding.evidence.empty()) continue;
    leads.emplace(key(finding.subject, static_cast<std::uint32_t>(finding.rule.index())),
                  finding.evidence.front());
  }
  std::erase_if(findings, [&](const Finding& finding) {
    const auto& told_by = rules[finding.rule].told_by;
    return std::any_of(told_by.begin(), told_by.end(), [&](const std::string& id) {
      const auto lead = leads.find(key(finding.subject, tellers.at(id)));
      return lead != leads.end() && std::find(finding.evidence.begin(), finding.evidence.end(),
                                              lead->second) != finding.evidence.end();
    });
  });
}

void mark_against(const PreviousReport& baseline, Assessment& assessment) {
  using Baseline = Finding::Baseline;
  for (Finding& finding : assessment.findings) {
    finding.baseline =
        baseline.has_finding(finding.fingerprint) ? Baseline::kKnown : Baseline::kNew;
  }
  for (auto* marks : {&assessment.way_marks, &assessment.blocked_marks}) {
    for (WayMark& mark : *marks) {
      mark.baseline = baseline.has_way_out(mark.id) ? Baseline::kKnown : Baseline::kNew;
    }
  }
}

}  // namespace

std::vector<Finding> collect_findings(const fact::FactBase& facts, const reason::RuleSet& rules,
                                      const reason::Evaluation& evaluation) {
  std::unordered_map<std::uint32_t, reason::RuleId> rule_of;
  for (std::size_t i = 0; i < rules.rules.size(); ++i) {
    const fact::Symbol id = facts.find_symbol(rules.rules[i].id);
    if (id.valid()) rule_of.emplace(id.value, reason::RuleId(i));
  }
  Proofs proofs(facts, evaluation.proofs);
  std::vector<Finding> findings;
  findings.reserve(facts.facts(Relation::kApplies).size());
  for (const FactId fact : facts.facts(Relation::kApplies)) {
    const auto values = facts.values(fact);
    const auto rule = rule_of.find(values[0].value);
    if (rule == rule_of.end()) continue;
    Finding finding;
    finding.rule = rule->second;
    finding.subject = values[1];
    finding.severity = rules[finding.rule].severity;
    finding.verdict = proofs.assumes(fact) ? reason::Verdict::kLikely : reason::Verdict::kProved;
    finding.proof = proofs.last(fact);
    proofs.leaves(fact, finding.evidence);
    order_evidence(facts, finding.evidence);
    findings.push_back(std::move(finding));
  }
  drop_told_elsewhere(rules, findings);
  sort_worst_first(facts, rules, findings);
  return findings;
}

void assess(Assessment& assessment, AssessOptions options) {
  assessment.findings =
      collect_findings(*assessment.facts, *assessment.rules, *assessment.evaluation);
  number_findings(assessment, assessment.findings);
  assessment.way_marks = number_ways_out(assessment, assessment.ways_out);
  assessment.blocked_marks = number_ways_out(assessment, assessment.blocked);
  assessment.not_judged = assessment.evaluation->not_judged;
  assessment.suppressions = std::move(options.suppressions);
  add_comment_suppressions(*assessment.sources, assessment.suppressions);
  apply_suppressions(assessment, options.today);
  if (options.baseline != nullptr) mark_against(*options.baseline, assessment);
  assessment.score = score_of(assessment);
}

}  // namespace wayout::finding
