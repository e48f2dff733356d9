// SPDX-License-Identifier: Apache-2.0
// Resolves persistent volume claims to the host paths of persistent volumes.
//
// A claim is bound by name (its volumeName, or the volume's claimRef): that is written down. A
// claim without either goes, as the control plane's binder does it, to the smallest free volume of
// its storage class that has the size, access modes and labels it asks for: that is an assumption,
// because provisioners and objects that were not read may have served it. Volumes are kept by class
// in order of size; each is handed out once.
#include <algorithm>
#include <charconv>
#include <optional>

#include "deploy/host_path.hpp"
#include "deploy/kubernetes/cluster.hpp"

namespace wayout::deploy::kubernetes {

using text::NodeRef;

namespace {

/// A Kubernetes quantity in its base unit; 0 when it is none.
double quantity(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{}) return 0;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  struct Unit {
    std::string_view suffix;
    double factor;
  };
  constexpr std::array<Unit, 12> kUnits = {{{"Ki", 0x1p10},
                                            {"Mi", 0x1p20},
                                            {"Gi", 0x1p30},
                                            {"Ti", 0x1p40},
                                            {"Pi", 0x1p50},
                                            {"Ei", 0x1p60},
                                            {"k", 1e3},
                                            {"M", 1e6},
                                            {"G", 1e9},
                                            {"T", 1e12},
                                            {"P", 1e15},
                                            {"E", 1e18}}};
  for (const auto& unit : kUnits) {
    if (text == unit.suffix) return value * unit.factor;
  }
  return value;
}

unsigned access_modes(NodeRef list) {
  constexpr std::array<std::string_view, 4> kModes = {"ReadWriteOnce", "ReadOnlyMany",
                                                      "ReadWriteMany", "ReadWriteOncePod"};
  unsigned out = 0;
  for_each_item(list, [&](NodeRef mode) {
    for (std::size_t i = 0; i < kModes.size(); ++i) {
      if (mode.scalar() == kModes[i]) out |= 1u << i;
    }
  });
  return out;
}

}  // namespace

void read_persistent_volume(Cluster& cluster, const Object& object) {
  const NodeRef spec = object.root["spec"];
  VolumeRecord volume;
  volume.name = object.name;
  volume.how = spec["hostPath"].is_mapping() ? "hostPath" : "local";
  const NodeRef source = spec[volume.how];
  volume.path = source["path"].scalar();
  if (volume.path.empty()) volume.how = {};
  volume.at = field_span(source, "path");
  volume.storage_class = spec["storageClassName"].scalar();
  volume.claim_name = spec["claimRef"]["name"].scalar();
  volume.claim_ns = spec["claimRef"]["namespace"].scalar();
  if (volume.claim_ns.empty()) volume.claim_ns = "default";
  volume.capacity = quantity(spec["capacity"]["storage"].scalar());
  volume.access_modes = access_modes(spec["accessModes"]);
  volume.block = spec["volumeMode"].scalar() == "Block";
  volume.labels = read_labels(object.root["metadata"]["labels"], cluster.emit.facts());
  cluster.volumes.push_back(std::move(volume));
}

void read_claim(Cluster& cluster, NodeRef spec, const std::string& key, const Span& at) {
  ClaimRecord claim;
  claim.volume = spec["volumeName"].scalar();
  claim.has_class = static_cast<bool>(spec["storageClassName"]);
  claim.storage_class = spec["storageClassName"].scalar();
  claim.request = quantity(spec["resources"]["requests"]["storage"].scalar());
  claim.access_modes = access_modes(spec["accessModes"]);
  claim.selector = read_selector(spec["selector"], cluster.emit.facts());
  claim.at = at;
  cluster.claims.insert_or_assign(key, std::move(claim));
}

namespace {

struct Bound {
  const VolumeRecord* volume = nullptr;
  bool sure = false;
};

class Binder {
 public:
  explicit Binder(Cluster& cluster) : cluster_(cluster) {
    auto& volumes = cluster.volumes;
    for (std::size_t i = 0; i < volumes.size(); ++i) {
      by_name_.try_emplace(volumes[i].name, i);
      if (!volumes[i].claim_name.empty()) {
        by_claim_.try_emplace(volumes[i].claim_ns + "/" + volumes[i].claim_name, i);
        volumes[i].taken = true;
      }
      by_class_[volumes[i].storage_class].push_back(i);
    }
    for (auto& [name, members] : by_class_) {
      std::stable_sort(members.begin(), members.end(), [&](std::size_t a, std::size_t b) {
        return volumes[a].capacity < volumes[b].capacity;
      });
    }
    for (const auto& [key, claim] : cluster.claims) {
      const auto named = by_name_.find(claim.volume);
      if (named != by_name_.end()) volumes[named->second].taken = true;
    }
  }

  Bound bind(const std::string& key) {
    const auto [found, is_new] = bound_.try_emplace(key);
    if (is_new) found->second = find(key);
    return found->second;
  }

 private:
  Bound find(const std::string& key) {
    const auto claim = cluster_.claims.find(key);
    if (claim != cluster_.claims.end() && !claim->second.volume.empty()) {
      const auto named = by_name_.find(claim->second.volume);
      if (named == by_name_.end()) return {};
      return {&cluster_.volumes[named->second], true};
    }
    if (const auto named = by_claim_.find(key); named != by_claim_.end()) {
      return {&cluster_.volumes[named->second], true};
    }
    return claim == cluster_.claims.end() ? Bound{} : fitting(claim->second);
  }

  Bound fitting(const ClaimRecord& claim) {
    constexpr std::size_t kMostCandidates = 4096;
    const auto members = by_class_.find(claim.storage_class);
    if (members == by_class_.end()) return {};
    std::size_t looked_at = 0;
    for (const std::size_t index : members->second) {
      VolumeRecord& volume = cluster_.volumes[index];
      if (volume.taken) continue;
      if (++looked_at > kMostCandidates) {
        if (!reported_) {
          cluster_.report_limit(claim.at, "more volumes could serve a claim than are compared");
        }
        reported_ = true;
        return {};
      }
      const bool fits = volume.capacity >= claim.request &&
                        (claim.access_modes & ~volume.access_modes) == 0 &&
                        claim.selector.matches(volume.labels);
      if (!fits) continue;
      volume.taken = true;
      return {&volume, false};
    }
    return {};
  }

  Cluster& cluster_;
  std::unordered_map<std::string, std::size_t> by_name_, by_claim_;
  std::unordered_map<std::string, std::vector<std::size_t>> by_class_;
  std::unordered_map<std::string, Bound> bound_;
  bool reported_ = false;
};

}  // namespace

void finish_claims(Cluster& cluster) {
  Binder binder(cluster);
  Emitter& emit = cluster.emit;
  const Words& w = cluster.words;
  for (const auto& mount : cluster.claim_mounts) {
    const Bound bound = binder.bind(std::string(emit.text(mount.claim)));
    if (bound.volume == nullptr || bound.volume->how.empty()) continue;
    std::string path = bound.volume->path;
    if (!mount.sub_path.empty()) path += "/" + mount.sub_path;
    const Symbol source = emit.intern(clean_host_path(path));
    const auto say = [&](Relation relation, std::initializer_list<Symbol> values) {
      if (bound.sure) return emit.declared(relation, values, bound.volume->at);
      const Symbol note = emit.intern("the claim is bound to the volume " + bound.volume->name +
                                      ", the smallest that fits it");
      emit.assumed(relation, values, bound.volume->at, fact::AssumptionKind::kCluster, note);
    };
    const Symbol via = bound.volume->how == "local" ? w.local : w.persistent_volume;
    if (mount.device) {
      say(Relation::kDevice, {mount.container, source, w.rwm});
      continue;
    }
    say(Relation::kMounts, {mount.container, mount.path, source});
    say(Relation::kMountVia, {mount.container, mount.path, via});
  }
}

}  // namespace wayout::deploy::kubernetes
