// SPDX-License-Identifier: Apache-2.0
#include "finding/score.hpp"

#include <algorithm>
#include <functional>
#include <map>

namespace wayout::finding {

namespace {

using reason::Severity;
using reason::Verdict;

constexpr std::int64_t kWhole = 1'000'000;  // parts of a score of 100

/// Percent of what is left that a rule takes: its severity, halved when only likely, and up to
/// half as much again when it is broken in many places.
std::int64_t penalty(Severity severity, Verdict verdict, std::size_t places) {
  std::int64_t percent = 0;
  switch (severity) {
    case Severity::kCritical:
      percent = 60;
      break;
    case Severity::kHigh:
      percent = 30;
      break;
    case Severity::kMedium:
      percent = 8;
      break;
    case Severity::kLow:
      percent = 2;
      break;
    case Severity::kInfo:
      percent = 0;
      break;
  }
  std::int64_t parts = percent * kWhole / 100;
  if (verdict == Verdict::kLikely) parts /= 2;
  if (places >= 10) return parts + parts / 2;
  return places >= 3 ? parts + parts / 4 : parts;
}

int remaining(std::vector<std::int64_t> penalties) {
  std::sort(penalties.begin(), penalties.end(), std::greater<>());
  std::int64_t left = kWhole;
  for (const std::int64_t part : penalties) left = left * (kWhole - part) / kWhole;
  return static_cast<int>(left * 100 / kWhole);
}

struct Broken {
  Severity severity = Severity::kInfo;
  Verdict verdict = Verdict::kLikely;
  std::size_t places = 0;
};

std::map<reason::RuleId, Broken> broken_rules(const Assessment& assessment) {
  std::map<reason::RuleId, Broken> rules;
  for (const Finding& finding : assessment.findings) {
    if (finding.suppression) continue;
    Broken& broken = rules[finding.rule];
    broken.severity = std::max(broken.severity, finding.severity);
    broken.verdict = std::min(broken.verdict, finding.verdict);  // proved anywhere is proved
    ++broken.places;
  }
  return rules;
}

std::size_t category_index(std::string_view name) {
  return static_cast<std::size_t>(std::find(kCategories.begin(), kCategories.end(), name) -
                                  kCategories.begin());
}

bool from_anonymous(const Assessment& assessment, const reason::WayOut& way) {
  const auto values = assessment.facts->values(way.entry);
  return values.size() == 2 && assessment.facts->text(values[1]) == "anonymous";
}

void apply_caps(const Assessment& assessment, Severity worst, Score& score) {
  bool proved = false;
  bool anonymous = false;
  for (std::size_t i = 0; i < assessment.ways_out.all.size(); ++i) {
    const reason::WayOut& way = assessment.ways_out.all[i];
    const bool suppressed =
        i < assessment.way_marks.size() && assessment.way_marks[i].suppression.has_value();
    if (suppressed || way.verdict != Verdict::kProved) continue;
    proved = proved || way.severity >= Severity::kHigh;
    anonymous = anonymous || from_anonymous(assessment, way);
  }
  const auto cap = [&](bool holds, int at, std::string_view why) {
    if (!holds) return;
    score.value = std::min(score.value, at);
    score.caps.push_back(std::string(why) + ": at most " + std::to_string(at));
  };
  cap(anonymous, 19, "a proved way out that anybody can start");
  cap(proved, 39, "a proved way out");
  cap(worst == Severity::kCritical, 59, "a critical finding");
  cap(worst >= Severity::kHigh, 79, "a high finding");
}

}  // namespace

std::string_view grade_of(int value) {
  if (value >= 90) return "A";
  if (value >= 80) return "B";
  if (value >= 70) return "C";
  return value >= 60 ? "D" : "F";
}

Score score_of(const Assessment& assessment) {
  std::array<std::vector<std::int64_t>, kCategories.size()> penalties;
  std::vector<std::int64_t> all;
  Severity worst = Severity::kInfo;
  for (const auto& [rule, broken] : broken_rules(assessment)) {
    const std::int64_t part = penalty(broken.severity, broken.verdict, broken.places);
    const std::size_t category = category_index((*assessment.rules)[rule].category);
    if (category < penalties.size()) penalties[category].push_back(part);
    all.push_back(part);
    worst = std::max(worst, broken.severity);
  }

  Score score;
  score.categories.fill(Score::kNotJudged);
  for (const reason::Rule& rule : assessment.rules->rules) {
    const std::size_t category = category_index(rule.category);
    if (category < penalties.size()) score.categories[category] = remaining(penalties[category]);
  }
  score.value = remaining(std::move(all));
  apply_caps(assessment, worst, score);
  score.grade = grade_of(score.value);
  return score;
}

}  // namespace wayout::finding
