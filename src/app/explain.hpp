// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iosfwd>
#include <string>

#include "app/scan.hpp"

namespace wayout::app {

/// Prints what a rule means, when it holds, what to do, and an example that violates it. Fails for
/// an id that no rule has, with the nearest ids as hint.
base::Result<void> explain_rule(const Knowledge& knowledge, const std::string& id,
                                std::ostream& out);

/// One line a rule, worst first; or JSON.
void list_rules(const reason::RuleSet& rules, bool json, std::ostream& out);

}  // namespace wayout::app
