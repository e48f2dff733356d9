// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string_view>

namespace wayout::deploy::kubernetes {

/// Lists are words with a blank between them.
struct BuiltinRule {
  std::string_view group, resources, verbs;
};
struct BuiltinRole {
  std::string_view entity;
  std::string_view note;
  /// Roles with one of these labels set to true are merged into it (view into edit into admin).
  std::string_view aggregation_labels;
  std::span<const BuiltinRule> rules;
};

/// A ClusterRole that the API server makes by itself; nullptr for any other entity.
const BuiltinRole* builtin_role(std::string_view entity);

template <class Visit>
void for_each_word(std::string_view words, const Visit& visit) {
  while (!words.empty()) {
    const std::size_t end = words.find(' ');
    visit(words.substr(0, end));
    words.remove_prefix(end == std::string_view::npos ? words.size() : end + 1);
  }
}

}  // namespace wayout::deploy::kubernetes
