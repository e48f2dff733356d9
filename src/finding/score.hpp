// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "finding/finding.hpp"

namespace wayout::finding {

/// The formula of docs/scoring.md. Integers only, so that it is the same number everywhere.
Score score_of(const Assessment& assessment);

/// A from 90, B from 80, C from 70, D from 60, else F.
std::string_view grade_of(int value);

}  // namespace wayout::finding
