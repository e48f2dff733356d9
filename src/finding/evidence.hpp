// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "fact/fact_base.hpp"

namespace wayout::finding {

/// Puts the facts of a proof into the order in which they convince: written or seen before default
/// before assumed; within these, what was given to the subject (a mount, a capability) before the
/// state it is in (its user, its profiles). Facts that only tie a proof together go, unless
/// nothing else is there.
void order_evidence(const fact::FactBase& facts, std::vector<fact::FactId>& leaves);

}  // namespace wayout::finding
