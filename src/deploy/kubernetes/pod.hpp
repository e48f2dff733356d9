// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "deploy/kubernetes/cluster.hpp"

namespace wayout::deploy::kubernetes {

struct Volume {
  std::string_view name;
  std::string_view kind;       ///< hostPath, secret, emptyDir ...: the field beside `name`
  text::NodeRef holder;        ///< the volume's mapping
  text::NodeRef source;        ///< the value of that field
  bool from_template = false;  ///< a volumeClaimTemplate of a StatefulSet
};

/// A pod or pod template while its containers are read.
struct PodScope {
  std::string prefix;  ///< `k8s:NAMESPACE/Kind/NAME`
  Symbol workload, account;
  std::string_view ns;
  text::NodeRef spec, security, annotations;
  std::vector<Volume> volumes;  ///< sorted by name
  Span account_at;
  bool host_network = false;
};

/// A container while it is read.
struct ContainerScope {
  Symbol name;
  std::string_view plain_name;
  text::NodeRef node, security;
  Symbol role;
  Span at;  ///< its name, where defaults are pinned
};

/// The volumes of a pod, claim templates of its StatefulSet included, sorted by name.
std::vector<Volume> read_volumes(Cluster& cluster, const PodScope& pod, const Object& object);

void read_boundary(Cluster& cluster, const PodScope& pod, const ContainerScope& container);
void read_capabilities(Cluster& cluster, const ContainerScope& container);
/// Whether the mount point of the account's token is taken by a volume of the pod.
bool read_mounts(Cluster& cluster, const PodScope& pod, const ContainerScope& container);
void read_environment(Cluster& cluster, const ContainerScope& container);

}  // namespace wayout::deploy::kubernetes
