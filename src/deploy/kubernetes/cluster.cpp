// SPDX-License-Identifier: Apache-2.0
#include "deploy/kubernetes/cluster.hpp"

#include <algorithm>

namespace wayout::deploy::kubernetes {

namespace {

Silences silences_of(const Platform& platform, std::string_view setting, fact::FactBase& facts) {
  Silences out;
  for (const Silence* silence : platform.when_silent(setting)) {
    out.push_back({facts.intern(silence->value), silence->certainty, silence->assumes,
                   silence->note.empty() ? Symbol{} : facts.intern(silence->note)});
  }
  return out;
}

}  // namespace

Cluster::Cluster(const Platform& platform, fact::FactBase& facts, const base::Sources& all_sources)
    : sources(all_sources),
      emit(facts),
      words(facts),
      seccomp(silences_of(platform, "seccomp", facts)),
      apparmor(silences_of(platform, "apparmor", facts)),
      selinux(silences_of(platform, "selinux", facts)),
      uid(silences_of(platform, "uid", facts)),
      user_namespace(silences_of(platform, "user_namespace", facts)),
      privilege_escalation(silences_of(platform, "privilege_escalation", facts)),
      capability_symbols(),
      capability_defaults() {
  for (std::size_t i = 0; i < kCapabilities.size(); ++i) {
    capability_symbols[i] = facts.intern(kCapabilities[i]);
    for (const auto& name : platform.default_capabilities) {
      if (clean_capability(name) == kCapabilities[i]) default_capabilities |= 1ull << i;
    }
    const auto said = silences_of(platform, "capability:" + std::string(kCapabilities[i]), facts);
    if (!said.empty()) {
      capability_defaults[i] = said.front();
      if (facts.text(said.front().value) != "granted") default_capabilities &= ~(1ull << i);
    } else {
      capability_defaults[i].note = words.notes.capabilities;
    }
  }
}

Symbol Cluster::new_entity(const std::string& name, const Span& at) {
  Symbol symbol = emit.intern(name);
  if (entities.insert(symbol).second) return symbol;
  const std::string line = std::to_string(at.line);
  symbol = emit.intern(name + "@" + line);
  if (entities.insert(symbol).second) return symbol;
  std::string longer = name + "@";
  if (at.file.valid()) longer += sources.path(at.file);
  longer += ":" + line;
  symbol = emit.intern(longer);
  // One line may hold several objects (JSON): then their place in it tells them apart.
  if (!entities.insert(symbol).second) {
    symbol = emit.intern(longer + ":" + std::to_string(at.column));
    entities.insert(symbol);
  }
  return symbol;
}

void Cluster::see_namespace(Symbol ns, const Span& at) {
  if (!namespaces_seen.insert(ns).second) return;
  namespaces.emplace_back(ns, at);
  emit.declared(Relation::kNamespace, {ns}, at);
}

Symbol Cluster::account(std::string_view ns, std::string_view name, const Span& at) {
  std::string text = "k8s:";
  text.append(ns).append("/ServiceAccount/").append(name);
  const Symbol symbol = emit.intern(text);
  const auto [found, is_new] = accounts.try_emplace(symbol);
  if (is_new) {
    found->second.ns = emit.intern(ns);
    found->second.seen_at = at;
    account_order.push_back(symbol);
    emit.declared(Relation::kAccount, {symbol, words.service_account, found->second.ns}, at);
  }
  return symbol;
}

void Cluster::report_limit(const Span& span, std::string message) {
  problems.push_back(
      {base::ErrorCode::kLimit, std::move(message), "split the object into smaller ones", span});
}

}  // namespace wayout::deploy::kubernetes
