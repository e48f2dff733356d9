// SPDX-License-Identifier: Apache-2.0
#include "deploy/kubernetes/document.hpp"

#include <algorithm>

namespace wayout::deploy::kubernetes {

using fact::Symbol;
using text::NodeRef;

base::Span field_span(NodeRef mapping, std::string_view key) {
  const NodeRef key_node = mapping.key(key);
  if (!key_node) return {};
  base::Span span = key_node.span();
  // The value follows its key, which is never an alias: no need to look it up again.
  const text::Tree& tree = *key_node.tree();
  const NodeRef value(&tree, tree.node(key_node.index()).next);
  if (!value.is_scalar()) return span;
  const base::Span end = value.span();
  if (end.begin < span.end) return span;
  span.end_line = end.end_line;
  span.end_column = end.end_column;
  span.end = end.end;
  return span;
}

Labels read_labels(NodeRef mapping, fact::FactBase& facts) {
  Labels labels;
  if (!mapping.is_mapping()) return labels;
  for (const auto& [key, value] : mapping.entries()) {
    if (!value.is_scalar()) continue;
    labels.emplace_back(facts.intern(key.scalar()), facts.intern(value.scalar()));
  }
  // Of duplicate keys the last one counts: a stable sort keeps it last among its equals.
  std::stable_sort(labels.begin(), labels.end(),
                   [](const Label& a, const Label& b) { return a.first < b.first; });
  const auto same_key = [](const Label& a, const Label& b) { return a.first == b.first; };
  const auto kept = std::unique(labels.rbegin(), labels.rend(), same_key);
  labels.erase(labels.begin(), kept.base());
  return labels;
}

namespace {

Selector::Operator operator_named(std::string_view name) {
  if (name == "In") return Selector::Operator::kIn;
  if (name == "NotIn") return Selector::Operator::kNotIn;
  if (name == "Exists") return Selector::Operator::kExists;
  if (name == "DoesNotExist") return Selector::Operator::kDoesNotExist;
  return Selector::Operator::kNever;
}

const Label* find_label(const Labels& labels, Symbol key) {
  const auto found = std::lower_bound(labels.begin(), labels.end(), key,
                                      [](const Label& a, Symbol k) { return a.first < k; });
  return found != labels.end() && found->first == key ? &*found : nullptr;
}

bool holds(const Selector::Expression& expression, const Label* label) {
  const auto listed = [&] {
    return std::binary_search(expression.values.begin(), expression.values.end(), label->second);
  };
  switch (expression.op) {
    case Selector::Operator::kIn:
      return label != nullptr && listed();
    case Selector::Operator::kNotIn:
      return label == nullptr || !listed();
    case Selector::Operator::kExists:
      return label != nullptr;
    case Selector::Operator::kDoesNotExist:
      return label == nullptr;
    case Selector::Operator::kNever:
      return false;
  }
  return false;
}

}  // namespace

bool Selector::matches(const Labels& candidate) const {
  for (const auto& [key, value] : labels) {
    const Label* label = find_label(candidate, key);
    if (label == nullptr || label->second != value) return false;
  }
  return std::all_of(expressions.begin(), expressions.end(), [&](const Expression& expression) {
    return holds(expression, find_label(candidate, expression.key));
  });
}

Selector read_selector(NodeRef node, fact::FactBase& facts) {
  Selector selector;
  selector.labels = read_labels(node["matchLabels"], facts);
  for_each_item(node["matchExpressions"], [&](NodeRef item) {
    Selector::Expression expression;
    expression.key = facts.intern(item["key"].scalar());
    expression.op = operator_named(item["operator"].scalar());
    for_each_item(item["values"], [&](NodeRef value) {
      expression.values.push_back(facts.intern(value.scalar()));
    });
    std::sort(expression.values.begin(), expression.values.end());
    selector.expressions.push_back(std::move(expression));
  });
  return selector;
}

std::string_view without_suffix(std::string_view text, std::string_view suffix) {
  return text.ends_with(suffix) ? text.substr(0, text.size() - suffix.size()) : std::string_view{};
}

}  // namespace wayout::deploy::kubernetes
