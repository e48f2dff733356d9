// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>
#include <vector>

#include "finding/finding.hpp"

namespace wayout::finding {

/// Adds a Suppression for each rule that a `wayout:ignore` comment of the file names. A comment
/// that cannot be read as meant is added too, with its `problem`.
void read_ignore_comments(base::FileId file, std::string_view content,
                          std::vector<Suppression>& list);

}  // namespace wayout::finding
