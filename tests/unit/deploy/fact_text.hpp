// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fstream>
#include <iterator>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "base/source.hpp"
#include "deploy/platform.hpp"
#include "fact/fact_base.hpp"

namespace wayout::deploy::testing {

/// The facts of one relation, one a line: `values, separated (certainty) line`, in order of
/// insertion; `subject` restricts them to those whose first value it is.
inline std::string facts_text(const fact::FactBase& facts, std::string_view relation,
                              std::string_view subject = {}) {
  std::ostringstream out;
  for (const fact::FactId id : facts.facts(*fact::relation_named(relation))) {
    const auto values = facts.values(id);
    if (!subject.empty() && facts.text(values[0]) != subject) continue;
    for (std::size_t i = subject.empty() ? 0 : 1; i < values.size(); ++i) {
      out << (i == (subject.empty() ? 0u : 1u) ? "" : ", ") << facts.text(values[i]);
    }
    out << " (" << fact::name_of(facts.certainty(id)) << ") "
        << facts.origin(facts.origin_of(id)).span.line << "\n";
  }
  return out.str();
}

/// The tables of rules/platforms/, then `user` as a platform file when it is not empty.
inline base::Result<Platforms> platforms_of(base::Sources& sources, std::string user = {}) {
  std::vector<base::FileId> tables;
  for (const char* name : {"docker", "compose", "podman", "podman-rootless", "kubernetes",
                           "kubernetes-seccomp-default", "ecs", "fargate"}) {
    const std::string path = "rules/platforms/" + std::string(name) + ".yaml";
    std::ifstream in(std::string(WAYOUT_SOURCE_DIR) + "/" + path, std::ios::binary);
    tables.push_back(sources.add(path, std::string(std::istreambuf_iterator<char>(in), {})));
  }
  std::vector<base::FileId> users;
  if (!user.empty()) users.push_back(sources.add("platform.yaml", std::move(user)));
  return load_platforms(sources, tables, users);
}

}  // namespace wayout::deploy::testing
