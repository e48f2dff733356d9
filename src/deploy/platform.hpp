// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/source.hpp"
#include "fact/evidence.hpp"
#include "fact/fact_base.hpp"

namespace wayout::deploy {

/// What holds when a file says nothing of one setting, as one or two alternatives: an unknown host
/// gives `confined` and `unconfined`, each with its own assumption.
struct Silence {
  /// seccomp, apparmor, selinux, uid, user_namespace, privilege_escalation, read_only_root;
  /// `capability:NAME` for a default capability that depends on the runtime; `host.PROPERTY` for
  /// a property of the node.
  std::string setting;
  std::string value;
  fact::Certainty certainty = fact::Certainty::kDefault;
  fact::AssumptionKind assumes = fact::AssumptionKind::kNone;
  std::string note;  ///< the rule of the platform, or the assumption as a clause
  base::Span span;   ///< where a user's platform file states it, else no place
};

/// One table of rules/platforms/.
struct Platform {
  /// docker, compose, podman, podman-rootless, kubernetes, kubernetes-seccomp-default, ecs, fargate
  std::string name;
  std::vector<Silence> silences;
  std::vector<std::string> default_capabilities;
  std::vector<const Silence*> when_silent(std::string_view setting) const;
};

/// A fact about hosts that the user states in a platform file: `version` or `host` relations, or a
/// replacement of silences (seccomp, apparmor, selinux, user_namespace ...).
struct HostFact {
  std::string relation;  ///< "version" or "host"
  std::string key;
  std::string value;
  base::Span span;
};

struct Platforms {
  std::vector<Platform> tables;
  std::vector<HostFact> host_facts;
  /// The table of that name; an empty one, which says nothing, when there is none.
  const Platform& named(std::string_view name) const;
};

/// Reads built-in tables and, after them, user platform files (`--platform FILE`), which override.
base::Result<Platforms> load_platforms(const base::Sources& sources,
                                       const std::vector<base::FileId>& tables,
                                       const std::vector<base::FileId>& user_files);

/// States what is known or assumed of `node`, the machine behind the platform `table`: the user's
/// versions and host properties, and the table's alternatives for properties nobody told us.
void platform_facts(const Platforms& platforms, std::string_view table, std::string_view node,
                    fact::FactBase& facts);

}  // namespace wayout::deploy
