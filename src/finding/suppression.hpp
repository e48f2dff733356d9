// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>
#include <vector>

#include "base/limits.hpp"
#include "base/result.hpp"
#include "finding/finding.hpp"

namespace wayout::finding {

/// The `suppressions:` list of a wayout.yaml. Errors are about entries that cannot be read; what
/// can be read but does not count (no reason, expired) stays in the list with its `problem`.
struct LoadedSuppressions {
  std::vector<Suppression> suppressions;
  std::vector<base::Error> errors;
};
LoadedSuppressions read_suppressions(const base::Sources& sources, base::FileId config,
                                     const base::Limits& limits);

/// Adds those that scanned files hold themselves:
///   # wayout:ignore RULE-ID[,RULE-ID] [until 2027-01-01]: reason
/// at the end of a line for that line, on a line of its own for the next line.
void add_comment_suppressions(const base::Sources& sources, std::vector<Suppression>& list);

/// Decides which of `assessment.suppressions` count on the day `today` (ISO), and links findings
/// and ways out to them. A way out is suppressed only by a rule that is its id: accepting one
/// weakness does not accept what it leads to.
void apply_suppressions(Assessment& assessment, std::string_view today);

/// `*` is any run of characters, `?` one.
bool matches_glob(std::string_view text, std::string_view glob);

}  // namespace wayout::finding
