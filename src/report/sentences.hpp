// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "fact/fact_base.hpp"

namespace wayout::report {

/// A fact as a clause about the entity of its first column, which it does not name: "runs as
/// root". A default says "by default", an assumption "if ...". Printable, never a secret.
std::string sentence(const fact::FactBase& facts, fact::FactId fact);

/// Whether somebody wrote a sentence for the relation; otherwise it reads like "relation: values".
bool has_sentence(fact::Relation relation);

}  // namespace wayout::report
