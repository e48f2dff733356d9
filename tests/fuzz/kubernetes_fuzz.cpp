// SPDX-License-Identifier: Apache-2.0
// Any text that parses as YAML may reach the Kubernetes reader.
#include <cstddef>
#include <cstdint>
#include <string>

#include "deploy/kubernetes/kubernetes.hpp"
#include "text/yaml.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace wayout;
  base::Sources sources;
  fact::FactBase facts;
  deploy::Platform platform;
  platform.name = "kubernetes";
  platform.default_capabilities = {"CHOWN", "NET_RAW"};
  const auto file =
      sources.add("fuzz.yaml", std::string(reinterpret_cast<const char*>(data), size));
  base::Limits limits;
  limits.nodes = 100'000;
  limits.expanded_nodes = 10'000;
  deploy::KubernetesReader reader(platform, facts, sources);
  for (const auto& tree : text::parse_yaml(file, sources.content(file), limits)) {
    if (tree && deploy::KubernetesReader::recognises(tree->root())) reader.add(*tree);
  }
  reader.finish();
  // Every fact can be shown: it has a place, and the place lies in its file.
  for (std::size_t i = 0; i < facts.size(); ++i) {
    const auto origin = facts.origin_of(fact::FactId(i));
    if (!origin.valid()) __builtin_trap();
    const auto& span = facts.origin(origin).span;
    if (!span.valid() || span.begin > span.end || span.end > size) __builtin_trap();
  }
  return 0;
}
