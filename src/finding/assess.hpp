// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "finding/baseline.hpp"
#include "finding/finding.hpp"

namespace wayout::finding {

/// One finding for each `applies(rule, subject)` that holds, with the reader-made facts of its
/// cheapest proof as evidence. Worst first, then by subject, then by rule; without fingerprints.
std::vector<Finding> collect_findings(const fact::FactBase& facts, const reason::RuleSet& rules,
                                      const reason::Evaluation& evaluation);

struct AssessOptions {
  std::vector<Suppression> suppressions;  ///< from the configuration file
  std::string today;                      ///< ISO date: what has expired
  const PreviousReport* baseline = nullptr;
};

/// Fills in what follows from sources, facts, rules, evaluation and ways out: findings with
/// fingerprints, marks of the ways out, suppressions, baseline, `not_judged` and the score.
void assess(Assessment& assessment, AssessOptions options);

}  // namespace wayout::finding
