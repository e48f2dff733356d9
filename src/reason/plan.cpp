// SPDX-License-Identifier: Apache-2.0
// Join orders. The best order of n atoms is not worth searching: facts hang on few entities (a
// container, an account), so a greedy choice does. Start from the atom with the fewest rows after
// its constants, then always take the atom with the fewest rows per binding so far. Sizes are real
// ones at the time of the run; a constant is counted through the index that the join will use.
#include "reason/plan.hpp"

#include <algorithm>

namespace wayout::reason {

namespace {

// Ranges up to this size are scanned: cheaper than an index, which may have to be built first.
constexpr std::uint32_t kScanRows = 8;
// How many rows a built-in with a constant lets through, guessed.
constexpr double kTestSelectivity = 0.1;

}  // namespace

double Planner::rows_with_constants(const Literal& literal, RowRange range) {
  if (range.size() <= kScanRows) return range.size();
  ColumnMask mask = 0;
  std::array<fact::Symbol, fact::kMaxArity> key{};
  std::size_t size = 0;
  for (std::uint8_t i = 0; i < literal.arity; ++i) {
    if (!literal.slots[i].is_constant()) continue;
    mask = static_cast<ColumnMask>(mask | 1u << i);
    key[size++] = fact::Symbol(literal.slots[i].value);
  }
  if (mask == 0) return range.size();
  const std::uint32_t count =
      indexes_.get(literal.relation, mask).count(key.data(), facts_.rows(literal.relation).data());
  return std::min(count, range.size());
}

bool Planner::collect(const Clause& clause, const std::vector<RowRange>& ranges, bool use_guard) {
  candidates_.clear();
  // Empty ranges first: they cost nothing to see, and most clauses end here.
  for (const RowRange& range : ranges) {
    if (range.size() == 0) return false;
  }
  if (use_guard && clause.guard) {
    const RowRange all{0, static_cast<std::uint32_t>(facts_.facts(clause.guard->relation).size())};
    const double rows = rows_with_constants(*clause.guard, all);
    if (rows == 0) return false;
    candidates_.push_back({&*clause.guard, all, PlanStep::kNoPremise, rows});
  }
  for (std::size_t i = 0; i < clause.positive.size(); ++i) {
    const double rows = rows_with_constants(clause.positive[i], ranges[i]);
    if (rows == 0) return false;
    candidates_.push_back({&clause.positive[i], ranges[i], static_cast<std::uint16_t>(i), rows});
  }
  return true;
}

/// Built-ins that this literal would make decidable thin out its rows.
double Planner::selectivity(const Literal& literal) const {
  double result = 1;
  for (std::size_t i = 0; i < clause_->tests.size(); ++i) {
    if (test_placed_[i]) continue;
    const Test& test = clause_->tests[i];
    const Slot& variable = test.left.is_variable() ? test.left : test.right;
    if (test.left.is_variable() && test.right.is_variable()) continue;
    if (test.builtin == Builtin::kNotEqual) continue;
    for (std::size_t c = 0; c < literal.arity; ++c) {
      if (literal.slots[c].is_variable() && literal.slots[c].value == variable.value) {
        result *= kTestSelectivity;
        break;
      }
    }
  }
  return result;
}

/// Rows to expect for one binding of the variables so far.
double Planner::fan_out(const Candidate& candidate) const {
  const Literal& literal = *candidate.literal;
  double rows = candidate.rows;
  bool complete = true;
  for (std::size_t i = 0; i < literal.arity; ++i) {
    const Slot& slot = literal.slots[i];
    if (!is_bound(slot)) {
      complete = false;
    } else if (slot.is_variable()) {
      rows /= indexes_.distinct(literal.relation, i);
    }
  }
  if (complete) return std::min(rows, 0.9);
  return rows * selectivity(literal);
}

void Planner::place(Candidate& candidate, Plan& plan) {
  candidate.placed = true;
  const Literal& literal = *candidate.literal;
  PlanStep step;
  step.relation = literal.relation;
  step.range = candidate.range;
  step.premise = candidate.premise;
  ColumnMask mask = 0;
  for (std::uint8_t i = 0; i < literal.arity; ++i) {
    if (is_bound(literal.slots[i])) mask = static_cast<ColumnMask>(mask | 1u << i);
  }
  const bool complete = mask == (1u << literal.arity) - 1;
  const bool scan = !complete && (mask == 0 || candidate.range.size() <= kScanRows ||
                                  candidate.rows >= candidate.range.size());
  // Bound variables thin out even where constants do not.
  bool by_variable = false;
  for (std::size_t i = 0; i < literal.arity; ++i) {
    by_variable = by_variable || (literal.slots[i].is_variable() && is_bound(literal.slots[i]));
  }
  const bool lookup = !complete && (!scan || (by_variable && candidate.range.size() > kScanRows));
  step.kind = complete ? PlanStep::Kind::kFind
              : lookup ? PlanStep::Kind::kLookup
                       : PlanStep::Kind::kScan;
  if (lookup) step.index = &indexes_.get(literal.relation, mask);
  std::vector<std::uint32_t> bound_here;
  for (std::uint8_t i = 0; i < literal.arity; ++i) {
    const Slot& slot = literal.slots[i];
    if ((mask >> i & 1) != 0 && step.kind != PlanStep::Kind::kScan) {
      step.key[step.key_size++] = slot;
      continue;
    }
    if (slot.kind == Slot::Kind::kAny) continue;
    ColumnAction action{ColumnAction::Kind::kBind, i, slot.value};
    if (slot.is_constant()) {
      action.kind = ColumnAction::Kind::kEqualsConstant;
    } else if (bound_[slot.value] ||
               std::find(bound_here.begin(), bound_here.end(), slot.value) != bound_here.end()) {
      action.kind = ColumnAction::Kind::kEqualsVariable;
    } else {
      bound_here.push_back(slot.value);
    }
    step.actions[step.action_count++] = action;
  }
  for (const std::uint32_t variable : bound_here) bound_[variable] = true;
  plan.push_back(step);
}

void Planner::place_filters(const Clause& clause, Plan& plan) {
  for (std::size_t i = 0; i < clause.tests.size(); ++i) {
    const Test& test = clause.tests[i];
    if (test_placed_[i] || !is_bound(test.left) || !is_bound(test.right)) continue;
    test_placed_[i] = true;
    PlanStep step;
    step.kind = PlanStep::Kind::kTest;
    step.test = test;
    const bool symbols_decide =
        test.builtin == Builtin::kEqual || test.builtin == Builtin::kNotEqual;
    if (!symbols_decide && test.left.is_constant() != test.right.is_constant()) {
      step.kind = PlanStep::Kind::kMemo;
      const bool left = test.left.is_constant();
      step.memo = &memos_.get(test.builtin, left,
                              fact::Symbol(left ? test.left.value : test.right.value), facts_);
      step.key[0] = left ? test.right : test.left;
    }
    plan.push_back(step);
  }
  for (std::size_t i = 0; i < clause.negative.size(); ++i) {
    const Literal& literal = clause.negative[i];
    const auto decidable = [&](const Slot& slot) {
      return slot.kind == Slot::Kind::kAny || is_bound(slot);
    };
    if (negative_placed_[i] ||
        !std::all_of(literal.slots.begin(), literal.slots.begin() + literal.arity, decidable)) {
      continue;
    }
    negative_placed_[i] = true;
    if (facts_.facts(literal.relation).empty()) continue;
    PlanStep step;
    step.kind = PlanStep::Kind::kAbsent;
    step.relation = literal.relation;
    ColumnMask mask = 0;
    for (std::uint8_t c = 0; c < literal.arity; ++c) {
      if (literal.slots[c].kind == Slot::Kind::kAny) continue;
      mask = static_cast<ColumnMask>(mask | 1u << c);
      step.key[step.key_size++] = literal.slots[c];
    }
    if (step.key_size < literal.arity) step.index = &indexes_.get(literal.relation, mask);
    plan.push_back(step);
  }
}

bool Planner::plan(const Clause& clause, const std::vector<RowRange>& ranges, bool use_guard,
                   Plan& plan) {
  plan.clear();
  clause_ = &clause;
  bound_.assign(clause.variables, false);
  negative_placed_.assign(clause.negative.size(), false);
  test_placed_.assign(clause.tests.size(), false);
  if (!collect(clause, ranges, use_guard)) return false;
  place_filters(clause, plan);
  for (std::size_t count = 0; count < candidates_.size(); ++count) {
    Candidate* best = nullptr;
    double best_rows = 0;
    for (Candidate& candidate : candidates_) {
      if (candidate.placed) continue;
      const double rows = fan_out(candidate);
      if (best != nullptr && rows >= best_rows) continue;
      best = &candidate;
      best_rows = rows;
    }
    // Implied by the other conditions, the guard is of use only where it leads.
    if (count == 0 && candidates_[0].premise == PlanStep::kNoPremise && best != &candidates_[0]) {
      candidates_[0].placed = true;
      ++count;
      if (count == candidates_.size()) return true;
    }
    place(*best, plan);
    place_filters(clause, plan);
  }
  return true;
}

}  // namespace wayout::reason
