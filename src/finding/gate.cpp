// SPDX-License-Identifier: Apache-2.0
#include "finding/gate.hpp"

#include <array>
#include <charconv>

namespace wayout::finding {

namespace {

using reason::Severity;

constexpr std::array kSeverities = {Severity::kInfo, Severity::kLow, Severity::kMedium,
                                    Severity::kHigh, Severity::kCritical};

base::Result<bool> read_condition(std::string_view word, Gate& gate) {
  for (const Severity severity : kSeverities) {
    if (word != reason::name_of(severity)) continue;
    if (!gate.severity || severity < *gate.severity) gate.severity = severity;
    return true;
  }
  if (word == "way-out") return gate.way_out = true;
  if (word == "way-out=proved") return gate.proved_way_out = true;
  if (word == "new") return gate.anything_new = true;
  if (word.starts_with("score=")) {
    const std::string_view digits = word.substr(6);
    int value = -1;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (error == std::errc{} && end == digits.data() + digits.size() && value >= 0 &&
        value <= 100) {
      gate.score = value;
      return true;
    }
    return base::fail(base::ErrorCode::kUsage,
                      "'" + std::string(digits) + "' is not a score from 0 to 100",
                      "for example --fail-on score=70");
  }
  return base::fail(base::ErrorCode::kUsage,
                    "'" + std::string(word) + "' is nothing a scan can fail on",
                    "critical, high, medium, low, info, way-out, way-out=proved, score=N or new");
}

std::string counted(std::size_t count, std::string_view one, std::string_view many) {
  return std::to_string(count) + " " + std::string(count == 1 ? one : many);
}

std::optional<std::string> check_severity(const Assessment& assessment, Severity limit) {
  std::size_t count = 0;
  for (const Finding& finding : assessment.findings) {
    if (!finding.suppression && finding.severity >= limit) ++count;
  }
  if (count == 0) return std::nullopt;
  const std::string_view worse = limit == Severity::kCritical ? "" : " or worse";
  return counted(count, "finding is ", "findings are ") + std::string(reason::name_of(limit)) +
         std::string(worse);
}

bool is_suppressed(const Assessment& assessment, std::size_t way) {
  return way < assessment.way_marks.size() && assessment.way_marks[way].suppression.has_value();
}

std::optional<std::string> check_ways_out(const Assessment& assessment, bool only_proved) {
  std::size_t count = 0;
  for (std::size_t i = 0; i < assessment.ways_out.all.size(); ++i) {
    const bool proved = assessment.ways_out.all[i].verdict == reason::Verdict::kProved;
    if (!is_suppressed(assessment, i) && (proved || !only_proved)) ++count;
  }
  if (count == 0) return std::nullopt;
  return counted(count, "way out is open", "ways out are open");
}

std::optional<std::string> check_new(const Assessment& assessment) {
  using Baseline = Finding::Baseline;
  std::size_t findings = 0;
  for (const Finding& finding : assessment.findings) {
    const bool counts = !finding.suppression && finding.severity != Severity::kInfo;
    if (counts && finding.baseline == Baseline::kNew) ++findings;
  }
  std::size_t ways = 0;
  for (const WayMark& mark : assessment.way_marks) {
    if (!mark.suppression && mark.baseline == Baseline::kNew) ++ways;
  }
  if (findings == 0 && ways == 0) return std::nullopt;
  return counted(findings, "finding and ", "findings and ") + counted(ways, "way out", "ways out") +
         " are not in the baseline";
}

}  // namespace

base::Result<Gate> parse_gate(std::string_view text) {
  Gate gate;
  while (true) {
    const auto comma = text.find(',');
    const auto read = read_condition(text.substr(0, comma), gate);
    if (!read) return base::fail(read.error());
    if (comma == std::string_view::npos) return gate;
    text.remove_prefix(comma + 1);
  }
}

std::optional<std::string> check_gate(const Assessment& assessment, const Gate& gate) {
  if (gate.way_out || gate.proved_way_out) {
    if (auto why = check_ways_out(assessment, !gate.way_out)) return why;
  }
  if (gate.severity) {
    if (auto why = check_severity(assessment, *gate.severity)) return why;
  }
  if (gate.anything_new) {
    if (auto why = check_new(assessment)) return why;
  }
  if (gate.score && assessment.score.value < *gate.score) {
    return "the score is " + std::to_string(assessment.score.value) + ", below " +
           std::to_string(*gate.score);
  }
  return std::nullopt;
}

}  // namespace wayout::finding
