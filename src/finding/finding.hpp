// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/source.hpp"
#include "fact/fact_base.hpp"
#include "reason/cut.hpp"
#include "reason/engine.hpp"
#include "reason/rule.hpp"
#include "reason/way_out.hpp"

namespace wayout::finding {

using FindingId = base::Id<struct FindingTag>;

/// One weakness of one subject. Small on purpose: a scan can have hundreds of thousands; texts are
/// rendered from the rule and the facts when a report asks.
struct Finding {
  reason::RuleId rule;
  fact::Symbol subject;
  reason::Verdict verdict = reason::Verdict::kProved;  ///< proved or likely
  reason::Severity severity = reason::Severity::kInfo;
  reason::DerivationId proof;          ///< the cheapest one; what the remedy's variables stand for
  std::vector<fact::FactId> evidence;  ///< reader-made facts, most telling first
  std::uint64_t fingerprint = 0;
  std::optional<std::uint32_t> suppression;  ///< index into Assessment::suppressions
  enum class Baseline : std::uint8_t { kNone, kNew, kKnown } baseline = Baseline::kNone;
};

/// A target file or part of one that was not analysed.
struct NotAnalysed {
  std::string file;
  base::Span span;
  std::string why;
  std::string hint;
};

struct Suppression {
  std::string rule;     ///< id or glob
  std::string subject;  ///< name or glob, empty: any
  std::string file;     ///< glob, empty: any
  std::string reason;
  std::string owner;
  std::string expires;      ///< ISO date, empty: never
  base::Span span;          ///< where it is written
  bool in_comment = false;  ///< `wayout:ignore` in a scanned file; speaks for `line` of it only
  std::uint32_t line = 0;   ///< in_comment: the line it speaks for
  std::string problem;      ///< why it suppresses nothing ("it expired on 2026-01-01"), or empty
  bool expired = false;
  bool used = false;
};

/// What is known of one way out besides its proof; parallel to WaysOut::all.
struct WayMark {
  std::uint64_t id = 0;                      ///< stable like a fingerprint
  std::optional<std::uint32_t> suppression;  ///< index into Assessment::suppressions
  Finding::Baseline baseline = Finding::Baseline::kNone;
};

using reason::kCategories;

struct Score {
  int value = 100;
  std::string grade = "A";
  std::vector<std::string> caps;
  static constexpr int kNotJudged = -1;
  std::array<int, kCategories.size()> categories{};  ///< 0-100, or kNotJudged: no rule looks at it
};

struct Coverage {
  std::size_t files = 0;  ///< recognised and read
  std::size_t containers = 0;
  std::size_t workloads = 0;
  std::size_t ignored = 0;  ///< files of no known kind
};

/// Everything a report may show. Pointers are not owned and outlive it.
struct Assessment {
  const base::Sources* sources = nullptr;
  const fact::FactBase* facts = nullptr;
  const reason::RuleSet* rules = nullptr;
  const reason::Evaluation* evaluation = nullptr;

  std::vector<std::string> targets;
  std::vector<Finding> findings;  ///< worst first, then by subject, then by place
  reason::WaysOut ways_out;
  std::vector<WayMark> way_marks;      ///< parallel to ways_out.all
  reason::WaysOut blocked;             ///< only when asked for
  std::vector<WayMark> blocked_marks;  ///< parallel to blocked.all
  reason::Cut cut;
  std::vector<reason::NotJudged> not_judged;
  std::vector<NotAnalysed> not_analysed;
  std::vector<Suppression> suppressions;
  Score score;
  Coverage coverage;
  double seconds = 0;  ///< shown on the terminal only: reports are the same bytes every time
};

}  // namespace wayout::finding
