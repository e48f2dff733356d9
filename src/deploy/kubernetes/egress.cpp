// SPDX-License-Identifier: Apache-2.0
// What the egress rules of a NetworkPolicy let out to.
//
// Nodes, the API server and the metadata service are no pods, so podSelector and namespaceSelector
// never let out to them: only a rule without `to` or an ipBlock does. Where the nodes are is not
// written in any manifest. An ipBlock that covers every address covers them; one that covers part
// of the private ranges may. Blocks narrower than /20 are meant for single services and not taken
// for the nodes' network. Source: the NetworkPolicy reference; RFC 1918.
#include "deploy/kubernetes/egress.hpp"

#include <charconv>
#include <optional>

namespace wayout::deploy::kubernetes {

using text::NodeRef;

namespace {

struct Block {
  std::uint32_t first = 0, last = 0;
  bool holds(const Block& other) const { return first <= other.first && other.last <= last; }
  bool meets(const Block& other) const { return first <= other.last && other.first <= last; }
};

constexpr Block kEverything{0, 0xFFFFFFFFu};
constexpr Block kMetadataService{0xA9FEA9FEu, 0xA9FEA9FEu};                // 169.254.169.254
constexpr std::array<Block, 3> kPrivate = {{{0x0A000000u, 0x0AFFFFFFu},    // 10.0.0.0/8
                                            {0xAC100000u, 0xAC1FFFFFu},    // 172.16.0.0/12
                                            {0xC0A80000u, 0xC0A8FFFFu}}};  // 192.168.0.0/16
constexpr std::uint32_t kSmallestNodeNetwork = 1u << 12;

/// An IPv4 block. IPv6 blocks say nothing of the targets that are judged here.
std::optional<Block> read_block(std::string_view text) {
  std::uint32_t address = 0;
  for (int part = 0; part < 4; ++part) {
    std::uint32_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || value > 255) return std::nullopt;
    address = address << 8 | value;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    if (part == 3) break;
    if (!text.starts_with('.')) return std::nullopt;
    text.remove_prefix(1);
  }
  std::uint32_t bits = 32;
  if (text.starts_with('/')) {
    text.remove_prefix(1);
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), bits);
    if (error != std::errc{} || end != text.data() + text.size() || bits > 32) return std::nullopt;
  } else if (!text.empty()) {
    return std::nullopt;
  }
  const std::uint32_t host = bits == 0 ? 0xFFFFFFFFu : (1u << (32 - bits)) - 1;
  return Block{address & ~host, address | host};
}

/// Whether the rule's ports let one of the target's TCP ports pass.
bool port_passes(NodeRef ports, std::initializer_list<std::int64_t> wanted) {
  if (ports.size() == 0) return true;
  bool passes = false;
  for_each_item(ports, [&](NodeRef port) {
    const std::string_view protocol = port["protocol"].scalar();
    if (!protocol.empty() && protocol != "TCP") return;
    const NodeRef number = port["port"];
    if (!given(number)) {
      passes = true;
      return;
    }
    // A named port is a port of a pod, so it never matches a target that is none.
    const auto first = number.integer();
    if (!first) return;
    const std::int64_t last = port["endPort"].integer().value_or(*first);
    if (wanted.size() == 0) {
      // The internet: any port but that of name resolution.
      passes = passes || *first != 53 || last != 53;
    }
    for (const std::int64_t candidate : wanted) {
      passes = passes || (*first <= candidate && candidate <= last);
    }
  });
  return passes;
}

std::array<bool, kTargets> passing_ports(NodeRef ports) {
  std::array<bool, kTargets> out{};
  const auto set = [&](Target target, std::initializer_list<std::int64_t> wanted) {
    out[static_cast<std::size_t>(target)] = port_passes(ports, wanted);
  };
  set(Target::kMetadata, {80});
  set(Target::kKubelet, {10250});
  set(Target::kKubeletReadOnly, {10255});
  set(Target::kEtcd, {2379});
  set(Target::kApiServer, {443, 6443});
  set(Target::kInternet, {});
  return out;
}

enum class Covers : std::uint8_t { kNo, kPerhaps, kYes };

/// Whether a block without its exceptions holds the nodes and the API server.
Covers covers_nodes(const Block& block, const std::vector<Block>& exceptions) {
  bool any_private = false;
  bool all_private = true;
  for (const auto& range : kPrivate) {
    bool excepted = false;
    bool touched = false;
    for (const auto& exception : exceptions) {
      excepted = excepted || exception.holds(range);
      touched = touched || exception.meets(range);
    }
    any_private = any_private || (block.meets(range) && !excepted);
    all_private = all_private && block.holds(range) && !touched;
  }
  if (all_private) return Covers::kYes;
  const bool wide = block.last - block.first >= kSmallestNodeNetwork - 1;
  return any_private && wide ? Covers::kPerhaps : Covers::kNo;
}

void open(Grants& grants, Target target, bool sure, const Span& at) {
  Grant& grant = grants[static_cast<std::size_t>(target)];
  if (grant.open && (grant.sure || !sure)) return;
  grant = {true, sure, at};
}

void read_ip_block(NodeRef node, const std::array<bool, kTargets>& passes, Grants& grants) {
  const auto block = read_block(node["cidr"].scalar());
  if (!block) return;
  const Span at = field_span(node, "cidr");
  std::vector<Block> exceptions;
  for_each_item(node["except"], [&](NodeRef item) {
    if (const auto exception = read_block(item.scalar())) exceptions.push_back(*exception);
  });
  const auto may = [&](Target target) { return passes[static_cast<std::size_t>(target)]; };
  const auto excepted = [&](const Block& wanted) {
    for (const auto& exception : exceptions) {
      if (exception.holds(wanted)) return true;
    }
    return false;
  };
  if (may(Target::kMetadata) && block->holds(kMetadataService) && !excepted(kMetadataService)) {
    open(grants, Target::kMetadata, true, at);
  }
  if (may(Target::kInternet) && block->holds(kEverything) && !excepted(kEverything)) {
    open(grants, Target::kInternet, true, at);
  }
  const Covers nodes = covers_nodes(*block, exceptions);
  if (nodes == Covers::kNo) return;
  for (const Target target :
       {Target::kKubelet, Target::kKubeletReadOnly, Target::kEtcd, Target::kApiServer}) {
    if (may(target)) open(grants, target, nodes == Covers::kYes, at);
  }
}

}  // namespace

Grants read_egress(NodeRef rules) {
  Grants grants;
  for_each_item(rules, [&](NodeRef rule) {
    const auto passes = passing_ports(rule["ports"]);
    const NodeRef to = rule["to"];
    if (to.size() == 0) {
      for (std::size_t target = 0; target < kTargets; ++target) {
        if (passes[target]) open(grants, static_cast<Target>(target), true, rule.span());
      }
      return;
    }
    for_each_item(to, [&](NodeRef peer) {
      if (given(peer["ipBlock"])) read_ip_block(peer["ipBlock"], passes, grants);
    });
  });
  return grants;
}

}  // namespace wayout::deploy::kubernetes
