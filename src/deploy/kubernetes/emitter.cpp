// SPDX-License-Identifier: Apache-2.0
#include "deploy/kubernetes/emitter.hpp"

namespace wayout::deploy::kubernetes {

namespace {

Words::Unset unset_words(fact::FactBase& f) {
  return {
      .security_context = f.intern("securityContext"),
      .seccomp = f.intern("seccompProfile"),
      .apparmor = f.intern("appArmorProfile"),
      .run_as_user = f.intern("runAsUser"),
      .run_as_non_root = f.intern("runAsNonRoot"),
      .read_only_root = f.intern("readOnlyRootFilesystem"),
      .privilege_escalation = f.intern("allowPrivilegeEscalation"),
      .drop = f.intern("capabilities.drop"),
      .liveness = f.intern("livenessProbe"),
      .readiness = f.intern("readinessProbe"),
      .limit_cpu = f.intern("resources.limits.cpu"),
      .limit_memory = f.intern("resources.limits.memory"),
      .request_cpu = f.intern("resources.requests.cpu"),
      .request_memory = f.intern("resources.requests.memory"),
  };
}

Words::Notes note_words(fact::FactBase& f) {
  return {
      .any_node = f.intern("the scheduler may place a pod on any node"),
      .breach = f.intern("any container may come to run an attacker's code"),
      .capabilities = f.intern("the runtime grants its default capabilities"),
      .writable_mount = f.intern("a volume mount is read-write unless readOnly is set"),
      .token = f.intern("the account's token is mounted unless automounting is switched off"),
      .no_policy = f.intern("a pod that no egress NetworkPolicy selects may connect anywhere"),
      .host_network = f.intern("NetworkPolicies do not apply to pods in the node's network"),
      .imds = f.intern("the nodes are cloud machines with an instance metadata service"),
      .segment = f.intern("the network plug-in joins the pods of a node in one segment"),
      .secret_mode = f.intern("files of a secret volume have mode 0644 unless defaultMode is set"),
      .old_seccomp_annotation =
          f.intern("the kubelet is older than 1.27 and heeds the seccomp annotation"),
      .node_ports = f.intern("ports of a pod in the node's network are ports of the node"),
      .no_pod_security = f.intern("a namespace without a Pod Security label enforces nothing"),
      .unread_namespace = f.intern("the namespace, which was not read, has no Pod Security label"),
      .node_address = f.intern("the nodes have addresses that the NetworkPolicy lets out to"),
  };
}

}  // namespace

Words::Words(fact::FactBase& f)
    : kubernetes(f.intern("kubernetes")),
      node(f.intern("node")),
      star(f.intern("*")),
      empty(f.intern("")),
      yes(f.intern("true")),
      no(f.intern("false")),
      main(f.intern("main")),
      init(f.intern("init")),
      sidecar(f.intern("sidecar")),
      ephemeral(f.intern("ephemeral")),
      assumed_breach(f.intern("assumed-breach")),
      root(f.intern("root")),
      nonroot(f.intern("nonroot")),
      host(f.intern("host")),
      separate(f.intern("private")),
      confined(f.intern("confined")),
      unconfined(f.intern("unconfined")),
      pid(f.intern("pid")),
      net(f.intern("net")),
      ipc(f.intern("ipc")),
      rw(f.intern("rw")),
      ro(f.intern("ro")),
      all(f.intern("ALL")),
      named(f.intern("named")),
      default_(f.intern("default")),
      unset(f.intern("unset")),
      host_path(f.intern("hostPath")),
      persistent_volume(f.intern("persistentVolume")),
      local(f.intern("local")),
      device(f.intern("device")),
      rwm(f.intern("rwm")),
      literal(f.intern("literal")),
      secret_ref(f.intern("secretRef")),
      any_address(f.intern("0.0.0.0")),
      ingress(f.intern("ingress")),
      egress(f.intern("egress")),
      service_account(f.intern("ServiceAccount")),
      user(f.intern("User")),
      group(f.intern("Group")),
      unsets(unset_words(f)),
      notes(note_words(f)) {}

}  // namespace wayout::deploy::kubernetes
