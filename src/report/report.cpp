// SPDX-License-Identifier: Apache-2.0
#include "report/report.hpp"

#include <array>

#include "report/formats.hpp"

namespace wayout::report {

namespace {
constexpr std::array<std::string_view, 5> kNames = {"terminal", "json", "sarif", "junit",
                                                    "markdown"};
}

std::string_view version() {
  return WAYOUT_VERSION;
}

std::string_view name_of(Format format) {
  return kNames[static_cast<std::size_t>(format)];
}

std::optional<Format> format_named(std::string_view name) {
  for (std::size_t i = 0; i < kNames.size(); ++i) {
    if (kNames[i] == name) return static_cast<Format>(i);
  }
  return std::nullopt;
}

void write_report(Format format, const finding::Assessment& assessment,
                  const ReportOptions& options, std::ostream& out) {
  const View view(assessment);
  switch (format) {
    case Format::kTerminal:
      return write_terminal(view, options, out);
    case Format::kJson:
      return write_json(view, out);
    case Format::kSarif:
      return write_sarif(view, out);
    case Format::kJunit:
      return write_junit(view, out);
    case Format::kMarkdown:
      return write_markdown(view, out);
  }
}

}  // namespace wayout::report
