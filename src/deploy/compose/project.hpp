// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <initializer_list>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/span.hpp"
#include "deploy/compose/variables.hpp"
#include "text/tree.hpp"

namespace wayout::deploy::compose {

/// What texts of one file are relative to.
struct Scope {
  std::string path;  ///< of the file
  const Variables* variables = nullptr;
};

/// A node together with the scope it stands in.
struct Value {
  text::NodeRef node;
  const Scope* scope = nullptr;

  explicit operator bool() const { return static_cast<bool>(node); }
  base::Span span() const { return node.span(); }
  Value operator[](std::string_view key) const { return {node[key], scope}; }
  Text text() const { return interpolate(node.scalar(), *scope->variables); }
  std::string plain() const { return node ? text().value : std::string(); }
  bool yes() const;
  std::vector<Value> items() const;
};

/// A `KEY=VALUE` of the list or mapping form of environment, sysctls, args and their like.
struct Assignment {
  std::string name;
  Text value;
  bool has_value = false;
  base::Span span;
};

/// One service: the layers that define it, lowest first (extended services, the main file, the
/// override file). Reading merges them as Compose does.
class Service {
 public:
  std::string name;
  std::vector<Value> layers;

  /// The highest layer's value; nothing when no layer has it. Below an explicit tag (`!reset`,
  /// `!override`) nothing counts.
  Value get(std::string_view key) const;
  Value get(std::initializer_list<std::string_view> path) const;
  bool has(std::string_view key) const { return static_cast<bool>(get(key)); }
  /// The items of a list that layers add to, lowest layer first. A single text is one item.
  std::vector<Value> list(std::string_view key) const;
  /// Assignments of all layers, higher ones replacing lower ones of the same name.
  std::vector<Assignment> assignments(std::string_view key) const;
  /// Where the service stands: its key in the highest layer.
  base::Span span;

 private:
  std::vector<Value> contributions(std::string_view key) const;
};

std::vector<Assignment> assignments_of(const std::vector<Value>& sources);

/// Named definitions below a top-level key, by name; higher layers replace lower ones.
using Definitions = std::map<std::string, Value, std::less<>>;

struct Project {
  std::string path;          ///< of the main file; names the workload
  std::vector<Value> roots;  ///< documents, lowest first
  std::vector<Service> services;
  Definitions volumes, networks, secrets, configs;
  base::Span span;

  /// The service of that name, or with that `container_name`; nothing when there is none.
  const Service* find(std::string_view name) const;
  const Service* find_container(std::string_view container_name) const;
  /// How many containers are attached to a bridge network; 2 stands for any larger scale too.
  std::size_t attached(std::string_view network) const;

 private:
  using Index = std::map<std::string, std::size_t, std::less<>>;
  mutable Index attached_, by_name_, by_container_name_;
};

}  // namespace wayout::deploy::compose
