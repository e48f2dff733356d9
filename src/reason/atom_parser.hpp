// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "reason/rule.hpp"
#include "text/tree.hpp"

namespace wayout::reason {

/// Reads one atom from a scalar: `relation(?x, "constant", _)`, `not relation(...)`, a built-in or
/// `?a == ?b`. New variables are appended to `variables`. Errors point at the character when the
/// scalar stands in the file as it reads, else at the scalar.
base::Result<Atom> parse_atom(const text::NodeRef& node, std::vector<std::string>& variables);

/// Reads `?name` alone, as `subject:` has it.
base::Result<std::uint16_t> parse_variable(const text::NodeRef& node,
                                           std::vector<std::string>& variables);

/// The stretch [offset, offset + length) of a scalar's text as a place in its file.
base::Span span_within(const text::NodeRef& node, std::size_t offset, std::size_t length);

/// Index of a variable by name, appended when new.
std::uint16_t variable_index(std::string_view name, std::vector<std::string>& variables);

}  // namespace wayout::reason
