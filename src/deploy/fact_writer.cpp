// SPDX-License-Identifier: Apache-2.0
#include "deploy/fact_writer.hpp"

#include <algorithm>
#include <array>

#include "deploy/capability_names.hpp"

namespace wayout::deploy {

using fact::AssumptionKind;
using fact::Certainty;
using fact::Relation;

void FactWriter::add(Relation relation, std::initializer_list<std::string_view> values,
                     Certainty certainty, const fact::Origin& origin) {
  std::array<fact::Symbol, 8> symbols;
  std::size_t count = 0;
  for (const std::string_view value : values) symbols[count++] = facts_.intern(value);
  facts_.add(relation, std::span<const fact::Symbol>(symbols.data(), count), certainty,
             facts_.origin(origin));
}

void FactWriter::say(Relation relation, std::initializer_list<std::string_view> values,
                     const base::Span& span) {
  add(relation, values, said_, {span, AssumptionKind::kNone, {}});
}

void FactWriter::by_default(Relation relation, std::initializer_list<std::string_view> values,
                            const base::Span& span, std::string_view note) {
  add(relation, values, Certainty::kDefault, {span, AssumptionKind::kNone, facts_.intern(note)});
}

void FactWriter::assume(Relation relation, std::initializer_list<std::string_view> values,
                        const base::Span& span, AssumptionKind kind, std::string_view assumption) {
  add(relation, values, Certainty::kAssumed, {span, kind, facts_.intern(assumption)});
}

void FactWriter::silent(const Platform& platform, std::string_view setting, Relation relation,
                        std::string_view subject, const base::Span& span) {
  for (const Silence* silence : platform.when_silent(setting)) {
    add(relation, {subject, silence->value}, silence->certainty,
        {silence->span.valid() ? silence->span : span, silence->assumes,
         facts_.intern(silence->note)});
  }
}

void FactWriter::capabilities(const Platform& platform, std::string_view container,
                              const std::vector<Capability>& added,
                              const std::vector<Capability>& dropped, const base::Span& span) {
  const auto named = [](const std::vector<Capability>& list, std::string_view name) {
    return std::find_if(list.begin(), list.end(), [&](const Capability& capability) {
      return clean_capability(capability.name) == name;
    });
  };
  for (const Capability& capability : added) {
    say(Relation::kAddsCapability, {container, clean_capability(capability.name)}, capability.span);
  }
  for (const Capability& capability : dropped) {
    say(Relation::kDropsCapability, {container, clean_capability(capability.name)},
        capability.span);
  }
  if (const auto all = named(added, "ALL"); all != added.end()) {
    for (const std::string_view name : kCapabilities) {
      if (named(dropped, name) == dropped.end()) {
        say(Relation::kGrantedCapability, {container, name}, all->span);
      }
    }
    return;
  }
  for (const Capability& capability : added) {
    say(Relation::kGrantedCapability, {container, clean_capability(capability.name)},
        capability.span);
  }
  if (named(dropped, "ALL") != dropped.end()) return;
  for (const std::string& name : platform.default_capabilities) {
    if (named(dropped, name) != dropped.end()) continue;
    const auto unsure = platform.when_silent("capability:" + name);
    if (unsure.empty()) {
      by_default(Relation::kGrantedCapability, {container, name}, span,
                 "the runtime grants its default capabilities");
    } else {
      assume(Relation::kGrantedCapability, {container, name}, span, unsure.front()->assumes,
             unsure.front()->note);
    }
  }
}

}  // namespace wayout::deploy
