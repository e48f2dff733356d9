// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>
#include <vector>

namespace wayout::fact {

/// 64 bits from two, every bit of the result depending on every bit of both.
inline std::uint64_t mix(std::uint64_t a, std::uint64_t b) {
  std::uint64_t hash = (a ^ 0x9E3779B97F4A7C15u) * 0xFF51AFD7ED558CCDu;
  hash = (hash ^ (hash >> 32) ^ b) * 0xC4CEB9FE1A85EC53u;
  return hash ^ (hash >> 29);
}

/// The 32 bits a SlotTable takes.
inline std::uint32_t tag_of(std::uint64_t hash) {
  return static_cast<std::uint32_t>((hash * 0x9E3779B97F4A7C15u) >> 32);
}

inline std::uint32_t tag_of(std::string_view text) {
  std::uint64_t hash = text.size();
  while (text.size() >= 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, text.data(), 8);
    hash = mix(hash, word);
    text.remove_prefix(8);
  }
  std::uint64_t rest = 0;
  if (!text.empty()) std::memcpy(&rest, text.data(), text.size());
  return tag_of(mix(hash, rest));
}

/// A hash table of numbers whose keys live elsewhere: open addressing, eight bytes a slot, at most
/// two thirds full. Slots are in order of the tag's high bits, so that growing reads and writes
/// memory in order; the tag decides nearly every comparison without looking at the key.
class SlotTable {
 public:
  static constexpr std::uint32_t kNone = UINT32_MAX;

  /// The number with this tag for which `equal(number)` holds, or kNone.
  template <class Equal>
  std::uint32_t find(std::uint32_t tag, const Equal& equal) const {
    if (slots_.empty()) return kNone;
    const std::size_t mask = slots_.size() - 1;
    for (std::size_t at = tag >> shift_;; at = (at + 1) & mask) {
      const Slot& slot = slots_[at];
      if (slot.number == kNone) return kNone;
      if (slot.tag == tag && equal(slot.number)) return slot.number;
    }
  }
  /// Adds a number that `find` did not find.
  void insert(std::uint32_t tag, std::uint32_t number) {
    if ((used_ + 1) * 3 > slots_.size() * 2) grow();
    ++used_;
    place(tag, number);
  }

 private:
  struct Slot {
    std::uint32_t tag = 0;
    std::uint32_t number = kNone;
  };
  void place(std::uint32_t tag, std::uint32_t number) {
    const std::size_t mask = slots_.size() - 1;
    std::size_t at = tag >> shift_;
    while (slots_[at].number != kNone) at = (at + 1) & mask;
    slots_[at] = {tag, number};
  }
  void grow() {
    constexpr std::size_t kFirst = 16;
    std::vector<Slot> old(slots_.empty() ? kFirst : slots_.size() * 2);
    old.swap(slots_);
    shift_ = old.empty() ? 28 : shift_ - 1;  // 2^(32 - shift) slots
    for (const Slot& slot : old) {
      if (slot.number != kNone) place(slot.tag, slot.number);
    }
  }

  std::vector<Slot> slots_;
  std::size_t used_ = 0;
  unsigned shift_ = 28;
};

}  // namespace wayout::fact
