// SPDX-License-Identifier: Apache-2.0
// Problem: the cheapest changes after which no goal is derivable. The proofs are too many to list,
// so the hitting set is implicit: solve for the proofs known so far, take the chosen facts out of
// the graph, propagate what is left (linear, Horn clauses), and where a goal survives add its proof
// as a new constraint. Every relaxed optimum bounds the cost from below, so that a cut which
// survives the propagation and equals its bound is minimal, also over ways out never listed.
#include "reason/cut.hpp"

#include <algorithm>
#include <set>

#include "reason/chain.hpp"
#include "reason/cheapest_proof.hpp"
#include "reason/cut_offer.hpp"
#include "reason/hitting_set.hpp"

namespace wayout::reason {

namespace {

using fact::FactId;
using Row = HittingSetSolver::Row;

/// What still follows after facts are taken away, and by which first-found derivation.
class Survivors {
 public:
  Survivors(const fact::FactBase& facts, const SupportGraph& graph)
      : facts_(facts), graph_(graph), waiting_at_start_(graph.proofs().size(), 0) {
    for (const DerivationId id : graph.derivations()) {
      waiting_at_start_[id.index()] = graph.proofs()[id].premise_count;
    }
  }

  void propagate(const std::vector<bool>& removed) {
    waiting_ = waiting_at_start_;
    holds_.assign(graph_.fact_count(), false);
    choice_.assign(graph_.fact_count(), DerivationId{});
    queue_.clear();
    for (const FactId fact : graph_.facts()) {
      if (facts_.is_leaf(fact) && !removed[fact.index()]) conclude(fact, {});
    }
    for (const DerivationId id : graph_.derivations()) {
      if (waiting_[id.index()] == 0) conclude(graph_.proofs()[id].head, id);
    }
    for (std::size_t next = 0; next < queue_.size(); ++next) {
      for (const DerivationId id : graph_.users_of(queue_[next])) {
        if (--waiting_[id.index()] == 0) conclude(graph_.proofs()[id].head, id);
      }
    }
  }
  bool fires(DerivationId id) const { return waiting_[id.index()] == 0; }
  bool holds(FactId fact) const { return holds_[fact.index()]; }
  DerivationId choice(FactId fact) const { return choice_[fact.index()]; }

 private:
  void conclude(FactId fact, DerivationId by) {
    if (holds_[fact.index()]) return;
    holds_[fact.index()] = true;
    choice_[fact.index()] = by;
    queue_.push_back(fact);
  }

  const fact::FactBase& facts_;
  const SupportGraph& graph_;
  std::vector<std::uint16_t> waiting_at_start_;
  std::vector<std::uint16_t> waiting_;
  std::vector<bool> holds_;
  std::vector<DerivationId> choice_;
  std::vector<FactId> queue_;
};

class Cutter {
 public:
  Cutter(const fact::FactBase& facts, const RuleSet& rules, const ProofGraph& proofs,
         const WaysOut& ways, const CutOptions& options)
      : facts_(facts),
        proofs_(proofs),
        ways_(ways),
        graph_(proofs, facts.size(), find_goals()),
        survivors_(facts, graph_),
        offers_(offer_changes(facts, rules, find_leaves())),
        solver_(costs(), options.solver_seconds),
        removed_(facts.size(), false),
        mark_(facts.size(), 0) {
    by_leaf_begin_.assign(facts.size() + 1, 0);
    for (const Offer& offer : offers_) {
      for (const FactId leaf : offer.removes) ++by_leaf_begin_[leaf.index() + 1];
    }
    for (std::size_t i = 1; i < by_leaf_begin_.size(); ++i) {
      by_leaf_begin_[i] += by_leaf_begin_[i - 1];
    }
    by_leaf_.resize(by_leaf_begin_.back());
    std::vector<std::uint32_t> next(by_leaf_begin_.begin(), by_leaf_begin_.end() - 1);
    for (std::uint32_t i = 0; i < offers_.size(); ++i) {
      for (const FactId leaf : offers_[i].removes) by_leaf_[next[leaf.index()]++] = i;
    }
  }

  Cut run() {
    find_targets();
    add_listed();
    HittingSet best = close_all();
    return describe(best);
  }

 private:
  std::vector<FactId> find_goals() const {
    const Goals goals(facts_);
    std::vector<FactId> found;
    for (const FactId fact : facts_.facts(fact::Relation::kGained)) {
      if (goals.of(fact)) found.push_back(fact);
    }
    return found;
  }
  std::vector<FactId> find_leaves() const {
    std::vector<FactId> found;
    for (const FactId fact : graph_.facts()) {
      if (facts_.is_leaf(fact)) found.push_back(fact);
    }
    return found;
  }
  std::vector<std::uint32_t> costs() const {
    std::vector<std::uint32_t> out;
    for (const Offer& offer : offers_) out.push_back(offer.cost);
    return out;
  }
  std::span<const std::uint32_t> offers_of(FactId leaf) const {
    const auto begin = by_leaf_begin_[leaf.index()];
    return {by_leaf_.data() + begin, by_leaf_begin_[leaf.index() + 1] - begin};
  }
  void find_targets();
  void add_listed();
  bool add_row(Row row);
  Row row_of_survivor(DerivationId target);
  void remove(const std::vector<std::uint32_t>& chosen);
  HittingSet close_all();
  Cut describe(const HittingSet& best);

  const fact::FactBase& facts_;
  const ProofGraph& proofs_;
  const WaysOut& ways_;
  SupportGraph graph_;
  Survivors survivors_;
  std::vector<Offer> offers_;
  HittingSetSolver solver_;
  std::vector<bool> removed_;
  std::vector<std::uint32_t> mark_;
  std::uint32_t epoch_ = 0;
  std::vector<std::uint32_t> by_leaf_begin_;  ///< offers by leaf
  std::vector<std::uint32_t> by_leaf_;
  std::vector<DerivationId> targets_;  ///< must not fire any more
  std::vector<Row> rows_;
  std::set<Row> known_rows_;
  std::vector<std::uint32_t> uncut_;
};

/// Everything that all changes together stop. What they do not stop, no cut does.
void Cutter::find_targets() {
  for (const Offer& offer : offers_) {
    for (const FactId leaf : offer.removes) removed_[leaf.index()] = true;
  }
  survivors_.propagate(removed_);
  const Goals goals(facts_);
  for (const DerivationId id : graph_.derivations()) {
    if (goals.of(proofs_[id].head) && !survivors_.fires(id)) targets_.push_back(id);
  }
}

void Cutter::add_listed() {
  for (std::uint32_t i = 0; i < ways_.all.size(); ++i) {
    const WayOut& way = ways_.all[i];
    Row row;
    for (const FactId leaf : way.leaves) {
      const auto offers = offers_of(leaf);
      row.insert(row.end(), offers.begin(), offers.end());
    }
    const DerivationId last = way.steps.back().derivation;
    const bool goes_on = survivors_.fires(last) && survivors_.holds(way.goal);
    if (row.empty() || goes_on) {
      uncut_.push_back(i);
      continue;
    }
    if (!survivors_.fires(last)) targets_.push_back(last);
    add_row(std::move(row));
  }
  std::sort(targets_.begin(), targets_.end());
  targets_.erase(std::unique(targets_.begin(), targets_.end()), targets_.end());
}

bool Cutter::add_row(Row row) {
  std::sort(row.begin(), row.end());
  row.erase(std::unique(row.begin(), row.end()), row.end());
  if (row.empty() || !known_rows_.insert(row).second) return false;
  rows_.push_back(std::move(row));
  return true;
}

/// The changes any of which breaks the proof that is left of the target.
Row Cutter::row_of_survivor(DerivationId target) {
  Row row;
  ++epoch_;
  std::vector<DerivationId> pending{target};
  while (!pending.empty()) {
    const DerivationId id = pending.back();
    pending.pop_back();
    for (const FactId premise : proofs_.premises(proofs_[id])) {
      if (mark_[premise.index()] == epoch_) continue;
      mark_[premise.index()] = epoch_;
      const DerivationId below = survivors_.choice(premise);
      if (below.valid()) {
        pending.push_back(below);
      } else {
        const auto offers = offers_of(premise);
        row.insert(row.end(), offers.begin(), offers.end());
      }
    }
  }
  return row;
}

void Cutter::remove(const std::vector<std::uint32_t>& chosen) {
  std::fill(removed_.begin(), removed_.end(), false);
  for (const auto i : chosen) {
    for (const FactId leaf : offers_[i].removes) removed_[leaf.index()] = true;
  }
  survivors_.propagate(removed_);
}

HittingSet Cutter::close_all() {
  // Beyond this the cheapest change of every surviving proof is taken: valid, no longer minimal.
  constexpr int kMaxRounds = 200;
  HittingSet best;
  for (int round = 0;; ++round) {
    if (round < kMaxRounds) best = solver_.solve(rows_);
    remove(best.chosen);
    bool closed = true;
    for (const DerivationId target : targets_) {
      if (!survivors_.fires(target)) continue;
      Row row = row_of_survivor(target);
      if (round >= kMaxRounds && !row.empty()) {
        const auto cheapest = *std::min_element(row.begin(), row.end(), [&](auto a, auto b) {
          return std::pair(offers_[a].cost, a) < std::pair(offers_[b].cost, b);
        });
        const auto at = std::lower_bound(best.chosen.begin(), best.chosen.end(), cheapest);
        if (at == best.chosen.end() || *at != cheapest) {
          best.chosen.insert(at, cheapest);
          best.cost += offers_[cheapest].cost;
        }
        closed = false;
      } else if (add_row(std::move(row))) {
        closed = false;
      }
    }
    if (closed) return best;
  }
}

Cut Cutter::describe(const HittingSet& best) {
  Cut cut;
  cut.uncut = uncut_;
  cut.cost = static_cast<std::uint32_t>(best.cost);
  cut.lower_bound = static_cast<std::uint32_t>(best.lower_bound);
  cut.proven_minimal = best.exact();
  std::vector<std::uint32_t> place(offers_.size(), 0);
  for (const auto i : best.chosen) {
    cut.changes.push_back({offers_[i].text, offers_[i].cost, offers_[i].removes, {}});
    place[i] = static_cast<std::uint32_t>(cut.changes.size());
  }
  for (std::uint32_t w = 0; w < ways_.all.size(); ++w) {
    if (std::binary_search(uncut_.begin(), uncut_.end(), w)) continue;
    for (const FactId leaf : ways_.all[w].leaves) {
      for (const auto i : offers_of(leaf)) {
        if (place[i] == 0) continue;
        auto& closes = cut.changes[place[i] - 1].closes;
        if (closes.empty() || closes.back() != w) closes.push_back(w);
      }
    }
  }
  std::stable_sort(cut.changes.begin(), cut.changes.end(), [](const auto& a, const auto& b) {
    if (a.closes.size() != b.closes.size()) return a.closes.size() > b.closes.size();
    return std::tie(a.cost, a.text) < std::tie(b.cost, b.text);
  });
  return cut;
}

}  // namespace

Cut find_cut(const fact::FactBase& facts, const RuleSet& rules, const Evaluation& result,
             const WaysOut& ways_out, const CutOptions& options) {
  return Cutter(facts, rules, result.proofs, ways_out, options).run();
}

}  // namespace wayout::reason
