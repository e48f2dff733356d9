// SPDX-License-Identifier: Apache-2.0
#include "deploy/inspect/inspect.hpp"

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "deploy/capability_names.hpp"
#include "deploy/credential_shape.hpp"
#include "deploy/fact_writer.hpp"
#include "deploy/host_path.hpp"
#include "deploy/user_class.hpp"

namespace wayout::deploy::inspect {

namespace {

using fact::Relation;
using text::NodeRef;

std::string text_of(NodeRef node) {
  return node.is_null() ? std::string() : std::string(node.scalar());
}

bool is_true(NodeRef node) {
  return node.boolean().value_or(false);
}

/// Podman's dumps have fields that Docker's do not.
bool is_podman(NodeRef c) {
  return c["OCIRuntime"] || c["EffectiveCaps"] || c["ConmonPidFile"];
}

/// A rootless Podman keeps its state below the user's own runtime or home folder.
bool is_rootless(NodeRef c) {
  for (const std::string_view key : {"ConmonPidFile", "PidFile", "StaticDir", "OCIConfigPath"}) {
    const std::string_view path = c[key].scalar();
    if (path.starts_with("/run/user/") || path.starts_with("/home/") ||
        path.find("/.local/share/containers/") != std::string_view::npos) {
      return true;
    }
  }
  return false;
}

/// The name of a container by its id, for namespaces that are shared by id.
using Names = std::map<std::string, std::string, std::less<>>;

class Container {
 public:
  Container(NodeRef node, const Platforms& platforms, const Names& names, fact::FactBase& facts)
      : node_(node),
        host_(node["HostConfig"]),
        config_(node["Config"]),
        names_(names),
        writer_(facts, fact::Certainty::kObserved),
        podman_(is_podman(node)),
        platform_(platforms.named(!podman_            ? "docker"
                                  : is_rootless(node) ? "podman-rootless"
                                                      : "podman")) {}

  void run(const std::string& name) {
    container_ = name;
    running_ = is_true(node_["State"]["Running"]) || node_["State"]["Status"].scalar() == "running";
    structure();
    user();
    capabilities();
    confinement();
    namespaces();
    devices();
    mounts();
    network();
    limits();
    environment();
  }

 private:
  base::Span at(NodeRef node) const { return node ? node.span() : node_["Name"].span(); }

  void structure() {
    const base::Span span = at(node_["Name"]);
    writer_.say(Relation::kContainer, {container_, podman_ ? "podman" : "docker"}, span);
    writer_.say(Relation::kContainerRole, {container_, "main"}, span);
    writer_.say(Relation::kRunsOn, {container_, "host"}, span);
    writer_.by_default(Relation::kEntry, {container_, "assumed-breach"}, span,
                       "any container may come to run an attacker's code");
    if (const NodeRef image = config_["Image"]) {
      writer_.say(Relation::kUsesImage, {container_, text_of(image)}, image.span());
    }
    if (is_true(host_["Privileged"])) {
      writer_.say(Relation::kPrivileged, {container_}, host_["Privileged"].span());
    }
    const std::string runtime = text_of(host_["Runtime"]);
    if (!runtime.empty() && runtime != "runc" && runtime != "oci" && runtime != "crun") {
      writer_.say(Relation::kRuntimeClass, {container_, runtime}, host_["Runtime"].span());
    }
    if (const std::string folder = text_of(config_["WorkingDir"]); !folder.empty()) {
      writer_.say(Relation::kWorkingDir, {container_, folder}, config_["WorkingDir"].span());
    }
    if (is_true(config_["Tty"])) writer_.say(Relation::kTty, {container_}, config_["Tty"].span());
    if (const std::string parent = text_of(host_["CgroupParent"]); !parent.empty()) {
      writer_.say(Relation::kCgroupParent, {container_, parent}, host_["CgroupParent"].span());
    }
  }

  /// `Config.User` is the image's USER with `--user` applied; empty means root.
  void user() {
    const NodeRef user = config_["User"];
    const std::string name = text_of(user);
    if (!name.empty()) writer_.say(Relation::kUser, {container_, name}, user.span());
    const std::string_view kind = name.empty() ? "root" : user_class(name);
    if (user && !kind.empty()) {
      writer_.say(Relation::kUid, {container_, kind}, user.span());
    } else {
      writer_.silent(platform_, "uid", Relation::kUid, container_, at(user));
    }
  }

  void capabilities() {
    const NodeRef effective =
        node_["BoundingCaps"] ? node_["BoundingCaps"] : node_["EffectiveCaps"];
    const auto list = [](NodeRef items) {
      std::vector<FactWriter::Capability> out;
      for (const NodeRef item : items.items()) out.push_back({item.scalar(), item.span()});
      return out;
    };
    if (effective.is_sequence()) {
      for (const auto& capability : list(effective)) {
        writer_.say(Relation::kGrantedCapability, {container_, clean_capability(capability.name)},
                    capability.span);
      }
      return;
    }
    writer_.capabilities(platform_, container_, list(host_["CapAdd"]), list(host_["CapDrop"]),
                         at(host_));
  }

  void confinement() {
    bool seccomp = false, selinux = false, escalation = false;
    for (const NodeRef item : host_["SecurityOpt"].items()) {
      const std::string text = text_of(item);
      const auto separator = text.find_first_of("=:");
      const std::string key = text.substr(0, separator);
      const std::string value = separator == std::string::npos ? "" : text.substr(separator + 1);
      if (key == "seccomp") {
        seccomp = true;
        writer_.say(Relation::kSeccomp,
                    {container_, value == "unconfined" ? "unconfined" : "confined"}, item.span());
      } else if (key == "no-new-privileges") {
        escalation = true;
        writer_.say(Relation::kPrivilegeEscalation,
                    {container_, value == "false" ? "true" : "false"}, item.span());
      } else if (key == "label" && value == "disable") {
        selinux = true;
        writer_.say(Relation::kSelinux, {container_, "unconfined"}, item.span());
      }
    }
    const bool privileged = is_true(host_["Privileged"]);
    if (!seccomp) {
      writer_.silent(platform_, "seccomp", Relation::kSeccomp, container_, at(host_));
    }
    if (!escalation) {
      writer_.silent(platform_, "privilege_escalation", Relation::kPrivilegeEscalation, container_,
                     at(host_));
    }
    apparmor();
    if (!selinux) process_label();
    const NodeRef masked = host_["MaskedPaths"];
    if (masked.is_sequence() && masked.size() == 0 && !privileged) {
      writer_.say(Relation::kMaskedPaths, {container_, "false"}, masked.span());
    }
  }

  /// The daemon fills in the profile when it starts the container: empty in a running one means
  /// that the host has no AppArmor.
  void apparmor() {
    const NodeRef profile = node_["AppArmorProfile"];
    const std::string name = text_of(profile);
    if (!profile || (name.empty() && !running_)) {
      writer_.silent(platform_, "apparmor", Relation::kApparmor, container_, at(profile));
      return;
    }
    const bool confined = !name.empty() && name != "unconfined";
    writer_.say(Relation::kApparmor, {container_, confined ? "confined" : "unconfined"},
                profile.span());
  }

  void process_label() {
    const NodeRef label = node_["ProcessLabel"];
    const std::string text = text_of(label);
    if (!label || (text.empty() && !running_)) {
      writer_.silent(platform_, "selinux", Relation::kSelinux, container_, at(label));
      return;
    }
    const bool confined = !text.empty() && text.find(":spc_t:") == std::string::npos;
    writer_.say(Relation::kSelinux, {container_, confined ? "confined" : "unconfined"},
                label.span());
  }

  void shared(std::string_view key, std::string_view kind) {
    const NodeRef mode = host_[key];
    const std::string text = text_of(mode);
    if (text == "host") {
      writer_.say(Relation::kHostNamespace, {container_, kind}, mode.span());
    } else if (text.starts_with("container:")) {
      const std::string id = text.substr(10);
      const auto known = names_.find(id);
      writer_.say(Relation::kJoinsNamespace,
                  {container_, kind, known == names_.end() ? "docker:" + id : known->second},
                  mode.span());
    }
  }

  void namespaces() {
    shared("PidMode", "pid");
    shared("IpcMode", "ipc");
    shared("NetworkMode", "net");
    shared("UTSMode", "uts");
    shared("CgroupnsMode", "cgroup");
    const NodeRef mode = host_["UsernsMode"];
    const NodeRef maps = host_["IDMappings"]["UidMap"];
    if (text_of(mode) == "host" && !is_rootless(node_)) {
      writer_.say(Relation::kUserNamespace, {container_, "host"}, mode.span());
    } else if (maps.is_sequence() && maps.size() > 0) {
      writer_.say(Relation::kUserNamespace, {container_, "private"}, maps.span());
    } else {
      writer_.silent(platform_, "user_namespace", Relation::kUserNamespace, container_, at(mode));
    }
  }

  void devices() {
    for (const NodeRef item : host_["Devices"].items()) {
      const std::string path = text_of(item["PathOnHost"]);
      if (path.empty()) continue;
      const std::string mode = text_of(item["CgroupPermissions"]);
      writer_.say(Relation::kDevice,
                  {container_, clean_host_path(path), mode.empty() ? "rwm" : mode}, item.span());
    }
    for (const NodeRef item : host_["DeviceCgroupRules"].items()) {
      writer_.say(Relation::kDeviceRule, {container_, text_of(item)}, item.span());
    }
    for (const auto& [name, value] : host_["Sysctls"].entries()) {
      writer_.say(Relation::kSysctl, {container_, name.scalar(), value.scalar()}, value.span());
    }
  }

  void mounts() {
    for (const NodeRef item : node_["Mounts"].items()) {
      const std::string path = clean_container_path(text_of(item["Destination"]));
      const std::string type = text_of(item["Type"]);
      const std::string source = text_of(item["Source"]);
      if (type == "bind" || (type.empty() && text_of(item["Name"]).empty())) {
        writer_.say(Relation::kMounts, {container_, path, clean_host_path(source)}, item.span());
        writer_.say(Relation::kMountVia, {container_, path, "bind"}, item.span());
      } else {
        const std::string name = text_of(item["Name"]);
        const std::string volume = "volume:" + (name.empty() ? container_ + ":" + path : name);
        writer_.say(Relation::kMountsVolume, {container_, path, volume}, item.span());
        writer_.say(Relation::kVolumeKind, {volume, type == "volume" ? "named" : type},
                    item.span());
      }
      writer_.say(Relation::kMountMode, {container_, path, is_true(item["RW"]) ? "rw" : "ro"},
                  (item["RW"] ? item["RW"] : item).span());
      const std::string propagation = text_of(item["Propagation"]);
      if (propagation.ends_with("shared") || propagation.ends_with("slave")) {
        writer_.say(Relation::kMountPropagation,
                    {container_, path, propagation.ends_with("shared") ? "shared" : "slave"},
                    item["Propagation"].span());
      }
    }
  }

  void network() {
    for (const auto& [key, value] : config_["ExposedPorts"].entries()) {
      writer_.say(Relation::kListens, {container_, port_of(key.scalar())}, key.span());
    }
    NodeRef bindings = node_["NetworkSettings"]["Ports"];
    if (!bindings || bindings.size() == 0) bindings = host_["PortBindings"];
    for (const auto& [key, value] : bindings.entries()) {
      for (const NodeRef binding : value.items()) {
        const std::string address = text_of(binding["HostIp"]);
        const std::string port = text_of(binding["HostPort"]);
        writer_.say(Relation::kPublishes,
                    {container_, address.empty() ? "0.0.0.0" : address,
                     port.empty() || port == "0" ? "random" : port, port_of(key.scalar())},
                    binding.span());
      }
    }
    const std::string mode = text_of(host_["NetworkMode"]);
    if (mode == "none" || mode == "host" || mode.starts_with("container:")) return;
    for (const std::string_view target : {"internet", "metadata"}) {
      writer_.by_default(Relation::kReaches, {container_, target}, at(host_["NetworkMode"]),
                         "a bridge network lets containers out to any address");
    }
  }

  static std::string_view port_of(std::string_view key) { return key.substr(0, key.find('/')); }

  void limit(std::string_view key, std::string_view kind, std::string_view unset) {
    const NodeRef value = host_[key];
    const std::string text = text_of(value);
    if (text.empty() || text == "0" || text == "-1") {
      writer_.say(Relation::kUnset, {container_, unset}, at(value));
    } else {
      writer_.say(Relation::kResourceLimit, {container_, kind, text}, value.span());
    }
  }

  void limits() {
    limit("Memory", "memory", "mem_limit");
    limit(text_of(host_["NanoCpus"]).size() > 1 ? "NanoCpus" : "CpuQuota", "cpu", "cpus");
    limit("PidsLimit", "pids", "pids_limit");
    if (const NodeRef read_only = host_["ReadonlyRootfs"]) {
      writer_.say(Relation::kReadOnlyRoot, {container_, is_true(read_only) ? "true" : "false"},
                  read_only.span());
    }
    if (!config_["Healthcheck"]) {
      writer_.say(Relation::kUnset, {container_, "healthcheck"}, at(config_));
    }
  }

  void environment() {
    for (const NodeRef item : config_["Env"].items()) {
      const std::string_view text = item.scalar();
      const auto equals = text.find('=');
      if (equals == std::string_view::npos) continue;
      const std::string name(text.substr(0, equals));
      const CredentialKind kind = credential_kind(name, text.substr(equals + 1));
      if (kind == CredentialKind::kNone) continue;
      const std::string id = "env:" + container_ + ":" + name;
      writer_.say(Relation::kCredential, {id, name_of(kind)}, item.span());
      writer_.say(Relation::kHeldIn, {id, id}, item.span());
      writer_.say(Relation::kEnvCredential, {container_, name, "literal"}, item.span());
    }
  }

  NodeRef node_, host_, config_;
  const Names& names_;
  FactWriter writer_;
  bool podman_ = false;
  const Platform& platform_;
  std::string container_;
  bool running_ = false;
};

bool is_container(NodeRef node) {
  return node["HostConfig"].is_mapping() && node["Config"].is_mapping() && node["Name"].is_scalar();
}

std::string entity_of(NodeRef node) {
  std::string name = text_of(node["Name"]);
  if (name.starts_with("/")) name.erase(0, 1);
  return "docker:" + name;
}

std::vector<NodeRef> containers_of(NodeRef root) {
  auto items = root.is_sequence() ? root.items() : std::vector<NodeRef>{root};
  std::erase_if(items, [](NodeRef item) { return !is_container(item); });
  return items;
}

}  // namespace

bool recognises(NodeRef root) {
  return !containers_of(root).empty();
}

void add_containers(const text::Tree& tree, const Platforms& platforms, fact::FactBase& facts) {
  const auto containers = containers_of(tree.root());
  Names names;
  for (const NodeRef container : containers) {
    names.emplace(text_of(container["Id"]), entity_of(container));
  }
  for (const NodeRef container : containers) {
    Container(container, platforms, names, facts).run(entity_of(container));
  }
}

}  // namespace wayout::deploy::inspect
