// SPDX-License-Identifier: Apache-2.0
// NetworkPolicies, Services and routes: what selects a pod and what leads to it.
//
// Selectors are matched against groups of pods with equal labels, not against pods, and found
// through an index of labels: a selector only looks at the groups that carry the rarest of its
// labels. The cost is linear in objects and in the facts that come out.
#include "deploy/kubernetes/egress.hpp"

namespace wayout::deploy::kubernetes {

using text::NodeRef;

void read_network_policy(Cluster& cluster, const Object& object) {
  const NodeRef spec = object.root["spec"];
  PolicyRecord policy;
  policy.ns = object.ns_symbol;
  policy.name = cluster.new_entity("k8s:" + object.ns + "/NetworkPolicy/" + object.name, object.at);
  policy.pods = read_selector(spec["podSelector"], cluster.emit.facts());
  policy.at = either(field_span(spec, "podSelector"), object.at);
  cluster.see_namespace(object.ns_symbol, object.at);
  if (spec["policyTypes"].size() > 0) {
    for_each_item(spec["policyTypes"], [&](NodeRef type) {
      policy.ingress = policy.ingress || type.scalar() == "Ingress";
      policy.egress = policy.egress || type.scalar() == "Egress";
    });
  } else {
    // Without policyTypes ingress is always restricted, egress when it has rules.
    policy.ingress = true;
    policy.egress = spec["egress"].size() > 0;
  }
  if (policy.egress) policy.lets_out = read_egress(spec["egress"]);
  cluster.policies.push_back(std::move(policy));
}

namespace {

/// Annotations by which a cloud's load balancer stays inside the private network. Sources: the
/// cloud providers' Service documentation.
struct InternalAnnotation {
  std::string_view key, value;  ///< empty value: any but "false"
};
constexpr std::array<InternalAnnotation, 8> kInternal = {
    {{"service.beta.kubernetes.io/aws-load-balancer-internal", ""},
     {"service.beta.kubernetes.io/aws-load-balancer-scheme", "internal"},
     {"service.beta.kubernetes.io/azure-load-balancer-internal", ""},
     {"networking.gke.io/load-balancer-type", "Internal"},
     {"cloud.google.com/load-balancer-type", "Internal"},
     {"service.beta.kubernetes.io/openstack-internal-load-balancer", ""},
     {"service.beta.kubernetes.io/oci-load-balancer-internal", ""},
     {"service.beta.kubernetes.io/alibaba-cloud-loadbalancer-address-type", "intranet"}}};

bool is_internal(NodeRef annotations) {
  if (!annotations.is_mapping()) return false;
  for (const auto& known : kInternal) {
    const std::string_view value = annotations[known.key].scalar();
    if (value.empty() || value == "false") continue;
    if (known.value.empty() || value == known.value) return true;
  }
  return false;
}

std::string service_entity(std::string_view ns, std::string_view name) {
  std::string out = "k8s:";
  out.append(ns).append("/Service/").append(name);
  return out;
}

void add_route(Cluster& cluster, Symbol route, std::string_view kind, std::string_view ns,
               std::string_view service, const Span& at) {
  if (service.empty()) return;
  cluster.routes.push_back(
      {cluster.emit.intern(service_entity(ns, service)), route, cluster.emit.intern(kind), at});
}

Symbol route_entity(Cluster& cluster, const Object& object) {
  cluster.see_namespace(object.ns_symbol, object.at);
  return cluster.new_entity("k8s:" + object.ns + "/" + std::string(object.kind) + "/" + object.name,
                            object.at);
}

}  // namespace

void read_service(Cluster& cluster, const Object& object) {
  Emitter& emit = cluster.emit;
  const NodeRef spec = object.root["spec"];
  std::string_view type = spec["type"].scalar();
  Span at = either(field_span(spec, "type"), object.at);
  if (type.empty()) type = "ClusterIP";
  ServiceRecord service;
  service.ns = object.ns_symbol;
  service.name = emit.intern(service_entity(object.ns, object.name));
  service.selector = read_labels(spec["selector"], emit.facts());
  cluster.see_namespace(object.ns_symbol, object.at);
  const bool internal = is_internal(object.root["metadata"]["annotations"]);
  if (type == "NodePort" || (type == "LoadBalancer" && !internal)) {
    service.exposed_as = emit.intern(type);
  } else if (spec["externalIPs"].size() > 0) {
    service.exposed_as = emit.intern("ExternalIP");
    at = field_span(spec, "externalIPs");
  }
  service.at = at;
  const bool stays_inside = internal && type == "LoadBalancer";
  const Symbol said = emit.intern(stays_inside ? "InternalLoadBalancer" : type);
  emit.declared(Relation::kServiceType,
                {service.name, service.exposed_as.valid() ? service.exposed_as : said}, at);
  cluster.services.push_back(std::move(service));
}

void read_ingress(Cluster& cluster, const Object& object) {
  const Symbol ingress = route_entity(cluster, object);
  const NodeRef spec = object.root["spec"];
  // networking.k8s.io/v1 names a backend's service in a mapping, older versions in serviceName.
  const auto backend = [&](NodeRef node) {
    const NodeRef service = node["service"];
    if (service.is_mapping()) {
      add_route(cluster, ingress, "Ingress", object.ns, service["name"].scalar(),
                field_span(service, "name"));
    } else {
      add_route(cluster, ingress, "Ingress", object.ns, node["serviceName"].scalar(),
                field_span(node, "serviceName"));
    }
  };
  backend(spec["defaultBackend"]);
  backend(spec["backend"]);
  for_each_item(spec["rules"], [&](NodeRef rule) {
    for_each_item(rule["http"]["paths"], [&](NodeRef path) { backend(path["backend"]); });
  });
}

void read_route(Cluster& cluster, const Object& object) {
  const Symbol route = route_entity(cluster, object);
  const NodeRef spec = object.root["spec"];
  // A route that is attached to no gateway, or only to services of a mesh, leads in from nowhere.
  bool attached = false;
  for_each_item(spec["parentRefs"], [&](NodeRef parent) {
    const std::string_view kind = parent["kind"].scalar();
    attached = attached || kind.empty() || kind == "Gateway";
  });
  if (!attached) return;
  for_each_item(spec["rules"], [&](NodeRef rule) {
    for_each_item(rule["backendRefs"], [&](NodeRef backend) {
      const std::string_view kind = backend["kind"].scalar();
      if (!kind.empty() && kind != "Service") return;
      const std::string_view ns = backend["namespace"].scalar();
      add_route(cluster, route, "Gateway", ns.empty() ? std::string_view(object.ns) : ns,
                backend["name"].scalar(), field_span(backend, "name"));
    });
  });
}

void read_openshift_route(Cluster& cluster, const Object& object) {
  const Symbol route = route_entity(cluster, object);
  const NodeRef spec = object.root["spec"];
  add_route(cluster, route, "Route", object.ns, spec["to"]["name"].scalar(),
            field_span(spec["to"], "name"));
  for_each_item(spec["alternateBackends"], [&](NodeRef backend) {
    add_route(cluster, route, "Route", object.ns, backend["name"].scalar(),
              field_span(backend, "name"));
  });
}

}  // namespace wayout::deploy::kubernetes
