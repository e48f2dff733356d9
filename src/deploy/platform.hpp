// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/source.hpp"
#include "fact/evidence.hpp"

namespace wayout::deploy {

/// What holds when a file says nothing of one setting, as one or two alternatives: an unknown host
/// gives `confined` and `unconfined`, each with its own assumption.
struct Silence {
  std::string
      setting;  ///< seccomp, apparmor, selinux, uid, user_namespace, privilege_escalation, ...
  std::string value;
  fact::Certainty certainty = fact::Certainty::kDefault;
  fact::AssumptionKind assumes = fact::AssumptionKind::kNone;
  std::string note;  ///< the rule of the platform, or the assumption as a clause
};

/// One table of rules/platforms/.
struct Platform {
  std::string
      name;  ///< docker, compose, kubernetes, kubernetes-seccomp-default, ecs, podman-rootless
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
  const Platform& named(std::string_view name) const;
};

/// Reads built-in tables and, after them, user platform files (`--platform FILE`), which override.
base::Result<Platforms> load_platforms(const base::Sources& sources,
                                       const std::vector<base::FileId>& tables,
                                       const std::vector<base::FileId>& user_files);

}  // namespace wayout::deploy
