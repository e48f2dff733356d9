// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <unordered_set>
#include <vector>

#include "base/limits.hpp"
#include "base/result.hpp"
#include "base/source.hpp"

namespace wayout::finding {

/// What a JSON report said, as far as comparing with it needs.
struct PreviousReport {
  struct Entry {
    std::string id;    ///< fingerprint of a finding, id of a way out: sixteen hex digits
    std::string what;  ///< rule of a finding, verdict of a way out
    std::string severity;
    std::string title;
    std::string subject;  ///< as a person reads it; empty for a way out
    std::string place;    ///< file:line of the first evidence that has one
    std::uint32_t count = 1;
    bool suppressed = false;
  };
  std::vector<Entry> findings;
  std::vector<Entry> ways_out;  ///< blocked ones left out
  int score = 0;
  std::string grade;
  /// Ids of all, including every member of a group of ways out.
  std::unordered_set<std::uint64_t> finding_ids;
  std::unordered_set<std::uint64_t> way_out_ids;

  bool has_finding(std::uint64_t fingerprint) const { return finding_ids.contains(fingerprint); }
  bool has_way_out(std::uint64_t id) const { return way_out_ids.contains(id); }
};

/// Reads a report that `--format json` wrote (any schema version from 1 on). Anything else is an
/// Error that names the file.
base::Result<PreviousReport> read_report(const base::Sources& sources, base::FileId file,
                                         const base::Limits& limits);

}  // namespace wayout::finding
