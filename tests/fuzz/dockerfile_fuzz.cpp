// SPDX-License-Identifier: Apache-2.0
// Any bytes as a Dockerfile, down to its facts.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "deploy/dockerfile/dockerfile_facts.hpp"
#include "text/dockerfile.hpp"

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

void check_span(const wayout::base::Span& span, std::size_t size) {
  require(span.begin <= span.end && span.end <= size);
  require(span.line >= 1 && span.column >= 1 && span.end_line >= span.line);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view content(reinterpret_cast<const char*>(data), size);
  const wayout::base::FileId file{0u};
  const auto result = wayout::text::parse_dockerfile(file, content, wayout::base::Limits{});
  if (!result) return 0;
  for (const auto& problem : result->problems) {
    if (problem.span) check_span(*problem.span, size);
  }
  for (std::size_t i = 0; i < result->stages.size(); ++i) {
    const auto& stage = result->stages[i];
    require(!stage.parent || *stage.parent < i);
    require(!stage.instructions.empty() && stage.instructions.front().keyword == "FROM");
    for (const auto& instruction : stage.instructions) check_span(instruction.span, size);
  }
  wayout::fact::FactBase facts;
  wayout::deploy::dockerfile_facts(*result, "Dockerfile", file, facts);
  return 0;
}
