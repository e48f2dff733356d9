// SPDX-License-Identifier: Apache-2.0
#include "deploy/compose/service_facts.hpp"
#include "deploy/credential_shape.hpp"
#include "deploy/walk.hpp"

namespace wayout::deploy::compose {

using fact::Relation;

void ServiceFacts::credential(std::string_view variable, std::string_view value,
                              std::string_view how, const std::string& where,
                              const base::Span& span) {
  const CredentialKind kind = credential_kind(variable, value);
  if (kind == CredentialKind::kNone) return;
  const std::string id = "env:" + container_ + ":" + std::string(variable);
  writer_.say(Relation::kCredential, {id, name_of(kind)}, span);
  writer_.say(Relation::kHeldIn, {id, where}, span);
  writer_.say(Relation::kEnvCredential, {container_, variable, how}, span);
}

void ServiceFacts::environment() {
  for (const Assignment& variable : service_.assignments("environment")) {
    if (!variable.has_value || variable.value.unresolved) continue;
    if (variable.name == "DOCKER_HOST") docker_host(variable);
    credential(variable.name, variable.value.value, "literal",
               "env:" + container_ + ":" + variable.name, variable.span);
  }
}

/// A Docker API without TLS that is no service of the project, hence a daemon outside it.
void ServiceFacts::docker_host(const Assignment& variable) {
  constexpr std::string_view kScheme = "tcp://";
  std::string_view address = variable.value.value;
  if (!address.starts_with(kScheme)) return;
  address.remove_prefix(kScheme.size());
  const std::string_view name = address.substr(0, address.find(':'));
  if (!address.ends_with(":2375") || project_.find(name) || project_.find_container(name)) return;
  writer_.say(Relation::kReaches, {container_, "docker-tcp"}, variable.span);
}

void ServiceFacts::env_files() {
  for (const Value& item : service_.list("env_file")) {
    const Value path = item.node.is_mapping() ? item["path"] : item;
    const Text written = path.text();
    if (written.unresolved || written.value.empty()) continue;
    const auto inside = relative_to(path.scope->path, written.value);
    const auto file = inside ? world_.open(*inside) : std::nullopt;
    if (!file) {
      const bool optional = item.node.is_mapping() && item["required"].plain() == "false";
      if (!optional) {
        world_.skipped.push_back({std::string(path.scope->path), path.span(),
                                  "the env_file '" + written.value + "' is not in the target",
                                  "scan the folder that holds it"});
      }
      continue;
    }
    for (const EnvLine& line : parse_env(world_.sources.content(*file))) {
      const base::Span span{*file,
                            line.line,
                            1,
                            line.line,
                            static_cast<std::uint32_t>(line.end - line.begin + 1),
                            static_cast<std::uint32_t>(line.begin),
                            static_cast<std::uint32_t>(line.end)};
      credential(line.name, line.value, "literal", "file:" + *inside, span);
    }
  }
}

/// Build arguments stay in the history of the image.
void ServiceFacts::build_arguments() {
  const Value build = service_.get("build");
  if (!build || !build["args"]) return;
  const std::string image = image_.empty() ? "image:" + container_ : image_;
  for (const Assignment& argument : assignments_of({build["args"]})) {
    if (!argument.has_value || argument.value.unresolved) continue;
    const CredentialKind kind = credential_kind(argument.name, argument.value.value);
    if (kind == CredentialKind::kNone) continue;
    const std::string id = "arg:" + image + ":" + argument.name;
    writer_.say(Relation::kCredential, {id, name_of(kind)}, argument.span);
    writer_.say(Relation::kHeldIn, {id, id}, argument.span);
    writer_.say(Relation::kImageCredential, {image, argument.name, "arg"}, argument.span);
  }
}

void ServiceFacts::secrets() {
  environment();
  env_files();
  build_arguments();
}

}  // namespace wayout::deploy::compose
