// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <map>
#include <vector>

#include "report/json_writer.hpp"
#include "report/markup.hpp"
#include "report/page.hpp"
#include "report/printable.hpp"
#include "report/report.hpp"
#include "report/view.hpp"

namespace wayout::report {

namespace {

using finding::PreviousReport;
using Entry = PreviousReport::Entry;
using Entries = std::vector<const Entry*>;

constexpr std::size_t kShown = 30;

struct Changes {
  Entries fresh;
  Entries fixed;
  Entries unchanged;
};

/// Entries are the same when their ids are; suppressed ones count as not there, so that accepting
/// a finding reads as closing it and the end of a suppression as something new.
Changes compare(const std::vector<Entry>& before, const std::vector<Entry>& after) {
  std::map<std::string_view, const Entry*> earlier;
  for (const Entry& entry : before) {
    if (!entry.suppressed) earlier.emplace(entry.id, &entry);
  }
  Changes changes;
  for (const Entry& entry : after) {
    if (entry.suppressed) continue;
    const bool known = earlier.erase(entry.id) > 0;
    (known ? changes.unchanged : changes.fresh).push_back(&entry);
  }
  for (const Entry& entry : before) {
    const auto left = earlier.find(entry.id);
    if (left != earlier.end() && left->second == &entry) changes.fixed.push_back(&entry);
  }
  return changes;
}

std::string what_of(const Entry& entry) {
  return printable(entry.subject.empty() ? entry.title : entry.title + ": " + entry.subject);
}

class TerminalDiff {
 public:
  TerminalDiff(const ReportOptions& options, std::ostream& out)
      : page_(out, options.colour, options.width), limit_(options.verbose ? SIZE_MAX : kShown) {}

  void write(const PreviousReport& before, const PreviousReport& after, const Changes& ways,
             const Changes& findings) {
    page_.line({{Style::kBold, "Grade " + grade(before) + "  ->  " + grade(after)}});
    page_.line({{Style::kPlain, summary(ways, "way out", "ways out")}});
    page_.line({{Style::kPlain, summary(findings, "finding", "findings")}});
    list("New ways out", Style::kRed, "+ ", ways.fresh);
    list("Closed ways out", Style::kGreen, "- ", ways.fixed);
    list("New findings", Style::kRed, "+ ", findings.fresh);
    list("Fixed findings", Style::kGreen, "- ", findings.fixed);
  }

 private:
  static std::string grade(const PreviousReport& report) {
    return printable(report.grade) + " " + std::to_string(report.score) + "/100";
  }

  static std::string summary(const Changes& changes, std::string_view one, std::string_view many) {
    return counted(changes.fresh.size(), one, many) + " new, " +
           std::to_string(changes.fixed.size()) + " gone, " +
           std::to_string(changes.unchanged.size()) + " unchanged.";
  }

  void list(std::string_view title, Style style, std::string_view mark, const Entries& entries) {
    if (entries.empty()) return;
    page_.blank();
    page_.line({{Style::kBold, std::string(title) + " (" + std::to_string(entries.size()) + ")"}});
    const std::size_t shown = std::min(entries.size(), limit_);
    for (std::size_t i = 0; i < shown; ++i) {
      const Entry& entry = *entries[i];
      std::string severity = cut_end(printable(entry.severity), 8);
      severity.resize(std::max<std::size_t>(severity.size(), 8), ' ');
      page_.row({{style, "  " + std::string(mark)}, {Style::kPlain, severity + "  "}},
                {Style::kPlain, what_of(entry)}, {Style::kDim, printable(entry.place)}, 2);
    }
    if (shown < entries.size()) {
      page_.line({{Style::kDim, "    … and " + std::to_string(entries.size() - shown) +
                                    " more (--format json has all)"}});
    }
  }

  Page page_;
  std::size_t limit_;
};

void write_markdown_list(std::string_view title, const Entries& entries, std::ostream& out) {
  if (entries.empty()) return;
  out << "\n### " << title << " (" << entries.size() << ")\n\n";
  const std::size_t shown = std::min(entries.size(), kShown);
  for (std::size_t i = 0; i < shown; ++i) {
    out << "- " << markdown_text(entries[i]->severity) << ": "
        << markdown_text(cut_end(what_of(*entries[i]), 200));
    if (!entries[i]->place.empty()) out << " " << markdown_code(cut_end(entries[i]->place, 200));
    out << "\n";
  }
  if (shown < entries.size()) out << "- … and " << entries.size() - shown << " more\n";
}

void write_json_list(std::string_view name, const Entries& entries, JsonWriter& json) {
  json.new_line();
  json.key(name).begin_array();
  for (const Entry* entry : entries) {
    json.new_line();
    json.begin_object().field("id", entry->id).field("what", entry->what);
    json.field("severity", entry->severity).field("title", entry->title);
    json.text_or_null("subject", entry->subject).text_or_null("place", entry->place);
    json.end_object();
  }
  json.end_array();
}

void write_json_changes(std::string_view name, const Changes& changes, JsonWriter& json) {
  json.new_line();
  json.key(name).begin_object();
  write_json_list("new", changes.fresh, json);
  write_json_list("fixed", changes.fixed, json);
  write_json_list("unchanged", changes.unchanged, json);
  json.end_object();
}

void write_json_diff(const PreviousReport& before, const PreviousReport& after, const Changes& ways,
                     const Changes& findings, std::ostream& out) {
  JsonWriter json(out);
  json.begin_object();
  for (const auto& [name, report] : {std::pair{"before", &before}, std::pair{"after", &after}}) {
    json.new_line();
    json.key(name).begin_object().field("value", report->score).field("grade", report->grade);
    json.end_object();
  }
  write_json_changes("ways_out", ways, json);
  write_json_changes("findings", findings, json);
  json.new_line();
  json.end_object();
}

void write_markdown_diff(const PreviousReport& before, const PreviousReport& after,
                         const Changes& ways, const Changes& findings, std::ostream& out) {
  out << "## Wayout: " << markdown_text(before.grade) << " (" << before.score << "/100) &rarr; "
      << markdown_text(after.grade) << " (" << after.score << "/100)\n";
  write_markdown_list("New ways out", ways.fresh, out);
  write_markdown_list("Closed ways out", ways.fixed, out);
  write_markdown_list("New findings", findings.fresh, out);
  write_markdown_list("Fixed findings", findings.fixed, out);
  out << "\n"
      << counted(ways.unchanged.size(), "way out", "ways out") << " and "
      << counted(findings.unchanged.size(), "finding", "findings") << " unchanged.\n";
}

}  // namespace

void write_diff(Format format, const PreviousReport& before, const PreviousReport& after,
                const ReportOptions& options, std::ostream& out) {
  const Changes ways = compare(before.ways_out, after.ways_out);
  const Changes findings = compare(before.findings, after.findings);
  if (format == Format::kTerminal) {
    TerminalDiff(options, out).write(before, after, ways, findings);
  } else if (format == Format::kMarkdown) {
    write_markdown_diff(before, after, ways, findings, out);
  } else {
    write_json_diff(before, after, ways, findings, out);
  }
}

}  // namespace wayout::report
