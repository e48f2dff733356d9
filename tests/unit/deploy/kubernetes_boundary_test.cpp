// SPDX-License-Identifier: Apache-2.0
#include "kubernetes_support.hpp"

namespace wayout::deploy {
namespace {

class KubernetesBoundary : public testing::TestWithParam<KubernetesCase> {};

TEST_P(KubernetesBoundary, Facts) {
  EXPECT_THAT(kubernetes_facts(GetParam().text, GetParam().relations),
              testing::ElementsAreArray(GetParam().facts));
}

const KubernetesCase kCases[] = {
    {"silent_pod",
     R"(apiVersion: v1
kind: Pod
metadata: {name: p}
spec:
  containers:
    - name: c
      image: nginx
)",
     {"container", "container_role", "workload", "part_of", "runs_on", "entry", "uses_image", "uid",
      "user_namespace", "seccomp", "apparmor", "selinux", "privilege_escalation", "privileged",
      "granted_capability", "host_namespace", "service_account", "token_mounted",
      "service_account_named"},
     {"workload(k8s:default/Pod/p, Pod, default) declared 3",
      "service_account_named(k8s:default/Pod/p, unset) declared 3",
      "container(k8s:default/Pod/p/c, kubernetes) declared 6",
      "container_role(k8s:default/Pod/p/c, main) declared 6",
      "part_of(k8s:default/Pod/p/c, k8s:default/Pod/p) declared 6",
      "runs_on(k8s:default/Pod/p/c, node) default 6",
      "entry(k8s:default/Pod/p/c, assumed-breach) default 6",
      "uses_image(k8s:default/Pod/p/c, nginx) declared 7",
      "service_account(k8s:default/Pod/p/c, k8s:default/ServiceAccount/default) declared 3",
      "privilege_escalation(k8s:default/Pod/p/c, true) default 6",
      "uid(k8s:default/Pod/p/c, root) assumed 6",
      "user_namespace(k8s:default/Pod/p/c, host) default 6",
      "seccomp(k8s:default/Pod/p/c, unconfined) default 6",
      "apparmor(k8s:default/Pod/p/c, confined) assumed 6",
      "apparmor(k8s:default/Pod/p/c, unconfined) assumed 6",
      "selinux(k8s:default/Pod/p/c, unconfined) assumed 6",
      "granted_capability(k8s:default/Pod/p/c, CHOWN) default 6",
      "granted_capability(k8s:default/Pod/p/c, NET_RAW) assumed 6",
      "token_mounted(k8s:default/Pod/p/c, k8s:default/ServiceAccount/default) default 6"}},
    {"pod_level_settings_are_inherited_and_overridden",
     R"(apiVersion: apps/v1
kind: Deployment
metadata: {name: d, namespace: n}
spec:
  template:
    spec:
      securityContext:
        runAsUser: 1000
        runAsNonRoot: true
        seccompProfile: {type: RuntimeDefault}
        appArmorProfile: {type: RuntimeDefault}
      containers:
        - name: inherits
        - name: overrides
          securityContext:
            runAsUser: 0
            runAsNonRoot: false
            seccompProfile: {type: Unconfined}
            appArmorProfile: {type: Unconfined}
)",
     {"uid", "user", "run_as_non_root", "seccomp", "apparmor"},
     {"run_as_non_root(k8s:n/Deployment/d/inherits, true) declared 9",
      "user(k8s:n/Deployment/d/inherits, 1000) declared 8",
      "uid(k8s:n/Deployment/d/inherits, nonroot) declared 8",
      "seccomp(k8s:n/Deployment/d/inherits, confined) declared 10",
      "apparmor(k8s:n/Deployment/d/inherits, confined) declared 11",
      "run_as_non_root(k8s:n/Deployment/d/overrides, false) declared 17",
      "user(k8s:n/Deployment/d/overrides, 0) declared 16",
      "uid(k8s:n/Deployment/d/overrides, root) declared 16",
      "seccomp(k8s:n/Deployment/d/overrides, unconfined) declared 18",
      "apparmor(k8s:n/Deployment/d/overrides, unconfined) declared 19"}},
    {"run_as_non_root_alone_means_nonroot",
     R"(apiVersion: v1
kind: Pod
metadata: {name: p}
spec:
  containers:
    - name: c
      securityContext: {runAsNonRoot: true}
)",
     {"uid"},
     {"uid(k8s:default/Pod/p/c, nonroot) declared 7"}},
    {"null_settings_are_unset",
     R"(apiVersion: v1
kind: Pod
metadata: {name: p}
spec:
  securityContext: {runAsUser: 7}
  containers:
    - name: c
      securityContext: {runAsUser: null, privileged: null}
)",
     {"uid", "privileged"},
     {"uid(k8s:default/Pod/p/c, nonroot) declared 5"}},
    {"capability_spellings_and_order",
     R"(apiVersion: v1
kind: Pod
metadata: {name: p}
spec:
  containers:
    - name: a
      securityContext: {capabilities: {drop: [all], add: [cap_sys_admin]}}
    - name: b
      securityContext: {capabilities: {add: [NET_ADMIN, CHOWN], drop: [CHOWN]}}
    - name: c
      securityContext:
        capabilities:
          drop: [NET_RAW]
)",
     {"adds_capability", "drops_capability", "granted_capability"},
     {"adds_capability(k8s:default/Pod/p/a, SYS_ADMIN) declared 7",
      "drops_capability(k8s:default/Pod/p/a, ALL) declared 7",
      "granted_capability(k8s:default/Pod/p/a, SYS_ADMIN) declared 7",
      "adds_capability(k8s:default/Pod/p/b, NET_ADMIN) declared 9",
      "adds_capability(k8s:default/Pod/p/b, CHOWN) declared 9",
      "drops_capability(k8s:default/Pod/p/b, CHOWN) declared 9",
      "granted_capability(k8s:default/Pod/p/b, NET_ADMIN) declared 9",
      "granted_capability(k8s:default/Pod/p/b, NET_RAW) assumed 8",
      "drops_capability(k8s:default/Pod/p/c, NET_RAW) declared 13",
      "granted_capability(k8s:default/Pod/p/c, CHOWN) default 10"}},
    {"host_sharing",
     R"(apiVersion: v1
kind: Pod
metadata: {name: p}
spec:
  hostPID: true
  hostIPC: true
  hostNetwork: true
  hostUsers: false
  shareProcessNamespace: true
  runtimeClassName: gvisor
  securityContext:
    sysctls:
      - {name: kernel.shm_rmid_forced, value: "1"}
      - {name: net/ipv4/conf/eth0.7/rp_filter, value: "2"}
  containers:
    - name: a
      ports: [{containerPort: 80}]
    - name: b
)",
     {"host_namespace", "user_namespace", "joins_namespace", "runtime_class", "sysctl",
      "publishes"},
     {"host_namespace(k8s:default/Pod/p/a, pid) declared 5",
      "host_namespace(k8s:default/Pod/p/a, ipc) declared 6",
      "host_namespace(k8s:default/Pod/p/a, net) declared 7",
      "runtime_class(k8s:default/Pod/p/a, gvisor) declared 10",
      "sysctl(k8s:default/Pod/p/a, kernel.shm_rmid_forced, 1) declared 13",
      "sysctl(k8s:default/Pod/p/a, net.ipv4.conf.eth0/7.rp_filter, 2) declared 14",
      "user_namespace(k8s:default/Pod/p/a, private) declared 8",
      "publishes(k8s:default/Pod/p/a, 0.0.0.0, 80, 80) default 17",
      "host_namespace(k8s:default/Pod/p/b, pid) declared 5",
      "host_namespace(k8s:default/Pod/p/b, ipc) declared 6",
      "host_namespace(k8s:default/Pod/p/b, net) declared 7",
      "runtime_class(k8s:default/Pod/p/b, gvisor) declared 10",
      "sysctl(k8s:default/Pod/p/b, kernel.shm_rmid_forced, 1) declared 13",
      "sysctl(k8s:default/Pod/p/b, net.ipv4.conf.eth0/7.rp_filter, 2) declared 14",
      "user_namespace(k8s:default/Pod/p/b, private) declared 8",
      "joins_namespace(k8s:default/Pod/p/a, pid, k8s:default/Pod/p/b) declared 9",
      "joins_namespace(k8s:default/Pod/p/b, pid, k8s:default/Pod/p/a) declared 9"}},
    {"flags_of_the_container",
     R"(apiVersion: v1
kind: Pod
metadata: {name: p}
spec:
  containers:
    - name: c
      tty: true
      workingDir: /proc/self/fd/8
      securityContext:
        privileged: true
        procMount: Unmasked
        allowPrivilegeEscalation: false
        readOnlyRootFilesystem: true
        seLinuxOptions: {type: spc_t}
        windowsOptions: {hostProcess: true}
)",
     {"privileged", "masked_paths", "privilege_escalation", "read_only_root", "selinux",
      "windows_host_process", "tty", "working_dir"},
     {"working_dir(k8s:default/Pod/p/c, /proc/self/fd/8) declared 8",
      "tty(k8s:default/Pod/p/c) declared 7", "privileged(k8s:default/Pod/p/c) declared 10",
      "privilege_escalation(k8s:default/Pod/p/c, false) declared 12",
      "read_only_root(k8s:default/Pod/p/c, true) declared 13",
      "masked_paths(k8s:default/Pod/p/c, false) declared 11",
      "selinux(k8s:default/Pod/p/c, unconfined) declared 14",
      "windows_host_process(k8s:default/Pod/p/c) declared 15"}},
    {"apparmor_annotation_beats_the_pod_field_only",
     R"(apiVersion: v1
kind: Pod
metadata:
  name: p
  annotations:
    container.apparmor.security.beta.kubernetes.io/a: unconfined
    container.apparmor.security.beta.kubernetes.io/b: unconfined
spec:
  securityContext: {appArmorProfile: {type: RuntimeDefault}}
  containers:
    - name: a
    - name: b
      securityContext: {appArmorProfile: {type: Localhost, localhostProfile: x}}
    - name: c
)",
     {"apparmor"},
     {"apparmor(k8s:default/Pod/p/a, unconfined) declared 6",
      "apparmor(k8s:default/Pod/p/b, confined) declared 13",
      "apparmor(k8s:default/Pod/p/c, confined) declared 9"}},
    {"all_kinds_of_containers_and_unset_settings",
     R"(apiVersion: batch/v1
kind: CronJob
metadata: {name: j}
spec:
  jobTemplate:
    spec:
      template:
        spec:
          initContainers:
            - {name: i}
            - {name: s, restartPolicy: Always}
          containers:
            - name: m
              livenessProbe: {}
              resources: {limits: {cpu: 1, memory: 1Gi}}
              securityContext: {capabilities: {drop: [ALL]}}
          ephemeralContainers:
            - {name: e}
)",
     {"container_role", "resource_limit"},
     {"container_role(k8s:default/CronJob/j/i, init) declared 10",
      "container_role(k8s:default/CronJob/j/s, sidecar) declared 11",
      "container_role(k8s:default/CronJob/j/m, main) declared 13",
      "resource_limit(k8s:default/CronJob/j/m, cpu, 1) declared 15",
      "resource_limit(k8s:default/CronJob/j/m, memory, 1Gi) declared 15",
      "container_role(k8s:default/CronJob/j/e, ephemeral) declared 18"}},
    {"unset_after_inheritance",
     R"(apiVersion: v1
kind: Pod
metadata: {name: p}
spec:
  securityContext: {runAsNonRoot: true}
  containers:
    - name: c
      livenessProbe: {httpGet: {port: 80}}
      resources: {limits: {cpu: 1}, requests: {memory: 1Gi}}
      securityContext: {capabilities: {drop: [ALL]}, allowPrivilegeEscalation: true}
)",
     {"unset"},
     {"unset(k8s:default/Pod/p/c, readOnlyRootFilesystem) declared 7",
      "unset(k8s:default/Pod/p/c, runAsUser) declared 7",
      "unset(k8s:default/Pod/p/c, seccompProfile) declared 7",
      "unset(k8s:default/Pod/p/c, appArmorProfile) declared 7",
      "unset(k8s:default/Pod/p/c, resources.limits.memory) declared 7",
      "unset(k8s:default/Pod/p/c, readinessProbe) declared 7",
      "unset(k8s:default/Pod/p/c, automountServiceAccountToken) declared 7"}},
    {"wrong_types_stay_local",
     R"(apiVersion: v1
kind: Pod
metadata: [p]
spec:
  securityContext: none
  volumes: {a: b}
  hostPID: "true"
  containers:
    - text
    - name: [c]
      env: x
      ports: [1, {containerPort: {}}]
      securityContext: {privileged: true, capabilities: {add: SYS_ADMIN}}
---
apiVersion: v1
kind: Pod
metadata: {name: q}
spec: 7
)",
     {"container", "privileged", "host_namespace", "adds_capability"},
     {"container(k8s:default/Pod/Pod@2/container@10, kubernetes) declared 10",
      "privileged(k8s:default/Pod/Pod@2/container@10) declared 13"}},
    {"lists_nested_and_typed_and_custom_kinds",
     R"(apiVersion: v1
kind: List
items:
  - apiVersion: v1
    kind: PodList
    items:
      - metadata: {name: p}
        spec: {containers: [{name: c}]}
  - apiVersion: argoproj.io/v1alpha1
    kind: Rollout
    metadata: {generateName: r-}
    spec: {template: {spec: {containers: [{name: c}]}}}
  - apiVersion: serving.knative.dev/v1
    kind: Service
    metadata: {name: s}
    spec: {template: {spec: {containers: [{name: c}]}}}
  - apiVersion: v1
    kind: Pod
    metadata: {name: p}
    spec: {containers: [{name: c}, {name: c}]}
)",
     {"container"},
     {"container(k8s:default/Pod/p/c, kubernetes) declared 8",
      "container(k8s:default/Rollout/r-/c, kubernetes) declared 12",
      "container(k8s:default/Service/s/c, kubernetes) declared 16",
      "container(k8s:default/Pod/p@19/c, kubernetes) declared 20",
      "container(k8s:default/Pod/p@19/c@20, kubernetes) declared 20"}},
};

INSTANTIATE_TEST_SUITE_P(Table, KubernetesBoundary, testing::ValuesIn(kCases), case_name);

}  // namespace
}  // namespace wayout::deploy
