// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "deploy/platform.hpp"

namespace wayout::fuzz {

/// Tables with one setting of every kind, without reading files.
inline deploy::Platforms platforms() {
  deploy::Platforms out;
  for (const char* name :
       {"docker", "compose", "podman", "podman-rootless", "ecs", "fargate", "kubernetes"}) {
    deploy::Platform table;
    table.name = name;
    table.silences = {
        {"seccomp", "confined", fact::Certainty::kDefault, {}, "note", {}},
        {"apparmor",
         "unconfined",
         fact::Certainty::kAssumed,
         fact::AssumptionKind::kLsm,
         "note",
         {}},
        {"uid", "root", fact::Certainty::kAssumed, fact::AssumptionKind::kImage, "note", {}}};
    table.default_capabilities = {"CHOWN", "NET_RAW"};
    out.tables.push_back(std::move(table));
  }
  return out;
}

}  // namespace wayout::fuzz
