// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/span.hpp"
#include "fact/fact_base.hpp"
#include "text/tree.hpp"

namespace wayout::deploy::kubernetes {

/// The place of a field: from its key to the end of a scalar value, or just the key of a collection
/// or of a value that stands elsewhere (an alias). Invalid when the mapping has no such key.
base::Span field_span(text::NodeRef mapping, std::string_view key);

/// The first of two places that is one.
inline base::Span either(const base::Span& first, const base::Span& second) {
  return first.valid() ? first : second;
}

/// A value that is present and not null.
inline bool given(text::NodeRef node) {
  return node && !node.is_null();
}
inline bool is_true(text::NodeRef node) {
  return node.boolean().value_or(false);
}

/// Calls `visit(item)` for each item of a sequence, without copying it.
template <class Visit>
void for_each_item(text::NodeRef sequence, const Visit& visit) {
  if (!sequence.is_sequence()) return;
  const text::Tree& tree = *sequence.tree();
  for (std::uint32_t item = tree.node(sequence.index()).child; item != 0;
       item = tree.node(item).next) {
    visit(text::NodeRef(&tree, item));
  }
}

/// Labels sorted by key symbol, one value a key.
using Label = std::pair<fact::Symbol, fact::Symbol>;
using Labels = std::vector<Label>;
Labels read_labels(text::NodeRef mapping, fact::FactBase& facts);

/// A label selector. An empty one selects everything.
struct Selector {
  enum class Operator : std::uint8_t { kIn, kNotIn, kExists, kDoesNotExist, kNever };
  struct Expression {
    fact::Symbol key;
    Operator op = Operator::kNever;
    std::vector<fact::Symbol> values;  ///< sorted
  };
  Labels labels;
  std::vector<Expression> expressions;

  bool empty() const { return labels.empty() && expressions.empty(); }
  bool matches(const Labels& candidate) const;
};
/// Reads matchLabels and matchExpressions. An operator that does not exist selects nothing, as the
/// API server would refuse the object.
Selector read_selector(text::NodeRef selector, fact::FactBase& facts);

/// `text` with `suffix` cut off, or empty when it does not end so.
std::string_view without_suffix(std::string_view text, std::string_view suffix);

}  // namespace wayout::deploy::kubernetes
