// SPDX-License-Identifier: Apache-2.0
#include "report/entity.hpp"

#include <algorithm>
#include <array>

#include "report/printable.hpp"

namespace wayout::report {

namespace {

using Kind = Entity::Kind;

/// Cuts `text` at its first '/' and leaves the rest in it.
std::string_view take_part(std::string_view& text) {
  const auto slash = text.find('/');
  const std::string_view part = text.substr(0, slash);
  text = slash == std::string_view::npos ? std::string_view{} : text.substr(slash + 1);
  return part;
}

bool is_role_type(std::string_view type) {
  return type == "Role" || type == "ClusterRole";
}
bool is_account_type(std::string_view type) {
  return type == "ServiceAccount" || type == "User" || type == "Group";
}

/// NAMESPACE/Kind/NAME[/CONTAINER], or Kind/NAME for what lives in no namespace: kinds begin with
/// a capital letter, names of namespaces cannot.
Entity kubernetes_entity(std::string_view text) {
  Entity entity;
  std::string_view rest = text;
  std::string_view type = take_part(rest);
  if (!type.empty() && type.front() >= 'A' && type.front() <= 'Z') {
    entity.kind = is_role_type(type)      ? Kind::kRole
                  : is_account_type(type) ? Kind::kAccount
                                          : Kind::kOther;
    entity.type = type;
    entity.name = rest;
    return entity;
  }
  entity.name_space = type;
  const std::string_view typed = rest;
  type = take_part(rest);
  entity.type = type;
  if (is_role_type(type) || is_account_type(type)) {
    entity.kind = is_role_type(type) ? Kind::kRole : Kind::kAccount;
    entity.name = rest;
    return entity;
  }
  const std::string_view name = take_part(rest);
  entity.workload = typed.substr(0, type.size() + 1 + name.size());
  entity.kind = rest.empty() ? Kind::kWorkload : Kind::kContainer;
  entity.name = rest.empty() ? name : rest;
  return entity;
}

bool is_yaml_file(std::string_view path) {
  return path.ends_with(".yaml") || path.ends_with(".yml");
}

Entity compose_entity(std::string_view text, std::string_view hint) {
  Entity entity;
  const auto colon = text.rfind(':');
  if (colon != std::string_view::npos && colon + 1 < text.size() &&
      (hint == "container" || is_yaml_file(text.substr(0, colon)))) {
    entity.kind = Kind::kContainer;
    entity.workload = text.substr(0, colon);
    entity.name = text.substr(colon + 1);
  } else if (hint == "workload" || is_yaml_file(text)) {
    entity.kind = Kind::kWorkload;
    entity.workload = text;
    entity.name = text;
  } else {
    entity.name = text;
  }
  return entity;
}

}  // namespace

Entity entity_of(std::string_view text, std::string_view hint) {
  const auto after = [&](std::string_view prefix) { return text.substr(prefix.size()); };
  if (text.starts_with("k8s:")) return kubernetes_entity(after("k8s:"));
  if (text.starts_with("docker:")) return {Kind::kContainer, after("docker:"), {}, {}, {}};
  if (text.starts_with("ecs:")) {
    std::string_view rest = after("ecs:");
    const std::string_view family = take_part(rest);
    const bool container = !rest.empty();
    return {
        container ? Kind::kContainer : Kind::kWorkload, container ? rest : family, family, {}, {}};
  }
  if (text.starts_with("dockerfile:")) return {Kind::kImage, after("dockerfile:"), {}, {}, {}};
  if (text.starts_with("ref:")) return {Kind::kImage, after("ref:"), {}, {}, {}};
  if (text.starts_with("node:")) return {Kind::kNode, after("node:"), {}, {}, {}};
  if (text == "host" || text == "node") return {Kind::kNode, text, {}, {}, {}};
  return compose_entity(text, hint);
}

std::string display(std::string_view text, std::string_view hint) {
  const Entity entity = entity_of(text, hint);
  std::string name = printable(entity.name);
  // As kubectl writes it: "Deployment shop/web"; the default namespace goes without saying.
  const auto typed = [&](std::string_view named) {
    const bool elsewhere = !entity.name_space.empty() && entity.name_space != "default";
    return printable(entity.type) + " " +
           (elsewhere ? printable(entity.name_space) + "/" : std::string()) + printable(named);
  };
  const std::string_view workload =
      entity.type.empty() || entity.workload.empty()
          ? entity.workload
          : entity.workload.substr(std::min(entity.type.size() + 1, entity.workload.size()));
  switch (entity.kind) {
    case Kind::kContainer:
      return "container " + name + (entity.type.empty() ? "" : " of " + typed(workload));
    case Kind::kWorkload:
      return entity.type.empty() ? printable(entity.workload) : typed(workload);
    case Kind::kImage:
      return (text.starts_with("ref:") ? "image " : "the image of ") + name;
    case Kind::kNode:
      return text == "host" || text == "node" ? "the " + name : "node " + name;
    case Kind::kRole:
    case Kind::kAccount:
      return typed(entity.name);
    case Kind::kOther:
      if (!entity.type.empty()) return typed(entity.name);
      break;
  }
  return name;
}

std::string short_name(std::string_view text) {
  const Entity entity = entity_of(text);
  std::string name = printable(entity.name);
  if (entity.kind != Kind::kContainer || entity.type.empty()) return name;
  const std::string_view workload = entity.workload.substr(entity.type.size() + 1);
  return workload == entity.name ? name : printable(workload) + "/" + name;
}

std::string_view schema_kind(const Entity& entity, std::string_view hint) {
  if (hint == "account" || hint == "service-account") return "principal";
  if (!hint.empty()) return hint;
  constexpr std::array<std::string_view, 7> kNames = {"file", "container", "workload", "image",
                                                      "node", "role",      "principal"};
  return kNames[static_cast<std::size_t>(entity.kind)];
}

}  // namespace wayout::report
