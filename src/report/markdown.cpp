// SPDX-License-Identifier: Apache-2.0
//
// A comment for a pull request: what is open, what closes it, the rest as one table. Bounded, so
// that it stays below the 65,536 characters that code hosts accept.
#include <algorithm>
#include <map>

#include "report/entity.hpp"
#include "report/formats.hpp"
#include "report/markup.hpp"
#include "report/printable.hpp"

namespace wayout::report {

namespace {

using finding::Finding;

constexpr std::size_t kWaysShown = 10;
constexpr std::size_t kEvidenceShown = 6;
constexpr std::size_t kChangesShown = 15;
constexpr std::size_t kRulesShown = 40;
constexpr std::size_t kTextColumns = 200;

std::string shown(std::string_view text) {
  return markdown_text(cut_end(text, kTextColumns));
}
std::string code(std::string_view text) {
  return markdown_code(cut_end(text, kTextColumns));
}

class MarkdownReport {
 public:
  MarkdownReport(const View& view, std::ostream& out)
      : view_(view), a_(view.assessment()), out_(out), groups_(view.groups(a_.ways_out)) {
    std::erase_if(groups_, [&](const reason::WayOutGroup& group) {
      return a_.way_marks[group.first].suppression.has_value();
    });
  }

  void write() {
    write_head();
    write_ways_out();
    write_changes();
    write_findings();
    if (!a_.not_analysed.empty()) {
      out_ << "\n"
           << counted(a_.not_analysed.size(), "file was", "files were") << " not analysed.\n";
    }
  }

 private:
  void write_head() {
    out_ << "## Wayout: " << a_.score.grade << " (" << a_.score.value << "/100)\n\n";
    std::size_t open = 0, fresh = 0;
    for (const Finding& finding : a_.findings) {
      open += finding.suppression ? 0 : 1;
      fresh += !finding.suppression && finding.baseline == Finding::Baseline::kNew ? 1 : 0;
    }
    std::size_t fresh_ways = 0;
    for (const auto& group : groups_) {
      fresh_ways += a_.way_marks[group.first].baseline == Finding::Baseline::kNew ? 1 : 0;
    }
    out_ << (groups_.empty() ? "No way out" : counted(groups_.size(), "way out", "ways out"))
         << ", " << (open == 0 ? "no findings" : counted(open, "finding", "findings")) << ".";
    if (fresh + fresh_ways > 0) {
      out_ << " New since the baseline: " << counted(fresh_ways, "way out", "ways out") << ", "
           << counted(fresh, "finding", "findings") << ".";
    }
    out_ << "\n";
  }

  void write_ways_out() {
    const std::size_t limit = std::min(groups_.size(), kWaysShown);
    for (std::size_t i = 0; i < limit; ++i) {
      const reason::WayOut& way = a_.ways_out.all[groups_[i].first];
      const bool fresh = a_.way_marks[groups_[i].first].baseline == Finding::Baseline::kNew;
      out_ << "\n<details" << (i == 0 ? " open" : "") << "><summary><b>" << i + 1 << ". "
           << markup_text(cut_end(view_.entry_text(way), kTextColumns)) << " &rarr; "
           << markup_text(cut_end(view_.goal_text(way), kTextColumns)) << "</b> ("
           << reason::name_of(way.severity) << ", " << reason::name_of(way.verdict)
           << (fresh ? ", new" : "");
      if (groups_[i].members.size() > 1) out_ << ", &times; " << groups_[i].members.size();
      out_ << ")</summary>\n\n";
      for (const reason::Step& step : way.steps) write_step(step);
      out_ << "\n</details>\n";
    }
    if (limit < groups_.size()) {
      out_ << "\n… and " << counted(groups_.size() - limit, "more way out", "more ways out")
           << ".\n";
    }
  }

  void write_step(const reason::Step& step) {
    out_ << "1. " << shown(view_.step_text(step)) << " (" << code(view_.rule(step.technique).id)
         << ")\n";
    const auto leaves = view_.step_evidence(step);
    for (std::size_t i = 0; i < std::min(leaves.size(), kEvidenceShown); ++i) {
      out_ << "   - " << shown(view_.says(leaves[i], step.subject));
      const std::string place = view_.place(leaves[i]).text();
      if (!place.empty()) out_ << ": " << code(place);
      const std::string line = view_.source_line(leaves[i]);
      if (!line.empty()) out_ << " " << code(line);
      out_ << "\n";
    }
  }

  void write_changes() {
    const reason::Cut& cut = a_.cut;
    if (cut.changes.empty()) return;
    out_ << "\n### Fewest changes\n\n"
         << (cut.proven_minimal ? "No cheaper set of changes closes these ways out.\n\n" : "")
         << "| change | place | closes |\n|---|---|---|\n";
    const std::size_t limit = std::min(cut.changes.size(), kChangesShown);
    for (std::size_t i = 0; i < limit; ++i) {
      const reason::CutChange& change = cut.changes[i];
      const Place place = change.removes.empty() ? Place{} : view_.place(change.removes.front());
      out_ << "| " << shown(view_.change_text(change)) << " | "
           << (place.file.empty() ? "" : code(place.text())) << " | "
           << view_.closed_groups(change).size() << " |\n";
    }
    if (limit < cut.changes.size())
      out_ << "| … and " << cut.changes.size() - limit << " more | | |\n";
  }

  void write_findings() {
    std::map<reason::RuleId, std::vector<const Finding*>> by_rule;
    std::vector<reason::RuleId> order;
    for (const Finding& finding : a_.findings) {
      if (finding.suppression || view_.is_used(finding)) continue;
      auto& list = by_rule[finding.rule];
      if (list.empty()) order.push_back(finding.rule);
      list.push_back(&finding);
    }
    if (order.empty()) return;
    out_ << "\n### Other findings\n\n| severity | finding | where |\n|---|---|---|\n";
    const std::size_t limit = std::min(order.size(), kRulesShown);
    for (std::size_t i = 0; i < limit; ++i) {
      const auto& list = by_rule[order[i]];
      const reason::Rule& rule = view_.rule(order[i]);
      out_ << "| " << reason::name_of(rule.severity) << " | " << shown(rule.title) << " "
           << code(rule.id) << " | "
           << shown(display(a_.facts->text(list.front()->subject), rule.subject_kind));
      const std::string place = view_.place(*list.front()).text();
      if (!place.empty()) out_ << ", " << code(place);
      if (list.size() > 1) out_ << " and " << list.size() - 1 << " more";
      out_ << " |\n";
    }
    if (limit < order.size()) out_ << "| | … and " << order.size() - limit << " more kinds | |\n";
  }

  const View& view_;
  const finding::Assessment& a_;
  std::ostream& out_;
  std::vector<reason::WayOutGroup> groups_;
};

}  // namespace

void write_markdown(const View& view, std::ostream& out) {
  MarkdownReport(view, out).write();
}

}  // namespace wayout::report
