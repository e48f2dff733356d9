// SPDX-License-Identifier: Apache-2.0
#include <array>

#include "deploy/kubernetes/cluster.hpp"
#include "deploy/kubernetes/kubernetes.hpp"

namespace wayout::deploy {

namespace {

using kubernetes::Cluster;
using kubernetes::Object;
using text::NodeRef;

constexpr std::string_view kDefaultNamespace = "default";

bool is_list(NodeRef root, std::string_view kind) {
  return kind.ends_with("List") && root["items"].is_sequence();
}

/// Where an object keeps its pod: metadata and spec, or nothing. Kinds that are not known but embed
/// a template the usual way (Argo Rollout, Knative Service ...) are read like a Deployment.
struct PodPlace {
  NodeRef metadata, spec;
};
PodPlace pod_of(const Object& object) {
  const NodeRef root = object.root;
  const NodeRef spec = root["spec"];
  if (object.kind == "Pod") return {root["metadata"], spec};
  if (object.kind == "PodTemplate") return {root["template"]["metadata"], root["template"]["spec"]};
  // A Knative Revision is a pod specification with a few fields more.
  if (object.kind == "Revision" && spec["containers"].is_sequence()) {
    return {root["metadata"], spec};
  }
  const NodeRef job = spec["jobTemplate"]["spec"];
  const NodeRef holder = object.kind == "CronJob" || job ? job : spec;
  const NodeRef pod = holder["template"];
  if (!pod["spec"]["containers"].is_sequence() && !pod["spec"]["initContainers"].is_sequence()) {
    return {};
  }
  return {pod["metadata"], pod["spec"]};
}

using Reader = void (*)(Cluster&, const Object&);
struct KindReader {
  std::string_view kind;
  std::string_view group;  ///< the API group must contain it; empty: any
  Reader read;
};
constexpr std::array kReaders = {
    KindReader{"Namespace", "", kubernetes::read_namespace},
    KindReader{"PodSecurityPolicy", "", kubernetes::read_pod_security_policy},
    KindReader{"ServiceAccount", "", kubernetes::read_service_account},
    KindReader{"Secret", "", kubernetes::read_secret},
    KindReader{"Role", "rbac", kubernetes::read_role},
    KindReader{"ClusterRole", "rbac", kubernetes::read_role},
    KindReader{"RoleBinding", "rbac", kubernetes::read_binding},
    KindReader{"ClusterRoleBinding", "rbac", kubernetes::read_binding},
    KindReader{"NetworkPolicy", "networking.k8s.io", kubernetes::read_network_policy},
    KindReader{"NetworkPolicy", "extensions", kubernetes::read_network_policy},
    KindReader{"Ingress", "", kubernetes::read_ingress},
    KindReader{"HTTPRoute", "", kubernetes::read_route},
    KindReader{"GRPCRoute", "", kubernetes::read_route},
    KindReader{"TLSRoute", "", kubernetes::read_route},
    KindReader{"TCPRoute", "", kubernetes::read_route},
    KindReader{"UDPRoute", "", kubernetes::read_route},
    KindReader{"Route", "route.openshift.io", kubernetes::read_openshift_route},
    KindReader{"PersistentVolume", "", kubernetes::read_persistent_volume},
};

Object object_of(Cluster& cluster, NodeRef root, std::string_view kind) {
  Object object;
  object.root = root;
  object.kind = kind;
  object.api_version = root["apiVersion"].scalar();
  const NodeRef metadata = root["metadata"];
  object.at = kubernetes::field_span(metadata, "name");
  object.name = metadata["name"].scalar();
  if (object.name.empty()) {
    object.at = kubernetes::field_span(metadata, "generateName");
    object.name = metadata["generateName"].scalar();
  }
  if (object.name.empty()) {
    object.at = kubernetes::either(kubernetes::field_span(root, "kind"), root.span());
    object.name = std::string(kind) + "@" + std::to_string(object.at.line);
  }
  object.ns = metadata["namespace"].scalar();
  if (object.ns.empty()) object.ns = kDefaultNamespace;
  object.ns_symbol = cluster.emit.intern(object.ns);
  return object;
}

void read_object(Cluster& cluster, NodeRef root, std::string_view kind);

void read_list(Cluster& cluster, NodeRef root, std::string_view kind) {
  const std::string_view item_kind = kubernetes::without_suffix(kind, "List");
  kubernetes::for_each_item(root["items"], [&](NodeRef item) {
    if (!item.is_mapping()) return;
    const std::string_view own = item["kind"].scalar();
    read_object(cluster, item, own.empty() ? item_kind : own);
  });
}

void read_object(Cluster& cluster, NodeRef root, std::string_view kind) {
  if (kind.empty()) return;
  if (is_list(root, kind)) return read_list(cluster, root, kind);
  const Object object = object_of(cluster, root, kind);
  if (kubernetes::read_component_configuration(cluster, object)) return;
  if (kind == "PersistentVolumeClaim") {
    return kubernetes::read_claim(cluster, root["spec"], object.ns + "/" + object.name, object.at);
  }
  if (kind == "Service" && object.api_version == "v1") {
    return kubernetes::read_service(cluster, object);
  }
  for (const auto& reader : kReaders) {
    if (reader.kind != kind) continue;
    if (object.api_version.find(reader.group) == std::string_view::npos) continue;
    return reader.read(cluster, object);
  }
  const PodPlace pod = pod_of(object);
  if (pod.spec.is_mapping()) kubernetes::read_pod(cluster, object, pod.metadata, pod.spec);
}

}  // namespace

struct KubernetesReader::Impl {
  Cluster cluster;
};

KubernetesReader::KubernetesReader(const Platform& platform, fact::FactBase& facts,
                                   const base::Sources& sources)
    : impl_(new Impl{Cluster(platform, facts, sources)}) {}
KubernetesReader::~KubernetesReader() = default;
KubernetesReader::KubernetesReader(KubernetesReader&&) noexcept = default;
KubernetesReader& KubernetesReader::operator=(KubernetesReader&&) noexcept = default;

bool KubernetesReader::recognises(NodeRef root) {
  return root.is_mapping() && !root["apiVersion"].scalar().empty() &&
         !root["kind"].scalar().empty();
}

void KubernetesReader::add(const text::Tree& tree) {
  const NodeRef root = tree.root();
  if (recognises(root)) read_object(impl_->cluster, root, root["kind"].scalar());
}

void KubernetesReader::finish() {
  kubernetes::finish_claims(impl_->cluster);
  kubernetes::finish_accounts(impl_->cluster);
  kubernetes::finish_access(impl_->cluster);
  kubernetes::finish_network(impl_->cluster);
  kubernetes::finish_namespaces(impl_->cluster);
}

const std::vector<base::Error>& KubernetesReader::problems() const {
  return impl_->cluster.problems;
}

}  // namespace wayout::deploy
