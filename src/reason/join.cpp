// SPDX-License-Identifier: Apache-2.0
#include "reason/join.hpp"

namespace wayout::reason {

Join::Join(fact::FactBase& facts, ProofGraph& proofs, const EngineOptions& options)
    : facts_(facts), proofs_(proofs), options_(options) {
  for (std::size_t i = 0; i < fact::kRelationCount; ++i) refresh(static_cast<fact::Relation>(i));
}

/// A relation's rows move when it grows.
void Join::refresh(fact::Relation relation) {
  views_[static_cast<std::size_t>(relation)] = {facts_.rows(relation).data(),
                                                facts_.facts(relation).data()};
}

bool Join::run(const Clause& clause, const Plan& plan) {
  clause_ = &clause;
  plan_ = &plan;
  bindings_.assign(clause.variables, fact::Symbol{});
  premises_.assign(clause.positive.size(), fact::FactId{});
  return extend(0);
}

bool Join::exists(const Clause& clause, const Plan& plan) {
  only_exists_ = true;
  found_ = false;
  run(clause, plan);
  only_exists_ = false;
  return found_;
}

bool Join::conclude() {
  if (only_exists_) {
    found_ = true;
    return false;
  }
  std::array<fact::Symbol, fact::kMaxArity> values{};
  for (const Literal& head : clause_->heads) {
    for (std::size_t i = 0; i < head.arity; ++i) values[i] = value(head.slots[i]);
    bool is_new = false;
    const fact::FactId fact = facts_.derive(head.relation, {values.data(), head.arity}, is_new);
    if (is_new) refresh(head.relation);
    if (proofs_.size() >= options_.max_derivations) return false;
    proofs_.add(clause_->rule, fact, premises_, clause_->step);
  }
  return true;
}

bool Join::passes(const PlanStep& step) {
  switch (step.kind) {
    case PlanStep::Kind::kMemo:
      return step.memo->test(value(step.key[0]), facts_);
    case PlanStep::Kind::kTest: {
      const fact::Symbol left = value(step.test.left);
      const fact::Symbol right = value(step.test.right);
      if (step.test.builtin == Builtin::kEqual) return left == right;
      if (step.test.builtin == Builtin::kNotEqual) return left != right;
      return holds(step.test.builtin, facts_.text(left), facts_.text(right));
    }
    default: {
      std::array<fact::Symbol, fact::kMaxArity> key{};
      key_of(step, key);
      if (step.index == nullptr) {
        return !facts_.find(step.relation, {key.data(), step.key_size}).valid();
      }
      return step.index->first(key.data(), views_[static_cast<std::size_t>(step.relation)].cells) ==
             kNoRow;
    }
  }
}

/// Takes a row as the step's match, if its columns agree, and goes on with the next step.
bool Join::use_row(const PlanStep& step, const View& view, std::size_t arity, std::uint32_t row,
                   std::size_t at) {
  if (++rows_ > options_.max_rows) return false;
  const fact::Symbol* values = view.cells + row * arity;
  for (std::size_t i = 0; i < step.action_count; ++i) {
    const ColumnAction& action = step.actions[i];
    const fact::Symbol here = values[action.column];
    switch (action.kind) {
      case ColumnAction::Kind::kBind:
        bindings_[action.value] = here;
        break;
      case ColumnAction::Kind::kEqualsConstant:
        if (here.value != action.value) return true;
        break;
      case ColumnAction::Kind::kEqualsVariable:
        if (here != bindings_[action.value]) return true;
        break;
    }
  }
  if (step.premise != PlanStep::kNoPremise) premises_[step.premise] = view.ids[row];
  return extend(at + 1);
}

/// All bindings of the steps from `at` on; false to stop everything.
bool Join::extend(std::size_t at) {
  for (; at < plan_->size() && (*plan_)[at].kind >= PlanStep::Kind::kAbsent; ++at) {
    if (!passes((*plan_)[at])) return true;
  }
  if (at == plan_->size()) return conclude();
  const PlanStep& step = (*plan_)[at];
  const std::size_t arity = fact::info(step.relation).arity;
  // A reference: conclusions in deeper steps may move the rows.
  const View& view = views_[static_cast<std::size_t>(step.relation)];
  if (step.kind == PlanStep::Kind::kScan) {
    for (std::uint32_t row = step.range.begin; row < step.range.end; ++row) {
      if (!use_row(step, view, arity, row, at)) return false;
    }
    return true;
  }
  std::array<fact::Symbol, fact::kMaxArity> key{};
  key_of(step, key);
  if (step.kind == PlanStep::Kind::kFind) {
    const std::uint32_t row = facts_.find_row(step.relation, {key.data(), step.key_size});
    if (row < step.range.begin || row >= step.range.end) return true;
    return use_row(step, view, arity, row, at);
  }
  for (std::uint32_t row = step.index->first(key.data(), view.cells); row < step.range.end;
       row = step.index->next(row)) {
    if (row >= step.range.begin && !use_row(step, view, arity, row, at)) return false;
  }
  return true;
}

}  // namespace wayout::reason
