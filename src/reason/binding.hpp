// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "reason/proof.hpp"

namespace wayout::reason {

/// What the variables of a derivation's rule stood for, by variable index; invalid symbols for
/// variables that no premise and no conclusion names. Found by matching the rule's atoms with the
/// premises, first in the order written.
std::vector<fact::Symbol> bindings_of(const fact::FactBase& facts, const RuleSet& rules,
                                      const ProofGraph& proofs, DerivationId derivation);

/// Extends `bound` so that the atom's terms stand for the values; false, with `bound` unchanged,
/// when they cannot.
bool match(const fact::FactBase& facts, const std::vector<Term>& terms,
           std::span<const fact::Symbol> values, std::vector<fact::Symbol>& bound);

/// A text of a rule with every `{?name}` replaced by `show` of what the variable stands for, or,
/// when that is unknown, by the bare name: a sentence stays a sentence.
std::string fill(std::string_view text, const std::vector<std::string>& variables,
                 const std::vector<fact::Symbol>& bound,
                 const std::function<std::string(fact::Symbol)>& show);

/// The same with the texts of the symbols as they are.
std::string fill(const fact::FactBase& facts, std::string_view text,
                 const std::vector<std::string>& variables, const std::vector<fact::Symbol>& bound);

}  // namespace wayout::reason
