// SPDX-License-Identifier: Apache-2.0
#include "reason/way_out_group.hpp"

#include <algorithm>
#include <array>
#include <tuple>
#include <unordered_map>

namespace wayout::reason {

namespace {

/// Columns that hold names of entities (see rules/vocabulary.yaml); copies differ in them.
constexpr std::array<std::string_view, 24> kNames = {
    "container", "workload",   "image",     "node",     "account",  "namespace",
    "other",     "credential", "binding",   "object",   "volume",   "secret",
    "policy",    "component",  "reference", "subject",  "scope",    "where",
    "name",      "role",       "host_port", "listener", "endpoint", "service"};

bool names_something(const fact::RelationInfo& relation, std::size_t column) {
  if (relation.name == "container_role" && column == 1) return false;
  if (relation.name == "sysctl" && column == 1) return false;
  const auto name = relation.columns[column];
  return std::find(kNames.begin(), kNames.end(), name) != kNames.end();
}

using BucketKey = std::tuple<std::uint32_t, std::uint32_t, Goal>;

BucketKey bucket_of(const WayOut& way) {
  return {way.steps.back().technique.value, way.steps.back().subject.value, way.goal_kind};
}

/// Marks those of one bucket (indices by rising leaf count) that another one makes needless.
void mark_supersets(const std::vector<WayOut>& ways, std::span<const std::uint32_t> bucket,
                    std::vector<bool>& drop) {
  std::unordered_map<fact::FactId, std::uint32_t> frequency;
  for (const auto i : bucket) {
    for (const fact::FactId leaf : ways[i].leaves) ++frequency[leaf];
  }
  std::unordered_map<fact::FactId, std::vector<std::uint32_t>> kept_by_rarest;
  for (const auto i : bucket) {
    const auto& leaves = ways[i].leaves;
    for (const fact::FactId leaf : leaves) {
      const auto found = kept_by_rarest.find(leaf);
      if (found == kept_by_rarest.end()) continue;
      drop[i] = std::any_of(found->second.begin(), found->second.end(), [&](std::uint32_t other) {
        const auto& fewer = ways[other].leaves;
        return std::includes(leaves.begin(), leaves.end(), fewer.begin(), fewer.end());
      });
      if (drop[i]) break;
    }
    if (drop[i]) continue;
    const auto rarest = *std::min_element(leaves.begin(), leaves.end(), [&](auto a, auto b) {
      return std::pair(frequency[a], a) < std::pair(frequency[b], b);
    });
    kept_by_rarest[rarest].push_back(i);
  }
}

}  // namespace

std::uint32_t Shapes::of(fact::FactId fact) {
  std::uint32_t& known = by_fact_[fact.index()];
  if (known != 0) return known - 1;
  const auto relation = facts_.relation(fact);
  const auto values = facts_.values(fact);
  Key key{static_cast<std::uint32_t>(relation)};
  for (std::size_t column = 0; column < values.size(); ++column) {
    const bool erased =
        names_something(fact::info(relation), column) && facts_.text(values[column]) != "*";
    key.push_back(erased ? 0 : values[column].value + 1);
  }
  const auto next = static_cast<std::uint32_t>(shapes_.size());
  const auto shape = shapes_.try_emplace(std::move(key), next).first->second;
  known = shape + 1;
  return shape;
}

Shapes::Key Shapes::key(const WayOut& way) {
  Key key{way.entry.valid() ? facts_.values(way.entry)[1].value : 0,
          static_cast<std::uint32_t>(way.goal_kind), static_cast<std::uint32_t>(way.verdict)};
  for (const Step& step : way.steps) {
    key.push_back(step.technique.value);
    key.push_back(static_cast<std::uint32_t>(step.leaves.size()));
    const auto begin = static_cast<std::ptrdiff_t>(key.size());
    for (const fact::FactId leaf : step.leaves) key.push_back(of(leaf));
    std::sort(key.begin() + begin, key.end());
  }
  for (const fact::FactId blocker : way.blockers) key.push_back(of(blocker));
  return key;
}

void drop_supersets(std::vector<WayOut>& ways) {
  std::vector<std::uint32_t> order(ways.size());
  for (std::uint32_t i = 0; i < order.size(); ++i) order[i] = i;
  const auto rank = [&](std::uint32_t i) {
    const WayOut& way = ways[i];
    return std::tuple(bucket_of(way), way.leaves.size(), way.steps.size(), i);
  };
  std::sort(order.begin(), order.end(), [&](auto a, auto b) { return rank(a) < rank(b); });
  std::vector<bool> drop(ways.size(), false);
  for (std::size_t begin = 0; begin < order.size();) {
    std::size_t end = begin + 1;
    while (end < order.size() && bucket_of(ways[order[end]]) == bucket_of(ways[order[begin]])) {
      ++end;
    }
    if (end - begin > 1) {
      mark_supersets(ways, std::span(order).subspan(begin, end - begin), drop);
    }
    begin = end;
  }
  std::size_t kept = 0;
  for (std::size_t i = 0; i < ways.size(); ++i) {
    if (drop[i]) continue;
    if (kept != i) ways[kept] = std::move(ways[i]);
    ++kept;
  }
  ways.resize(kept);
}

void sort_ways(const ProofGraph& proofs, std::vector<WayOut>& ways) {
  const auto rank = [](const WayOut& way) {
    return std::tuple(way.goal_kind, way.assumes.size(), way.steps.size(), way.leaves.size());
  };
  std::sort(ways.begin(), ways.end(), [&](const WayOut& a, const WayOut& b) {
    if (rank(a) != rank(b)) return rank(a) < rank(b);
    if (a.leaves != b.leaves) return a.leaves < b.leaves;
    return precedes(proofs, a.steps.back().derivation, b.steps.back().derivation);
  });
}

std::vector<WayOutGroup> group_ways(const fact::FactBase& facts, const std::vector<WayOut>& ways) {
  Shapes shapes(facts);
  std::map<Shapes::Key, std::uint32_t> known;
  std::vector<WayOutGroup> groups;
  for (std::uint32_t i = 0; i < ways.size(); ++i) {
    const auto next = static_cast<std::uint32_t>(groups.size());
    const auto [found, is_new] = known.try_emplace(shapes.key(ways[i]), next);
    if (is_new) groups.push_back({i, {}});
    groups[found->second].members.push_back(i);
  }
  const auto rank = [&](const WayOutGroup& group) {
    const WayOut& way = ways[group.first];
    const int entry = way.entry.valid() ? entry_rank(facts.text(facts.values(way.entry)[1])) : 3;
    return std::tuple(-static_cast<int>(way.severity), way.verdict, entry, way.goal_kind,
                      way.steps.size(), group.first);
  };
  std::sort(groups.begin(), groups.end(),
            [&](const auto& a, const auto& b) { return rank(a) < rank(b); });
  return groups;
}

}  // namespace wayout::reason
