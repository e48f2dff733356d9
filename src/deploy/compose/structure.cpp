// SPDX-License-Identifier: Apache-2.0
#include "deploy/compose/service_facts.hpp"
#include "deploy/dockerfile/dockerfile_facts.hpp"
#include "deploy/walk.hpp"
#include "text/dockerfile.hpp"

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

/// The image that `build` leads to, when its Dockerfile lies in the target: the one of the last
/// stage is known already if the file was recognised, other targets are read here.
std::string ServiceFacts::built_image() {
  const Value build = service_.get("build");
  const bool is_short = build.node.is_scalar();
  if (!build || (!is_short && build["dockerfile_inline"])) return {};
  const Value context = is_short ? build : build["context"];
  std::string folder = context ? context.plain() : ".";
  if (folder.empty()) folder = ".";
  const Value named = is_short ? Value{} : build["dockerfile"];
  const Scope& scope = context ? *context.scope : *build.scope;
  const std::string target = is_short ? "" : build["target"].plain();
  std::vector<std::string> names = {named ? named.plain() : "Dockerfile"};
  if (!named) names.push_back("Containerfile");
  for (const std::string& name : names) {
    std::string candidate = folder;
    candidate.append("/").append(name);
    const auto path = relative_to(scope.path, candidate);
    const auto file = path ? world_.open(*path) : std::nullopt;
    if (!file) continue;
    const auto dockerfile =
        text::parse_dockerfile(*file, world_.sources.content(*file), world_.limits);
    if (!dockerfile) continue;
    const std::string_view real = world_.sources.path(*file);
    dockerfile_facts(*dockerfile, real, *file, writer_.facts(), target);
    return image_entity(*dockerfile, real, target);
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
  image_ = built_image();
  if (!image_.empty()) {
    writer_.say(Relation::kBuiltFrom, {container_, image_}, service_.get("build").span());
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
