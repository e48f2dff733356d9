// SPDX-License-Identifier: Apache-2.0
#include <map>

#include "deploy/compose/service_facts.hpp"
#include "deploy/host_path.hpp"
#include "deploy/walk.hpp"

namespace wayout::deploy::compose {

namespace {

using fact::Relation;

constexpr std::string_view kDockerSocket = "/run/docker.sock";
// Most services whose volumes one service may gather through `volumes_from`.
constexpr std::size_t kVolumesFrom = 16;

bool is_drive(std::string_view text) {
  return text.size() >= 3 && text[1] == ':' && (text[2] == '\\' || text[2] == '/') &&
         ((text[0] >= 'A' && text[0] <= 'Z') || (text[0] >= 'a' && text[0] <= 'z'));
}

bool is_host_path(std::string_view source) {
  // `${X}/y` can only be a path: volume names hold no slash.
  return source.starts_with("/") || source.starts_with(".") || source.starts_with("~") ||
         source.starts_with("\\\\") || is_drive(source) ||
         (source.find("${") != std::string_view::npos);
}

/// The parts of a short volume, split at colons that belong neither to `${...}` nor to a drive.
std::vector<std::string> split_volume(std::string_view text) {
  std::vector<std::string> parts(1);
  int braces = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '{' && i > 0 && text[i - 1] == '$') ++braces;
    if (c == '}' && braces > 0) --braces;
    const bool drive = c == ':' && parts.back().size() == 1 && i + 1 < text.size() &&
                       (text[i + 1] == '\\' || text[i + 1] == '/') &&
                       text.substr(i + 1).find(':') != std::string_view::npos &&
                       parts.size() == 1 && parts.back()[0] != '/' && parts.back()[0] != '.' &&
                       parts.back()[0] != '~';
    if (c == ':' && braces == 0 && !drive) {
      parts.emplace_back();
    } else {
      parts.back() += c;
    }
  }
  return parts;
}

std::string_view propagation_of(std::string_view option) {
  if (option == "shared" || option == "rshared") return "shared";
  if (option == "slave" || option == "rslave") return "slave";
  return {};
}

std::vector<std::string> split_options(std::string_view text) {
  std::vector<std::string> out;
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t end = std::min(text.find(',', at), text.size());
    out.emplace_back(text.substr(at, end - at));
    at = end + 1;
  }
  return out;
}

}  // namespace

std::string host_path(std::string_view written, const Scope& scope) {
  std::string text(written);
  for (const std::string_view home : {"${HOME}", "${USERPROFILE}"}) {
    if (text.starts_with(home)) text = "~" + text.substr(home.size());
  }
  if (text.starts_with("${PWD}")) text = "." + text.substr(6);
  if (text.starts_with("/")) return clean_host_path(text);
  if (text.starts_with("~"))
    return "~" + (text.size() > 1 ? clean_container_path(text.substr(1)) : std::string());
  if (text.starts_with(".")) {
    const auto inside = relative_to(scope.path, text);
    if (inside) return inside->empty() ? "." : "./" + *inside;
  }
  return text;
}

ServiceFacts::Mount ServiceFacts::short_mount(const Value& value) const {
  const auto parts = split_volume(value.plain());
  Mount out;
  out.span = value.span();
  if (parts.size() == 1) {
    out.type = "volume";
    out.path = parts[0];
    return out;
  }
  out.source = parts[0];
  out.path = parts[1];
  out.type = is_host_path(out.source) ? "bind" : "volume";
  if (parts.size() < 3) return out;
  for (const std::string& option : split_options(parts[2])) {
    if (option == "ro" || option == "rw") {
      out.mode_said = true;
      out.read_only = option == "ro";
    }
    if (!propagation_of(option).empty()) out.propagation = propagation_of(option);
  }
  return out;
}

ServiceFacts::Mount ServiceFacts::long_mount(const Value& value) const {
  Mount out;
  out.span = value.span();
  out.type = value["type"].plain();
  const Value source = value["source"] ? value["source"] : value["src"];
  out.source = source.plain();
  Value target = value["target"];
  for (const std::string_view other : {"destination", "dst"}) {
    if (!target) target = value[other];
  }
  out.path = target.plain();
  if (out.type.empty()) out.type = is_host_path(out.source) ? "bind" : "volume";
  const Value mode = value["read_only"] ? value["read_only"] : value["readonly"];
  out.mode_said = static_cast<bool>(mode);
  out.read_only = mode && mode.yes();
  out.propagation = propagation_of(value["bind"]["propagation"].plain());
  return out;
}

/// A named volume of the local driver may stand for a host folder: `driver_opts` with `o: bind` and
/// a device, or a driver such as local-persist with its mountpoint.
void ServiceFacts::through_volume(Mount& mount) const {
  const auto found = project_.volumes.find(mount.source);
  if (found == project_.volumes.end()) return;
  const Value options = found->second["driver_opts"];
  const std::string kind = options["type"].plain();
  bool bind = kind == "bind";
  bool read_only = false;
  for (const std::string& option : split_options(options["o"].plain())) {
    bind = bind || option == "bind" || option == "rbind";
    read_only = read_only || option == "ro";
  }
  Value device = bind ? options["device"] : Value{};
  if (!device) device = options["mountpoint"];
  if (device) {
    mount.type = "bind";
    mount.via = "driver_opts";
    mount.source = host_path(device.plain(), *device.scope);
    mount.span = device.span();
    mount.read_only = mount.read_only || read_only;
    mount.mode_said = mount.mode_said || read_only;
    return;
  }
  if (kind == "tmpfs" || kind == "nfs") mount.type = kind;
}

std::vector<ServiceFacts::Mount> ServiceFacts::mounts_of(const Service& service,
                                                         std::set<const Service*>& seen) const {
  std::vector<Mount> out;
  std::map<std::string, std::size_t, std::less<>> by_path;
  const auto put = [&](Mount mount) {
    mount.path = clean_container_path(mount.path);
    const auto [at, is_new] = by_path.emplace(mount.path, out.size());
    if (is_new) {
      out.push_back(std::move(mount));
    } else {
      out[at->second] = std::move(mount);
    }
  };
  seen.insert(&service);
  for (const Value& item : service.list("volumes_from")) {
    const std::string text = item.plain();
    const auto colon = text.find(':');
    const bool read_only = colon != std::string::npos && text.substr(colon + 1) == "ro";
    const Service* other = project_.find(text.substr(0, colon));
    if (other == nullptr || seen.contains(other) || seen.size() >= kVolumesFrom) continue;
    for (Mount mount : mounts_of(*other, seen)) {
      mount.read_only = mount.read_only || read_only;
      mount.mode_said = mount.mode_said || read_only;
      put(std::move(mount));
    }
  }
  for (const Value& item : service.list("volumes")) {
    Mount mount = item.node.is_mapping() ? long_mount(item) : short_mount(item);
    if (mount.path.empty()) continue;
    if (mount.type == "volume") through_volume(mount);
    if (mount.type == "bind" && mount.via == "bind") {
      mount.source = host_path(mount.source, *item.scope);
    }
    put(std::move(mount));
  }
  return out;
}

void ServiceFacts::mount(const Mount& mount) {
  const std::string& path = mount.path;
  if (mount.type == "bind" || mount.type == "npipe") {
    writer_.say(Relation::kMounts, {container_, path, mount.source}, mount.span);
    writer_.say(Relation::kMountVia, {container_, path, mount.via}, mount.span);
    if (!mount.propagation.empty()) {
      writer_.say(Relation::kMountPropagation, {container_, path, mount.propagation}, mount.span);
    }
  } else {
    const bool tmpfs = mount.type == "tmpfs";
    const std::string name =
        mount.source.empty() ? container_ + ":" + path : project_.path + ":volumes/" + mount.source;
    writer_.say(Relation::kMountsVolume, {container_, path, name}, mount.span);
    const std::string_view kind = tmpfs                  ? "tmpfs"
                                  : mount.type == "nfs"  ? "nfs"
                                  : mount.source.empty() ? "anonymous"
                                                         : "named";
    writer_.say(Relation::kVolumeKind, {name, kind}, mount.span);
  }
  const std::string_view mode = mount.read_only ? "ro" : "rw";
  if (mount.mode_said) {
    writer_.say(Relation::kMountMode, {container_, path, mode}, mount.span);
  } else {
    writer_.by_default(Relation::kMountMode, {container_, path, mode}, mount.span,
                       "Docker mounts read-write unless told otherwise");
  }
}

void ServiceFacts::tmpfs(const Value& value) {
  const std::string text = value.plain();
  Mount out;
  out.type = "tmpfs";
  out.path = clean_container_path(text.substr(0, text.find(':')));
  out.span = value.span();
  mount(out);
}

/// Secrets and configs that come from a file are bind mounts of it, read-only in effect: Compose
/// outside Swarm has no other way to hand them over.
void ServiceFacts::file_grant(std::string_view key, const Definitions& definitions) {
  const bool secret = key == "secrets";
  for (const Value& item : service_.list(key)) {
    const bool is_long = item.node.is_mapping();
    const std::string name = is_long ? item["source"].plain() : item.plain();
    if (name.empty()) continue;
    const std::string target = is_long ? item["target"].plain() : "";
    std::string path = (secret ? "/run/secrets/" : "/") + (target.empty() ? name : target);
    if (target.starts_with("/")) path = target;
    path = clean_container_path(path);
    if (secret) {
      writer_.say(Relation::kMountsSecret, {container_, path, project_.path + ":secrets/" + name},
                  item.span());
    }
    if (const Value mode = is_long ? item["mode"] : Value{}) {
      writer_.say(Relation::kFileMode, {container_, path, mode.plain()}, mode.span());
    }
    const auto definition = definitions.find(name);
    if (definition == definitions.end()) continue;
    const Value file = definition->second["file"];
    if (!file) continue;
    const std::string written = file.plain();
    Mount out;
    out.type = "bind";
    out.path = path;
    out.source = host_path(is_host_path(written) ? written : "./" + written, *file.scope);
    out.read_only = out.mode_said = true;
    out.span = file.span();
    mount(out);
  }
}

void ServiceFacts::storage() {
  std::set<const Service*> seen;
  for (const Mount& one : mounts_of(service_, seen)) mount(one);
  for (const Value& item : service_.list("tmpfs")) tmpfs(item);
  file_grant("secrets", project_.secrets);
  file_grant("configs", project_.configs);
  // Compose 2.38 and later; https://docs.docker.com/reference/compose-file/services/#use_api_socket
  if (const Value socket = service_.get("use_api_socket"); socket && socket.yes()) {
    Mount out;
    out.type = "bind";
    out.path = "/var/run/docker.sock";
    out.source = kDockerSocket;
    out.span = socket.span();
    mount(out);
  }
}

}  // namespace wayout::deploy::compose
