// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <initializer_list>
#include <string_view>
#include <vector>

#include "base/span.hpp"
#include "deploy/platform.hpp"
#include "fact/fact_base.hpp"

namespace wayout::deploy::kubernetes {

using base::Span;
using fact::Relation;
using fact::Symbol;

/// One alternative of a platform's silence, interned once per scan.
struct SilentValue {
  Symbol value;
  fact::Certainty certainty = fact::Certainty::kDefault;
  fact::AssumptionKind assumes = fact::AssumptionKind::kNone;
  Symbol note;
};
using Silences = std::vector<SilentValue>;

/// Adds facts with their origins.
class Emitter {
 public:
  explicit Emitter(fact::FactBase& facts) : facts_(facts) {}

  Symbol intern(std::string_view text) { return facts_.intern(text); }
  std::string_view text(Symbol symbol) const { return facts_.text(symbol); }
  fact::FactBase& facts() { return facts_; }

  fact::OriginId at(const Span& span, Symbol note = {},
                    fact::AssumptionKind assumes = fact::AssumptionKind::kNone) {
    return facts_.origin({span, assumes, note});
  }
  void add(Relation relation, std::initializer_list<Symbol> values, fact::Certainty certainty,
           fact::OriginId origin) {
    facts_.add(relation, values, certainty, origin);
  }
  void declared(Relation relation, std::initializer_list<Symbol> values, const Span& span) {
    facts_.add(relation, values, fact::Certainty::kDeclared, at(span));
  }
  void by_default(Relation relation, std::initializer_list<Symbol> values, const Span& span,
                  Symbol note) {
    facts_.add(relation, values, fact::Certainty::kDefault, at(span, note));
  }
  void assumed(Relation relation, std::initializer_list<Symbol> values, const Span& span,
               fact::AssumptionKind assumes, Symbol note) {
    facts_.add(relation, values, fact::Certainty::kAssumed, at(span, note, assumes));
  }
  /// What the platform says where the file says nothing: one fact per alternative.
  void silent(Relation relation, Symbol subject, const Silences& silences, const Span& span) {
    for (const auto& silence : silences) {
      facts_.add(relation, {subject, silence.value}, silence.certainty,
                 at(span, silence.note, silence.assumes));
    }
  }

 private:
  fact::FactBase& facts_;
};

/// Symbols that are needed for almost every container, interned once.
struct Words {
  explicit Words(fact::FactBase& facts);

  Symbol kubernetes, node, star, empty, yes, no;
  Symbol main, init, sidecar, ephemeral, assumed_breach;
  Symbol root, nonroot, host, separate, confined, unconfined;
  Symbol pid, net, ipc, rw, ro, all;
  Symbol named, default_, unset;
  Symbol host_path, persistent_volume, local, device, rwm;
  Symbol literal, secret_ref, any_address;
  Symbol ingress, egress;
  Symbol service_account, user, group;

  struct Unset {
    Symbol security_context, seccomp, apparmor, run_as_user, run_as_non_root, read_only_root;
    Symbol privilege_escalation, drop, liveness, readiness;
    Symbol limit_cpu, limit_memory, request_cpu, request_memory;
  } unsets;

  struct Notes {
    Symbol any_node, breach, capabilities, writable_mount, token, no_policy, host_network;
    Symbol imds, segment, secret_mode, old_seccomp_annotation, node_ports;
    Symbol no_pod_security, unread_namespace, node_address;
  } notes;
};

}  // namespace wayout::deploy::kubernetes
