// SPDX-License-Identifier: Apache-2.0
#include "reason/builtin_memo.hpp"

namespace wayout::reason {

BuiltinMemo::BuiltinMemo(Builtin builtin, bool constant_is_left, std::string constant)
    : builtin_(builtin), constant_is_left_(constant_is_left), constant_(std::move(constant)) {
  if (builtin_ == Builtin::kVersionIn && !constant_is_left_) {
    ranges_ = VersionRanges::parse(constant_);
  }
}

bool BuiltinMemo::decide(fact::Symbol symbol, const fact::FactBase& facts) {
  const std::string_view text = facts.text(symbol);
  const bool result = ranges_             ? ranges_->contains(text)
                      : constant_is_left_ ? holds(builtin_, constant_, text)
                                          : holds(builtin_, text, constant_);
  const std::size_t word = symbol.index() / 32;
  const unsigned shift = static_cast<unsigned>(symbol.index() % 32) * 2;
  if (word >= known_.size()) known_.resize(facts.symbol_count() / 32 + 1);
  known_[word] |= std::uint64_t{result ? 2u : 1u} << shift;
  return result;
}

BuiltinMemo& BuiltinMemos::get(Builtin builtin, bool constant_is_left, fact::Symbol constant,
                               const fact::FactBase& facts) {
  const std::uint64_t pattern = std::uint64_t{constant.value} << 16 |
                                static_cast<std::uint64_t>(builtin) << 1 |
                                (constant_is_left ? 1u : 0u);
  auto& memo = by_pattern_[pattern];
  if (memo == nullptr) {
    memos_.emplace_back(builtin, constant_is_left, std::string(facts.text(constant)));
    memo = &memos_.back();
  }
  return *memo;
}

}  // namespace wayout::reason
