// SPDX-License-Identifier: Apache-2.0
#include "reason/relation_index.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

namespace wayout::reason {

namespace {

constexpr std::size_t kFirstEntries = 16;

/// Spreads tags, which for one column are dense symbol numbers (Fibonacci hashing).
std::size_t spread(std::uint32_t tag, unsigned shift) {
  return static_cast<std::size_t>((tag * 0x9E3779B97F4A7C15u) >> shift);
}

}  // namespace

RelationIndex::RelationIndex(std::size_t arity, ColumnMask mask) : arity_(arity) {
  for (std::size_t i = 0; i < arity; ++i) {
    if ((mask >> i & 1) != 0) columns_[key_size_++] = static_cast<std::uint8_t>(i);
  }
  entries_.resize(kFirstEntries);
  shift_ = 64 - static_cast<unsigned>(std::countr_zero(kFirstEntries));
}

/// For one column the tag is the value itself, so that equal tags mean equal keys.
std::uint32_t RelationIndex::tag_of(const fact::Symbol* key) const {
  if (key_size_ == 1) return key[0].value;
  std::uint64_t hash = 0;
  for (std::size_t i = 0; i < key_size_; ++i) {
    hash = (hash ^ key[i].value) * 0xFF51AFD7ED558CCDu;
    hash ^= hash >> 32;
  }
  return static_cast<std::uint32_t>(hash);
}

bool RelationIndex::same_key(std::uint32_t row, const fact::Symbol* key,
                             const fact::Symbol* cells) const {
  if (key_size_ == 1) return true;
  const fact::Symbol* values = cells + row * arity_;
  for (std::size_t i = 0; i < key_size_; ++i) {
    if (values[columns_[i]] != key[i]) return false;
  }
  return true;
}

std::size_t RelationIndex::place(const fact::Symbol* key, std::uint32_t tag,
                                 const fact::Symbol* cells) const {
  const std::size_t mask = entries_.size() - 1;
  for (std::size_t at = spread(tag, shift_);; at = (at + 1) & mask) {
    const Entry& entry = entries_[at];
    if (entry.first == kNoRow) return at;
    if (entry.tag == tag && same_key(entry.first, key, cells)) return at;
  }
}

void RelationIndex::grow() {
  std::vector<Entry> old(entries_.size() * 2);
  old.swap(entries_);
  --shift_;
  const std::size_t mask = entries_.size() - 1;
  for (const Entry& entry : old) {
    if (entry.first == kNoRow) continue;
    std::size_t at = spread(entry.tag, shift_);
    while (entries_[at].first != kNoRow) at = (at + 1) & mask;
    entries_[at] = entry;
  }
}

void RelationIndex::extend(std::span<const fact::Symbol> cells) {
  const std::size_t rows = cells.size() / arity_;
  std::array<fact::Symbol, fact::kMaxArity> key{};
  std::array<fact::Symbol, fact::kMaxArity> last_key{};
  std::size_t last_at = SIZE_MAX;  // readers add the facts of one entity in a row
  const std::size_t begin = next_.size();
  next_.resize(rows, kNoRow);
  for (std::size_t row = begin; row < rows; ++row) {
    for (std::size_t i = 0; i < key_size_; ++i) key[i] = cells[row * arity_ + columns_[i]];
    std::size_t at = last_at;
    std::uint32_t tag = 0;
    if (last_at == SIZE_MAX || key != last_key) {
      if ((used_ + 1) * 2 > entries_.size()) grow();
      tag = tag_of(key.data());
      at = place(key.data(), tag, cells.data());
      last_at = at;
      last_key = key;
    }
    Entry& entry = entries_[at];
    if (entry.first == kNoRow) {
      entry = {tag, static_cast<std::uint32_t>(row), static_cast<std::uint32_t>(row), 1};
      ++used_;
    } else {
      next_[entry.last] = static_cast<std::uint32_t>(row);
      entry.last = static_cast<std::uint32_t>(row);
      ++entry.count;
    }
  }
}

std::uint32_t RelationIndex::first(const fact::Symbol* key, const fact::Symbol* cells) const {
  return entries_[place(key, tag_of(key), cells)].first;
}

std::uint32_t RelationIndex::count(const fact::Symbol* key, const fact::Symbol* cells) const {
  return entries_[place(key, tag_of(key), cells)].count;
}

const RelationIndex& Indexes::get(fact::Relation relation, ColumnMask mask) {
  const auto id = static_cast<std::uint32_t>(relation) << 8 | mask;
  auto& index = indexes_[id];
  if (!index) index = std::make_unique<RelationIndex>(fact::info(relation).arity, mask);
  index->extend(facts_.rows(relation));
  return *index;
}

/// The first column is counted by runs, because facts of one entity stand together; the others by a
/// small sample. Only join orders depend on it, never results.
double Indexes::distinct(fact::Relation relation, std::size_t column) {
  constexpr std::size_t kSample = 64;
  Statistics& known = statistics_[static_cast<std::size_t>(relation)];
  const auto cells = facts_.rows(relation);
  const std::size_t arity = fact::info(relation).arity;
  const std::size_t rows = cells.size() / arity;
  if (rows == 0) return 1;
  if (rows > known.rows * 2 || known.rows == 0) {
    known.rows = rows;
    std::size_t runs = 1;
    for (std::size_t row = 1; row < rows; ++row) {
      runs += cells[row * arity] != cells[(row - 1) * arity] ? 1 : 0;
    }
    known.distinct[0] = static_cast<double>(runs);
    for (std::size_t c = 1; c < arity; ++c) {
      std::vector<fact::Symbol> sample;
      const std::size_t wanted = std::min(rows, kSample);
      for (std::size_t i = 0; i < wanted; ++i) {
        sample.push_back(cells[(i * rows / wanted) * arity + c]);
      }
      std::sort(sample.begin(), sample.end());
      const auto end = std::unique(sample.begin(), sample.end());
      const auto different = static_cast<double>(end - sample.begin());
      const double scale = static_cast<double>(rows) / static_cast<double>(wanted);
      known.distinct[c] =
          different * 2 > static_cast<double>(wanted) ? different * scale : different;
    }
  }
  return known.distinct[column];
}

}  // namespace wayout::reason
