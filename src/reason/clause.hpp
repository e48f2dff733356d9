// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "fact/fact_base.hpp"
#include "reason/rule.hpp"
#include "reason/strata.hpp"

namespace wayout::reason {

/// A term with its constant interned.
struct Slot {
  enum class Kind : std::uint8_t { kAny, kVariable, kConstant } kind = Kind::kAny;
  std::uint32_t value = 0;  ///< variable index or symbol
  bool is_variable() const { return kind == Kind::kVariable; }
  bool is_constant() const { return kind == Kind::kConstant; }
};

/// A relation atom ready for joining.
struct Literal {
  fact::Relation relation{};
  Strata::Node node = 0;  ///< what it reads (body) or adds to (head)
  std::uint8_t arity = 0;
  std::array<Slot, fact::kMaxArity> slots{};
};

/// A built-in ready for testing.
struct Test {
  Builtin builtin{};
  Slot left;
  Slot right;
};

/// One Horn clause. A technique becomes, for each alternative, `applies(ID, subject) :- when` and
/// `then :- from, when`; asked for near-misses, also `blocked(ID, subject) :- when'` for every
/// condition that has an opposite.
struct Clause {
  RuleId rule;
  bool step = false;
  std::uint16_t variables = 0;
  std::vector<Literal> heads;
  std::vector<Literal> positive;  ///< in the order of the rule: the order of premises
  std::vector<Literal> negative;
  std::vector<Test> tests;
  /// `applies(ID, subject)` for a step: implied by its conditions, so it is no premise; joining
  /// from it uses what the finding clause has already worked out.
  std::optional<Literal> guard;
};

std::vector<Clause> compile(const RuleSet& rules, const Strata& strata, fact::FactBase& facts);
/// Clauses for `blocked`; their first premise is the blocking fact.
std::vector<Clause> compile_blocked(const RuleSet& rules, const Strata& strata,
                                    fact::FactBase& facts);
/// The conditions under which a rule counts as judged, without a head.
Clause compile_judged_when(const Rule& rule, const Strata& strata, fact::FactBase& facts);

}  // namespace wayout::reason
