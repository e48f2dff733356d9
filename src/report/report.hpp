// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <ostream>
#include <string_view>

#include "finding/baseline.hpp"
#include "finding/finding.hpp"

namespace wayout::report {

std::string_view version();

enum class Format : std::uint8_t { kTerminal, kJson, kSarif, kJunit, kMarkdown };
std::string_view name_of(Format format);
std::optional<Format> format_named(std::string_view name);

struct ReportOptions {
  bool colour = false;        ///< terminal: ANSI colours; the caller knows NO_COLOR and isatty
  int width = 100;            ///< terminal: no line is wider
  bool show_blocked = false;  ///< also what one fact holds back today
  bool verbose = false;       ///< terminal: no list is cut short
};

/// `finding::assess` must have been called. Output is valid UTF-8 whatever was scanned, and the
/// same bytes for the same assessment (the terminal's time apart).
void write_report(Format format, const finding::Assessment& assessment,
                  const ReportOptions& options, std::ostream& out);

/// What changed from `before` to `after`: new, fixed and unchanged ways out and findings. Formats:
/// terminal, markdown and json; others are written as json.
void write_diff(Format format, const finding::PreviousReport& before,
                const finding::PreviousReport& after, const ReportOptions& options,
                std::ostream& out);

}  // namespace wayout::report
