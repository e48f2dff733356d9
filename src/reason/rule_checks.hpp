// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "reason/rule.hpp"
#include "text/tree.hpp"

namespace wayout::reason {

/// Which variables of a rule have a value, by index.
using BoundSet = std::vector<bool>;

/// Variables that the positive relation atoms bind, added to `bound`.
void bind(const Body& body, BoundSet& bound);

/// What is wrong with an atom whatever rule it stands in: an effect that does not exist, a version
/// range that cannot be read, `_` in a built-in, use of `blocked`.
void check_atom(const Atom& atom, std::vector<base::Error>& errors);

/// Negated atoms and built-ins of a body must find their variables bound by positive ones.
void check_body(const Body& body, const BoundSet& bound, const std::vector<std::string>& variables,
                std::vector<base::Error>& errors);

/// A head (`then`, `removes`): every variable bound, no `_`, nothing only the engine adds.
void check_head(const Atom& head, const BoundSet& bound, const std::vector<std::string>& variables,
                std::vector<base::Error>& errors);

/// `{?var}` of a text must name a bound variable.
void check_placeholders(const text::NodeRef& text, const BoundSet& bound,
                        const std::vector<std::string>& variables,
                        std::vector<base::Error>& errors);

}  // namespace wayout::reason
