// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <unordered_map>
#include <vector>

#include "fact/fact_base.hpp"
#include "reason/builtins.hpp"

namespace wayout::reason {

/// A built-in with one constant side, decided once per symbol: two bits each.
class BuiltinMemo {
 public:
  BuiltinMemo(Builtin builtin, bool constant_is_left, std::string constant);

  bool test(fact::Symbol symbol, const fact::FactBase& facts) {
    const std::size_t word = symbol.index() / 32;
    const unsigned shift = static_cast<unsigned>(symbol.index() % 32) * 2;
    if (word < known_.size()) {
      const std::uint64_t bits = known_[word] >> shift & 3;
      if (bits != 0) return bits == 2;
    }
    return decide(symbol, facts);
  }

 private:
  bool decide(fact::Symbol symbol, const fact::FactBase& facts);

  Builtin builtin_;
  bool constant_is_left_;
  std::string constant_;
  std::optional<VersionRanges> ranges_;
  std::vector<std::uint64_t> known_;  // 0 unknown, 1 false, 2 true
};

/// One memo for each (built-in, side, constant).
class BuiltinMemos {
 public:
  BuiltinMemo& get(Builtin builtin, bool constant_is_left, fact::Symbol constant,
                   const fact::FactBase& facts);

 private:
  std::deque<BuiltinMemo> memos_;
  std::unordered_map<std::uint64_t, BuiltinMemo*> by_pattern_;
};

}  // namespace wayout::reason
