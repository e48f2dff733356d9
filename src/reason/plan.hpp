// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "reason/builtin_memo.hpp"
#include "reason/clause.hpp"
#include "reason/relation_index.hpp"

namespace wayout::reason {

/// Rows of a relation that a literal may use in this run: [begin, end).
struct RowRange {
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
  std::uint32_t size() const { return end - begin; }
};

/// What to do with a column of a row found: nothing, compare, or give a variable its value.
struct ColumnAction {
  enum class Kind : std::uint8_t { kEqualsConstant, kEqualsVariable, kBind } kind;
  std::uint8_t column = 0;
  std::uint32_t value = 0;  ///< symbol or variable
};

/// One step of a nested loop join.
struct PlanStep {
  enum class Kind : std::uint8_t {
    kScan,    ///< every row of the range
    kLookup,  ///< the rows of a key
    kFind,    ///< the row with these values, if it is there
    kAbsent,  ///< go on only if no row has these values
    kMemo,    ///< a built-in with one constant
    kTest,    ///< a built-in with two variables or two constants
  } kind = Kind::kScan;
  fact::Relation relation{};
  RowRange range;
  const RelationIndex* index = nullptr;  ///< kLookup, and kAbsent with wildcards
  std::uint8_t key_size = 0;
  std::uint8_t action_count = 0;
  std::array<Slot, fact::kMaxArity> key{};
  std::array<ColumnAction, fact::kMaxArity> actions{};
  std::uint16_t premise = kNoPremise;  ///< position in Clause::positive
  BuiltinMemo* memo = nullptr;
  Test test{};
  static constexpr std::uint16_t kNoPremise = UINT16_MAX;
};

using Plan = std::vector<PlanStep>;

/// Chooses join orders.
class Planner {
 public:
  Planner(const fact::FactBase& facts, Indexes& indexes, BuiltinMemos& memos)
      : facts_(facts), indexes_(indexes), memos_(memos) {}

  /// An order for the positive literals, each restricted to `ranges[i]`, with every negation and
  /// built-in as early as its variables allow. False when some literal has no row at all, hence
  /// nothing can be concluded. `use_guard`: the clause's guard is complete and may lead the join.
  bool plan(const Clause& clause, const std::vector<RowRange>& ranges, bool use_guard, Plan& plan);

 private:
  struct Candidate {
    const Literal* literal;
    RowRange range;
    std::uint16_t premise;
    double rows;  ///< with its constants only
    bool placed = false;
  };
  bool collect(const Clause& clause, const std::vector<RowRange>& ranges, bool use_guard);
  double rows_with_constants(const Literal& literal, RowRange range);
  double fan_out(const Candidate& candidate) const;
  double selectivity(const Literal& literal) const;
  void place_filters(const Clause& clause, Plan& plan);
  void place(Candidate& candidate, Plan& plan);
  bool is_bound(const Slot& slot) const {
    return slot.is_constant() || (slot.is_variable() && bound_[slot.value]);
  }

  const fact::FactBase& facts_;
  Indexes& indexes_;
  BuiltinMemos& memos_;
  const Clause* clause_ = nullptr;
  std::vector<Candidate> candidates_;
  std::vector<bool> bound_;
  std::vector<bool> negative_placed_;
  std::vector<bool> test_placed_;
};

}  // namespace wayout::reason
