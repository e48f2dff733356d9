// SPDX-License-Identifier: Apache-2.0
// The rule loader on any bytes, as one file and as two. What loads is also evaluated over a few
// facts: a rule that passes the loader must not make the engine fail but at its limit.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "reason/engine.hpp"
#include "reason/rule.hpp"

namespace {

using namespace wayout;

void evaluate_some_facts(const reason::RuleSet& rules) {
  fact::FactBase facts;
  const auto origin = facts.origin({});
  for (std::size_t i = 0; i < fact::kRelationCount; ++i) {
    const auto relation = static_cast<fact::Relation>(i);
    for (const char* first : {"a", "b"}) {
      std::vector<fact::Symbol> values(fact::info(relation).arity, facts.intern("root"));
      values[0] = facts.intern(first);
      facts.add(relation, values, fact::Certainty::kDeclared, origin);
    }
  }
  reason::EngineOptions options;
  options.blocked = true;
  options.max_derivations = 2000;
  options.max_rows = 200'000;
  const auto result = reason::evaluate(facts, rules, options);
  if (!result && result.error().code != base::ErrorCode::kLimit) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string content(reinterpret_cast<const char*>(data), size);
  base::Sources sources;
  std::vector<base::FileId> files;
  const std::size_t cut = content.find("\n%%\n");
  files.push_back(sources.add("a.yaml", content.substr(0, cut)));
  if (cut != std::string::npos) files.push_back(sources.add("b.yaml", content.substr(cut + 4)));
  const auto loaded = reason::load_rules(sources, files);
  for (const auto& error : loaded.errors) {
    if (error.message.empty() || !error.span || !error.span->file.valid()) std::abort();
    if (error.span->begin > sources.content(error.span->file).size()) std::abort();
  }
  if (loaded.errors.empty()) evaluate_some_facts(loaded.rules);
  return 0;
}
