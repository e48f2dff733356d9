// SPDX-License-Identifier: Apache-2.0
// Problem: list the minimal proofs from an entry to a goal. All of them are exponentially many, and
// even one for every pair of container and goal is quadratic in a cluster where one account can
// enter every pod. Idea: (1) every derivation of a goal, with the cheapest proofs of its premises,
// is a way out; (2) so are the cheapest proofs that start from a client's request, where there are
// such entries; (3) a container without a way out of its own gets the cheapest chain to the
// strongest goal it can reach, found backwards from the goals; (4) where others hold the same
// position (all pods with one account), theirs are listed as copies while the budget lasts.
// Cost: (1)-(3) are linear in the graph but for a logarithm, (4) is linear in what it lists.
#include "reason/way_out.hpp"

#include <algorithm>
#include <queue>
#include <set>
#include <tuple>
#include <unordered_map>

#include "reason/binding.hpp"
#include "reason/chain.hpp"
#include "reason/way_out_group.hpp"

namespace wayout::reason {

namespace {

using fact::FactId;

/// A way to conclude a goal: `last` is the technique's use; `root` concludes the goal, either by
/// being `last` or as a meaning rule over what `last` concludes.
struct Head {
  DerivationId root;
  DerivationId last;
  Goal goal{};
  ProofCost cost;
};

class Finder {
 public:
  Finder(const fact::FactBase& facts, const RuleSet& rules, const ProofGraph& proofs,
         const WaysOutOptions& options)
      : facts_(facts),
        rules_(rules),
        proofs_(proofs),
        options_(options),
        goals_(facts),
        goal_facts_(find_goals()),
        graph_(proofs, facts.size(), goal_facts_),
        cheapest_(graph_, [&](FactId fact) { return leaf_cost(fact, false); }),
        reader_(facts, rules, proofs),
        shapes_(facts) {
    for (const FactId fact : facts_.facts(fact::Relation::kPartOf)) {
      workload_.emplace(facts_.values(fact)[0], facts_.values(fact)[1]);
    }
    for (const FactId fact : facts_.facts(fact::Relation::kEntry)) {
      if (is_breach(fact)) breached_.insert(facts_.values(fact)[0]);
    }
  }

  WaysOut run() {
    const std::vector<Head> heads = find_heads();
    for (const Head& head : heads) add_cheapest(head, cheapest_);
    from_requests(heads);
    from_entries_without();
    add_copies(heads);
    finish();
    return std::move(out_);
  }

 private:
  std::vector<FactId> find_goals() const {
    std::vector<FactId> found;
    for (const FactId fact : facts_.facts(fact::Relation::kGained)) {
      if (goals_.of(fact)) found.push_back(fact);
    }
    return found;
  }
  bool is_breach(FactId entry) const {
    return facts_.text(facts_.values(entry)[1]) == "assumed-breach";
  }
  std::optional<ProofCost> leaf_cost(FactId fact, bool requests_only) const {
    if (!facts_.is_leaf(fact)) return std::nullopt;
    if (facts_.relation(fact) == fact::Relation::kEntry) {
      if (requests_only && is_breach(fact)) return std::nullopt;
      return ProofCost{};
    }
    return ProofCost{facts_.certainty(fact) == fact::Certainty::kAssumed ? 1u : 0u, 0, 1};
  }

  std::vector<Head> find_heads() const;
  void keep_strongest(std::vector<Head>& heads) const;
  void keep_few(std::vector<Head>& heads) const;
  FactId position_premise(DerivationId id) const;
  std::vector<FactId> positions(DerivationId id) const;

  std::vector<ChainReader::Override> overrides_of(const Head& head) const {
    if (head.root == head.last) return {};
    return {{proofs_[head.last].head, head.last}};
  }
  bool add(const WayOut& way);
  void add_cheapest(const Head& head, const CheapestProofs& cheapest);
  void from_requests(const std::vector<Head>& heads);
  void from_entries_without();
  void add_chain(FactId entry, const std::vector<DerivationId>& next);
  void add_copies(const std::vector<Head>& heads);
  std::size_t add_copies_of(const Head& head, std::size_t budget);
  bool enters_other(const WayOut& way, bool& same_workload) const;
  void finish();

  const fact::FactBase& facts_;
  const RuleSet& rules_;
  const ProofGraph& proofs_;
  const WaysOutOptions& options_;
  Goals goals_;
  std::vector<FactId> goal_facts_;
  SupportGraph graph_;
  CheapestProofs cheapest_;
  ChainReader reader_;
  Shapes shapes_;
  std::unordered_map<fact::Symbol, fact::Symbol> workload_;
  std::set<fact::Symbol> breached_;
  mutable bool capped_ = false;
  WaysOut out_;
};

FactId Finder::position_premise(DerivationId id) const {
  for (const FactId premise : proofs_.premises(proofs_[id])) {
    const auto relation = facts_.relation(premise);
    if (is_position(relation) && relation != fact::Relation::kEntry) return premise;
  }
  return {};
}

std::vector<FactId> Finder::positions(DerivationId id) const {
  std::vector<FactId> held;
  for (const FactId premise : proofs_.premises(proofs_[id])) {
    if (is_position(facts_.relation(premise))) held.push_back(premise);
  }
  return held;
}

std::vector<Head> Finder::find_heads() const {
  std::vector<Head> heads;
  // Meaning rules that turn a position into a goal, by the position.
  std::unordered_map<FactId, std::vector<Head>> over;
  std::vector<FactId> order;
  for (const FactId goal : goal_facts_) {
    for (const DerivationId id : proofs_.derivations_of(goal)) {
      const auto cost = cheapest_.cost_of(id);
      if (!cost) continue;
      const Head head{id, id, *goals_.of(goal), *cost};
      const FactId position = proofs_[id].step ? FactId{} : position_premise(id);
      if (!position.valid()) {
        heads.push_back(head);
        continue;
      }
      const auto reached = goals_.of(position);
      if (reached && *reached <= head.goal) continue;
      auto& roots = over[position];
      if (roots.empty()) order.push_back(position);
      if (!roots.empty() && roots.front().goal < head.goal) continue;
      if (!roots.empty() && roots.front().goal > head.goal) roots.clear();
      if (roots.size() < options_.per_goal_fact)
        roots.push_back(head);
      else
        capped_ = true;
    }
  }
  for (const FactId position : order) {
    for (const DerivationId id : proofs_.derivations_of(position)) {
      const auto cost = cheapest_.cost_of(id);
      if (!cost) continue;
      for (const Head& root : over[position]) heads.push_back({root.root, id, root.goal, *cost});
    }
  }
  keep_strongest(heads);
  keep_few(heads);
  return heads;
}

/// Of all that one use of a technique gains, the strongest goal is the way out.
void Finder::keep_strongest(std::vector<Head>& heads) const {
  const auto same_use = [&](const Head& a, const Head& b) {
    const auto p = proofs_.premises(proofs_[a.last]);
    const auto q = proofs_.premises(proofs_[b.last]);
    return proofs_[a.last].rule == proofs_[b.last].rule &&
           std::equal(p.begin(), p.end(), q.begin(), q.end());
  };
  std::sort(heads.begin(), heads.end(), [&](const Head& a, const Head& b) {
    const auto& left = proofs_[a.last];
    const auto& right = proofs_[b.last];
    if (left.rule != right.rule) return left.rule < right.rule;
    if (!same_use(a, b)) {
      const auto p = proofs_.premises(left);
      const auto q = proofs_.premises(right);
      return std::lexicographical_compare(p.begin(), p.end(), q.begin(), q.end());
    }
    return std::tuple(a.goal, a.cost, proofs_[a.root].head) <
           std::tuple(b.goal, b.cost, proofs_[b.root].head);
  });
  std::size_t kept = 0;
  for (std::size_t i = 0; i < heads.size(); ++i) {
    const bool weaker =
        kept > 0 && same_use(heads[kept - 1], heads[i]) && heads[kept - 1].goal < heads[i].goal;
    if (!weaker) heads[kept++] = heads[i];
  }
  heads.resize(kept);
}

/// One technique used from one position for one goal: a few variants say enough.
void Finder::keep_few(std::vector<Head>& heads) const {
  struct Ranked {
    std::vector<FactId> held;
    Head head;
  };
  std::vector<Ranked> ranked;
  ranked.reserve(heads.size());
  for (const Head& head : heads) ranked.push_back({positions(head.last), head});
  const auto rule = [&](const Ranked& one) { return proofs_[one.head.last].rule; };
  std::sort(ranked.begin(), ranked.end(), [&](const Ranked& a, const Ranked& b) {
    const auto left = std::tuple(rule(a), a.head.goal);
    const auto right = std::tuple(rule(b), b.head.goal);
    if (left != right) return left < right;
    if (a.held != b.held) return a.held < b.held;
    if (a.head.cost != b.head.cost) return a.head.cost < b.head.cost;
    if (a.head.last != b.head.last) return precedes(proofs_, a.head.last, b.head.last);
    return precedes(proofs_, a.head.root, b.head.root);
  });
  heads.clear();
  std::size_t run = 0;
  for (std::size_t i = 0; i < ranked.size(); ++i) {
    const bool same = i > 0 && rule(ranked[i]) == rule(ranked[i - 1]) &&
                      ranked[i].head.goal == ranked[i - 1].head.goal &&
                      ranked[i].held == ranked[i - 1].held;
    run = same ? run + 1 : 0;
    if (run < options_.per_goal_fact)
      heads.push_back(ranked[i].head);
    else
      capped_ = true;
  }
  std::sort(heads.begin(), heads.end(), [&](const Head& a, const Head& b) {
    if (a.goal != b.goal || a.cost != b.cost) {
      return std::tuple(a.goal, a.cost) < std::tuple(b.goal, b.cost);
    }
    if (a.last != b.last) return precedes(proofs_, a.last, b.last);
    return precedes(proofs_, a.root, b.root);
  });
}

/// Keeps a way out unless it goes on from a goal that is as strong as its own.
bool Finder::add(const WayOut& way) {
  if (out_.all.size() >= options_.max_total) {
    out_.truncated = true;
    return false;
  }
  const auto passed = reader_.passed();
  if (passed && *passed <= way.goal_kind) return false;
  out_.all.push_back(way);
  return true;
}

void Finder::add_cheapest(const Head& head, const CheapestProofs& cheapest) {
  WayOut way;
  if (!cheapest.cost_of(head.last) || !cheapest.cost_of(head.root)) return;
  if (reader_.read(head.root, cheapest, overrides_of(head), way)) add(way);
}

void Finder::from_requests(const std::vector<Head>& heads) {
  const auto entries = facts_.facts(fact::Relation::kEntry);
  if (std::all_of(entries.begin(), entries.end(), [&](FactId e) { return is_breach(e); })) return;
  const CheapestProofs cheapest(graph_, [&](FactId fact) { return leaf_cost(fact, true); });
  for (const Head& head : heads) add_cheapest(head, cheapest);
}

/// Whether the chain goes through another container whose own way out, from its assumed breach,
/// says the same in fewer steps.
bool Finder::enters_other(const WayOut& way, bool& same_workload) const {
  const fact::Symbol start = facts_.values(way.entry)[0];
  const auto workload = workload_.find(start);
  bool found = false;
  same_workload = false;
  for (const FactId fact : reader_.containers()) {
    const fact::Symbol container = facts_.values(fact)[0];
    if (container == start || breached_.count(container) == 0) continue;
    found = true;
    const auto other = workload_.find(container);
    same_workload = same_workload || (workload != workload_.end() && other != workload_.end() &&
                                      workload->second == other->second);
  }
  return found;
}

/// Backwards from the goals, strongest goal first: `next[fact]` is the derivation by which a holder
/// of the position goes on most cheaply to the strongest goal within reach.
void Finder::from_entries_without() {
  std::unordered_map<FactId, Goal> own;
  for (const WayOut& way : out_.all) {
    const auto found = own.try_emplace(way.entry, way.goal_kind).first;
    found->second = std::min(found->second, way.goal_kind);
  }
  using Entry = std::tuple<Goal, ProofCost, FactId>;
  std::priority_queue<Entry, std::vector<Entry>, std::greater<>> queue;
  std::vector<bool> settled(facts_.size(), false);
  std::unordered_map<FactId, std::pair<Goal, ProofCost>> best;
  std::vector<DerivationId> next(facts_.size());
  for (const FactId goal : goal_facts_) {
    best[goal] = {*goals_.of(goal), {}};
    queue.emplace(*goals_.of(goal), ProofCost{}, goal);
  }
  while (!queue.empty()) {
    const auto [goal, cost, fact] = queue.top();
    queue.pop();
    if (settled[fact.index()]) continue;
    settled[fact.index()] = true;
    for (const DerivationId id : proofs_.derivations_of(fact)) {
      if (!cheapest_.cost_of(id)) continue;
      const auto premises = proofs_.premises(proofs_[id]);
      for (const FactId premise : premises) {
        if (!is_position(facts_.relation(premise)) || settled[premise.index()]) continue;
        ProofCost through = cost + ProofCost{0, proofs_[id].step ? 1u : 0u, 0};
        for (const FactId other : premises) {
          if (other != premise) through = through + cheapest_.cost(other);
        }
        const auto [known, is_new] = best.try_emplace(premise, goal, through);
        const std::pair offered{goal, through};
        DerivationId& choice = next[premise.index()];
        const bool tie =
            !is_new && offered == known->second && choice.valid() && precedes(proofs_, id, choice);
        if (!is_new && !tie && !(offered < known->second)) continue;
        known->second = offered;
        choice = id;
        if (!tie) queue.emplace(goal, through, premise);
      }
    }
  }
  for (const FactId entry : facts_.facts(fact::Relation::kEntry)) {
    if (!settled[entry.index()]) continue;
    const auto mine = own.find(entry);
    if (mine == own.end() || best[entry].first < mine->second) add_chain(entry, next);
  }
}

void Finder::add_chain(FactId entry, const std::vector<DerivationId>& next) {
  std::vector<ChainReader::Override> path;
  FactId at = entry;
  while (next[at.index()].valid()) {
    const DerivationId id = next[at.index()];
    at = proofs_[id].head;
    path.push_back({at, id});
  }
  if (path.empty()) return;
  WayOut way;
  if (!reader_.read(path.back().derivation, cheapest_, path, way)) return;
  bool same_workload = false;
  if (is_breach(way.entry) && enters_other(way, same_workload) && same_workload) return;
  add(way);
}

void Finder::add_copies(const std::vector<Head>& heads) {
  // Attempts, not results, are bounded: most of a large fan-in may turn out to be noise.
  std::size_t budget = options_.max_total;
  for (const Head& head : heads) {
    if (budget == 0 || out_.all.size() >= options_.max_total) {
      out_.truncated = true;
      return;
    }
    budget -= add_copies_of(head, budget);
  }
}

/// Other holders of the positions that the chain goes through. Copies of a shape that is listed are
/// all welcome, other shapes only a few. Returns the number of attempts.
std::size_t Finder::add_copies_of(const Head& head, std::size_t budget) {
  auto overrides = overrides_of(head);
  std::vector<FactId> shared;
  for (FactId at = position_premise(head.last); at.valid();) {
    const bool own = facts_.relation(at) == fact::Relation::kRunsCode &&
                     breached_.count(facts_.values(at)[0]) != 0;
    const DerivationId below = cheapest_.choice(at);
    if (own || !below.valid()) break;
    const bool fixed = !overrides.empty() && overrides.front().fact == at;
    if (!fixed && proofs_.derivations_of(at).size() > 1) shared.push_back(at);
    at = position_premise(below);
  }
  if (shared.empty()) return 0;
  std::set<Shapes::Key> shapes;
  WayOut way;
  if (reader_.read(head.root, cheapest_, overrides, way)) shapes.insert(shapes_.key(way));
  overrides.push_back({});
  std::size_t attempts = 0;
  // The position nearest to the entry first: there the copies are.
  for (auto position = shared.rbegin(); position != shared.rend(); ++position) {
    for (const DerivationId id : proofs_.derivations_of(*position)) {
      if (id == cheapest_.choice(*position) || !cheapest_.cost_of(id)) continue;
      if (attempts++ == budget) {
        out_.truncated = true;
        return budget;
      }
      overrides.back() = {*position, id};
      if (!reader_.read(head.root, cheapest_, overrides, way)) continue;
      bool same_workload = false;
      if (is_breach(way.entry) && enters_other(way, same_workload)) continue;
      auto key = shapes_.key(way);
      const bool known = shapes.count(key) != 0;
      if (!known && shapes.size() > options_.per_goal_fact) {
        capped_ = true;
        continue;
      }
      if (add(way) && !known) shapes.insert(std::move(key));
    }
  }
  return attempts;
}

void Finder::finish() {
  std::unordered_map<DerivationId, fact::Symbol> subjects;
  for (WayOut& way : out_.all) {
    for (Step& step : way.steps) {
      const auto [known, is_new] = subjects.try_emplace(step.derivation);
      if (is_new) {
        const auto bound = bindings_of(facts_, rules_, proofs_, step.derivation);
        const auto subject = rules_[step.technique].subject;
        if (subject < bound.size()) known->second = bound[subject];
      }
      step.subject = known->second;
    }
  }
  out_.truncated = out_.truncated || capped_;
  drop_supersets(out_.all);
  sort_ways(proofs_, out_.all);
  out_.groups = group_ways(facts_, out_.all);
}

}  // namespace

WaysOut find_ways_out(const fact::FactBase& facts, const RuleSet& rules, const Evaluation& result,
                      const WaysOutOptions& options) {
  return Finder(facts, rules, result.proofs, options).run();
}

}  // namespace wayout::reason
