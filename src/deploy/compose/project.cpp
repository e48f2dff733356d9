// SPDX-License-Identifier: Apache-2.0
#include "deploy/compose/project.hpp"

#include <algorithm>

namespace wayout::deploy::compose {

bool Value::yes() const {
  const std::string value = plain();
  return value == "true" || value == "True" || value == "TRUE" || value == "yes" ||
         value == "Yes" || value == "on" || value == "On" || value == "1";
}

std::vector<Value> Value::items() const {
  std::vector<Value> out;
  for (const text::NodeRef item : node.items()) out.push_back({item, scope});
  return out;
}

std::vector<Value> Service::contributions(std::string_view key) const {
  std::vector<Value> out;
  for (const Value& layer : layers) {
    const Value value = layer[key];
    if (!value) continue;
    if (value.node.tree()->node(value.node.index()).tagged) out.clear();
    if (!value.node.is_null()) out.push_back(value);
  }
  return out;
}

Value Service::get(std::string_view key) const {
  const auto found = contributions(key);
  return found.empty() ? Value{} : found.back();
}

Value Service::get(std::initializer_list<std::string_view> path) const {
  for (auto layer = layers.rbegin(); layer != layers.rend(); ++layer) {
    Value value = *layer;
    for (const std::string_view key : path) value = value[key];
    if (value && !value.node.is_null()) return value;
  }
  return {};
}

std::vector<Value> Service::list(std::string_view key) const {
  std::vector<Value> out;
  for (const Value& value : contributions(key)) {
    if (value.node.is_scalar()) {
      out.push_back(value);
    } else {
      for (const Value& item : value.items()) out.push_back(item);
    }
  }
  return out;
}

std::vector<Assignment> assignments_of(const std::vector<Value>& sources) {
  std::vector<Assignment> out;
  std::map<std::string, std::size_t, std::less<>> places;
  const auto put = [&](Assignment assignment) {
    const auto [at, is_new] = places.emplace(assignment.name, out.size());
    if (is_new) {
      out.push_back(std::move(assignment));
    } else {
      out[at->second] = std::move(assignment);
    }
  };
  for (const Value& source : sources) {
    for (const auto& [key, node] : source.node.entries()) {
      const Value value{node, source.scope};
      put({std::string(key.scalar()), value.text(), !node.is_null(), node.span()});
    }
    for (const Value& item : source.items()) {
      const std::string_view raw = item.node.scalar();
      const auto equals = raw.find('=');
      const bool has_value = equals != std::string_view::npos;
      Text text = interpolate(has_value ? raw.substr(equals + 1) : std::string_view{},
                              *item.scope->variables);
      put({std::string(raw.substr(0, equals)), std::move(text), has_value, item.span()});
    }
  }
  return out;
}

std::vector<Assignment> Service::assignments(std::string_view key) const {
  return assignments_of(contributions(key));
}

const Service* Project::find(std::string_view name) const {
  if (by_name_.empty()) {
    for (std::size_t i = 0; i < services.size(); ++i) by_name_.emplace(services[i].name, i);
  }
  const auto found = by_name_.find(name);
  return found == by_name_.end() ? nullptr : &services[found->second];
}

const Service* Project::find_container(std::string_view container_name) const {
  if (by_container_name_.empty()) {
    for (std::size_t i = 0; i < services.size(); ++i) {
      by_container_name_.emplace(services[i].get("container_name").plain(), i);
    }
  }
  const auto found = by_container_name_.find(container_name);
  return found == by_container_name_.end() ? nullptr : &services[found->second];
}

}  // namespace wayout::deploy::compose
