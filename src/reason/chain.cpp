// SPDX-License-Identifier: Apache-2.0
#include "reason/chain.hpp"

#include <algorithm>
#include <array>

namespace wayout::reason {

namespace {

struct GoalName {
  Goal goal;
  std::string_view name;
  std::string_view effect;
};
constexpr std::array<GoalName, 11> kGoals = {{
    {Goal::kHostRoot, "host-root", "host-root"},
    {Goal::kClusterAdmin, "cluster-admin", "cluster-admin"},
    {Goal::kCloudAdmin, "cloud-admin", "cloud-admin"},
    {Goal::kHostFileWrite, "host-file-write", "host-file-write"},
    {Goal::kNodeCredentials, "node-credentials", "node-credentials"},
    {Goal::kHostFileRead, "host-file-read", "host-file-read"},
    {Goal::kCloudCredentials, "cloud-credentials", "cloud-credentials"},
    {Goal::kOtherContainer, "other-container", "other-container"},
    {Goal::kHostUserCode, "host-user-code", "host-user-code-exec"},
    {Goal::kData, "data", "data"},
    {Goal::kHostDos, "host-dos", "host-dos"},
}};

}  // namespace

std::string_view name_of(Goal goal) {
  return kGoals[static_cast<std::size_t>(goal)].name;
}

std::string_view name_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::kProved:
      return "proved";
    case Verdict::kLikely:
      return "likely";
    case Verdict::kBlocked:
      return "blocked";
  }
  return "";
}

int entry_rank(std::string_view kind) {
  if (kind == "anonymous") return 0;
  if (kind == "authenticated") return 1;
  return kind == "assumed-breach" ? 3 : 2;
}

Goals::Goals(const fact::FactBase& facts) : facts_(&facts) {
  for (const GoalName& goal : kGoals) {
    const fact::Symbol effect = facts.find_symbol(goal.effect);
    if (effect.valid()) effects_.emplace_back(effect, goal.goal);
  }
}

std::optional<Goal> Goals::of(fact::FactId fact) const {
  if (facts_->relation(fact) != fact::Relation::kGained) return std::nullopt;
  const fact::Symbol effect = facts_->values(fact)[1];
  for (const auto& [symbol, goal] : effects_) {
    if (symbol == effect) return goal;
  }
  return std::nullopt;
}

std::optional<Goal> Goals::of_effect(std::string_view effect) {
  for (const GoalName& goal : kGoals) {
    if (goal.effect == effect) return goal.goal;
  }
  return std::nullopt;
}

ChainReader::ChainReader(const fact::FactBase& facts, const RuleSet& rules,
                         const ProofGraph& proofs)
    : facts_(facts),
      rules_(rules),
      proofs_(proofs),
      goals_(facts),
      override_(facts.size()),
      mark_(facts.size(), 0) {}

DerivationId ChainReader::choice(fact::FactId fact) const {
  const DerivationId chosen = override_[fact.index()];
  return chosen.valid() ? chosen : cheapest_->choice(fact);
}

bool ChainReader::read(DerivationId last, const CheapestProofs& cheapest,
                       std::span<const Override> overrides, WayOut& out) {
  cheapest_ = &cheapest;
  for (const Override& one : overrides) override_[one.fact.index()] = one.derivation;
  out = {};
  const bool sound = order_steps(last) && entry_.valid();
  if (sound) finish(last, out);
  for (const Override& one : overrides) override_[one.fact.index()] = {};
  return sound;
}

/// Depth first from the conclusion, so that a step comes after all steps that it builds on.
bool ChainReader::order_steps(DerivationId last) {
  epoch_ += 2;
  const std::uint32_t open = epoch_;
  const std::uint32_t done = epoch_ + 1;
  order_.clear();
  containers_.clear();
  entry_ = {};
  passed_ = {};
  stack_.assign(1, {last, 0});
  mark_[proofs_[last].head.index()] = open;
  while (!stack_.empty()) {
    Frame& frame = stack_.back();
    const auto& node = proofs_[frame.derivation];
    const auto premises = proofs_.premises(node);
    if (frame.next == premises.size()) {
      mark_[node.head.index()] = done;
      if (node.step) order_.push_back(frame.derivation);
      if (facts_.relation(node.head) == fact::Relation::kRunsCode) {
        containers_.push_back(node.head);
      }
      const auto goal = stack_.size() > 1 ? goals_.of(node.head) : std::nullopt;
      if (goal && (!passed_ || *goal < *passed_)) passed_ = goal;
      stack_.pop_back();
      continue;
    }
    const fact::FactId premise = premises[frame.next++];
    if (mark_[premise.index()] == done) continue;
    if (mark_[premise.index()] == open) return false;
    const DerivationId derivation = choice(premise);
    if (derivation.valid()) {
      mark_[premise.index()] = open;
      stack_.push_back({derivation, 0});
      continue;
    }
    if (!cheapest_->proved(premise)) return false;
    mark_[premise.index()] = done;
    const bool enters = facts_.relation(premise) == fact::Relation::kEntry;
    if (enters && !entry_.valid()) entry_ = premise;
  }
  // A proof without a technique: the rule that names the goal is then the one step.
  if (order_.empty()) order_.push_back(last);
  return true;
}

/// Facts below the derivation down to leaves and to what other steps conclude.
void ChainReader::gather_leaves(DerivationId derivation, std::vector<fact::FactId>& leaves) {
  const auto push = [&](DerivationId id) {
    const auto premises = proofs_.premises(proofs_[id]);
    pending_.insert(pending_.end(), premises.rbegin(), premises.rend());
  };
  push(derivation);
  while (!pending_.empty()) {
    const fact::FactId fact = pending_.back();
    pending_.pop_back();
    if (mark_[fact.index()] == epoch_) continue;
    mark_[fact.index()] = epoch_;
    const DerivationId below = choice(fact);
    if (!below.valid()) {
      if (facts_.relation(fact) != fact::Relation::kEntry) leaves.push_back(fact);
    } else if (!proofs_[below].step) {
      push(below);
    }
  }
}

void ChainReader::finish(DerivationId last, WayOut& out) {
  out.entry = entry_;
  out.goal = proofs_[last].head;
  out.goal_kind = goals_.of(out.goal).value_or(Goal::kHostDos);
  out.steps.reserve(order_.size());
  out.severity = Severity::kInfo;
  epoch_ += 1;
  for (const DerivationId id : order_) {
    epoch_ += 1;
    Step& step = out.steps.emplace_back();
    step.technique = proofs_[id].rule;
    step.derivation = id;
    gather_leaves(id, step.leaves);
    out.severity = std::max(out.severity, rules_[step.technique].severity);
  }
  // Meaning rules after the last step belong to it.
  if (last != order_.back()) gather_leaves(last, out.steps.back().leaves);
  for (const Step& step : out.steps) {
    out.leaves.insert(out.leaves.end(), step.leaves.begin(), step.leaves.end());
  }
  out.leaves.push_back(out.entry);
  std::sort(out.leaves.begin(), out.leaves.end());
  out.leaves.erase(std::unique(out.leaves.begin(), out.leaves.end()), out.leaves.end());
  for (const fact::FactId leaf : out.leaves) {
    // That somebody gets in is the question asked, not an assumption of the answer.
    const bool asked = facts_.relation(leaf) == fact::Relation::kEntry;
    if (!asked && facts_.certainty(leaf) == fact::Certainty::kAssumed) out.assumes.push_back(leaf);
  }
  out.verdict = out.assumes.empty() ? Verdict::kProved : Verdict::kLikely;
}

}  // namespace wayout::reason
