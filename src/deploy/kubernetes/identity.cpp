// SPDX-License-Identifier: Apache-2.0
// Service accounts, their tokens and the cloud roles bound to them; namespaces and what guards
// them.
#include <functional>

#include "deploy/kubernetes/cluster.hpp"

namespace wayout::deploy::kubernetes {

using text::NodeRef;

namespace {

struct CloudAnnotation {
  std::string_view key, provider;
};
/// Sources: EKS (IAM roles for service accounts), GKE (workload identity), AKS (workload identity).
constexpr std::array<CloudAnnotation, 3> kCloudAnnotations = {
    {{"eks.amazonaws.com/role-arn", "aws"},
     {"iam.gke.io/gcp-service-account", "gcp"},
     {"azure.workload.identity/client-id", "azure"}}};

}  // namespace

void read_service_account(Cluster& cluster, const Object& object) {
  cluster.see_namespace(object.ns_symbol, object.at);
  const Symbol account = cluster.account(object.ns, object.name, object.at);
  AccountRecord& record = cluster.accounts[account];
  if (const auto flag = object.root["automountServiceAccountToken"].boolean()) {
    // Of two copies of an account the one that mounts the token counts.
    if (record.automount != Automount::kYes) {
      record.automount = *flag ? Automount::kYes : Automount::kNo;
    }
    record.at = field_span(object.root, "automountServiceAccountToken");
  }
  const NodeRef annotations = object.root["metadata"]["annotations"];
  if (!annotations.is_mapping()) return;
  for (const auto& cloud : kCloudAnnotations) {
    const std::string_view role = annotations[cloud.key].scalar();
    if (role.empty()) continue;
    // The other half of the trust is in the cloud, where no manifest shows it.
    cluster.emit.assumed(Relation::kCloudRole,
                         {account, cluster.emit.intern(cloud.provider), cluster.emit.intern(role)},
                         field_span(annotations, cloud.key), fact::AssumptionKind::kConfig,
                         cluster.emit.intern("the cloud lets the account take the role"));
  }
}

/// Only a Secret that holds an account's token matters here: whoever mounts it holds the token.
void read_secret(Cluster& cluster, const Object& object) {
  if (object.root["type"].scalar() != "kubernetes.io/service-account-token") return;
  const std::string_view name =
      object.root["metadata"]["annotations"]["kubernetes.io/service-account.name"].scalar();
  if (name.empty()) return;
  const Symbol secret = cluster.emit.intern("k8s:" + object.ns + "/Secret/" + object.name);
  const Symbol account = cluster.account(object.ns, name, object.at);
  cluster.token_secrets[secret] = account;
  cluster.emit.declared(Relation::kTokenSecret, {account, object.ns_symbol},
                        field_span(object.root, "type"));
}

void finish_accounts(Cluster& cluster) {
  Emitter& emit = cluster.emit;
  const Symbol automount_field = emit.intern("automountServiceAccountToken");
  for (std::size_t i = 0; i < cluster.secret_mounts.size(); ++i) {
    const auto& [container, secret] = cluster.secret_mounts[i];
    const auto found = cluster.token_secrets.find(secret);
    if (found == cluster.token_secrets.end()) continue;
    emit.declared(Relation::kTokenMounted, {container, found->second}, cluster.secret_mounts_at[i]);
  }
  for (const auto& workload : cluster.workloads) {
    Automount automount = workload.automount;
    Span at = workload.automount_at;
    if (automount == Automount::kUnset) {
      const AccountRecord& account = cluster.accounts[workload.account];
      automount = account.automount;
      at = account.at;
    }
    if (automount == Automount::kNo) continue;
    for (std::uint32_t i = 0; i < workload.container_count; ++i) {
      const ContainerRecord& container = cluster.containers[workload.first_container + i];
      if (automount == Automount::kUnset) {
        emit.declared(Relation::kUnset, {container.name, automount_field}, container.at);
      }
      if (container.token_path_taken) continue;
      if (automount == Automount::kYes) {
        emit.declared(Relation::kTokenMounted, {container.name, workload.account}, at);
      } else {
        emit.by_default(Relation::kTokenMounted, {container.name, workload.account}, container.at,
                        cluster.words.notes.token);
      }
    }
  }
}

void read_namespace(Cluster& cluster, const Object& object) {
  const Symbol ns = cluster.emit.intern(object.name);
  cluster.see_namespace(ns, object.at);
  cluster.namespaces_read.insert(ns);
  constexpr std::string_view kLabel = "pod-security.kubernetes.io/enforce";
  const NodeRef labels = object.root["metadata"]["labels"];
  const std::string_view level = labels[kLabel].scalar();
  if (level == "privileged" || level == "baseline" || level == "restricted") {
    cluster.emit.declared(Relation::kPodSecurity, {ns, cluster.emit.intern(level)},
                          field_span(labels, kLabel));
  } else {
    cluster.emit.by_default(Relation::kPodSecurity, {ns, cluster.emit.intern("privileged")},
                            object.at, cluster.words.notes.no_pod_security);
  }
}

void finish_namespaces(Cluster& cluster) {
  const Symbol privileged = cluster.emit.intern("privileged");
  for (const auto& [ns, at] : cluster.namespaces) {
    if (cluster.namespaces_read.contains(ns)) continue;
    cluster.emit.assumed(Relation::kPodSecurity, {ns, privileged}, at,
                         fact::AssumptionKind::kCluster, cluster.words.notes.unread_namespace);
  }
}

namespace {

bool drops(NodeRef list, std::string_view capability) {
  bool found = false;
  for_each_item(list, [&](NodeRef item) {
    const std::string name = clean_capability(item.scalar());
    found = found || name == "ALL" || name == capability;
  });
  return found;
}

using Allows = std::function<void(std::string_view what, const Span& at)>;

void policy_user(NodeRef spec, const Allows& allows) {
  const NodeRef user = spec["runAsUser"];
  bool root = user["rule"].scalar() == "RunAsAny";
  for_each_item(user["ranges"], [&](NodeRef range) {
    root = root || (user["rule"].scalar() == "MustRunAs" && range["min"].integer() == 0);
  });
  if (root) allows("root-user", field_span(user, "rule"));
}

/// Host paths are open unless volumes leave them out or every allowed path is read-only.
void policy_host_paths(NodeRef spec, const Allows& allows) {
  const NodeRef paths = spec["allowedHostPaths"];
  bool host_paths = paths.size() > 0;
  for_each_item(spec["volumes"], [&](NodeRef volume) {
    host_paths = host_paths || volume.scalar() == "*" || volume.scalar() == "hostPath";
  });
  bool read_only = paths.size() > 0;
  for_each_item(paths, [&](NodeRef path) { read_only = read_only && is_true(path["readOnly"]); });
  if (host_paths && !read_only) {
    allows("host-path", either(field_span(spec, "allowedHostPaths"), field_span(spec, "volumes")));
  }
}

void policy_capabilities(NodeRef spec, const Allows& allows) {
  for (const std::string_view key : {"allowedCapabilities", "defaultAddCapabilities"}) {
    if (spec[key].size() > 0) allows("added-capabilities", field_span(spec, key));
  }
  const NodeRef dropped = spec["requiredDropCapabilities"];
  if (dropped.size() == 0) allows("default-capabilities", {});
  if (!drops(dropped, "NET_RAW")) {
    allows("net-raw", field_span(spec, "requiredDropCapabilities"));
  }
}

}  // namespace

/// PodSecurityPolicies are gone since Kubernetes 1.25, but older clusters enforce them. Source of
/// the defaults: the policy/v1beta1 reference.
void read_pod_security_policy(Cluster& cluster, const Object& object) {
  const NodeRef spec = object.root["spec"];
  const Symbol policy = cluster.new_entity("k8s:PodSecurityPolicy/" + object.name, object.at);
  const Allows allows = [&](std::string_view what, const Span& at) {
    cluster.emit.declared(Relation::kPspAllows, {policy, cluster.emit.intern(what)},
                          either(at, object.at));
  };
  for (const std::string_view key : {"privileged", "hostPID", "hostIPC", "hostNetwork"}) {
    if (is_true(spec[key])) allows(key, field_span(spec, key));
  }
  if (spec["allowPrivilegeEscalation"].boolean().value_or(true)) {
    allows("privilege-escalation", field_span(spec, "allowPrivilegeEscalation"));
  }
  policy_user(spec, allows);
  policy_host_paths(spec, allows);
  policy_capabilities(spec, allows);
  for_each_item(spec["allowedProcMountTypes"], [&](NodeRef type) {
    if (type.scalar() == "Unmasked") allows("unmasked-proc", type.span());
  });
  if (spec["allowedUnsafeSysctls"].size() > 0) {
    allows("unsafe-sysctls", field_span(spec, "allowedUnsafeSysctls"));
  }
}

}  // namespace wayout::deploy::kubernetes
