// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>

#include "fact/fact_base.hpp"

namespace wayout::bench {

/// Adds facts one by one with few words, as a reader would.
class FactWriter {
 public:
  explicit FactWriter(fact::FactBase& facts) : facts_(facts), origin_(facts.origin({})) {}

  template <class... Values>
  void add(fact::Relation relation, const Values&... values) {
    facts_.add(relation, {facts_.intern(values)...}, fact::Certainty::kDeclared, origin_);
  }

 private:
  fact::FactBase& facts_;
  fact::OriginId origin_;
};

/// Facts like those of Kubernetes Deployments with one container each, about sixty per container:
/// mostly defaults, with a few privileged ones, socket mounts, host paths and capabilities.
inline void add_deployments(fact::FactBase& facts, std::size_t count) {
  using fact::Relation;
  FactWriter out(facts);
  constexpr const char* kDefaults[] = {"CHOWN",   "DAC_OVERRIDE", "FSETID",           "FOWNER",
                                       "MKNOD",   "NET_RAW",      "SETGID",           "SETUID",
                                       "SETFCAP", "SETPCAP",      "NET_BIND_SERVICE", "SYS_CHROOT",
                                       "KILL",    "AUDIT_WRITE"};
  constexpr const char* kUnset[] = {
      "securityContext",          "seccompProfile",    "runAsNonRoot",    "readOnlyRootFilesystem",
      "allowPrivilegeEscalation", "capabilities.drop", "appArmorProfile", "livenessProbe",
      "readinessProbe",           "runAsUser"};
  constexpr const char* kSources[] = {"/run/docker.sock", "/",         "/etc",
                                      "/var/log",         "/srv/data", "/run",
                                      "/var/lib/kubelet", "/opt/app"};
  out.add(Relation::kHost, "node", "cgroup", "v2");
  for (std::size_t i = 0; i < count; ++i) {
    const std::string number = std::to_string(i);
    const std::string space = "team-" + std::to_string(i / 64);
    const std::string workload = "k8s:" + space + "/Deployment/app-" + number;
    const std::string c = workload + "/web";
    const std::string account = "k8s:" + space + "/ServiceAccount/default";
    out.add(Relation::kContainer, c, "kubernetes");
    out.add(Relation::kContainerRole, c, "main");
    out.add(Relation::kWorkload, workload, "Deployment", space);
    out.add(Relation::kNamespace, space);
    out.add(Relation::kPodSecurity, space, "privileged");
    out.add(Relation::kPartOf, c, workload);
    out.add(Relation::kRunsOn, c, "node");
    out.add(Relation::kUsesImage, c, "registry.example/app:" + std::to_string(i % 400));
    out.add(Relation::kEntry, c, "assumed-breach");
    out.add(Relation::kUid, c, i % 10 == 0 ? "nonroot" : "root");
    out.add(Relation::kUserNamespace, c, "host");
    out.add(Relation::kSeccomp, c, "unconfined");
    out.add(Relation::kApparmor, c, "confined");
    out.add(Relation::kSelinux, c, "unconfined");
    out.add(Relation::kPrivilegeEscalation, c, "true");
    out.add(Relation::kReadOnlyRoot, c, "false");
    out.add(Relation::kMaskedPaths, c, "true");
    for (const char* capability : kDefaults) out.add(Relation::kGrantedCapability, c, capability);
    for (const char* setting : kUnset) out.add(Relation::kUnset, c, setting);
    for (const char* target : {"metadata", "kubelet", "api-server", "internet"}) {
      out.add(Relation::kReaches, c, target);
    }
    out.add(Relation::kSameSegment, c);
    out.add(Relation::kEgressOpen, workload);
    out.add(Relation::kListens, c, "8080");
    out.add(Relation::kServiceAccount, c, account);
    out.add(Relation::kServiceAccountNamed, workload, "unset");
    out.add(Relation::kAccount, account, "ServiceAccount", space);
    out.add(Relation::kTokenMounted, c, account);
    for (const char* kind : {"memory", "cpu"}) out.add(Relation::kResourceRequest, c, kind, "1");
    for (const char* path : {"/tmp", "/config", "/cache"}) {
      out.add(Relation::kMountsVolume, c, path, "volume-" + number);
    }
    out.add(Relation::kVolumeKind, "volume-" + number, "emptyDir");
    if (i % 50 == 0) out.add(Relation::kPrivileged, c);
    if (i % 40 == 1) out.add(Relation::kHostNamespace, c, "pid");
    if (i % 40 == 2) out.add(Relation::kHostNamespace, c, "net");
    if (i % 40 == 3) {
      out.add(Relation::kAddsCapability, c, "SYS_ADMIN");
      out.add(Relation::kGrantedCapability, c, "SYS_ADMIN");
    }
    if (i % 12 == 4) {
      out.add(Relation::kMounts, c, "/host", kSources[i / 12 % 8]);
      out.add(Relation::kMountMode, c, "/host", i % 24 == 4 ? "rw" : "ro");
      out.add(Relation::kMountVia, c, "/host", "hostPath");
    }
    if (i % 8 == 5) out.add(Relation::kExposedBy, workload, "LoadBalancer", "svc-" + number);
  }
}

/// RBAC beside the pods: an account for every ten pods, roles with ten grants each, of which a few
/// lead further.
inline void add_rbac(fact::FactBase& facts, std::size_t pods) {
  using fact::Relation;
  FactWriter out(facts);
  constexpr const char* kResources[] = {"configmaps", "services", "endpoints",   "events",
                                        "leases",     "pods",     "deployments", "jobs",
                                        "nodes",      "secrets"};
  const std::size_t accounts = pods / 10;
  for (std::size_t i = 0; i < accounts; ++i) {
    const std::string number = std::to_string(i);
    const std::string space = "team-" + std::to_string(i * 10 / 64);
    const std::string account = "k8s:" + space + "/ServiceAccount/app-" + number;
    const std::string role = "k8s:" + space + "/Role/app-" + number;
    out.add(Relation::kAccount, account, "ServiceAccount", space);
    out.add(Relation::kRole, role, "Role", space);
    out.add(Relation::kBinding, role + "-binding", "RoleBinding");
    out.add(Relation::kBound, account, role, space, role + "-binding");
    for (const char* resource : kResources) {
      const bool secret = std::string(resource) == "secrets";
      out.add(Relation::kRoleGrants, role, "", secret && i % 100 != 0 ? "create" : "get", resource,
              "*");
    }
    if (i % 50 == 0) out.add(Relation::kRoleGrants, role, "", "create", "pods", "*");
    if (i % 200 == 0) out.add(Relation::kRoleGrants, role, "*", "*", "*", "*");
    for (std::size_t pod = i * 10; pod < i * 10 + 10; ++pod) {
      const std::string c = "k8s:team-" + std::to_string(pod / 64) + "/Deployment/app-" +
                            std::to_string(pod) + "/web";
      out.add(Relation::kTokenMounted, c, account);
    }
  }
}

}  // namespace wayout::bench
