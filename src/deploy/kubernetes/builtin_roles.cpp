// SPDX-License-Identifier: Apache-2.0
// The user-facing roles of the Kubernetes RBAC reference ("Default roles and role bindings"), with
// the rights that reach beyond the holder: workloads, execution, secrets, tokens, roles. Reading of
// harmless kinds is left out.
#include "deploy/kubernetes/builtin_roles.hpp"

#include <array>

namespace wayout::deploy::kubernetes {

namespace {

constexpr std::string_view kWrite = "create delete deletecollection patch update";
constexpr std::string_view kRead = "get list watch";

constexpr std::array kClusterAdmin = {BuiltinRule{"*", "*", "*"}};

constexpr std::array kEdit = {
    BuiltinRule{"", "pods/attach pods/exec pods/portforward pods/proxy secrets services/proxy",
                kRead},
    BuiltinRule{"", "serviceaccounts", "impersonate"},
    BuiltinRule{"", "pods pods/attach pods/exec pods/portforward pods/proxy", kWrite},
    BuiltinRule{"", "pods/eviction serviceaccounts/token", "create"},
    BuiltinRule{"",
                "configmaps persistentvolumeclaims replicationcontrollers secrets serviceaccounts "
                "services services/proxy",
                kWrite},
    BuiltinRule{"apps", "daemonsets deployments replicasets statefulsets", kWrite},
    BuiltinRule{"batch", "cronjobs jobs", kWrite},
    BuiltinRule{"networking.k8s.io", "ingresses networkpolicies", kWrite},
    BuiltinRule{"", "pods pods/log configmaps services serviceaccounts", kRead},
};

constexpr std::array kAdmin = {
    kEdit[0],
    kEdit[1],
    kEdit[2],
    kEdit[3],
    kEdit[4],
    kEdit[5],
    kEdit[6],
    kEdit[7],
    kEdit[8],
    BuiltinRule{"rbac.authorization.k8s.io", "rolebindings roles",
                "create delete deletecollection get list patch update watch"},
};

constexpr std::array kView = {
    BuiltinRule{"", "pods pods/log configmaps services serviceaccounts", kRead}};

constexpr std::string_view kIntoView = "rbac.authorization.k8s.io/aggregate-to-view";
constexpr std::string_view kIntoEdit =
    "rbac.authorization.k8s.io/aggregate-to-edit rbac.authorization.k8s.io/aggregate-to-view";
constexpr std::string_view kIntoAdmin =
    "rbac.authorization.k8s.io/aggregate-to-admin rbac.authorization.k8s.io/aggregate-to-edit "
    "rbac.authorization.k8s.io/aggregate-to-view";

constexpr std::array<BuiltinRole, 4> kRoles = {{
    {"k8s:ClusterRole/cluster-admin", "every cluster has the role cluster-admin", "",
     kClusterAdmin},
    {"k8s:ClusterRole/admin", "every cluster has the role admin", kIntoAdmin, kAdmin},
    {"k8s:ClusterRole/edit", "every cluster has the role edit", kIntoEdit, kEdit},
    {"k8s:ClusterRole/view", "every cluster has the role view", kIntoView, kView},
}};

}  // namespace

const BuiltinRole* builtin_role(std::string_view entity) {
  for (const auto& role : kRoles) {
    if (role.entity == entity) return &role;
  }
  return nullptr;
}

}  // namespace wayout::deploy::kubernetes
