// SPDX-License-Identifier: Apache-2.0
// securityContext of pod and container. Source: the Kubernetes API reference (PodSecurityContext,
// SecurityContext: "the value in SecurityContext takes precedence").
#include "deploy/kubernetes/pod.hpp"

namespace wayout::deploy::kubernetes {

using text::NodeRef;

namespace {

/// A setting after inheritance, with the mapping that says it.
struct Setting {
  NodeRef holder, value;
  explicit operator bool() const { return static_cast<bool>(value); }
};

Setting inherited(const PodScope& pod, const ContainerScope& container, std::string_view key) {
  if (const NodeRef own = container.security[key]; given(own)) return {container.security, own};
  if (const NodeRef shared = pod.security[key]; given(shared)) return {pod.security, shared};
  return {};
}

class Boundary {
 public:
  Boundary(Cluster& cluster, const PodScope& pod, const ContainerScope& container)
      : cluster_(cluster), emit_(cluster.emit), w_(cluster.words), pod_(pod), c_(container) {}

  void read() {
    own_flags();
    user();
    user_namespace();
    seccomp();
    apparmor();
    selinux();
    windows();
    if (!given(c_.security) && !given(pod_.security)) unset(w_.unsets.security_context);
  }

 private:
  void unset(Symbol what) { emit_.declared(Relation::kUnset, {c_.name, what}, c_.at); }

  void own_flags() {
    const NodeRef security = c_.security;
    if (is_true(security["privileged"])) {
      emit_.declared(Relation::kPrivileged, {c_.name}, field_span(security, "privileged"));
    }
    flag("allowPrivilegeEscalation", Relation::kPrivilegeEscalation, w_.unsets.privilege_escalation,
         &cluster_.privilege_escalation);
    flag("readOnlyRootFilesystem", Relation::kReadOnlyRoot, w_.unsets.read_only_root, nullptr);
    if (security["procMount"].scalar() == "Unmasked") {
      emit_.declared(Relation::kMaskedPaths, {c_.name, w_.no}, field_span(security, "procMount"));
    }
  }

  void flag(std::string_view key, Relation relation, Symbol name, const Silences* silences) {
    if (const auto value = c_.security[key].boolean()) {
      emit_.declared(relation, {c_.name, *value ? w_.yes : w_.no}, field_span(c_.security, key));
      return;
    }
    unset(name);
    if (silences != nullptr) emit_.silent(relation, c_.name, *silences, c_.at);
  }

  void user() {
    for (const NodeRef& item : pod_.spec["securityContext"]["supplementalGroups"].items()) {
      const auto group = item.integer();
      if (!group || *group == 0) continue;
      emit_.assumed(Relation::kExtraGroup, {c_.name, emit_.intern(std::to_string(*group))},
                    item.span(), fact::AssumptionKind::kConfig,
                    emit_.intern("that is the group of the host's socket"));
    }
    const Setting id = inherited(pod_, c_, "runAsUser");
    const Setting nonroot = inherited(pod_, c_, "runAsNonRoot");
    const auto number = id.value.integer();
    const auto flag = nonroot.value.boolean();
    if (flag) {
      emit_.declared(Relation::kRunAsNonRoot, {c_.name, *flag ? w_.yes : w_.no},
                     field_span(nonroot.holder, "runAsNonRoot"));
    } else {
      unset(w_.unsets.run_as_non_root);
    }
    if (number) {
      const Span at = field_span(id.holder, "runAsUser");
      emit_.declared(Relation::kUser, {c_.name, emit_.intern(std::to_string(*number))}, at);
      emit_.declared(Relation::kUid, {c_.name, *number == 0 ? w_.root : w_.nonroot}, at);
      return;
    }
    unset(w_.unsets.run_as_user);
    if (flag.value_or(false)) {
      // The kubelet refuses to start a container as root then, whatever its image says.
      emit_.declared(Relation::kUid, {c_.name, w_.nonroot},
                     field_span(nonroot.holder, "runAsNonRoot"));
    } else {
      emit_.silent(Relation::kUid, c_.name, cluster_.uid, c_.at);
    }
  }

  void user_namespace() {
    if (const auto shared = pod_.spec["hostUsers"].boolean()) {
      emit_.declared(Relation::kUserNamespace, {c_.name, *shared ? w_.host : w_.separate},
                     field_span(pod_.spec, "hostUsers"));
    } else {
      emit_.silent(Relation::kUserNamespace, c_.name, cluster_.user_namespace, c_.at);
    }
  }

  /// A profile field: {type: RuntimeDefault | Localhost | Unconfined}.
  bool profile(NodeRef holder, std::string_view key, Relation relation) {
    const std::string_view type = holder[key]["type"].scalar();
    const bool confined = type == "RuntimeDefault" || type == "Localhost";
    if (!confined && type != "Unconfined") return false;
    emit_.declared(relation, {c_.name, confined ? w_.confined : w_.unconfined},
                   field_span(holder[key], "type"));
    return true;
  }

  /// The annotation of a profile, which named `runtime/default`, `localhost/FILE`, `unconfined`.
  struct Annotation {
    Symbol value;  ///< invalid when there is none
    Span at;
  };
  Annotation annotation(std::string_view prefix, std::string_view name) {
    std::string key(prefix);
    key += name;
    const std::string_view text = pod_.annotations[key].scalar();
    if (text.empty()) return {};
    return {text == "unconfined" ? w_.unconfined : w_.confined, field_span(pod_.annotations, key)};
  }

  void seccomp() {
    const Setting setting = inherited(pod_, c_, "seccompProfile");
    if (setting && profile(setting.holder, "seccompProfile", Relation::kSeccomp)) return;
    Annotation old;
    if (pod_.annotations.is_mapping()) {
      old = annotation("container.seccomp.security.alpha.kubernetes.io/", c_.plain_name);
      if (!old.value.valid()) old = annotation("seccomp.security.alpha.kubernetes.io/", "pod");
    }
    if (old.value.valid()) {
      emit_.assumed(Relation::kSeccomp, {c_.name, old.value}, old.at,
                    fact::AssumptionKind::kCluster, w_.notes.old_seccomp_annotation);
    } else {
      unset(w_.unsets.seccomp);
    }
    emit_.silent(Relation::kSeccomp, c_.name, cluster_.seccomp, c_.at);
  }

  /// The container's field, then its annotation, then the pod's field (Kubernetes 1.30 notes on
  /// the move from annotations to fields).
  void apparmor() {
    if (profile(c_.security, "appArmorProfile", Relation::kApparmor)) return;
    if (pod_.annotations.is_mapping()) {
      const Annotation beta =
          annotation("container.apparmor.security.beta.kubernetes.io/", c_.plain_name);
      if (beta.value.valid()) {
        emit_.declared(Relation::kApparmor, {c_.name, beta.value}, beta.at);
        return;
      }
    }
    if (profile(pod_.security, "appArmorProfile", Relation::kApparmor)) return;
    unset(w_.unsets.apparmor);
    emit_.silent(Relation::kApparmor, c_.name, cluster_.apparmor, c_.at);
  }

  /// Only the types that confine nothing are certain; whether another one is enforced depends on
  /// the node having SELinux at all.
  void selinux() {
    const Setting setting = inherited(pod_, c_, "seLinuxOptions");
    const std::string_view type = setting.value["type"].scalar();
    if (type == "spc_t" || type == "super_t" || type == "unconfined_t") {
      emit_.declared(Relation::kSelinux, {c_.name, w_.unconfined},
                     field_span(setting.value, "type"));
      return;
    }
    emit_.silent(Relation::kSelinux, c_.name, cluster_.selinux, c_.at);
  }

  void windows() {
    NodeRef options = c_.security["windowsOptions"];
    if (!given(options["hostProcess"])) options = pod_.security["windowsOptions"];
    if (is_true(options["hostProcess"])) {
      emit_.declared(Relation::kWindowsHostProcess, {c_.name}, field_span(options, "hostProcess"));
    }
  }

  Cluster& cluster_;
  Emitter& emit_;
  const Words& w_;
  const PodScope& pod_;
  const ContainerScope& c_;
};

}  // namespace

void read_boundary(Cluster& cluster, const PodScope& pod, const ContainerScope& container) {
  Boundary(cluster, pod, container).read();
}

namespace {

constexpr std::size_t kUnknownCapability = kCapabilities.size();

std::size_t capability_index(std::string_view name) {
  for (std::size_t i = 0; i < kCapabilities.size(); ++i) {
    if (kCapabilities[i] == name) return i;
  }
  return kUnknownCapability;
}

/// One of the lists `add` and `drop`.
struct CapabilityList {
  std::uint64_t named = 0;
  bool all = false;
  Span all_at;
  std::array<Span, kCapabilities.size()> at;
};

void read_list(Cluster& cluster, const ContainerScope& c, NodeRef list, Relation relation,
               CapabilityList& out) {
  for_each_item(list, [&](NodeRef item) {
    const std::string name = clean_capability(item.scalar());
    if (name.empty()) return;
    const Span at = item.span();
    cluster.emit.declared(relation, {c.name, cluster.emit.intern(name)}, at);
    if (name == "ALL") {
      out.all = true;
      out.all_at = at;
    } else if (const std::size_t index = capability_index(name); index != kUnknownCapability) {
      out.named |= 1ull << index;
      out.at[index] = at;
    }
  });
}

}  // namespace

/// The order is that of containerd and CRI-O: ALL in `add`, ALL in `drop`, names in `add`, names in
/// `drop`. So `drop: [ALL], add: [X]` leaves X, and a name in both lists is gone.
void read_capabilities(Cluster& cluster, const ContainerScope& container) {
  const NodeRef lists = container.security["capabilities"];
  CapabilityList add, drop;
  if (lists.is_mapping()) {
    read_list(cluster, container, lists["add"], Relation::kAddsCapability, add);
    read_list(cluster, container, lists["drop"], Relation::kDropsCapability, drop);
  }
  if (!drop.all && drop.named == 0) {
    cluster.emit.declared(Relation::kUnset, {container.name, cluster.words.unsets.drop},
                          container.at);
  }
  constexpr std::uint64_t kEvery = (1ull << kCapabilities.size()) - 1;
  std::uint64_t granted = add.all ? kEvery : cluster.default_capabilities;
  if (drop.all) granted = 0;
  granted |= add.named;
  granted &= ~drop.named;
  for (std::size_t i = 0; i < kCapabilities.size(); ++i) {
    const std::uint64_t bit = 1ull << i;
    if ((granted & bit) == 0) continue;
    const Symbol name = cluster.capability_symbols[i];
    if ((add.named & bit) != 0 || add.all) {
      cluster.emit.declared(Relation::kGrantedCapability, {container.name, name},
                            (add.named & bit) != 0 ? add.at[i] : add.all_at);
    } else {
      const SilentValue& usual = cluster.capability_defaults[i];
      cluster.emit.add(Relation::kGrantedCapability, {container.name, name}, usual.certainty,
                       cluster.emit.at(container.at, usual.note, usual.assumes));
    }
  }
}

}  // namespace wayout::deploy::kubernetes
