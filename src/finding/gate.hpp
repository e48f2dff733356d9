// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "finding/finding.hpp"

namespace wayout::finding {

/// What makes a scan fail: `--fail-on` with one or more of these, separated by commas.
struct Gate {
  std::optional<reason::Severity> severity;  ///< `high`: a finding of this severity or worse
  bool way_out = false;                      ///< `way-out`: any, proved or likely
  bool proved_way_out = false;               ///< `way-out=proved`
  std::optional<int> score;                  ///< `score=70`: a score below it
  bool anything_new = false;                 ///< `new`: not in the baseline, info findings apart
};

base::Result<Gate> parse_gate(std::string_view text);

/// Why the gate fails, one sentence without a full stop; nothing when it passes. What is
/// suppressed counts for nothing, except in the score as docs/scoring.md says.
std::optional<std::string> check_gate(const Assessment& assessment, const Gate& gate);

}  // namespace wayout::finding
