// SPDX-License-Identifier: Apache-2.0
#include "reason/cut_offer.hpp"

#include <algorithm>
#include <map>
#include <unordered_map>

#include "reason/binding.hpp"
#include "reason/builtins.hpp"

namespace wayout::reason {

namespace {

using fact::FactId;
using fact::Symbol;
using Bound = std::vector<Symbol>;

/// Answers the conditions of a change. Facts are looked up by one known column, so that a
/// condition on the container costs the facts of that container.
class Conditions {
 public:
  explicit Conditions(const fact::FactBase& facts) : facts_(facts) {}

  /// Calls `found` with every way to meet the conditions from `at` on.
  template <class Found>
  void solve(const std::vector<Atom>& atoms, Bound& bound, Found&& found, std::size_t at = 0) {
    if (at == atoms.size()) {
      found(bound);
      return;
    }
    const Atom& atom = atoms[at];
    if (atom.kind == Atom::Kind::kBuiltin) {
      if (test(atom, bound)) solve(atoms, bound, found, at + 1);
      return;
    }
    const Bound before = bound;
    bool any = false;
    for (const FactId fact : candidates(atom, bound)) {
      if (!match(facts_, atom.terms, facts_.values(fact), bound)) continue;
      any = true;
      if (atom.kind == Atom::Kind::kRelation) solve(atoms, bound, found, at + 1);
      bound = before;
      if (atom.kind == Atom::Kind::kNegated) break;
    }
    if (!any && atom.kind == Atom::Kind::kNegated) solve(atoms, bound, found, at + 1);
  }

 private:
  std::string_view text_of(const Term& term, const Bound& bound) const {
    if (term.kind == Term::Kind::kConstant) return term.constant;
    const bool known = term.kind == Term::Kind::kVariable && bound[term.variable].valid();
    return known ? facts_.text(bound[term.variable]) : std::string_view{};
  }
  bool test(const Atom& atom, const Bound& bound) const {
    if (atom.terms.size() != 2) return false;
    return holds(atom.builtin, text_of(atom.terms[0], bound), text_of(atom.terms[1], bound));
  }
  std::span<const FactId> candidates(const Atom& atom, const Bound& bound) {
    for (std::size_t column = 0; column < atom.terms.size(); ++column) {
      const Term& term = atom.terms[column];
      Symbol value;
      if (term.kind == Term::Kind::kVariable) value = bound[term.variable];
      if (term.kind == Term::Kind::kConstant) {
        value = facts_.find_symbol(term.constant);
        if (!value.valid()) return {};
        // A constant picks few facts only where no variable says whose they are.
        const bool later =
            std::any_of(atom.terms.begin(), atom.terms.end(), [&](const Term& other) {
              return other.kind == Term::Kind::kVariable && bound[other.variable].valid();
            });
        if (later) continue;
      }
      if (value.valid()) return lookup(atom.relation, column, value);
    }
    return facts_.facts(atom.relation);
  }
  std::span<const FactId> lookup(fact::Relation relation, std::size_t column, Symbol value) {
    const auto [index, is_new] = indices_.try_emplace({relation, column});
    if (is_new) {
      for (const FactId fact : facts_.facts(relation)) {
        index->second[facts_.values(fact)[column]].push_back(fact);
      }
    }
    const auto found = index->second.find(value);
    if (found == index->second.end()) return {};
    return found->second;
  }

  const fact::FactBase& facts_;
  std::map<std::pair<fact::Relation, std::size_t>, std::unordered_map<Symbol, std::vector<FactId>>>
      indices_;
};

/// One change for one set of values of the variables that its text names.
struct Instance {
  std::uint32_t change = 0;
  std::vector<Bound> values;  ///< one for every instance merged into this
  std::vector<FactId> removes;
};

std::vector<bool> named_in_text(const Change& change) {
  std::vector<bool> named(change.variables.size());
  for (std::size_t i = 0; i < named.size(); ++i) {
    named[i] = change.text.find("{?" + change.variables[i] + "}") != std::string::npos;
  }
  return named;
}

std::vector<Instance> find_instances(const fact::FactBase& facts, const RuleSet& rules,
                                     std::span<const FactId> leaves) {
  std::vector<std::vector<std::uint32_t>> by_relation(fact::kRelationCount);
  std::vector<std::vector<bool>> named;
  for (std::uint32_t i = 0; i < rules.changes.size(); ++i) {
    by_relation[static_cast<std::size_t>(rules.changes[i].removes.relation)].push_back(i);
    named.push_back(named_in_text(rules.changes[i]));
  }
  Conditions conditions(facts);
  std::vector<Instance> instances;
  std::map<std::pair<std::uint32_t, Bound>, std::size_t> known;
  for (const FactId leaf : leaves) {
    for (const auto id : by_relation[static_cast<std::size_t>(facts.relation(leaf))]) {
      const Change& change = rules.changes[id];
      Bound bound(change.variables.size());
      if (!match(facts, change.removes.terms, facts.values(leaf), bound)) continue;
      conditions.solve(change.when, bound, [&](const Bound& solution) {
        Bound key = solution;
        for (std::size_t i = 0; i < key.size(); ++i) {
          if (!named[id][i]) key[i] = {};
        }
        const auto [found, is_new] = known.try_emplace({id, key}, instances.size());
        if (is_new) instances.push_back({id, {key}, {}});
        auto& removes = instances[found->second].removes;
        if (removes.empty() || removes.back() != leaf) removes.push_back(leaf);
      });
    }
  }
  return instances;
}

/// The one place in a file that states all the facts, if there is one.
const base::Span* place_of(const fact::FactBase& facts, const std::vector<FactId>& removes) {
  const base::Span* place = nullptr;
  for (const FactId fact : removes) {
    const base::Span& span = facts.origin(facts.origin_of(fact)).span;
    if (facts.certainty(fact) != fact::Certainty::kDeclared || !span.valid()) return nullptr;
    if (place != nullptr && !(*place == span)) return nullptr;
    place = &span;
  }
  return place;
}

std::vector<Instance> merge_by_place(const fact::FactBase& facts, std::vector<Instance> all) {
  std::vector<Instance> merged;
  std::map<std::tuple<std::uint32_t, base::FileId, std::uint32_t, std::uint32_t>, std::size_t>
      known;
  for (Instance& one : all) {
    if (const base::Span* place = place_of(facts, one.removes)) {
      const auto [found, is_new] =
          known.try_emplace({one.change, place->file, place->begin, place->end}, merged.size());
      if (!is_new) {
        Instance& same = merged[found->second];
        same.values.push_back(std::move(one.values.front()));
        same.removes.insert(same.removes.end(), one.removes.begin(), one.removes.end());
        continue;
      }
    }
    merged.push_back(std::move(one));
  }
  return merged;
}

/// "a", "a and b", "a, b and 3 more".
std::string list_of(const std::vector<std::string_view>& names) {
  std::string out{names.front()};
  if (names.size() == 2) out.append(" and ").append(names[1]);
  if (names.size() > 2) {
    out.append(", ").append(names[1]).append(" and ");
    if (names.size() == 3)
      out.append(names[2]);
    else
      out.append(std::to_string(names.size() - 2)).append(" more");
  }
  return out;
}

std::string text_of(const fact::FactBase& facts, const Change& change, const Instance& one) {
  std::string text = change.text;
  for (std::size_t i = 0; i < change.variables.size(); ++i) {
    const std::string hole = "{?" + change.variables[i] + "}";
    std::vector<std::string_view> names;
    for (const Bound& values : one.values) {
      if (!values[i].valid()) continue;
      const auto name = facts.text(values[i]);
      if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
    }
    if (names.empty()) continue;
    const std::string filling = list_of(names);
    for (auto at = text.find(hole); at != std::string::npos;
         at = text.find(hole, at + filling.size())) {
      text.replace(at, hole.size(), filling);
    }
  }
  return text;
}

}  // namespace

std::vector<Offer> offer_changes(const fact::FactBase& facts, const RuleSet& rules,
                                 std::span<const FactId> leaves) {
  std::vector<Offer> offers;
  std::unordered_map<std::string, std::size_t> by_text;
  for (Instance& one : merge_by_place(facts, find_instances(facts, rules, leaves))) {
    const Change& change = rules.changes[one.change];
    std::string text = text_of(facts, change, one);
    const auto [known, is_new] = by_text.try_emplace(text, offers.size());
    if (is_new) offers.push_back({one.change, std::max(change.cost, 1u), std::move(text), {}});
    Offer& offer = offers[known->second];
    offer.cost = std::min(offer.cost, std::max(change.cost, 1u));
    offer.removes.insert(offer.removes.end(), one.removes.begin(), one.removes.end());
  }
  for (Offer& offer : offers) {
    std::sort(offer.removes.begin(), offer.removes.end());
    offer.removes.erase(std::unique(offer.removes.begin(), offer.removes.end()),
                        offer.removes.end());
  }
  return offers;
}

}  // namespace wayout::reason
