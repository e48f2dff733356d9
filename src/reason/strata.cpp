// SPDX-License-Identifier: Apache-2.0
// Strongly connected components of "is concluded from", by Tarjan's algorithm with an explicit
// stack (rules nest as deep as there are rules). Components come out dependencies first, so their
// numbers are the order of evaluation. Linear in atoms.
#include "reason/strata.hpp"

#include <algorithm>

namespace wayout::reason {

namespace {

constexpr std::uint32_t kUnseen = UINT32_MAX;

struct Graph {
  std::vector<std::vector<Strata::Node>> needs;

  explicit Graph(std::size_t nodes) : needs(nodes) {}
  void add(Strata::Node head, Strata::Node body) { needs[head].push_back(body); }
};

struct Components {
  std::vector<std::uint32_t> of;
  std::uint32_t count = 0;
};

Components components(const Graph& graph) {
  const std::size_t size = graph.needs.size();
  Components result;
  result.of.assign(size, kUnseen);
  std::vector<std::uint32_t> seen(size, kUnseen);
  std::vector<std::uint32_t> low(size, 0);
  std::vector<Strata::Node> open;
  struct Visit {
    Strata::Node node;
    std::size_t next;
  };
  std::vector<Visit> path;
  std::uint32_t time = 0;
  for (Strata::Node start = 0; start < size; ++start) {
    if (seen[start] != kUnseen) continue;
    path.push_back({start, 0});
    while (!path.empty()) {
      const Strata::Node node = path.back().node;
      if (path.back().next == 0 && seen[node] == kUnseen) {
        seen[node] = low[node] = time++;
        open.push_back(node);
      }
      if (path.back().next < graph.needs[node].size()) {
        const Strata::Node next = graph.needs[node][path.back().next++];
        if (seen[next] == kUnseen) {
          path.push_back({next, 0});
        } else if (result.of[next] == kUnseen) {
          low[node] = std::min(low[node], seen[next]);
        }
        continue;
      }
      path.pop_back();
      if (!path.empty()) low[path.back().node] = std::min(low[path.back().node], low[node]);
      if (low[node] != seen[node]) continue;
      Strata::Node member = 0;
      do {
        member = open.back();
        open.pop_back();
        result.of[member] = result.count;
      } while (member != node);
      ++result.count;
    }
  }
  return result;
}

std::string name_of_node(const RuleSet& rules, Strata::Node node) {
  if (node < fact::kRelationCount) return std::string(fact::kRelations[node].name);
  return "applies(\"" + rules.rules[node - fact::kRelationCount].id + "\")";
}

/// Calls `visit(head node, atom)` for every atom that the head is concluded from.
template <class Visit>
void for_each_dependency(const RuleSet& rules, const Visit& visit) {
  for (std::size_t i = 0; i < rules.rules.size(); ++i) {
    const Rule& rule = rules.rules[i];
    for (const Body& body : rule.bodies) {
      for (const Atom& atom : body) {
        if (atom.kind == Atom::Kind::kBuiltin) continue;
        if (rule.kind != RuleKind::kMeaning) visit(Strata::node(RuleId(i)), atom);
        for (const Atom& head : rule.then) visit(Strata::node(head.relation), atom);
      }
    }
    for (const Atom& atom : rule.from) {
      if (atom.kind == Atom::Kind::kBuiltin) continue;
      for (const Atom& head : rule.then) visit(Strata::node(head.relation), atom);
    }
  }
}

}  // namespace

Strata::Node Strata::read_by(const Atom& atom) const {
  if (atom.relation == fact::Relation::kApplies && !atom.terms.empty() &&
      atom.terms[0].kind == Term::Kind::kConstant) {
    if (const auto found = ids_.find(atom.terms[0].constant); found != ids_.end()) {
      return node(found->second);
    }
  }
  return node(atom.relation);
}

base::Result<Strata> stratify(const RuleSet& rules) {
  Strata strata;
  for (std::size_t i = 0; i < rules.rules.size(); ++i) {
    if (!rules.rules[i].id.empty()) strata.ids_.emplace(rules.rules[i].id, RuleId(i));
  }
  Graph graph(fact::kRelationCount + rules.rules.size());
  for_each_dependency(
      rules, [&](Strata::Node head, const Atom& atom) { graph.add(head, strata.read_by(atom)); });
  for (std::size_t i = 0; i < rules.rules.size(); ++i) {
    if (rules.rules[i].kind == RuleKind::kMeaning) continue;
    graph.add(Strata::node(fact::Relation::kApplies), Strata::node(RuleId(i)));
    // A step is joined from the findings of its technique (see clause.hpp).
    for (const Atom& head : rules.rules[i].then) {
      graph.add(Strata::node(head.relation), Strata::node(RuleId(i)));
    }
  }
  Components found = components(graph);
  strata.stratum_ = std::move(found.of);
  strata.count_ = found.count;

  std::optional<base::Error> error;
  for_each_dependency(rules, [&](Strata::Node head, const Atom& atom) {
    const Strata::Node body = strata.read_by(atom);
    if (error || atom.kind != Atom::Kind::kNegated ||
        strata.stratum(head) != strata.stratum(body)) {
      return;
    }
    const std::string concluded = name_of_node(rules, head);
    const std::string negated = name_of_node(rules, body);
    error = base::Error{base::ErrorCode::kInvalid,
                        "negation through recursion: '" + concluded + "' needs 'not " + negated +
                            "', which depends on '" + concluded + "'",
                        "name the opposite as a relation of its own and state it positively",
                        atom.span};
  });
  if (error) return base::fail(std::move(*error));
  return strata;
}

}  // namespace wayout::reason
