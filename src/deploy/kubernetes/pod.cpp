// SPDX-License-Identifier: Apache-2.0
// Pods and pod templates: what they share with the node, their identity, ports and resources.
#include "deploy/kubernetes/pod.hpp"

#include <cstring>

namespace wayout::deploy::kubernetes {

using text::NodeRef;

namespace {

std::uint32_t group_of(Cluster& cluster, Symbol ns, Labels labels) {
  std::string key(sizeof(ns.value) * (1 + 2 * labels.size()), '\0');
  char* out = key.data();
  const auto put = [&out](Symbol symbol) {
    std::memcpy(out, &symbol.value, sizeof symbol.value);
    out += sizeof symbol.value;
  };
  put(ns);
  for (const auto& [name, value] : labels) {
    put(name);
    put(value);
  }
  const auto next = static_cast<std::uint32_t>(cluster.groups.size());
  const auto [found, is_new] = cluster.group_index.try_emplace(std::move(key), next);
  if (is_new) {
    PodGroup group;
    group.ns = ns;
    group.labels = std::move(labels);
    cluster.groups.push_back(std::move(group));
  }
  return found->second;
}

void read_account(Cluster& cluster, PodScope& pod) {
  const Words& w = cluster.words;
  std::string_view field = "serviceAccountName";
  // `serviceAccount` is the field's deprecated name, still honoured.
  if (pod.spec[field].scalar().empty()) field = "serviceAccount";
  std::string_view name = pod.spec[field].scalar();
  const Symbol state = name.empty() ? w.unset : name == "default" ? w.default_ : w.named;
  pod.account_at = either(field_span(pod.spec, field), pod.account_at);
  cluster.emit.declared(Relation::kServiceAccountNamed, {pod.workload, state}, pod.account_at);
  if (name.empty()) name = "default";
  pod.account = cluster.account(pod.ns, name, pod.account_at);
}

void read_ports(Cluster& cluster, const PodScope& pod, const ContainerScope& container) {
  for_each_item(container.node["ports"], [&](NodeRef port) {
    const std::string_view inner = port["containerPort"].scalar();
    if (inner.empty()) return;
    Emitter& emit = cluster.emit;
    const Words& w = cluster.words;
    const Symbol number = emit.intern(inner);
    emit.declared(Relation::kListens, {container.name, number}, field_span(port, "containerPort"));
    const std::string_view ip = port["hostIP"].scalar();
    const Symbol address = ip.empty() ? w.any_address : emit.intern(ip);
    const std::string_view outer = port["hostPort"].scalar();
    if (!outer.empty() && outer != "0") {
      emit.declared(Relation::kPublishes, {container.name, address, emit.intern(outer), number},
                    field_span(port, "hostPort"));
    } else if (pod.host_network) {
      emit.by_default(Relation::kPublishes, {container.name, address, number, number},
                      field_span(port, "containerPort"), w.notes.node_ports);
    }
  });
}

void read_resources(Cluster& cluster, const ContainerScope& container) {
  const NodeRef resources = container.node["resources"];
  const NodeRef limits = resources["limits"];
  const NodeRef requests = resources["requests"];
  const auto emit_all = [&](NodeRef mapping, Relation relation) {
    if (!mapping.is_mapping()) return;
    for (const auto& [key, value] : mapping.entries()) {
      if (!key.is_scalar() || !value.is_scalar() || value.is_null()) continue;
      cluster.emit.declared(
          relation,
          {container.name, cluster.emit.intern(key.scalar()), cluster.emit.intern(value.scalar())},
          field_span(mapping, key.scalar()));
    }
  };
  emit_all(limits, Relation::kResourceLimit);
  emit_all(requests, Relation::kResourceRequest);
  const auto& u = cluster.words.unsets;
  const fact::OriginId origin = cluster.emit.at(container.at);
  const auto unset = [&](Symbol what) {
    cluster.emit.add(Relation::kUnset, {container.name, what}, fact::Certainty::kDeclared, origin);
  };
  if (!given(limits["cpu"])) unset(u.limit_cpu);
  if (!given(limits["memory"])) unset(u.limit_memory);
  // A limit without a request is the request, too.
  if (!given(requests["cpu"]) && !given(limits["cpu"])) unset(u.request_cpu);
  if (!given(requests["memory"]) && !given(limits["memory"])) unset(u.request_memory);
  if (container.role != cluster.words.main) return;
  if (!given(container.node["livenessProbe"])) unset(u.liveness);
  if (!given(container.node["readinessProbe"])) unset(u.readiness);
}

/// sysctl.d(5): a name whose first separator is a slash swaps dots and slashes.
std::string dotted_sysctl(std::string_view name) {
  std::string out(name);
  const std::size_t separator = out.find_first_of("./");
  if (separator == std::string::npos || out[separator] == '.') return out;
  for (char& c : out) c = c == '/' ? '.' : c == '.' ? '/' : c;
  return out;
}

void read_pod_settings(Cluster& cluster, const PodScope& pod, Symbol container) {
  Emitter& emit = cluster.emit;
  const Words& w = cluster.words;
  const NodeRef spec = pod.spec;
  if (is_true(spec["hostPID"])) {
    emit.declared(Relation::kHostNamespace, {container, w.pid}, field_span(spec, "hostPID"));
  }
  if (is_true(spec["hostIPC"])) {
    emit.declared(Relation::kHostNamespace, {container, w.ipc}, field_span(spec, "hostIPC"));
  }
  if (pod.host_network) {
    emit.declared(Relation::kHostNamespace, {container, w.net}, field_span(spec, "hostNetwork"));
  }
  if (const std::string_view handler = spec["runtimeClassName"].scalar(); !handler.empty()) {
    emit.declared(Relation::kRuntimeClass, {container, emit.intern(handler)},
                  field_span(spec, "runtimeClassName"));
  }
  for_each_item(pod.security["sysctls"], [&](NodeRef sysctl) {
    const std::string name = dotted_sysctl(sysctl["name"].scalar());
    if (name.empty() || cluster.sysctls_left == 0) return;
    if (--cluster.sysctls_left == 0) {
      cluster.report_limit(field_span(sysctl, "name"), "more sysctls of containers than are read");
    }
    emit.declared(Relation::kSysctl,
                  {container, emit.intern(name), emit.intern(sysctl["value"].scalar())},
                  field_span(sysctl, "name"));
  });
}

void read_container(Cluster& cluster, PodScope& pod, NodeRef node, Symbol role) {
  if (!node.is_mapping()) return;
  Emitter& emit = cluster.emit;
  const Words& w = cluster.words;
  ContainerScope container;
  container.node = node;
  container.security = node["securityContext"];
  container.plain_name = node["name"].scalar();
  container.at = either(field_span(node, "name"), node.span());
  std::string name = pod.prefix + "/";
  if (container.plain_name.empty()) {
    name += "container@" + std::to_string(container.at.line);
  } else {
    name += container.plain_name;
  }
  container.name = cluster.new_entity(name, container.at);
  // An init container that restarts is a sidecar (Kubernetes 1.28).
  container.role = role == w.init && node["restartPolicy"].scalar() == "Always" ? w.sidecar : role;

  emit.declared(Relation::kContainer, {container.name, w.kubernetes}, container.at);
  emit.declared(Relation::kContainerRole, {container.name, container.role}, container.at);
  emit.declared(Relation::kPartOf, {container.name, pod.workload}, container.at);
  emit.by_default(Relation::kRunsOn, {container.name, w.node}, container.at, w.notes.any_node);
  emit.by_default(Relation::kEntry, {container.name, w.assumed_breach}, container.at,
                  w.notes.breach);
  if (const std::string_view image = node["image"].scalar(); !image.empty()) {
    emit.declared(Relation::kUsesImage, {container.name, emit.intern(image)},
                  field_span(node, "image"));
  }
  if (const std::string_view dir = node["workingDir"].scalar(); !dir.empty()) {
    emit.declared(Relation::kWorkingDir, {container.name, emit.intern(dir)},
                  field_span(node, "workingDir"));
  }
  if (is_true(node["tty"])) {
    emit.declared(Relation::kTty, {container.name}, field_span(node, "tty"));
  }
  emit.declared(Relation::kServiceAccount, {container.name, pod.account}, pod.account_at);
  read_pod_settings(cluster, pod, container.name);
  read_boundary(cluster, pod, container);
  read_capabilities(cluster, container);
  read_ports(cluster, pod, container);
  read_resources(cluster, container);
  read_environment(cluster, container);
  read_component(cluster, container.name, node, container.at);
  ContainerRecord record;
  record.name = container.name;
  record.at = container.at;
  record.token_path_taken = read_mounts(cluster, pod, container);
  cluster.containers.push_back(record);
}

/// With shareProcessNamespace every container sees the processes of all others. Beyond a few the
/// pairs are joined through the first container only, so that the facts stay linear.
void join_processes(Cluster& cluster, const PodScope& pod, std::size_t first) {
  constexpr std::size_t kAllPairs = 16;
  if (!is_true(pod.spec["shareProcessNamespace"])) return;
  const Span at = field_span(pod.spec, "shareProcessNamespace");
  const auto& all = cluster.containers;
  const std::size_t count = all.size() - first;
  const auto join = [&](std::size_t a, std::size_t b) {
    cluster.emit.declared(Relation::kJoinsNamespace,
                          {all[first + a].name, cluster.words.pid, all[first + b].name}, at);
  };
  for (std::size_t a = 0; a < (count <= kAllPairs ? count : std::min<std::size_t>(count, 1)); ++a) {
    for (std::size_t b = a + 1; b < count; ++b) {
      join(a, b);
      join(b, a);
    }
  }
}

}  // namespace

void read_pod(Cluster& cluster, const Object& object, NodeRef metadata, NodeRef spec) {
  PodScope pod;
  pod.spec = spec;
  pod.ns = object.ns;
  pod.security = spec["securityContext"];
  pod.annotations = metadata["annotations"];
  pod.workload = cluster.new_entity(
      "k8s:" + object.ns + "/" + std::string(object.kind) + "/" + object.name, object.at);
  pod.prefix = cluster.emit.text(pod.workload);
  pod.account_at = object.at;
  pod.host_network = is_true(spec["hostNetwork"]);
  cluster.see_namespace(object.ns_symbol,
                        either(field_span(object.root["metadata"], "namespace"), object.at));
  cluster.emit.declared(Relation::kWorkload,
                        {pod.workload, cluster.emit.intern(object.kind), object.ns_symbol},
                        object.at);
  read_account(cluster, pod);
  pod.volumes = read_volumes(cluster, pod, object);

  const std::size_t first = cluster.containers.size();
  const auto read_all = [&](std::string_view list, Symbol role) {
    for_each_item(spec[list], [&](NodeRef node) { read_container(cluster, pod, node, role); });
  };
  read_all("initContainers", cluster.words.init);
  read_all("containers", cluster.words.main);
  read_all("ephemeralContainers", cluster.words.ephemeral);
  join_processes(cluster, pod, first);

  WorkloadRecord record;
  record.name = pod.workload;
  record.ns = object.ns_symbol;
  record.account = pod.account;
  record.first_container = static_cast<std::uint32_t>(first);
  record.container_count = static_cast<std::uint32_t>(cluster.containers.size() - first);
  if (const auto automount = spec["automountServiceAccountToken"].boolean()) {
    record.automount = *automount ? Automount::kYes : Automount::kNo;
    record.automount_at = field_span(spec, "automountServiceAccountToken");
  }
  record.host_network = pod.host_network;
  if (pod.host_network) record.host_network_at = field_span(spec, "hostNetwork");
  record.at = object.at;
  const std::uint32_t group =
      group_of(cluster, object.ns_symbol, read_labels(metadata["labels"], cluster.emit.facts()));
  cluster.groups[group].workloads.push_back(static_cast<std::uint32_t>(cluster.workloads.size()));
  cluster.workloads.push_back(record);
}

}  // namespace wayout::deploy::kubernetes
