// SPDX-License-Identifier: Apache-2.0
#include "finding/baseline.hpp"

#include <charconv>
#include <optional>
#include <string>
#include <utility>

#include "text/yaml.hpp"

namespace wayout::finding {

namespace {

using base::ErrorCode;
using text::NodeRef;

std::optional<std::uint64_t> from_hex(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, 16);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::string place_of(const NodeRef& evidence) {
  for (const NodeRef& item : evidence.items()) {
    if (!item["file"].is_scalar()) continue;
    return std::string(item["file"].scalar()) + ":" + std::string(item["line"].scalar());
  }
  return {};
}

std::string subject_of(const NodeRef& subject) {
  std::string out(subject["kind"].scalar());
  out += ' ';
  out += subject["name"].scalar();
  const std::string_view workload = subject["workload"].scalar();
  if (!workload.empty() && !subject["workload"].is_null()) {
    out += " in ";
    out += workload;
  }
  return out;
}

PreviousReport::Entry entry_of(const NodeRef& item, std::string_view id, std::string_view what) {
  PreviousReport::Entry entry;
  entry.id = item[id].scalar();
  entry.what = item[what].scalar();
  entry.severity = item["severity"].scalar();
  entry.title = item["title"].scalar();
  const NodeRef suppressed = item["suppressed"];
  entry.suppressed = suppressed && !suppressed.is_null();
  return entry;
}

bool add_finding(const NodeRef& item, PreviousReport& report) {
  PreviousReport::Entry entry = entry_of(item, "fingerprint", "rule");
  const auto id = from_hex(entry.id);
  if (!id) return false;
  entry.subject = subject_of(item["subject"]);
  entry.place = place_of(item["evidence"]);
  report.finding_ids.insert(*id);
  report.findings.push_back(std::move(entry));
  return true;
}

bool add_way_out(const NodeRef& item, PreviousReport& report) {
  PreviousReport::Entry entry = entry_of(item, "id", "verdict");
  const auto id = from_hex(entry.id);
  if (!id) return false;
  report.way_out_ids.insert(*id);
  for (const NodeRef& member : item["members"].items()) {
    if (const auto member_id = from_hex(member["id"].scalar())) {
      report.way_out_ids.insert(*member_id);
    }
  }
  if (entry.what == "blocked") return true;
  entry.count = static_cast<std::uint32_t>(item["count"].integer().value_or(1));
  const auto steps = item["steps"].items();
  if (!steps.empty()) entry.place = place_of(steps.front()["evidence"]);
  report.ways_out.push_back(std::move(entry));
  return true;
}

}  // namespace

base::Result<PreviousReport> read_report(const base::Sources& sources, base::FileId file,
                                         const base::Limits& limits) {
  const auto documents = text::parse_yaml(file, sources.content(file), limits);
  const auto refuse = [&](const std::string& why) {
    return base::fail(ErrorCode::kInvalid,
                      std::string(sources.path(file)) + " is not a report of wayout: " + why,
                      "write one with 'wayout scan TARGET --format json -o FILE'");
  };
  if (documents.size() != 1) return refuse("it is not one JSON document");
  if (!documents.front()) return base::fail(documents.front().error());
  const NodeRef root = documents.front()->root();
  const auto schema = root["wayout"]["schema"].integer();
  if (!schema || *schema < 1) return refuse("it has no 'wayout.schema'");
  if (!root["findings"].is_sequence() || !root["ways_out"].is_sequence()) {
    return refuse("it has no lists 'findings' and 'ways_out'");
  }
  PreviousReport report;
  for (const NodeRef& item : root["findings"].items()) {
    if (!add_finding(item, report)) return refuse("a finding has no fingerprint");
  }
  for (const NodeRef& item : root["ways_out"].items()) {
    if (!add_way_out(item, report)) return refuse("a way out has no id");
  }
  report.score = static_cast<int>(root["score"]["value"].integer().value_or(0));
  report.grade = root["score"]["grade"].scalar();
  return report;
}

}  // namespace wayout::finding
