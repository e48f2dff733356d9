// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/result.hpp"
#include "reason/rule.hpp"

namespace wayout::reason {

/// The order in which relations can be completed. A node is a relation, or what one rule adds to
/// `applies`: a finding of one rule may rest on the absence of another's without a cycle through
/// the relation they share.
class Strata {
 public:
  using Node = std::uint32_t;

  static Node node(fact::Relation relation) { return static_cast<Node>(relation); }
  static Node node(RuleId rule) { return static_cast<Node>(fact::kRelationCount + rule.index()); }
  /// The node that an atom reads. `applies("ID", ...)` reads one rule's findings only.
  Node read_by(const Atom& atom) const;

  std::uint32_t stratum(Node node) const { return stratum_[node]; }
  std::uint32_t count() const { return count_; }

 private:
  friend base::Result<Strata> stratify(const RuleSet& rules);
  std::unordered_map<std::string_view, RuleId> ids_;
  std::vector<std::uint32_t> stratum_;
  std::uint32_t count_ = 0;
};

/// Fails, pointing at the negated atom, when something is concluded from its own absence. The
/// result refers to the rule ids of `rules`.
base::Result<Strata> stratify(const RuleSet& rules);

}  // namespace wayout::reason
