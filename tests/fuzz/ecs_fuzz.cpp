// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <string>

#include "base/source.hpp"
#include "deploy/ecs/task_definition.hpp"
#include "platforms.hpp"
#include "text/yaml.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace wayout;
  base::Sources sources;
  const base::FileId file =
      sources.add("input", std::string(reinterpret_cast<const char*>(data), size));
  base::Limits limits;
  limits.expanded_nodes = 20'000;
  const deploy::Platforms platforms = fuzz::platforms();
  fact::FactBase facts;
  for (const auto& document : text::parse_yaml(file, sources.content(file), limits)) {
    if (document && deploy::ecs::recognises(document->root()))
      deploy::ecs::add_tasks(*document, platforms, facts);
  }
  return 0;
}
