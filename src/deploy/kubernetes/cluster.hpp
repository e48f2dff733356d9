// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "base/result.hpp"
#include "base/source.hpp"
#include "deploy/capability_names.hpp"
#include "deploy/kubernetes/document.hpp"
#include "deploy/kubernetes/emitter.hpp"

namespace wayout::deploy::kubernetes {

/// One object while it is read.
struct Object {
  text::NodeRef root;
  std::string_view kind;
  std::string_view api_version;
  std::string name;  ///< metadata.name, generateName, or kind@line
  std::string ns;    ///< `default` when none is named
  Symbol ns_symbol;
  Span at;  ///< metadata.name, or the kind of a nameless object
};

struct ContainerRecord {
  Symbol name;
  Span at;
  bool token_path_taken = false;  ///< something else is mounted where the token would be
};

enum class Automount : std::uint8_t { kUnset, kYes, kNo };

/// What `finish` needs of a pod or pod template. Its containers are a range of Cluster::containers.
struct WorkloadRecord {
  Symbol name, ns, account;
  std::uint32_t first_container = 0;
  std::uint32_t container_count = 0;
  Automount automount = Automount::kUnset;
  Span automount_at;
  bool host_network = false;
  Span host_network_at;
  Span at;
};

/// The outside targets that an egress policy is judged for.
enum class Target : std::uint8_t {
  kMetadata,
  kKubelet,
  kKubeletReadOnly,
  kEtcd,
  kApiServer,
  kInternet
};
inline constexpr std::size_t kTargets = 6;

/// Whether something lets a connection out, and where that is said.
struct Grant {
  bool open = false;
  bool sure = false;
  Span at;
};
using Grants = std::array<Grant, kTargets>;

/// Pods of one namespace with equal labels: no policy or service can tell them apart, so each is
/// judged once for all of them.
struct PodGroup {
  Symbol ns;
  Labels labels;
  std::vector<std::uint32_t> workloads;
  bool egress_restricted = false;
  Grants egress;
};

struct PolicyRecord {
  Symbol name, ns;
  Selector pods;
  bool ingress = false, egress = false;
  Grants lets_out;
  Span at;  ///< podSelector
};

struct ServiceRecord {
  Symbol name, ns;
  Symbol exposed_as;  ///< LoadBalancer, NodePort or ExternalIP; invalid when it stays inside
  Labels selector;
  Span at;
};

/// An Ingress, Route or Gateway route that names a Service.
struct RouteRecord {
  Symbol service, object, kind;
  Span at;
};

struct AccountRecord {
  Symbol ns;
  Automount automount = Automount::kUnset;
  Span at;  ///< the automount field
  Span seen_at;
};

struct GrantRecord {
  std::array<Symbol, 4> values;  ///< api group, verb, resource, name
  fact::OriginId origin;
};
struct ClusterRoleRecord {
  Symbol name;
  Span at;
  Labels labels;
  std::vector<Selector> aggregates;
  std::vector<GrantRecord> grants;
};
struct VolumeRecord {
  std::string_view how;  ///< hostPath or local
  std::string path, name, storage_class, claim_ns, claim_name;
  double capacity = 0;
  unsigned access_modes = 0;
  bool block = false, taken = false;
  Labels labels;
  Span at;
};
struct ClaimRecord {
  std::string volume, storage_class;
  bool has_class = false;
  double request = 0;
  unsigned access_modes = 0;
  Selector selector;
  Span at;
};
struct ClaimMount {
  Symbol container, path, claim;
  std::string sub_path;
  bool device = false;
  Span at;
};

struct SymbolPairHash {
  std::size_t operator()(const std::pair<Symbol, Symbol>& pair) const noexcept {
    return std::hash<std::uint64_t>{}((std::uint64_t{pair.first.value} << 32) | pair.second.value);
  }
};

/// Everything that outlives one document. Order of emission is order of reading everywhere, so
/// that equal input gives equal facts.
struct Cluster {
  Cluster(const Platform& platform, fact::FactBase& facts, const base::Sources& sources);

  const base::Sources& sources;
  Emitter emit;
  Words words;
  Silences seccomp, apparmor, selinux, uid, user_namespace, privilege_escalation;
  std::array<Symbol, kCapabilities.size()> capability_symbols;
  std::uint64_t default_capabilities = 0;
  /// How sure the default capabilities are: a runtime in use may leave some out.
  std::array<SilentValue, kCapabilities.size()> capability_defaults;

  std::unordered_set<Symbol> entities;
  std::vector<base::Error> problems;
  std::size_t sysctls_left = 1'000'000;  ///< they are said of each container of their pod

  std::vector<ContainerRecord> containers;
  std::vector<WorkloadRecord> workloads;
  std::vector<PodGroup> groups;
  std::unordered_map<std::string, std::uint32_t> group_index;

  std::vector<std::pair<Symbol, Span>> namespaces;  ///< in order of first sight
  std::unordered_set<Symbol> namespaces_seen;
  std::unordered_set<Symbol> namespaces_read;

  std::vector<PolicyRecord> policies;
  std::vector<ServiceRecord> services;
  std::vector<RouteRecord> routes;

  std::vector<Symbol> account_order;
  std::unordered_map<Symbol, AccountRecord> accounts;
  std::unordered_map<Symbol, Symbol> token_secrets;      ///< Secret -> account
  std::vector<std::pair<Symbol, Symbol>> secret_mounts;  ///< container, Secret
  std::vector<Span> secret_mounts_at;

  std::unordered_set<Symbol> roles_read;
  std::vector<std::pair<Symbol, Span>> cluster_roles_bound;
  std::vector<ClusterRoleRecord> cluster_roles;
  std::unordered_map<std::string, Symbol> groups_bound;

  std::vector<VolumeRecord> volumes;
  std::unordered_map<std::string, ClaimRecord> claims;  ///< namespace/name
  std::vector<ClaimMount> claim_mounts;

  /// The entity of that name, made unique by the line (and the file) when it is taken already.
  Symbol new_entity(const std::string& name, const Span& at);
  void see_namespace(Symbol ns, const Span& at);
  Symbol account(std::string_view ns, std::string_view name, const Span& at);
  void report_limit(const Span& span, std::string message);
};

void read_pod(Cluster& cluster, const Object& object, text::NodeRef metadata, text::NodeRef spec);
void read_namespace(Cluster& cluster, const Object& object);
void read_pod_security_policy(Cluster& cluster, const Object& object);
void read_service_account(Cluster& cluster, const Object& object);
void read_secret(Cluster& cluster, const Object& object);
void read_role(Cluster& cluster, const Object& object);
void read_binding(Cluster& cluster, const Object& object);
void read_network_policy(Cluster& cluster, const Object& object);
void read_service(Cluster& cluster, const Object& object);
void read_ingress(Cluster& cluster, const Object& object);
void read_route(Cluster& cluster, const Object& object);
void read_openshift_route(Cluster& cluster, const Object& object);
void read_persistent_volume(Cluster& cluster, const Object& object);
void read_claim(Cluster& cluster, text::NodeRef spec, const std::string& key, const Span& at);
/// Reads KubeletConfiguration and kubeadm's documents; they are no API objects and have no name.
bool read_component_configuration(Cluster& cluster, const Object& object);
/// Recognises a control-plane or node component by its command line.
void read_component(Cluster& cluster, Symbol container, text::NodeRef spec, const Span& at);

void finish_claims(Cluster& cluster);
void finish_accounts(Cluster& cluster);
void finish_access(Cluster& cluster);
void finish_network(Cluster& cluster);
void finish_namespaces(Cluster& cluster);

}  // namespace wayout::deploy::kubernetes
