// SPDX-License-Identifier: Apache-2.0
// Matches policies and services with pods and says what containers reach.
#include "deploy/kubernetes/cluster.hpp"

namespace wayout::deploy::kubernetes {

namespace {

constexpr std::array<std::string_view, kTargets> kTargetNames = {
    "metadata", "kubelet", "kubelet-readonly", "etcd", "api-server", "internet"};

/// Groups of pods by namespace, and by namespace and label.
class GroupIndex {
 public:
  explicit GroupIndex(const std::vector<PodGroup>& groups) : groups_(groups) {
    for (std::uint32_t i = 0; i < groups.size(); ++i) {
      by_namespace_[groups[i].ns].push_back(i);
      for (const auto& label : groups[i].labels) by_label_[{groups[i].ns, label}].push_back(i);
    }
  }

  template <class Visit>
  void for_each_match(Symbol ns, const Selector& selector, const Visit& visit) const {
    const std::vector<std::uint32_t>* candidates = nullptr;
    for (const auto& label : selector.labels) {
      const auto found = by_label_.find({ns, label});
      if (found == by_label_.end()) return;
      if (candidates == nullptr || found->second.size() < candidates->size()) {
        candidates = &found->second;
      }
    }
    if (selector.labels.empty()) {
      const auto found = by_namespace_.find(ns);
      if (found == by_namespace_.end()) return;
      candidates = &found->second;
    }
    for (const std::uint32_t group : *candidates) {
      if (selector.matches(groups_[group].labels)) visit(group);
    }
  }

 private:
  struct Key {
    Symbol ns;
    Label label;
    bool operator==(const Key&) const = default;
  };
  struct KeyHash {
    std::size_t operator()(const Key& key) const noexcept {
      return SymbolPairHash{}(key.label) ^ (std::size_t{key.ns.value} * 0x9E3779B97F4A7C15u);
    }
  };
  const std::vector<PodGroup>& groups_;
  std::unordered_map<Symbol, std::vector<std::uint32_t>> by_namespace_;
  std::unordered_map<Key, std::vector<std::uint32_t>, KeyHash> by_label_;
};

/// Facts of one kind that one scan makes at most; only input that is made to explode has more.
constexpr std::size_t kMostSelections = 2'000'000;

/// A pod reaches what any of the policies that select it lets out to.
void merge(Grants& into, const Grants& more) {
  for (std::size_t i = 0; i < kTargets; ++i) {
    if (more[i].open && (!into[i].open || (more[i].sure && !into[i].sure))) into[i] = more[i];
  }
}

void apply_policies(Cluster& cluster, const GroupIndex& index) {
  Emitter& emit = cluster.emit;
  const Words& w = cluster.words;
  std::size_t selections = 0;
  for (const auto& policy : cluster.policies) {
    bool selects = false;
    const fact::OriginId origin = emit.at(policy.at);
    index.for_each_match(policy.ns, policy.pods, [&](std::uint32_t number) {
      selects = true;
      PodGroup& group = cluster.groups[number];
      if (policy.egress) {
        group.egress_restricted = true;
        merge(group.egress, policy.lets_out);
      }
      if (selections > kMostSelections) return;
      selections += group.workloads.size();
      if (selections > kMostSelections) {
        cluster.report_limit(policy.at, "more policies select more pods than are told apart");
        return;
      }
      for (const std::uint32_t member : group.workloads) {
        const Symbol workload = cluster.workloads[member].name;
        const auto say = [&](Symbol direction) {
          emit.add(Relation::kPolicySelects, {workload, direction, policy.name},
                   fact::Certainty::kDeclared, origin);
        };
        if (policy.ingress) say(w.ingress);
        if (policy.egress) say(w.egress);
      }
    });
    if (!selects) {
      emit.add(Relation::kPolicyWithoutPods, {policy.name}, fact::Certainty::kDeclared, origin);
    }
  }
}

void apply_services(Cluster& cluster, const GroupIndex& index) {
  Emitter& emit = cluster.emit;
  std::unordered_map<Symbol, std::vector<const RouteRecord*>> routes;
  for (const auto& route : cluster.routes) routes[route.service].push_back(&route);
  std::size_t exposures = 0;
  for (const auto& service : cluster.services) {
    const auto led = routes.find(service.name);
    if (led != routes.end()) {
      for (const RouteRecord* route : led->second) {
        emit.declared(Relation::kIngressRoute, {route->object, service.name}, route->at);
      }
    }
    if (service.selector.empty()) continue;
    if (!service.exposed_as.valid() && led == routes.end()) continue;
    const Selector selector{service.selector, {}};
    index.for_each_match(service.ns, selector, [&](std::uint32_t number) {
      const std::size_t paths = 1 + (led == routes.end() ? 0 : led->second.size());
      if (exposures > kMostSelections) return;
      exposures += cluster.groups[number].workloads.size() * paths;
      if (exposures > kMostSelections) {
        cluster.report_limit(service.at, "more routes lead to more pods than are told apart");
        return;
      }
      for (const std::uint32_t member : cluster.groups[number].workloads) {
        const Symbol workload = cluster.workloads[member].name;
        if (service.exposed_as.valid()) {
          emit.declared(Relation::kExposedBy, {workload, service.exposed_as, service.name},
                        service.at);
        }
        if (led == routes.end()) continue;
        for (const RouteRecord* route : led->second) {
          emit.declared(Relation::kExposedBy, {workload, route->kind, route->object}, route->at);
        }
      }
    });
  }
}

/// Says what the containers of workloads reach. A metadata service only exists on a cloud, so that
/// is an assumption until somebody states a fact about it.
class Reach {
 public:
  explicit Reach(Cluster& cluster) : cluster_(cluster) {
    for (std::size_t i = 0; i < kTargets; ++i) {
      targets_[i] = cluster.emit.intern(kTargetNames[i]);
    }
    auto& facts = cluster.emit.facts();
    const Symbol imds = facts.intern("imds");
    const auto rows = facts.rows(Relation::kHost);
    for (std::size_t i = 1; i < rows.size(); i += 3) imds_known_ = imds_known_ || rows[i] == imds;
  }

  void say(const PodGroup& group, const WorkloadRecord& workload) {
    const Grant& internet = group.egress[static_cast<std::size_t>(Target::kInternet)];
    const bool open = workload.host_network || !group.egress_restricted;
    const auto& notes = cluster_.words.notes;
    Emitter& emit = cluster_.emit;
    if (open) {
      const bool host = workload.host_network;
      const Span& at = host ? workload.host_network_at : workload.at;
      const Symbol note = host ? notes.host_network : notes.no_policy;
      emit.by_default(Relation::kEgressOpen, {workload.name}, at, note);
      for (std::size_t i = 0; i < kTargets; ++i) {
        say_all(workload, i, fact::Certainty::kDefault, emit.at(at, note));
      }
    } else {
      if (internet.open) emit.declared(Relation::kEgressOpen, {workload.name}, internet.at);
      for (std::size_t i = 0; i < kTargets; ++i) {
        const Grant& grant = group.egress[i];
        if (grant.open) restricted(workload, i, grant);
      }
    }
    if (workload.host_network) return;
    const fact::OriginId segment =
        emit.at(workload.at, notes.segment, fact::AssumptionKind::kNetwork);
    each(workload, [&](Symbol container) {
      emit.add(Relation::kSameSegment, {container}, fact::Certainty::kAssumed, segment);
    });
  }

 private:
  template <class Visit>
  void each(const WorkloadRecord& workload, const Visit& visit) {
    for (std::uint32_t i = 0; i < workload.container_count; ++i) {
      visit(cluster_.containers[workload.first_container + i].name);
    }
  }

  bool doubtful(std::size_t target) const {
    return target == static_cast<std::size_t>(Target::kMetadata) && !imds_known_;
  }

  void say_all(const WorkloadRecord& workload, std::size_t target, fact::Certainty certainty,
               fact::OriginId origin) {
    if (doubtful(target)) {
      certainty = fact::Certainty::kAssumed;
      origin = cluster_.emit.at(cluster_.emit.facts().origin(origin).span,
                                cluster_.words.notes.imds, fact::AssumptionKind::kCluster);
    }
    each(workload, [&](Symbol container) {
      cluster_.emit.add(Relation::kReaches, {container, targets_[target]}, certainty, origin);
    });
  }

  void restricted(const WorkloadRecord& workload, std::size_t target, const Grant& grant) {
    if (grant.sure) {
      return say_all(workload, target, fact::Certainty::kDeclared, cluster_.emit.at(grant.at));
    }
    const fact::OriginId origin = cluster_.emit.at(grant.at, cluster_.words.notes.node_address,
                                                   fact::AssumptionKind::kNetwork);
    each(workload, [&](Symbol container) {
      cluster_.emit.add(Relation::kReaches, {container, targets_[target]},
                        fact::Certainty::kAssumed, origin);
    });
  }

  Cluster& cluster_;
  std::array<Symbol, kTargets> targets_;
  bool imds_known_ = false;
};

}  // namespace

void finish_network(Cluster& cluster) {
  const GroupIndex index(cluster.groups);
  apply_policies(cluster, index);
  apply_services(cluster, index);
  Reach reach(cluster);
  for (const auto& group : cluster.groups) {
    for (const std::uint32_t member : group.workloads) reach.say(group, cluster.workloads[member]);
  }
}

}  // namespace wayout::deploy::kubernetes
