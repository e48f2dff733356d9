// SPDX-License-Identifier: Apache-2.0
#include "kubernetes_support.hpp"

namespace wayout::deploy {
namespace {

class KubernetesAccess : public testing::TestWithParam<KubernetesCase> {};

TEST_P(KubernetesAccess, Facts) {
  EXPECT_THAT(kubernetes_facts(GetParam().text, GetParam().relations),
              testing::ElementsAreArray(GetParam().facts));
}

const KubernetesCase kCases[] = {
    {"tokens_follow_pod_over_account",
     R"(apiVersion: v1
kind: ServiceAccount
metadata:
  name: quiet
  annotations: {eks.amazonaws.com/role-arn: "arn:aws:iam::1:role/r"}
automountServiceAccountToken: false
---
apiVersion: v1
kind: Pod
metadata: {name: a}
spec: {serviceAccountName: quiet, containers: [{name: c}]}
---
apiVersion: v1
kind: Pod
metadata: {name: b}
spec:
  serviceAccountName: quiet
  automountServiceAccountToken: true
  containers: [{name: c}]
---
apiVersion: v1
kind: Pod
metadata: {name: d}
spec:
  serviceAccount: loud
  containers:
    - name: c
    - name: taken
      volumeMounts:
        - {name: e, mountPath: /var/run/secrets/kubernetes.io/serviceaccount}
  volumes: [{name: e, emptyDir: {}}]
)",
     {"token_mounted", "cloud_role", "service_account_named"},
     {"cloud_role(k8s:default/ServiceAccount/quiet, aws, arn:aws:iam::1:role/r) assumed 5",
      "service_account_named(k8s:default/Pod/a, named) declared 11",
      "service_account_named(k8s:default/Pod/b, named) declared 17",
      "service_account_named(k8s:default/Pod/d, named) declared 25",
      "token_mounted(k8s:default/Pod/b/c, k8s:default/ServiceAccount/quiet) declared 18",
      "token_mounted(k8s:default/Pod/d/c, k8s:default/ServiceAccount/loud) default 27"}},
    {"token_in_a_secret",
     R"(apiVersion: v1
kind: Secret
metadata: {name: t, annotations: {kubernetes.io/service-account.name: admin}}
type: kubernetes.io/service-account-token
---
apiVersion: v1
kind: Pod
metadata: {name: p}
spec:
  automountServiceAccountToken: false
  volumes: [{name: t, secret: {secretName: t}}]
  containers:
    - name: c
      volumeMounts: [{name: t, mountPath: /t}]
)",
     {"token_mounted", "token_secret"},
     {"token_secret(k8s:default/ServiceAccount/admin, default) declared 4",
      "token_mounted(k8s:default/Pod/p/c, k8s:default/ServiceAccount/admin) declared 11"}},
    {"roles_and_bindings",
     R"(apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: r, namespace: n}
rules:
  - apiGroups: [""]
    resources: [pods, pods/exec]
    verbs: [get, create]
  - nonResourceURLs: [/metrics]
    verbs: [get]
  - apiGroups: [apps]
    resources: [deployments]
    resourceNames: [web]
    verbs: ["*"]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: b, namespace: n}
roleRef: {kind: Role, name: r, apiGroup: rbac.authorization.k8s.io}
subjects:
  - {kind: ServiceAccount, name: sa}
  - {kind: ServiceAccount, name: other, namespace: m}
  - {kind: User, name: jane}
  - {kind: User, name: "system:serviceaccount:m:third"}
)",
     {"role", "role_grants", "bound", "binding"},
     {"role(k8s:n/Role/r, Role, n) declared 3",
      "role_grants(k8s:n/Role/r, , get, pods, *) declared 7",
      "role_grants(k8s:n/Role/r, , create, pods, *) declared 7",
      "role_grants(k8s:n/Role/r, , get, pods/exec, *) declared 7",
      "role_grants(k8s:n/Role/r, , create, pods/exec, *) declared 7",
      "role_grants(k8s:n/Role/r, , get, /metrics, *) declared 9",
      "role_grants(k8s:n/Role/r, apps, *, deployments, web) declared 13",
      "binding(k8s:n/RoleBinding/b, RoleBinding) declared 17",
      "bound(k8s:n/ServiceAccount/sa, k8s:n/Role/r, n, k8s:n/RoleBinding/b) declared 18",
      "bound(k8s:m/ServiceAccount/other, k8s:n/Role/r, n, k8s:n/RoleBinding/b) declared 18",
      "bound(k8s:User/jane, k8s:n/Role/r, n, k8s:n/RoleBinding/b) declared 18",
      "bound(k8s:m/ServiceAccount/third, k8s:n/Role/r, n, k8s:n/RoleBinding/b) declared 18"}},
    {"groups_of_accounts",
     R"(apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: b}
roleRef: {kind: ClusterRole, name: cluster-admin}
subjects:
  - {kind: Group, name: "system:serviceaccounts:n"}
  - {kind: Group, name: "system:anonymous-people"}
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: in, namespace: n}
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: out, namespace: m}
)",
     {"bound", "member_of", "role", "role_grants"},
     {"bound(k8s:Group/system:serviceaccounts:n, k8s:ClusterRole/cluster-admin, *, "
      "k8s:ClusterRoleBinding/b) declared 4",
      "bound(k8s:Group/system:anonymous-people, k8s:ClusterRole/cluster-admin, *, "
      "k8s:ClusterRoleBinding/b) declared 4",
      "role(k8s:ClusterRole/cluster-admin, ClusterRole, *) default 4",
      "role_grants(k8s:ClusterRole/cluster-admin, *, *, *, *) default 4",
      "member_of(k8s:n/ServiceAccount/in, k8s:Group/system:serviceaccounts:n) default 11"}},
    {"aggregation_is_transitive",
     R"(apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: top}
aggregationRule: {clusterRoleSelectors: [{matchLabels: {to: top}}]}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: middle, labels: {to: top}}
aggregationRule:
  clusterRoleSelectors:
    - matchExpressions: [{key: to, operator: In, values: [middle]}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: leaf, labels: {to: middle}}
rules: [{apiGroups: [""], resources: [secrets], verbs: [list]}]
)",
     {"role_grants"},
     {"role_grants(k8s:ClusterRole/leaf, , list, secrets, *) declared 16",
      "role_grants(k8s:ClusterRole/top, , list, secrets, *) declared 16",
      "role_grants(k8s:ClusterRole/middle, , list, secrets, *) declared 16"}},
    {"namespaces_and_their_level",
     R"(apiVersion: v1
kind: Namespace
metadata: {name: strict, labels: {pod-security.kubernetes.io/enforce: restricted}}
---
apiVersion: v1
kind: Namespace
metadata: {name: silent}
---
apiVersion: v1
kind: Pod
metadata: {name: p, namespace: unread}
spec: {containers: [{name: c}]}
)",
     {"namespace", "pod_security"},
     {"namespace(strict) declared 3", "pod_security(strict, restricted) declared 3",
      "namespace(silent) declared 7", "pod_security(silent, privileged) default 7",
      "namespace(unread) declared 11", "pod_security(unread, privileged) assumed 11"}},
    {"pod_security_policies",
     R"(apiVersion: policy/v1beta1
kind: PodSecurityPolicy
metadata: {name: open}
spec:
  privileged: true
  hostPID: true
  allowedCapabilities: ["*"]
  allowedHostPaths: [{pathPrefix: /, readOnly: false}]
  runAsUser: {rule: RunAsAny}
---
apiVersion: policy/v1beta1
kind: PodSecurityPolicy
metadata: {name: shut}
spec:
  privileged: false
  allowPrivilegeEscalation: false
  requiredDropCapabilities: [ALL]
  runAsUser: {rule: MustRunAsNonRoot}
  volumes: [configMap, hostPath]
  allowedHostPaths: [{pathPrefix: /var/log, readOnly: true}]
)",
     {"psp_allows"},
     {"psp_allows(k8s:PodSecurityPolicy/open, privileged) declared 5",
      "psp_allows(k8s:PodSecurityPolicy/open, hostPID) declared 6",
      "psp_allows(k8s:PodSecurityPolicy/open, privilege-escalation) declared 3",
      "psp_allows(k8s:PodSecurityPolicy/open, root-user) declared 9",
      "psp_allows(k8s:PodSecurityPolicy/open, host-path) declared 8",
      "psp_allows(k8s:PodSecurityPolicy/open, added-capabilities) declared 7",
      "psp_allows(k8s:PodSecurityPolicy/open, default-capabilities) declared 3",
      "psp_allows(k8s:PodSecurityPolicy/open, net-raw) declared 3"}},
    {"component_command_lines",
     R"(apiVersion: v1
kind: Pod
metadata: {name: api, namespace: kube-system}
spec:
  containers:
    - name: kube-apiserver
      command:
        - kube-apiserver
        - --anonymous-auth=false
        - --authorization-mode
        - Node,RBAC
        - --profiling
    - name: shell
      command: [/bin/sh, -c, "exec /usr/local/bin/etcd --client-cert-auth=true 1>>/var/log/e"]
    - name: image
      image: registry.k8s.io/kube-scheduler:v1.30.0
      args: [--bind-address=127.0.0.1]
    - name: none
      command: [/bin/app, --etcd, kubelet]
    - name: backend
      command: [/bin/sh, -c, "cd /srv; exec ./store -backend etcd -addr $ETCD"]
    - name: task
      command: [/bin/backup, etcd]
)",
     {"cluster_component", "component_flag"},
     {"cluster_component(k8s:kube-system/Pod/api/kube-apiserver, kube-apiserver) declared 7",
      "component_flag(k8s:kube-system/Pod/api/kube-apiserver, anonymous-auth, false) declared 9",
      "component_flag(k8s:kube-system/Pod/api/kube-apiserver, authorization-mode, Node,RBAC) "
      "declared 10",
      "component_flag(k8s:kube-system/Pod/api/kube-apiserver, profiling, true) declared 12",
      "cluster_component(k8s:kube-system/Pod/api/shell, etcd) declared 14",
      "component_flag(k8s:kube-system/Pod/api/shell, client-cert-auth, true) declared 14",
      "cluster_component(k8s:kube-system/Pod/api/image, kube-scheduler) declared 17",
      "component_flag(k8s:kube-system/Pod/api/image, bind-address, 127.0.0.1) declared 17"}},
    {"component_documents",
     R"(apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
authentication:
  anonymous:
    enabled: true
readOnlyPort: 10255
allowedUnsafeSysctls: [net.core.somaxconn, "kernel.msg*"]
imageGCHighThresholdPercent: 80
---
apiVersion: kubeadm.k8s.io/v1beta4
kind: ClusterConfiguration
apiServer:
  extraArgs:
    - {name: profiling, value: "false"}
etcd: {local: {extraArgs: {auto-tls: "true"}}}
)",
     {"cluster_component", "component_flag"},
     {"cluster_component(kubelet:app.yaml, kubelet) declared 2",
      "component_flag(kubelet:app.yaml, anonymous-auth, true) declared 5",
      "component_flag(kubelet:app.yaml, read-only-port, 10255) declared 6",
      "component_flag(kubelet:app.yaml, allowed-unsafe-sysctls, net.core.somaxconn,kernel.msg*) "
      "declared 7",
      "component_flag(kubelet:app.yaml, imageGCHighThresholdPercent, 80) declared 8",
      "cluster_component(kube-apiserver:app.yaml, kube-apiserver) declared 13",
      "component_flag(kube-apiserver:app.yaml, profiling, false) declared 14",
      "cluster_component(etcd:app.yaml, etcd) declared 15",
      "component_flag(etcd:app.yaml, auto-tls, true) declared 15"}},
};

INSTANTIATE_TEST_SUITE_P(Table, KubernetesAccess, testing::ValuesIn(kCases), case_name);

}  // namespace
}  // namespace wayout::deploy
