// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "reason/engine.hpp"

namespace wayout::reason {

enum class Verdict : std::uint8_t { kProved, kLikely, kBlocked };
std::string_view name_of(Verdict verdict);

/// What an attacker can be after beyond the container, strongest first. Names are those of the
/// report's `goal.kind` and of the `gained` relation's effects.
enum class Goal : std::uint8_t {
  kHostRoot,
  kClusterAdmin,
  kCloudAdmin,
  kHostFileWrite,
  kNodeCredentials,
  kHostFileRead,
  kCloudCredentials,
  kOtherContainer,
  kHostUserCode,
  kData,
  kHostDos,
};
std::string_view name_of(Goal goal);

/// One technique used in a way out.
struct Step {
  RuleId technique;
  DerivationId derivation;
  fact::Symbol subject;
  std::vector<fact::FactId> leaves;  ///< reader-made facts this step rests on, positions excluded
};

/// A chain of steps from an entry to a goal. `leaves` are all facts it rests on, sorted.
struct WayOut {
  fact::FactId entry;
  fact::FactId goal;
  Goal goal_kind{};
  Verdict verdict = Verdict::kProved;
  Severity severity = Severity::kCritical;
  std::vector<Step> steps;
  std::vector<fact::FactId> leaves;
  std::vector<fact::FactId> assumes;   ///< leaves of certainty assumed
  std::vector<fact::FactId> blockers;  ///< only for blocked ones
};

/// Ways out that are the same but for the replica, container copy or template copy. `first` is the
/// representative; `members` index WaysOut::all, representative included.
struct WayOutGroup {
  std::uint32_t first = 0;
  std::vector<std::uint32_t> members;
};

struct WaysOutOptions {
  std::size_t per_goal_fact = 4;  ///< alternatives kept for one (technique, subject, goal)
  std::size_t max_total = 200'000;
};

struct WaysOut {
  std::vector<WayOut> all;          ///< cheapest first within a goal; deterministic
  std::vector<WayOutGroup> groups;  ///< worst first: what a report shows
  bool truncated = false;           ///< a bound was reached
};

/// Minimal proofs from an entry to a goal beyond the container, cheapest first, cycles excluded.
WaysOut find_ways_out(const fact::FactBase& facts, const RuleSet& rules, const Evaluation& result,
                      const WaysOutOptions& options);

/// Near-misses: techniques that would hold but for the facts in `blockers`. Needs an evaluation
/// with EngineOptions::blocked. `goal` is then the blocked(rule, subject) fact, and there is one
/// step; one that starts from no entry is left out.
WaysOut find_blocked(const fact::FactBase& facts, const RuleSet& rules, const Evaluation& result,
                     const WaysOutOptions& options = {});

}  // namespace wayout::reason
