// SPDX-License-Identifier: Apache-2.0
#include "finding/evidence.hpp"

#include <algorithm>
#include <utility>

namespace wayout::finding {

namespace {

using fact::Certainty;
using fact::FactId;
using fact::Relation;

bool is_scaffold(Relation relation) {
  switch (relation) {
    case Relation::kEntry:
    case Relation::kRunsOn:
    case Relation::kContainer:
    case Relation::kPartOf:
    case Relation::kWorkload:
    case Relation::kNamespace:
    case Relation::kAccount:
    case Relation::kRole:
    case Relation::kBinding:
      return true;
    default:
      return false;
  }
}

bool is_state(Relation relation) {
  switch (relation) {
    case Relation::kUid:
    case Relation::kUser:
    case Relation::kUserNamespace:
    case Relation::kSeccomp:
    case Relation::kApparmor:
    case Relation::kSelinux:
    case Relation::kPrivilegeEscalation:
    case Relation::kReadOnlyRoot:
    case Relation::kMountMode:
    case Relation::kHost:
    case Relation::kContainerRole:
    case Relation::kUsesImage:
    case Relation::kBuiltFrom:
    case Relation::kImage:
    case Relation::kClusterComponent:
      return true;
    default:
      return false;
  }
}

}  // namespace

void order_evidence(const fact::FactBase& facts, std::vector<FactId>& leaves) {
  const auto scaffold = [&](FactId leaf) { return is_scaffold(facts.relation(leaf)); };
  if (!std::all_of(leaves.begin(), leaves.end(), scaffold)) std::erase_if(leaves, scaffold);
  // Seen running and written in a file tell equally much.
  const auto rank = [&](FactId leaf) {
    return std::pair(std::max(facts.certainty(leaf), Certainty::kDeclared),
                     is_state(facts.relation(leaf)));
  };
  std::stable_sort(leaves.begin(), leaves.end(),
                   [&](FactId a, FactId b) { return rank(a) < rank(b); });
}

}  // namespace wayout::finding
