// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "deploy/compose/service_facts.hpp"
#include "deploy/user_class.hpp"

namespace wayout::deploy::compose {

using fact::Relation;

void ServiceFacts::identity() {
  if (const Value privileged = service_.get("privileged"); privileged && privileged.yes()) {
    writer_.say(Relation::kPrivileged, {container_}, privileged.span());
  }
  user();
  capabilities();
  security_options();
  namespaces();
  devices();
}

void ServiceFacts::user() {
  for (const Value& item : service_.list("group_add")) {
    const std::string group = item.plain();
    if (group.empty() || group == "0" || group == "root") continue;
    writer_.assume(Relation::kExtraGroup, {container_, group}, item.span(),
                   fact::AssumptionKind::kConfig, "that is the group of the host's socket");
  }
  const Value user = service_.get("user");
  if (!user) {
    writer_.say(Relation::kUnset, {container_, "user"}, service_.span);
    user_of_image();
    return;
  }
  writer_.say(Relation::kUser, {container_, user.plain()}, user.span());
  const std::string_view kind = user_class(user.plain());
  if (!kind.empty()) {
    writer_.say(Relation::kUid, {container_, kind}, user.span());
  } else {
    writer_.assume(Relation::kUid, {container_, "root"}, user.span(), fact::AssumptionKind::kConfig,
                   "the variable in `user` stands for root");
  }
}

/// The user of a container that names none is that of its image.
void ServiceFacts::user_of_image() {
  fact::FactBase& facts = writer_.facts();
  const fact::Symbol entity = image_.empty() ? fact::Symbol{} : facts.find_symbol(image_);
  const fact::Symbol container = facts.intern(container_);
  for (const fact::FactId id : facts.facts(Relation::kImageUser)) {
    if (!entity.valid() || facts.values(id)[0] != entity) continue;
    const std::string kind(facts.text(facts.values(id)[1]));
    if (kind == "root" || kind == "nonroot") {
      facts.add(Relation::kUid, {container, facts.intern(kind)}, facts.certainty(id),
                facts.origin_of(id));
      return;
    }
    if (kind == "unset") {
      const base::Span span = facts.origin(facts.origin_of(id)).span;
      writer_.by_default(Relation::kUid, {container_, "root"}, span,
                         "an image whose Dockerfile has no USER runs as root");
      return;
    }
  }
  const Value image_name = service_.get("image");
  writer_.silent(world_.platform, "uid", Relation::kUid, container_,
                 image_name ? image_name.span() : service_.span);
}

void ServiceFacts::capabilities() {
  const auto collect = [&](std::string_view key, std::vector<std::string>& names) {
    std::vector<FactWriter::Capability> out;
    const auto items = service_.list(key);
    names.reserve(items.size());
    for (const Value& item : items) {
      names.push_back(item.plain());
      out.push_back({names.back(), item.span()});
    }
    return out;
  };
  std::vector<std::string> added_names;
  std::vector<std::string> dropped_names;
  const auto added = collect("cap_add", added_names);
  const auto dropped = collect("cap_drop", dropped_names);
  writer_.capabilities(world_.platform, container_, added, dropped, service_.span);
  if (dropped.empty()) writer_.say(Relation::kUnset, {container_, "cap_drop"}, service_.span);
}

/// `key:value` and `key=value` are one; source: moby, daemon/daemon_unix.go, parseSecurityOpt.
void ServiceFacts::security_option(const Value& option) {
  const std::string text = option.plain();
  const base::Span span = option.span();
  const auto separator = text.find_first_of("=:");
  const std::string key = text.substr(0, separator);
  const std::string value = separator == std::string::npos ? "" : text.substr(separator + 1);
  if (key == "no-new-privileges") {
    writer_.say(Relation::kPrivilegeEscalation, {container_, value == "false" ? "true" : "false"},
                span);
  } else if (key == "seccomp" || key == "apparmor") {
    writer_.say(key == "seccomp" ? Relation::kSeccomp : Relation::kApparmor,
                {container_, value == "unconfined" ? "unconfined" : "confined"}, span);
  } else if (key == "label") {
    const bool off = value == "disable" || value.ends_with(":spc_t") || value.ends_with("=spc_t");
    if (off || value.starts_with("type")) {
      writer_.say(Relation::kSelinux, {container_, off ? "unconfined" : "confined"}, span);
    }
  } else if (key == "systempaths" && value == "unconfined") {
    writer_.say(Relation::kMaskedPaths, {container_, "false"}, span);
  }
}

void ServiceFacts::security_options() {
  const auto options = service_.list("security_opt");
  const auto said = [&](std::string_view key) {
    return std::any_of(options.begin(), options.end(), [&](const Value& option) {
      const std::string text = option.plain();
      return text == key || text.starts_with(std::string(key) + ":") ||
             text.starts_with(std::string(key) + "=");
    });
  };
  for (const Value& option : options) security_option(option);
  if (options.empty()) writer_.say(Relation::kUnset, {container_, "security_opt"}, service_.span);
  if (!said("no-new-privileges")) {
    writer_.say(Relation::kUnset, {container_, "no-new-privileges"}, service_.span);
    writer_.silent(world_.platform, "privilege_escalation", Relation::kPrivilegeEscalation,
                   container_, service_.span);
  }
  if (!said("seccomp")) {
    writer_.silent(world_.platform, "seccomp", Relation::kSeccomp, container_, service_.span);
  }
  if (!said("apparmor")) {
    writer_.silent(world_.platform, "apparmor", Relation::kApparmor, container_, service_.span);
  }
  const bool label_said = std::any_of(options.begin(), options.end(), [](const Value& option) {
    const std::string text = option.plain();
    return text.starts_with("label") &&
           (text.ends_with("disable") || text.find("type") != std::string::npos);
  });
  if (!label_said) {
    writer_.silent(world_.platform, "selinux", Relation::kSelinux, container_, service_.span);
  }
}

void ServiceFacts::shared_namespace(std::string_view kind, const Value& value) {
  if (!value) return;
  const std::string text = value.plain();
  if (text == "host") {
    writer_.say(Relation::kHostNamespace, {container_, kind}, value.span());
    return;
  }
  for (const std::string_view prefix : {"service:", "container:"}) {
    if (!text.starts_with(prefix)) continue;
    std::string other = text.substr(prefix.size());
    // A container name may be that of a service of this project.
    if (prefix == "container:") {
      if (const Service* service = project_.find_container(other)) other = service->name;
    }
    writer_.say(Relation::kJoinsNamespace, {container_, kind, other_service(other)}, value.span());
  }
}

void ServiceFacts::namespaces() {
  shared_namespace("pid", service_.get("pid"));
  shared_namespace("ipc", service_.get("ipc"));
  shared_namespace("uts", service_.get("uts"));
  shared_namespace("cgroup", service_.get("cgroup"));
  const Value mode = service_.get("network_mode");
  shared_namespace("net", mode ? mode : service_.get("net"));
  const Value users = service_.get("userns_mode");
  // The engine knows no other value than host.
  if (users && users.plain() == "host") {
    writer_.say(Relation::kUserNamespace, {container_, "host"}, users.span());
  } else {
    writer_.say(Relation::kUnset, {container_, "userns_mode"}, service_.span);
    writer_.silent(world_.platform, "user_namespace", Relation::kUserNamespace, container_,
                   service_.span);
  }
}

void ServiceFacts::devices() {
  for (const Value& item : service_.list("devices")) {
    if (item.node.is_mapping()) {
      const std::string mode = item["permissions"].plain();
      writer_.say(
          Relation::kDevice,
          {container_, host_path(item["source"].plain(), *item.scope), mode.empty() ? "rwm" : mode},
          item.span());
      continue;
    }
    const std::string text = item.plain();
    if (!text.starts_with("/")) {
      // A CDI name (vendor/class=name) or a variable.
      writer_.say(Relation::kDevice, {container_, text, "rwm"}, item.span());
      continue;
    }
    const auto first = text.find(':');
    const auto second = first == std::string::npos ? first : text.find(':', first + 1);
    std::string mode = second == std::string::npos ? "" : text.substr(second + 1);
    if (second == std::string::npos && first != std::string::npos && text[first + 1] != '/') {
      mode = text.substr(first + 1);
    }
    writer_.say(
        Relation::kDevice,
        {container_, host_path(text.substr(0, first), *item.scope), mode.empty() ? "rwm" : mode},
        item.span());
  }
  for (const Value& item : service_.list("device_cgroup_rules")) {
    writer_.say(Relation::kDeviceRule, {container_, item.plain()}, item.span());
  }
  for (const Assignment& sysctl : service_.assignments("sysctls")) {
    writer_.say(Relation::kSysctl, {container_, sysctl.name, sysctl.value.value}, sysctl.span);
  }
}

void ServiceFacts::limit(std::string_view kind, std::string_view unset, const Value& value) {
  const std::string text = value.plain();
  // Docker reads 0 and, for pids, -1 as no limit.
  if (!value || text == "0" || text == "-1") {
    writer_.say(Relation::kUnset, {container_, unset}, value ? value.span() : service_.span);
  } else {
    writer_.say(Relation::kResourceLimit, {container_, kind, text}, value.span());
  }
}

void ServiceFacts::limits() {
  const auto either = [&](std::string_view old, std::string_view name) {
    const Value value = service_.get({"deploy", "resources", "limits", name});
    return value ? value : service_.get(old);
  };
  limit("memory", "mem_limit", either("mem_limit", "memory"));
  limit("cpu", "cpus", either("cpus", "cpus"));
  limit("pids", "pids_limit", either("pids_limit", "pids"));
  const Value read_only = service_.get("read_only");
  if (read_only) {
    writer_.say(Relation::kReadOnlyRoot, {container_, read_only.yes() ? "true" : "false"},
                read_only.span());
  } else {
    writer_.say(Relation::kUnset, {container_, "read_only"}, service_.span);
    writer_.silent(world_.platform, "read_only_root", Relation::kReadOnlyRoot, container_,
                   service_.span);
  }
  const Value health = service_.get("healthcheck");
  const Value test = health["test"];
  const auto words = test.items();
  const bool off = health["disable"].node && health["disable"].yes();
  const bool none = test.node.scalar() == "NONE" || (!words.empty() && words[0].plain() == "NONE");
  if (!health || off || none) {
    writer_.say(Relation::kUnset, {container_, "healthcheck"},
                health ? health.span() : service_.span);
  }
  if (!service_.has("restart") && !service_.get({"deploy", "restart_policy"})) {
    writer_.say(Relation::kUnset, {container_, "restart"}, service_.span);
  }
}

}  // namespace wayout::deploy::compose
