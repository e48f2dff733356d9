// SPDX-License-Identifier: Apache-2.0
#include "deploy/ecs/task_definition.hpp"

#include <map>
#include <string>
#include <vector>

#include "deploy/credential_shape.hpp"
#include "deploy/fact_writer.hpp"
#include "deploy/host_path.hpp"
#include "deploy/user_class.hpp"

namespace wayout::deploy::ecs {

namespace {

using fact::Relation;
using text::NodeRef;

/// A field by its name in the API (`pidMode`); CloudFormation writes the first letter large.
NodeRef field(NodeRef node, std::string_view name) {
  if (const NodeRef found = node[name]) return found;
  std::string large(name);
  if (large[0] >= 'a' && large[0] <= 'z') large[0] = static_cast<char>(large[0] - 'a' + 'A');
  return node[large];
}

/// The text of a field; empty where a template function stands instead of one.
std::string text_of(NodeRef node) {
  if (!node.is_scalar() || node.is_null()) return {};
  if (node.tree()->node(node.index()).tagged) return {};
  return std::string(node.scalar());
}

bool yes(NodeRef node) {
  return node.loose_bool().value_or(false);
}

class Task {
 public:
  Task(NodeRef node, std::string family, const Platforms& platforms, fact::FactBase& facts)
      : node_(node),
        family_(std::move(family)),
        writer_(facts, fact::Certainty::kDeclared),
        ecs_(platforms.named("ecs")),
        fargate_(platforms.named("fargate")) {}

  void run() {
    workload_ = "ecs:" + family_;
    writer_.say(Relation::kWorkload, {workload_, "task", ""}, node_.span());
    bool elsewhere = false;
    for (const NodeRef item : field(node_, "requiresCompatibilities").items()) {
      const std::string type = text_of(item);
      if (!type.empty()) types_.push_back({type, item.span()});
      (type == "FARGATE" ? fargate_only_ : elsewhere) = true;
    }
    fargate_only_ = fargate_only_ && !elsewhere;
    for (const NodeRef volume : field(node_, "volumes").items()) {
      volumes_[text_of(field(volume, "name"))] = volume;
    }
    const auto containers = field(node_, "containerDefinitions").items();
    count_ = containers.size();
    for (const NodeRef container : containers) {
      container_ = workload_ + "/" + text_of(field(container, "name"));
      structure(container);
      boundary(container);
      linux_parameters(container);
      storage(container);
      network(container);
      environment(container);
    }
  }

 private:
  const Platform& platform() const { return fargate_only_ ? fargate_ : ecs_; }

  void structure(NodeRef c) {
    const base::Span span = c.span();
    writer_.say(Relation::kContainer, {container_, "ecs"}, span);
    writer_.say(Relation::kContainerRole, {container_, "main"}, span);
    writer_.say(Relation::kPartOf, {container_, workload_}, span);
    writer_.by_default(Relation::kEntry, {container_, "assumed-breach"}, span,
                       "any container may come to run an attacker's code");
    // Fargate's machines are not the customer's: nothing there is a host to reach.
    if (!fargate_only_) {
      writer_.by_default(Relation::kRunsOn, {container_, "host"}, span,
                         "ECS places the task on an instance of the cluster");
    }
    for (const auto& [type, where] : types_) {
      writer_.say(Relation::kLaunchType, {container_, type}, where);
    }
    if (types_.empty()) {
      writer_.by_default(Relation::kLaunchType, {container_, "EC2"}, node_.span(),
                         "a task definition that names no compatibility can run on EC2");
    }
    if (const NodeRef image = field(c, "image"); !text_of(image).empty()) {
      writer_.say(Relation::kUsesImage, {container_, text_of(image)}, image.span());
    }
    if (const NodeRef role = field(node_, "taskRoleArn")) {
      const std::string name = text_of(role);
      writer_.say(Relation::kTaskRole, {container_, name.empty() ? "(from the template)" : name},
                  role.span());
    }
  }

  void boundary(NodeRef c) {
    const NodeRef privileged = field(c, "privileged");
    if (yes(privileged)) writer_.say(Relation::kPrivileged, {container_}, privileged.span());
    const NodeRef user = field(c, "user");
    const std::string name = text_of(user);
    if (!name.empty()) writer_.say(Relation::kUser, {container_, name}, user.span());
    if (const auto kind = user_class(name); !kind.empty()) {
      writer_.say(Relation::kUid, {container_, kind}, user.span());
    } else {
      if (!user) unset("user", c);
      writer_.silent(platform(), "uid", Relation::kUid, container_, (user ? user : c).span());
    }
    writer_.silent(platform(), "user_namespace", Relation::kUserNamespace, container_, c.span());
    const NodeRef read_only = field(c, "readonlyRootFilesystem");
    if (read_only) {
      writer_.say(Relation::kReadOnlyRoot, {container_, yes(read_only) ? "true" : "false"},
                  read_only.span());
    } else {
      unset("readonlyRootFilesystem", c);
      writer_.silent(platform(), "read_only_root", Relation::kReadOnlyRoot, container_, c.span());
    }
    security_options(c);
    shared("pidMode", "pid");
    shared("ipcMode", "ipc");
    if (!field(c, "healthCheck")) unset("healthCheck", c);
    limit(c, "memory", "memory");
    limit(c, "cpu", "cpu");
  }

  void unset(std::string_view name, NodeRef c) {
    writer_.say(Relation::kUnset, {container_, name}, c.span());
  }

  void limit(NodeRef c, std::string_view name, std::string_view kind) {
    NodeRef value = field(c, name);
    if (!value) value = field(node_, name);
    const std::string text = text_of(value);
    if (!value || text == "0") {
      unset(name, c);
    } else {
      writer_.say(Relation::kResourceLimit, {container_, kind, text}, value.span());
    }
  }

  /// The agent hands dockerSecurityOptions to Docker: `key:value` or `key=value`.
  void security_options(NodeRef c) {
    bool seccomp = false, apparmor = false, selinux = false, escalation = false;
    for (const NodeRef item : field(c, "dockerSecurityOptions").items()) {
      const std::string text = text_of(item);
      const auto separator = text.find_first_of("=:");
      const std::string key = text.substr(0, separator);
      const std::string value = separator == std::string::npos ? "" : text.substr(separator + 1);
      const char* confined = value == "unconfined" ? "unconfined" : "confined";
      if (key == "seccomp") {
        seccomp = true;
        writer_.say(Relation::kSeccomp, {container_, confined}, item.span());
      } else if (key == "apparmor") {
        apparmor = true;
        writer_.say(Relation::kApparmor, {container_, confined}, item.span());
      } else if (key == "label" && (value == "disable" || value.starts_with("type"))) {
        selinux = true;
        const bool off = value == "disable" || value.ends_with("spc_t");
        writer_.say(Relation::kSelinux, {container_, off ? "unconfined" : "confined"}, item.span());
      } else if (key == "no-new-privileges") {
        escalation = true;
        writer_.say(Relation::kPrivilegeEscalation,
                    {container_, value == "false" ? "true" : "false"}, item.span());
      }
    }
    const base::Span span = c.span();
    if (!seccomp) writer_.silent(platform(), "seccomp", Relation::kSeccomp, container_, span);
    if (!apparmor) writer_.silent(platform(), "apparmor", Relation::kApparmor, container_, span);
    if (!selinux) writer_.silent(platform(), "selinux", Relation::kSelinux, container_, span);
    if (!escalation) {
      writer_.silent(platform(), "privilege_escalation", Relation::kPrivilegeEscalation, container_,
                     span);
    }
  }

  void shared(std::string_view name, std::string_view kind) {
    const NodeRef mode = field(node_, name);
    if (text_of(mode) == "host" && !fargate_only_) {
      writer_.say(Relation::kHostNamespace, {container_, kind}, mode.span());
    }
  }

  void linux_parameters(NodeRef c) {
    const NodeRef parameters = field(c, "linuxParameters");
    const auto list = [&](std::string_view name, std::vector<std::string>& names) {
      std::vector<FactWriter::Capability> out;
      const auto items = field(field(parameters, "capabilities"), name).items();
      names.reserve(items.size());
      for (const NodeRef item : items) {
        names.push_back(text_of(item));
        out.push_back({names.back(), item.span()});
      }
      return out;
    };
    std::vector<std::string> added_names;
    std::vector<std::string> dropped_names;
    const auto added = list("add", added_names);
    const auto dropped = list("drop", dropped_names);
    writer_.capabilities(platform(), container_, added, dropped, c.span());
    for (const NodeRef device : field(parameters, "devices").items()) {
      std::string mode;
      for (const NodeRef permission : field(device, "permissions").items()) {
        const std::string text = text_of(permission);
        if (!text.empty()) mode += text == "mknod" ? 'm' : text[0];
      }
      const std::string path = text_of(field(device, "hostPath"));
      if (path.empty()) continue;
      writer_.say(Relation::kDevice,
                  {container_, clean_host_path(path), mode.empty() ? "rwm" : mode}, device.span());
    }
    for (const NodeRef tmpfs : field(parameters, "tmpfs").items()) {
      const std::string path = clean_container_path(text_of(field(tmpfs, "containerPath")));
      const std::string volume = container_ + ":" + path;
      writer_.say(Relation::kMountsVolume, {container_, path, volume}, tmpfs.span());
      writer_.say(Relation::kVolumeKind, {volume, "tmpfs"}, tmpfs.span());
    }
  }

  void storage(NodeRef c) {
    for (const NodeRef point : field(c, "mountPoints").items()) {
      const std::string name = text_of(field(point, "sourceVolume"));
      const std::string target = text_of(field(point, "containerPath"));
      if (target.empty()) continue;
      const std::string path = clean_container_path(target);
      const auto volume = volumes_.find(name);
      const NodeRef source =
          volume == volumes_.end() ? NodeRef{} : field(field(volume->second, "host"), "sourcePath");
      const std::string host = text_of(source);
      if (!host.empty()) {
        writer_.say(Relation::kMounts, {container_, path, clean_host_path(host)}, source.span());
        writer_.say(Relation::kMountVia, {container_, path, "bind"}, source.span());
      } else {
        const std::string entity = workload_ + ":volumes/" + name;
        writer_.say(Relation::kMountsVolume, {container_, path, entity}, point.span());
        const bool efs =
            volume != volumes_.end() && field(volume->second, "efsVolumeConfiguration");
        writer_.say(Relation::kVolumeKind, {entity, efs ? "nfs" : "named"}, point.span());
      }
      const NodeRef mode = field(point, "readOnly");
      if (mode) {
        writer_.say(Relation::kMountMode, {container_, path, yes(mode) ? "ro" : "rw"}, mode.span());
      } else {
        writer_.by_default(Relation::kMountMode, {container_, path, "rw"}, point.span(),
                           "a mount point is read-write unless readOnly is set");
      }
    }
  }

  void network(NodeRef c) {
    const NodeRef mode = field(node_, "networkMode");
    const std::string name = text_of(mode);
    if (name == "host") writer_.say(Relation::kHostNamespace, {container_, "net"}, mode.span());
    for (const NodeRef mapping : field(c, "portMappings").items()) {
      const std::string port = text_of(field(mapping, "containerPort"));
      if (port.empty()) continue;
      writer_.say(Relation::kListens, {container_, port}, mapping.span());
      std::string host = text_of(field(mapping, "hostPort"));
      // In the awsvpc and host modes the container's port is that of its interface.
      if (host.empty() && (name == "awsvpc" || name == "host")) host = port;
      writer_.by_default(
          Relation::kPublishes,
          {container_, "0.0.0.0", host.empty() || host == "0" ? "random" : host, port},
          mapping.span(), "ECS binds a port on every address of the interface");
    }
    if (name == "none") return;
    writer_.by_default(Relation::kReaches, {container_, "internet"}, c.span(),
                       "security groups let every connection out unless told otherwise");
    if (fargate_only_) return;
    writer_.by_default(Relation::kReaches, {container_, "metadata"}, c.span(),
                       "the instance's metadata service answers containers unless it is blocked");
    if ((name.empty() || name == "bridge") && count_ > 1) {
      writer_.by_default(Relation::kSameSegment, {container_}, c.span(),
                         "the containers of one bridge network share a segment");
    }
  }

  void environment(NodeRef c) {
    for (const NodeRef variable : field(c, "environment").items()) {
      const std::string name = text_of(field(variable, "name"));
      const NodeRef value = field(variable, "value");
      credential(name, credential_kind(name, text_of(value)), "literal", value.span());
    }
    for (const NodeRef secret : field(c, "secrets").items()) {
      const std::string name = text_of(field(secret, "name"));
      credential(name, credential_named(name), "secretRef", secret.span());
    }
  }

  void credential(const std::string& name, CredentialKind kind, std::string_view how,
                  const base::Span& span) {
    if (kind == CredentialKind::kNone) return;
    const std::string id = "env:" + container_ + ":" + name;
    writer_.say(Relation::kCredential, {id, name_of(kind)}, span);
    writer_.say(Relation::kHeldIn, {id, id}, span);
    writer_.say(Relation::kEnvCredential, {container_, name, how}, span);
  }

  NodeRef node_;
  std::string family_, workload_, container_;
  FactWriter writer_;
  const Platform& ecs_;
  const Platform& fargate_;
  std::vector<std::pair<std::string, base::Span>> types_;
  std::map<std::string, NodeRef> volumes_;
  std::size_t count_ = 0;
  bool fargate_only_ = false;
};

bool is_task(NodeRef node) {
  const NodeRef containers = field(node, "containerDefinitions");
  return containers.is_sequence() && containers.size() > 0;
}

constexpr std::string_view kResourceType = "AWS::ECS::TaskDefinition";

}  // namespace

bool recognises(NodeRef root) {
  if (!root.is_mapping()) return false;
  if (is_task(root) || is_task(root["taskDefinition"])) return true;
  for (const auto& [name, resource] : root["Resources"].entries()) {
    if (resource["Type"].scalar() == kResourceType) return true;
  }
  return false;
}

void add_tasks(const text::Tree& tree, const Platforms& platforms, fact::FactBase& facts) {
  const NodeRef root = tree.root();
  const auto add = [&](NodeRef node, std::string_view fallback) {
    std::string family = text_of(field(node, "family"));
    if (family.empty()) family = fallback;
    Task(node, std::move(family), platforms, facts).run();
  };
  if (is_task(root)) add(root, "task");
  if (is_task(root["taskDefinition"])) add(root["taskDefinition"], "task");
  for (const auto& [name, resource] : root["Resources"].entries()) {
    if (resource["Type"].scalar() == kResourceType) add(resource["Properties"], name.scalar());
  }
}

}  // namespace wayout::deploy::ecs
