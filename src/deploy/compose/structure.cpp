// SPDX-License-Identifier: Apache-2.0
#include "deploy/compose/service_facts.hpp"
#include "deploy/walk.hpp"

namespace wayout::deploy::compose {

using fact::Relation;

ServiceFacts::ServiceFacts(World world, const Project& project, const Service& service)
    : world_(world),
      writer_(world.writer),
      project_(project),
      service_(service),
      container_(project.path + ":" + service.name) {}

std::string ServiceFacts::other_service(std::string_view name) const {
  return project_.path + ":" + std::string(name);
}

/// The image that `build` leads to, when its Dockerfile lies in the target.
std::string ServiceFacts::image_entity() const {
  const Value build = service_.get("build");
  if (!build) return {};
  const bool is_short = build.node.is_scalar();
  const Value inline_file = is_short ? Value{} : build["dockerfile_inline"];
  if (inline_file) return {};
  const Value context = is_short ? build : build["context"];
  std::string folder = context ? context.plain() : ".";
  if (folder.empty()) folder = ".";
  const Value named = is_short ? Value{} : build["dockerfile"];
  const Scope& scope = context ? *context.scope : *build.scope;
  const auto fact_base_knows = [&](const std::string& entity) {
    return writer_.facts().find_symbol(entity).valid();
  };
  const std::string target = is_short ? "" : build["target"].plain();
  std::vector<std::string> names = {named ? named.plain() : "Dockerfile"};
  if (!named) names.push_back("Containerfile");
  for (const std::string& name : names) {
    const auto path = relative_to(scope.path, folder + "/" + name);
    if (!path) continue;
    const std::string entity = "dockerfile:" + *path;
    if (!target.empty() && fact_base_knows(entity + "#" + target)) return entity + "#" + target;
    if (fact_base_knows(entity)) return entity;
  }
  return {};
}

void ServiceFacts::structure() {
  const base::Span& span = service_.span;
  writer_.say(Relation::kContainer, {container_, "compose"}, span);
  writer_.say(Relation::kContainerRole, {container_, "main"}, span);
  writer_.say(Relation::kPartOf, {container_, project_.path}, span);
  writer_.by_default(Relation::kRunsOn, {container_, "host"}, span,
                     "Compose starts containers on the machine it talks to");
  writer_.by_default(Relation::kEntry, {container_, "assumed-breach"}, span,
                     "any container may come to run an attacker's code");
  if (const Value image = service_.get("image")) {
    writer_.say(Relation::kUsesImage, {container_, image.plain()}, image.span());
  }
  if (const std::string image = image_entity(); !image.empty()) {
    writer_.say(Relation::kBuiltFrom, {container_, image}, service_.get("build").span());
  }
  if (const Value runtime = service_.get("runtime"); runtime && runtime.plain() != "runc") {
    writer_.say(Relation::kRuntimeClass, {container_, runtime.plain()}, runtime.span());
  }
  if (const Value folder = service_.get("working_dir")) {
    writer_.say(Relation::kWorkingDir, {container_, folder.plain()}, folder.span());
  }
  if (const Value tty = service_.get("tty"); tty && tty.yes()) {
    writer_.say(Relation::kTty, {container_}, tty.span());
  }
  if (const Value parent = service_.get("cgroup_parent")) {
    writer_.say(Relation::kCgroupParent, {container_, parent.plain()}, parent.span());
  }
}

}  // namespace wayout::deploy::compose
