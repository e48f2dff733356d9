// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

#include "base/id.hpp"
#include "base/span.hpp"

namespace wayout::fact {

/// An interned string. Equal text means equal symbol.
using Symbol = base::Id<struct SymbolTag>;
using FactId = base::Id<struct FactTag>;
using OriginId = base::Id<struct OriginTag>;

/// How sure a fact is; smaller is surer. The certainty of a proof is that of its least sure leaf.
enum class Certainty : std::uint8_t {
  kObserved,  ///< seen running
  kDeclared,  ///< written in a file
  kDefault,   ///< what every such platform does when nothing is said
  kAssumed,   ///< a fact about the host, the image or the cluster that nobody told us
};
std::string_view name_of(Certainty certainty);

/// The field of knowledge an assumption belongs to (`assumes[].kind` of the report).
enum class AssumptionKind : std::uint8_t {
  kNone,
  kLsm,
  kCgroup,
  kKernel,
  kRuntime,
  kCluster,
  kNetwork,
  kConfig,
  kImage,
};
std::string_view name_of(AssumptionKind kind);

/// Where a fact comes from. Stored once and shared by the facts of one place.
struct Origin {
  base::Span span;  ///< the field; for a default, the place where it could have been said
  AssumptionKind assumes = AssumptionKind::kNone;
  Symbol note;  ///< default: the platform's rule; assumed: the assumption as a clause; else invalid
  friend bool operator==(const Origin&, const Origin&) = default;
};

}  // namespace wayout::fact
