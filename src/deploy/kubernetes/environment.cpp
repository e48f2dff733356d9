// SPDX-License-Identifier: Apache-2.0
// Environment variables: credentials in them, and Docker daemons they point at.
#include "deploy/credential_shape.hpp"
#include "deploy/docker_host.hpp"
#include "deploy/kubernetes/pod.hpp"

namespace wayout::deploy::kubernetes {

using text::NodeRef;

namespace {

void literal(Cluster& cluster, const ContainerScope& container, NodeRef variable,
             std::string_view name, std::string_view value) {
  Emitter& emit = cluster.emit;
  const CredentialKind kind = credential_kind(name, value);
  if (kind == CredentialKind::kNone) return;
  const Span at = field_span(variable, "value");
  const Symbol variable_name = emit.intern(name);
  emit.declared(Relation::kEnvCredential, {container.name, variable_name, cluster.words.literal},
                at);
  std::string where = "env:";
  where.append(emit.text(container.name)).append(":").append(name);
  const Symbol place = emit.intern(where);
  emit.declared(Relation::kCredential, {place, emit.intern(name_of(kind))}, at);
  emit.declared(Relation::kHeldIn, {place, place}, at);
}

}  // namespace

void read_environment(Cluster& cluster, const ContainerScope& container) {
  Emitter& emit = cluster.emit;
  const Words& w = cluster.words;
  for_each_item(container.node["env"], [&](NodeRef variable) {
    const std::string_view name = variable["name"].scalar();
    if (name.empty()) return;
    const std::string_view value = variable["value"].scalar();
    if (!value.empty()) {
      literal(cluster, container, variable, name, value);
      if (name == "DOCKER_HOST" && names_docker_of_a_node(value)) {
        emit.declared(Relation::kReaches, {container.name, emit.intern("docker-tcp")},
                      field_span(variable, "value"));
      }
    }
    const NodeRef source = variable["valueFrom"];
    if (given(source["secretKeyRef"])) {
      emit.declared(Relation::kEnvCredential, {container.name, emit.intern(name), w.secret_ref},
                    field_span(source, "secretKeyRef"));
    }
  });
  for_each_item(container.node["envFrom"], [&](NodeRef source) {
    if (!given(source["secretRef"])) return;
    std::string names(source["prefix"].scalar());
    names += '*';
    emit.declared(Relation::kEnvCredential, {container.name, emit.intern(names), w.secret_ref},
                  field_span(source, "secretRef"));
  });
}

}  // namespace wayout::deploy::kubernetes
