// SPDX-License-Identifier: Apache-2.0
#include <set>

#include "deploy/compose/service_facts.hpp"

namespace wayout::deploy::compose {

namespace {

using fact::Relation;

constexpr std::string_view kAnyPort = "random";

/// The names of the bridge networks that a service is attached to; empty when it shares the
/// network of something else or has none.
std::set<std::string> networks_of(const Service& service) {
  const std::string mode = service.get("network_mode").plain();
  if (!mode.empty() && mode != "bridge" && mode != "default") return {};
  if (mode == "bridge") return {"(docker0)"};
  std::set<std::string> out;
  for (const Value& layer : service.layers) {
    const Value networks = layer["networks"];
    for (const Value& item : networks.items()) out.insert(item.plain());
    for (const auto& [key, value] : networks.node.entries()) out.insert(std::string(key.scalar()));
  }
  if (out.empty()) out.insert("default");
  return out;
}

bool is_host_network(const Project& project, const std::string& name) {
  const auto found = project.networks.find(name);
  if (found == project.networks.end()) return false;
  const Value external = found->second["external"];
  const std::string real =
      external.node.is_mapping() ? external["name"].plain() : found->second["name"].plain();
  const bool is_external = external && (external.node.is_mapping() || external.yes());
  return found->second["driver"].plain() == "host" ||
         (is_external && (real == "host" || (real.empty() && name == "host")));
}

bool is_internal(const Project& project, const std::string& name) {
  const auto found = project.networks.find(name);
  return found != project.networks.end() && found->second["internal"] &&
         found->second["internal"].yes();
}

}  // namespace

void ServiceFacts::publish(std::string address, std::string host_port, std::string port,
                           const base::Span& span) {
  const auto protocol = port.find('/');
  if (protocol != std::string::npos) port.resize(protocol);
  if (address.starts_with("[") && address.ends_with("]")) {
    address = address.substr(1, address.size() - 2);
  }
  if (port.empty()) return;
  writer_.say(Relation::kListens, {container_, port}, span);
  const bool any = address.empty();
  if (host_port.empty() || host_port == "0") host_port = kAnyPort;
  if (any) {
    writer_.by_default(Relation::kPublishes, {container_, "0.0.0.0", host_port, port}, span,
                       "a port published without an address is bound on every interface");
  } else {
    writer_.say(Relation::kPublishes, {container_, address, host_port, port}, span);
  }
}

/// `[[ADDRESS:]HOST:]CONTAINER[/PROTOCOL]`; an address may be IPv6 in brackets.
void ServiceFacts::port(const Value& value) {
  if (value.node.is_mapping()) {
    const std::string target = value["target"].plain();
    // `published` may carry the address, as in the short form.
    std::string host = value["published"].plain();
    std::string address = value["host_ip"].plain();
    const auto colon = host.rfind(':');
    if (address.empty() && colon != std::string::npos) {
      address = host.substr(0, colon);
      host.erase(0, colon + 1);
    } else if (address.empty() && host.find('.') != std::string::npos) {
      address = std::move(host);
      host.clear();
    }
    publish(std::move(address), std::move(host), target, value.span());
    return;
  }
  const std::string text = value.plain();
  const auto last = text.rfind(':');
  if (last == std::string::npos) {
    publish("", "", text, value.span());
    return;
  }
  const std::string front = text.substr(0, last);
  const auto middle = front.rfind(':');
  const bool has_address = middle != std::string::npos && !front.ends_with("]");
  publish(has_address ? front.substr(0, middle) : "",
          has_address ? front.substr(middle + 1) : front, text.substr(last + 1), value.span());
}

void ServiceFacts::segments() {
  const auto networks = networks_of(service_);
  bool shared = false;
  bool open = false;
  for (const std::string& name : networks) {
    if (is_host_network(project_, name)) {
      writer_.say(Relation::kHostNamespace, {container_, "net"}, service_.span);
      return;
    }
    shared = shared || project_.attached(name) > 1;
    open = open || !is_internal(project_, name);
  }
  if (networks.empty()) return;
  const base::Span& span = service_.span;
  if (shared) {
    writer_.by_default(Relation::kSameSegment, {container_}, span,
                       "the services of one bridge network share a segment");
  }
  if (!open) return;
  for (const std::string_view target : {"internet", "metadata"}) {
    writer_.by_default(Relation::kReaches, {container_, target}, span,
                       "a bridge network lets containers out to any address");
  }
}

void ServiceFacts::network() {
  for (const Value& item : service_.list("ports")) port(item);
  for (const Value& item : service_.list("expose")) {
    std::string text = item.plain();
    text = text.substr(0, text.find('/'));
    if (!text.empty()) writer_.say(Relation::kListens, {container_, text}, item.span());
  }
  segments();
}

std::size_t Project::attached(std::string_view network) const {
  if (attached_.empty()) {
    for (const Service& service : services) {
      const std::size_t replicas =
          service.get({"deploy", "replicas"}).plain() > "1" || service.get("scale").plain() > "1"
              ? 2
              : 1;
      for (const std::string& name : networks_of(service)) attached_[name] += replicas;
    }
  }
  const auto found = attached_.find(network);
  return found == attached_.end() ? 0 : found->second;
}

}  // namespace wayout::deploy::compose
