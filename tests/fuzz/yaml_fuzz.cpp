// SPDX-License-Identifier: Apache-2.0
// Any bytes: split, parse, walk every node and place. Nothing may crash, hang or point outside.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "text/yaml.hpp"

namespace {

using wayout::text::NodeRef;

void require(bool holds) {
  if (!holds) std::abort();
}

void check_span(const wayout::base::Span& span, std::size_t size) {
  require(span.begin <= span.end && span.end <= size);
  require(span.line >= 1 && span.column >= 1);
}

/// Visits at most `budget` nodes: aliases may stand for a million.
void walk(const NodeRef& node, std::size_t size, int& budget) {
  if (--budget < 0) return;
  check_span(node.span(), size);
  (void)node.boolean();
  (void)node.integer();
  for (const auto& [key, value] : node.entries()) {
    require(!key.is_scalar() || static_cast<bool>(node[key.scalar()]));
    walk(key, size, budget);
    walk(value, size, budget);
    if (budget < 0) return;
  }
  for (const NodeRef& item : node.items()) {
    walk(item, size, budget);
    if (budget < 0) return;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view content(reinterpret_cast<const char*>(data), size);
  wayout::base::Limits limits;
  limits.nodes = 20'000;
  limits.expanded_nodes = 20'000;
  std::uint32_t expected = 0;
  for (const auto& chunk : wayout::text::split_documents(content)) {
    require(chunk.begin >= expected && chunk.end <= size);
    expected = chunk.end;
    for (const auto& document :
         wayout::text::parse_yaml(wayout::base::FileId{0u}, content, chunk, limits)) {
      if (!document) {
        if (document.error().span) check_span(*document.error().span, size);
        continue;
      }
      int budget = 2'000;
      walk(document->root(), size, budget);
    }
  }
  return 0;
}
