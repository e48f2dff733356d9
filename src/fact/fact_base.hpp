// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <initializer_list>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "fact/evidence.hpp"
#include "fact/vocabulary.hpp"

namespace wayout::fact {

/// Everything known about the targets: a set of typed statements, each with its origin. Facts are
/// only ever added. A fact's id is its position in time of insertion, so equal input gives equal
/// ids. Not thread-safe; readers add facts one after another.
class FactBase {
 public:
  FactBase();
  ~FactBase();
  FactBase(FactBase&&) noexcept;
  FactBase& operator=(FactBase&&) noexcept;

  Symbol intern(std::string_view text);
  /// The symbol of a text that may not be known; invalid then.
  Symbol find_symbol(std::string_view text) const;
  std::string_view text(Symbol symbol) const;
  std::size_t symbol_count() const;

  OriginId origin(const Origin& origin);
  const Origin& origin(OriginId id) const;

  /// Adds a statement, or finds it. When it is there already the surer certainty wins, with its
  /// origin; among equals the first stays. `values` must have the relation's arity.
  FactId add(Relation relation, std::span<const Symbol> values, Certainty certainty,
             OriginId origin);
  FactId add(Relation relation, std::initializer_list<Symbol> values, Certainty certainty,
             OriginId origin);
  /// Adds what a rule concludes: without origin, its certainty is that of its proofs. A statement
  /// that a reader also made stays the reader's.
  FactId derive(Relation relation, std::span<const Symbol> values, bool& is_new);

  FactId find(Relation relation, std::span<const Symbol> values) const;
  /// The position among the relation's facts, or `kNoRow`.
  static constexpr std::uint32_t kNoRow = UINT32_MAX;
  std::uint32_t find_row(Relation relation, std::span<const Symbol> values) const;

  std::size_t size() const;
  Relation relation(FactId fact) const;
  std::span<const Symbol> values(FactId fact) const;
  Certainty certainty(FactId fact) const;
  OriginId origin_of(FactId fact) const;  ///< invalid for a fact that only rules made
  bool is_leaf(FactId fact) const { return origin_of(fact).valid(); }

  /// Facts of one relation in order of insertion.
  std::span<const FactId> facts(Relation relation) const;
  /// Their values, row after row, arity columns each: `rows(r)[i * arity + column]`.
  std::span<const Symbol> rows(Relation relation) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace wayout::fact
