// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "text/tree.hpp"

namespace wayout::report {

/// Checks a document against the part of JSON Schema that docs/report.schema.json uses: $ref,
/// type, enum, required, properties, items, minimum, maximum and an id's pattern. Also reports a
/// property that the schema does not know: the schema must say everything that is written.
class SchemaCheck {
 public:
  explicit SchemaCheck(text::NodeRef schema) : root_(schema) {}

  std::vector<std::string> errors(text::NodeRef document) {
    errors_.clear();
    check(document, root_, "$");
    return errors_;
  }

 private:
  void fail(const std::string& path, const std::string& why) {
    errors_.push_back(path + ": " + why);
  }

  static std::string type_of(const text::NodeRef& node) {
    if (node.is_mapping()) return "object";
    if (node.is_sequence()) return "array";
    if (node.style() != text::ScalarStyle::kPlain) return "string";
    if (node.is_null()) return "null";
    return node.boolean() ? "boolean" : "integer";
  }

  void check(const text::NodeRef& node, text::NodeRef schema, const std::string& path) {
    if (const auto reference = schema["$ref"]) {
      schema = root_["$defs"][reference.scalar().substr(std::string_view("#/$defs/").size())];
      if (!schema) return fail(path, "the schema refers to nothing");
    }
    check_type(node, schema["type"], path);
    if (const auto allowed = schema["enum"]) {
      bool found = false;
      for (const auto& value : allowed.items()) {
        found = found || (value.scalar() == node.scalar() && value.is_null() == node.is_null());
      }
      if (!found) fail(path, "'" + std::string(node.scalar()) + "' is not allowed");
    }
    if (const auto least = schema["minimum"].integer();
        least && node.integer().value_or(*least) < *least) {
      fail(path, "is too small");
    }
    if (const auto most = schema["maximum"].integer();
        most && node.integer().value_or(*most) > *most) {
      fail(path, "is too large");
    }
    if (schema["pattern"]) {
      const bool id = node.scalar().size() == 16 &&
                      node.scalar().find_first_not_of("0123456789abcdef") == std::string_view::npos;
      if (!id) fail(path, "is no id");
    }
    if (node.is_mapping()) check_object(node, schema, path);
    if (!node.is_sequence()) return;
    int index = 0;
    for (const auto& item : node.items()) {
      check(item, schema["items"], path + "[" + std::to_string(index++) + "]");
    }
  }

  void check_type(const text::NodeRef& node, const text::NodeRef& type, const std::string& path) {
    if (!type) return;
    const std::string actual = type_of(node);
    bool found = type.scalar() == actual;
    for (const auto& item : type.items()) found = found || item.scalar() == actual;
    if (!found) fail(path, "is a " + actual);
  }

  void check_object(const text::NodeRef& node, const text::NodeRef& schema,
                    const std::string& path) {
    for (const auto& name : schema["required"].items()) {
      if (!node[name.scalar()]) fail(path, "has no " + std::string(name.scalar()));
    }
    for (const auto& [key, value] : node.entries()) {
      const std::string name(key.scalar());
      const auto rest = schema["additionalProperties"];
      const auto known = schema["properties"][name] ? schema["properties"][name] : rest;
      if (!known) {
        fail(path, "the schema knows no " + name);
      } else {
        check(value, known, path + "." + name);
      }
    }
  }

  text::NodeRef root_;
  std::vector<std::string> errors_;
};

}  // namespace wayout::report
