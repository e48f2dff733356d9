// SPDX-License-Identifier: Apache-2.0
// Volumes of a pod and what its containers mount of them.
#include <algorithm>
#include <charconv>

#include "deploy/host_path.hpp"
#include "deploy/kubernetes/pod.hpp"

namespace wayout::deploy::kubernetes {

using text::NodeRef;

namespace {

constexpr std::string_view kTokenPath = "/var/run/secrets/kubernetes.io/serviceaccount";

/// A file mode as four octal digits. YAML 1.1, which Kubernetes reads, takes a leading zero for
/// octal; without one (and in JSON) the number is decimal.
std::string octal_mode(std::string_view text) {
  const bool octal = text.size() > 1 && text.front() == '0';
  if (text.starts_with("0o")) text.remove_prefix(2);
  unsigned mode = 0;
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), mode, octal ? 8 : 10);
  if (error != std::errc{} || end != text.data() + text.size() || mode > 07777) return {};
  std::string out(4, '0');
  for (std::size_t i = 4; i-- > 0; mode /= 8) out[i] = static_cast<char>('0' + mode % 8);
  return out;
}

const Volume* find_volume(const PodScope& pod, std::string_view name) {
  const auto found =
      std::lower_bound(pod.volumes.begin(), pod.volumes.end(), name,
                       [](const Volume& v, std::string_view n) { return v.name < n; });
  return found != pod.volumes.end() && found->name == name ? &*found : nullptr;
}

class Mounts {
 public:
  Mounts(Cluster& cluster, const PodScope& pod, const ContainerScope& container)
      : cluster_(cluster), emit_(cluster.emit), w_(cluster.words), pod_(pod), c_(container) {}

  bool read() {
    for_each_item(c_.node["volumeMounts"], [&](NodeRef mount) { read_mount(mount); });
    for_each_item(c_.node["volumeDevices"], [&](NodeRef device) { read_device(device); });
    return token_path_taken_;
  }

 private:
  void read_mount(NodeRef mount) {
    const std::string_view where = mount["mountPath"].scalar();
    const Volume* volume = find_volume(pod_, mount["name"].scalar());
    if (where.empty() || volume == nullptr) return;
    const std::string clean = clean_container_path(where);
    token_path_taken_ = token_path_taken_ || clean == kTokenPath;
    path_ = emit_.intern(clean);
    at_ = field_span(mount, "mountPath");
    options(mount, *volume);
    if (volume->kind == "hostPath") return host_path(mount, *volume);
    if (volume->kind == "persistentVolumeClaim") return claim(mount, *volume, false);
    if (volume->kind == "secret") return secret(volume->source, "secretName", volume->holder);
    if (volume->kind == "projected") projected(*volume);
    other(*volume);
  }

  void options(NodeRef mount, const Volume& volume) {
    // A claim can also be made read-only where the pod names it.
    const bool claim_read_only = is_true(volume.source["readOnly"]);
    if (is_true(mount["readOnly"]) || claim_read_only) {
      const NodeRef holder = is_true(mount["readOnly"]) ? mount : volume.source;
      emit_.declared(Relation::kMountMode, {c_.name, path_, w_.ro}, field_span(holder, "readOnly"));
    } else if (given(mount["readOnly"])) {
      emit_.declared(Relation::kMountMode, {c_.name, path_, w_.rw}, field_span(mount, "readOnly"));
    } else {
      emit_.by_default(Relation::kMountMode, {c_.name, path_, w_.rw}, at_, w_.notes.writable_mount);
    }
    const std::string_view propagation = mount["mountPropagation"].scalar();
    if (propagation == "Bidirectional" || propagation == "HostToContainer") {
      const Symbol mode = emit_.intern(propagation == "Bidirectional" ? "shared" : "slave");
      emit_.declared(Relation::kMountPropagation, {c_.name, path_, mode},
                     field_span(mount, "mountPropagation"));
    }
    for (const std::string_view key : {"subPath", "subPathExpr"}) {
      if (mount[key].scalar().empty()) continue;
      emit_.declared(Relation::kSubPath, {c_.name, path_}, field_span(mount, key));
    }
  }

  /// The part of the volume that is mounted. A subPathExpr stays as written: what its variables
  /// stand for lies below the volume in any case.
  static std::string sub_path(NodeRef mount) {
    const std::string_view plain = mount["subPath"].scalar();
    return std::string(plain.empty() ? mount["subPathExpr"].scalar() : plain);
  }

  void host_path(NodeRef mount, const Volume& volume) {
    std::string source(volume.source["path"].scalar());
    if (source.empty()) return;
    if (const std::string sub = sub_path(mount); !sub.empty()) source += "/" + sub;
    const Span at = field_span(volume.source, "path");
    emit_.declared(Relation::kMounts, {c_.name, path_, emit_.intern(clean_host_path(source))}, at);
    emit_.declared(Relation::kMountVia, {c_.name, path_, w_.host_path}, at);
  }

  void claim(NodeRef mount, const Volume& volume, bool device) {
    std::string name(volume.from_template ? volume.name : volume.source["claimName"].scalar());
    if (name.empty()) return;
    if (volume.from_template) name.insert(0, pod_.prefix + "/");
    const std::string key = volume.from_template ? name : std::string(pod_.ns) + "/" + name;
    ClaimMount record;
    record.container = c_.name;
    record.path = path_;
    record.claim = emit_.intern(key);
    record.sub_path = sub_path(mount);
    record.device = device;
    record.at = volume.from_template ? at_ : field_span(volume.source, "claimName");
    const Symbol entity =
        volume.from_template
            ? record.claim
            : emit_.intern("k8s:" + std::string(pod_.ns) + "/PersistentVolumeClaim/" + name);
    emit_.declared(Relation::kMountsVolume, {c_.name, path_, entity}, record.at);
    emit_.declared(Relation::kVolumeKind, {entity, emit_.intern("persistentVolumeClaim")},
                   record.at);
    cluster_.claim_mounts.push_back(std::move(record));
  }

  void secret(NodeRef source, std::string_view name_key, NodeRef mode_fallback) {
    const std::string_view name = source[name_key].scalar();
    if (name.empty()) return;
    const Symbol entity =
        emit_.intern("k8s:" + std::string(pod_.ns) + "/Secret/" + std::string(name));
    const Span at = field_span(source, name_key);
    emit_.declared(Relation::kMountsSecret, {c_.name, path_, entity}, at);
    cluster_.secret_mounts.emplace_back(c_.name, entity);
    cluster_.secret_mounts_at.push_back(at);
    file_modes(given(source["defaultMode"]) ? source : mode_fallback, source);
  }

  void file_modes(NodeRef mode_holder, NodeRef source) {
    const std::string mode = octal_mode(mode_holder["defaultMode"].scalar());
    if (!mode.empty()) {
      emit_.declared(Relation::kFileMode, {c_.name, path_, emit_.intern(mode)},
                     field_span(mode_holder, "defaultMode"));
    } else {
      emit_.by_default(Relation::kFileMode, {c_.name, path_, emit_.intern("0644")}, at_,
                       w_.notes.secret_mode);
    }
    for_each_item(source["items"], [&](NodeRef item) {
      const std::string own = octal_mode(item["mode"].scalar());
      const std::string_view file = item["path"].scalar();
      if (own.empty() || file.empty()) return;
      std::string path(emit_.text(path_));
      path.append("/").append(file);
      emit_.declared(Relation::kFileMode, {c_.name, emit_.intern(path), emit_.intern(own)},
                     field_span(item, "mode"));
    });
  }

  void projected(const Volume& volume) {
    for_each_item(volume.source["sources"], [&](NodeRef source) {
      if (const NodeRef inner = source["secret"]) secret(inner, "name", volume.source);
      const NodeRef token = source["serviceAccountToken"];
      // A token for another audience (a vault, a cloud's token service) is none of the API's.
      if (given(token) && token["audience"].scalar().empty()) {
        emit_.declared(Relation::kTokenMounted, {c_.name, pod_.account},
                       field_span(source, "serviceAccountToken"));
      }
    });
  }

  void other(const Volume& volume) {
    const Span at = either(volume.holder.key(volume.kind).span(), at_);
    const Symbol entity = emit_.intern(pod_.prefix + "/volume/" + std::string(volume.name));
    emit_.declared(Relation::kMountsVolume, {c_.name, path_, entity}, at);
    emit_.declared(Relation::kVolumeKind, {entity, emit_.intern(volume.kind)}, at);
    if (volume.kind == "configMap" && given(volume.source["defaultMode"])) {
      file_modes(volume.source, volume.source);
    }
  }

  void read_device(NodeRef device) {
    const std::string_view where = device["devicePath"].scalar();
    const Volume* volume = find_volume(pod_, device["name"].scalar());
    if (where.empty() || volume == nullptr || volume->kind != "persistentVolumeClaim") return;
    path_ = emit_.intern(clean_container_path(where));
    at_ = field_span(device, "devicePath");
    claim(device, *volume, true);
  }

  Cluster& cluster_;
  Emitter& emit_;
  const Words& w_;
  const PodScope& pod_;
  const ContainerScope& c_;
  Symbol path_;
  Span at_;
  bool token_path_taken_ = false;
};

}  // namespace

std::vector<Volume> read_volumes(Cluster& cluster, const PodScope& pod, const Object& object) {
  std::vector<Volume> volumes;
  for_each_item(pod.spec["volumes"], [&](NodeRef node) {
    if (!node.is_mapping()) return;
    Volume volume;
    volume.holder = node;
    volume.name = node["name"].scalar();
    volume.kind = "emptyDir";  // what the API server fills in when no source is named
    for (const auto& [key, value] : node.entries()) {
      if (key.scalar() == "name" || value.is_null()) continue;
      volume.kind = key.scalar();
      volume.source = value;
      break;
    }
    volumes.push_back(volume);
  });
  if (object.kind == "StatefulSet") {
    for_each_item(object.root["spec"]["volumeClaimTemplates"], [&](NodeRef node) {
      Volume volume;
      volume.holder = node;
      volume.name = node["metadata"]["name"].scalar();
      volume.kind = "persistentVolumeClaim";
      volume.from_template = true;
      if (volume.name.empty()) return;
      // Kept under the workload's own name: a claim template is no claim that another pod can name.
      const std::string key = pod.prefix + "/" + std::string(volume.name);
      read_claim(cluster, node["spec"], key, field_span(node["metadata"], "name"));
      volumes.push_back(volume);
    });
  }
  std::stable_sort(volumes.begin(), volumes.end(),
                   [](const Volume& a, const Volume& b) { return a.name < b.name; });
  return volumes;
}

bool read_mounts(Cluster& cluster, const PodScope& pod, const ContainerScope& container) {
  return Mounts(cluster, pod, container).read();
}

}  // namespace wayout::deploy::kubernetes
