// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "reason/proof.hpp"
#include "reason/rule.hpp"

namespace wayout::finding {

/// What each variable of a derivation's rule stands for, by index into Rule::variables; invalid
/// where the premises do not tell (variables that only negated atoms or comparisons mention).
std::vector<fact::Symbol> bind_variables(const fact::FactBase& facts, const reason::RuleSet& rules,
                                         const reason::ProofGraph& proofs,
                                         reason::DerivationId derivation);

/// Replaces every `{?name}` of `text` by `show(value)`; a variable without value becomes its bare
/// name, so that a sentence stays a sentence.
std::string fill(std::string_view text, const reason::Rule& rule,
                 const std::vector<fact::Symbol>& values,
                 const std::function<std::string(fact::Symbol)>& show);

}  // namespace wayout::finding
