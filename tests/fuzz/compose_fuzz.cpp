// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <string>
#include <string_view>

#include "deploy/compose/compose.hpp"
#include "deploy/compose/variables.hpp"
#include "platforms.hpp"
#include "text/yaml.hpp"

/// The input is a Compose file that is also every other file it may name, so that `extends`, env
/// files and Dockerfiles are exercised and can be circular.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace wayout;
  const std::string input(reinterpret_cast<const char*>(data), size);
  base::Sources sources;
  fact::FactBase facts;
  base::Limits limits;
  limits.expanded_nodes = 20'000;
  std::vector<deploy::Skipped> skipped;
  std::vector<deploy::compose::File> files;
  for (const char* path : {"a/compose.yaml", "a/compose.override.yaml", "a/compose.prod.yaml"}) {
    const base::FileId file = sources.add(path, input);
    deploy::compose::File one{path, {}};
    for (auto& document : text::parse_yaml(file, sources.content(file), limits)) {
      if (document && deploy::compose::recognises(document->root())) {
        one.documents.push_back(std::make_unique<text::Tree>(std::move(*document)));
      }
    }
    files.push_back(std::move(one));
  }
  int opened = 0;
  const auto open = [&](std::string_view path) -> std::optional<base::FileId> {
    if (++opened > 32) return std::nullopt;
    return sources.add(std::string(path), input);
  };
  const deploy::Platforms platforms = fuzz::platforms();
  deploy::compose::read_projects(std::move(files), platforms.named("compose"), open, sources,
                                 limits, facts, skipped);
  deploy::compose::interpolate(input, {{"A", "1"}, {"HOME", ""}});
  return 0;
}
