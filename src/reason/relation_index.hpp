// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <unordered_map>
#include <vector>

#include "fact/fact_base.hpp"

namespace wayout::reason {

inline constexpr std::uint32_t kNoRow = UINT32_MAX;
using ColumnMask = std::uint8_t;  ///< bit i: column i is part of the key
static_assert(fact::kMaxArity <= 8);

/// Rows of one relation by the values of some columns. Rows of one key form a chain in ascending
/// order. Only ever extended, so that building it costs each row once.
class RelationIndex {
 public:
  RelationIndex(std::size_t arity, ColumnMask mask);

  /// Takes in the rows that were added since the last time.
  void extend(std::span<const fact::Symbol> cells);

  /// `key` holds the values of the masked columns in column order; `cells` are the relation's rows.
  std::uint32_t first(const fact::Symbol* key, const fact::Symbol* cells) const;
  std::uint32_t next(std::uint32_t row) const { return next_[row]; }
  std::uint32_t count(const fact::Symbol* key, const fact::Symbol* cells) const;

 private:
  struct Entry {
    std::uint32_t tag = 0;
    std::uint32_t first = kNoRow;  // kNoRow: free
    std::uint32_t last = 0;
    std::uint32_t count = 0;
  };
  std::uint32_t tag_of(const fact::Symbol* key) const;
  std::size_t place(const fact::Symbol* key, std::uint32_t tag, const fact::Symbol* cells) const;
  bool same_key(std::uint32_t row, const fact::Symbol* key, const fact::Symbol* cells) const;
  void grow();

  std::size_t arity_;
  std::size_t key_size_ = 0;
  std::array<std::uint8_t, fact::kMaxArity> columns_{};
  std::vector<Entry> entries_;  // open addressing, a power of two
  unsigned shift_ = 0;
  std::size_t used_ = 0;
  std::vector<std::uint32_t> next_;
};

/// The indexes of all relations, made when first asked for, and what is known of column values.
class Indexes {
 public:
  explicit Indexes(const fact::FactBase& facts) : facts_(facts) {}

  /// Up to date with the fact base. Stays at its address.
  const RelationIndex& get(fact::Relation relation, ColumnMask mask);
  /// About how many different values a column has.
  double distinct(fact::Relation relation, std::size_t column);

 private:
  struct Statistics {
    std::size_t rows = 0;
    std::array<double, fact::kMaxArity> distinct{};
  };
  const fact::FactBase& facts_;
  std::unordered_map<std::uint32_t, std::unique_ptr<RelationIndex>> indexes_;
  std::array<Statistics, fact::kRelationCount> statistics_{};
};

}  // namespace wayout::reason
