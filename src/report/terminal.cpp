// SPDX-License-Identifier: Apache-2.0
//
// What a person reads: the ways out first, then what closes them, then everything else, grouped so
// that the length depends on how many kinds of trouble there are, not on how many places.
#include <algorithm>
#include <cstdio>
#include <map>
#include <set>

#include "report/entity.hpp"
#include "report/formats.hpp"
#include "report/page.hpp"
#include "report/printable.hpp"

namespace wayout::report {

namespace {

using fact::FactId;
using finding::Finding;
using reason::Severity;
using reason::Verdict;

constexpr std::size_t kWaysShown = 15;
constexpr std::size_t kAlternativesShown = 8;
constexpr std::size_t kChangesShown = 20;
constexpr std::size_t kRulesShown = 40;
constexpr std::size_t kPlacesShown = 3;
constexpr std::size_t kNamesShown = 6;
constexpr std::size_t kNotAnalysedShown = 8;
constexpr std::size_t kSeverityColumns = 10;

Style style_of(Severity severity) {
  switch (severity) {
    case Severity::kCritical:
      return Style::kAlarm;
    case Severity::kHigh:
      return Style::kRed;
    case Severity::kMedium:
      return Style::kYellow;
    case Severity::kLow:
      return Style::kBlue;
    case Severity::kInfo:
      break;
  }
  return Style::kDim;
}

Style style_of_grade(std::string_view grade) {
  if (grade == "A" || grade == "B") return Style::kGreen;
  return grade == "F" ? Style::kAlarm : Style::kYellow;
}

Piece severity_piece(Severity severity) {
  std::string text(reason::name_of(severity));
  text.resize(kSeverityColumns, ' ');
  return {style_of(severity), std::move(text)};
}

std::string spaces(std::size_t count) {
  return std::string(count, ' ');
}

/// "1-3 5": ascending numbers with runs drawn together.
std::string ranges(const std::vector<std::uint32_t>& numbers) {
  std::string out;
  for (std::size_t i = 0; i < numbers.size();) {
    std::size_t end = i;
    while (end + 1 < numbers.size() && numbers[end + 1] == numbers[end] + 1) ++end;
    if (!out.empty()) out += ' ';
    out += std::to_string(numbers[i]);
    if (end > i) out += (end == i + 1 ? " " : "-") + std::to_string(numbers[end]);
    i = end + 1;
  }
  return out;
}

class TerminalReport {
 public:
  TerminalReport(const View& view, const ReportOptions& options, std::ostream& out)
      : view_(view),
        a_(view.assessment()),
        options_(options),
        page_(out, options.colour, options.width),
        groups_(view.groups(a_.ways_out)) {
    order_ways_out();
  }

  void write() {
    write_header();
    write_summary();
    write_ways_out();
    write_cut();
    if (options_.show_blocked) write_blocked();
    write_findings();
    write_suppressed();
    write_not_analysed();
    write_not_judged();
  }

 private:
  std::size_t limit(std::size_t usual) const { return options_.verbose ? SIZE_MAX : usual; }

  void heading(const std::string& text) {
    page_.blank();
    page_.line({{Style::kBold, text}});
  }

  void more(std::size_t indent, std::size_t count, std::string_view what) {
    page_.row({{Style::kPlain, spaces(indent)}},
              {Style::kDim, "… and " + std::to_string(count) + " more" +
                                (what.empty() ? "" : " " + std::string(what)) +
                                " (--format json has all)"});
  }

  // ---- header ---------------------------------------------------------------------------------
  void write_header() {
    std::string targets;
    for (const std::string& target : a_.targets) {
      targets += (targets.empty() ? "" : " ") + printable(target);
    }
    char seconds[32];
    std::snprintf(seconds, sizeof seconds, "%.2f s", a_.seconds);
    std::string counts = counted(a_.coverage.files, "file, ", "files, ") +
                         counted(a_.coverage.containers, "container, ", "containers, ") + seconds;
    page_.row({{Style::kBold, cut_begin(targets, page_.width() * 2 / 5)}, {Style::kPlain, "   "}},
              {Style::kDim, counts},
              {style_of_grade(a_.score.grade),
               a_.score.grade + "  " + std::to_string(a_.score.value) + "/100"});
  }

  bool is_suppressed(std::size_t group) const {
    return a_.way_marks[groups_[group].first].suppression.has_value();
  }

  bool is_other(const Finding& finding) const {
    return !finding.suppression && !view_.is_used(finding);
  }

  void write_summary() {
    std::size_t proved = 0, likely = 0, all = 0;
    for (std::size_t i = 0; i < groups_.size(); ++i) {
      if (is_suppressed(i)) continue;
      const bool sure = a_.ways_out.all[groups_[i].first].verdict == Verdict::kProved;
      ++(sure ? proved : likely);
      all += groups_[i].members.size();
    }
    const auto others = static_cast<std::size_t>(
        std::count_if(a_.findings.begin(), a_.findings.end(),
                      [&](const Finding& finding) { return is_other(finding); }));
    std::string text;
    if (proved + likely == 0) {
      text = a_.coverage.files == 0 ? "Nothing was analysed" : "No way out";
      text += ", " + (others == 0 ? "no findings" : counted(others, "finding", "findings"));
    } else {
      text = counted(proved + likely, "way out (", "ways out (");
      if (proved > 0) text += std::to_string(proved) + " proved";
      if (likely > 0) text += (proved > 0 ? ", " : "") + std::to_string(likely) + " likely";
      if (all > proved + likely) text += "; " + std::to_string(all) + " with all copies";
      text += "), " + (others == 0 ? "no other findings"
                                   : counted(others, "other finding", "other findings"));
    }
    page_.row({}, {Style::kBold, text + "." + cut_summary(proved + likely)});
    for (const std::string& cap : a_.score.caps) {
      if (options_.verbose) page_.row({}, {Style::kDim, "Score: " + cap});
    }
  }

  std::string cut_summary(std::size_t ways) const {
    if (ways == 0 || a_.cut.changes.empty()) return {};
    const std::string closes = a_.cut.changes.size() == 1 ? " change closes " : " changes close ";
    return " " + std::to_string(a_.cut.changes.size()) + closes +
           (a_.cut.uncut.empty() ? "them all." : "all that can be closed.");
  }

  // ---- ways out -------------------------------------------------------------------------------
  /// Ways out that lead from the same start to the same goal are told together, the cheapest in
  /// full: they differ in the technique, and mostly one change closes several.
  void order_ways_out() {
    std::map<std::string, std::size_t> known;
    for (std::size_t i = 0; i < groups_.size(); ++i) {
      if (is_suppressed(i)) continue;
      const auto [at, is_new] =
          known.emplace(view_.title(a_.ways_out.all[groups_[i].first]), routes_.size());
      if (is_new) routes_.emplace_back();
      routes_[at->second].push_back(i);
    }
    numbers_.resize(groups_.size(), 0);
    std::uint32_t next = 0;
    for (const auto& route : routes_) {
      for (const std::size_t group : route) numbers_[group] = ++next;
    }
  }

  void write_ways_out() {
    const std::size_t number_width = std::to_string(groups_.size()).size();
    const std::size_t shown = std::min(routes_.size(), limit(kWaysShown));
    std::size_t left = 0;
    for (std::size_t i = 0; i < routes_.size(); ++i) {
      if (i >= shown) {
        left += routes_[i].size();
      } else {
        write_route(routes_[i], number_width);
      }
    }
    if (left > 0) {
      page_.blank();
      more(0, left, left == 1 ? "way out" : "ways out");
    }
    if (a_.ways_out.truncated) {
      page_.row({}, {Style::kDim, "More ways out exist than were listed: a bound was reached."});
    }
  }

  void write_route(const std::vector<std::size_t>& route, std::size_t number_width) {
    const std::size_t in_full = options_.verbose ? route.size() : 1;
    for (std::size_t i = 0; i < in_full; ++i) {
      page_.blank();
      const reason::WayOutGroup& group = groups_[route[i]];
      write_way_out(a_.ways_out.all[group.first], std::to_string(numbers_[route[i]]), number_width,
                    copies(group));
    }
    const std::size_t shown = std::min(route.size(), in_full + limit(kAlternativesShown));
    for (std::size_t i = in_full; i < shown; ++i) {
      const reason::WayOut& way = a_.ways_out.all[groups_[route[i]].first];
      std::string text = way.verdict == Verdict::kProved ? "" : "likely: ";
      for (std::size_t step = 0; step < way.steps.size(); ++step) {
        text += (step == 0 ? "" : "; ") + view_.step_text(way.steps[step]);
      }
      page_.row({{Style::kPlain, spaces(number_width + 2)},
                 {Style::kDim, "or "},
                 {Style::kBold, std::to_string(numbers_[route[i]]) + "  "}},
                {Style::kPlain, text},
                {Style::kDim, way.steps.empty() ? "" : view_.rule(way.steps.back().technique).id},
                3);
    }
    if (shown < route.size()) more(number_width + 2, route.size() - shown, "of the same kind");
  }

  std::string copies(const reason::WayOutGroup& group) const {
    if (group.members.size() < 2) return {};
    std::vector<std::string> names;
    for (const std::uint32_t member : group.members) {
      if (names.size() == limit(kNamesShown)) break;
      std::string name = view_.member_name(a_.ways_out.all[member]);
      if (std::find(names.begin(), names.end(), name) == names.end()) {
        names.push_back(std::move(name));
      }
    }
    std::string text = "x " + std::to_string(group.members.size()) + ": ";
    for (const std::string& name : names) text += (text.ends_with(": ") ? "" : ", ") + name;
    return text + (names.size() < group.members.size() ? ", …" : "");
  }

  void write_way_out(const reason::WayOut& way, const std::string& number, std::size_t number_width,
                     const std::string& copies_text) {
    const std::string arrow = view_.entry_text(way) + "  ->  " + view_.goal_text(way);
    page_.row({{Style::kBold, number + spaces(number_width - number.size() + 2)},
               severity_piece(way.severity)},
              {Style::kBold, arrow},
              {way.verdict == Verdict::kProved ? Style::kRed : Style::kYellow,
               std::string(reason::name_of(way.verdict))});
    const std::size_t indent = number_width + 2;
    if (!copies_text.empty()) {
      page_.row({{Style::kPlain, spaces(indent)}}, {Style::kDim, copies_text}, {}, 2);
    }
    fact::Symbol subject;
    for (std::size_t i = 0; i < way.steps.size(); ++i) {
      const reason::Step& step = way.steps[i];
      const std::string step_number = way.steps.size() > 1 ? std::to_string(i + 1) + ". " : "";
      std::string text = view_.step_text(step);
      if (i > 0 && step.subject != subject) {
        text = display(a_.facts->text(step.subject), view_.rule(step.technique).subject_kind) +
               ": " + text;
      }
      subject = step.subject;
      page_.row({{Style::kPlain, spaces(indent) + step_number}}, {Style::kPlain, text},
                {Style::kDim, view_.rule(step.technique).id});
      for (const FactId leaf : view_.step_evidence(step)) {
        write_evidence(leaf, step.subject, indent + 4);
      }
    }
  }

  void write_evidence(FactId leaf, fact::Symbol subject, std::size_t indent) {
    const bool assumed = a_.facts->certainty(leaf) == fact::Certainty::kAssumed;
    page_.row({{Style::kPlain, spaces(indent)}},
              {assumed ? Style::kYellow : Style::kPlain, view_.says(leaf, subject)},
              {Style::kDim, view_.place(leaf).text()});
    const std::string line = view_.source_line(leaf, page_.width() - indent - 4);
    if (!line.empty()) {
      page_.line({{Style::kPlain, spaces(indent)}, {Style::kDim, "  | " + line}});
    }
  }

  // ---- cut ------------------------------------------------------------------------------------
  void write_cut() {
    const reason::Cut& cut = a_.cut;
    if (cut.changes.empty() && cut.uncut.empty()) return;
    if (!cut.changes.empty()) {
      const std::string how = cut.proven_minimal ? "proven minimal"
                                                 : "cost " + std::to_string(cut.cost) +
                                                       ", no set costs less than " +
                                                       std::to_string(cut.lower_bound);
      heading("Fewest changes (" + std::to_string(cut.changes.size()) + ", " + how + ")");
    }
    const std::size_t shown = std::min(cut.changes.size(), limit(kChangesShown));
    for (std::size_t i = 0; i < shown; ++i) write_change(cut.changes[i], i);
    if (shown < cut.changes.size()) more(2, cut.changes.size() - shown, "changes");
    if (!cut.uncut.empty()) {
      page_.row({{Style::kPlain, "  "}},
                {Style::kYellow, counted(cut.uncut.size(), "way out has", "ways out have") +
                                     " no known change that closes " +
                                     (cut.uncut.size() == 1 ? "it." : "them.")});
    }
  }

  void write_change(const reason::CutChange& change, std::size_t index) {
    std::vector<std::uint32_t> numbers = view_.closed_groups(change);
    for (std::uint32_t& number : numbers) number = numbers_[number];
    std::erase(numbers, 0u);  // accepted ways out have no number
    std::sort(numbers.begin(), numbers.end());
    Place place;
    for (const FactId fact : change.removes) {
      if (place.file.empty()) place = view_.place(fact);
    }
    std::string right = place.text();
    if (!numbers.empty()) {
      right += (right.empty() ? "closes " : "  closes ") + cut_end(ranges(numbers), 16);
    }
    const std::string label =
        index < 26 ? std::string(1, static_cast<char>('a' + index)) : std::to_string(index + 1);
    page_.row({{Style::kGreen, "  " + label + spaces(label.size() < 3 ? 3 - label.size() : 1)}},
              {Style::kPlain, view_.change_text(change)}, {Style::kDim, right});
  }

  // ---- held back ------------------------------------------------------------------------------
  void write_blocked() {
    const auto groups = view_.groups(a_.blocked);
    if (groups.empty()) return;
    heading("Held back by one fact (" + std::to_string(groups.size()) + ")");
    const std::size_t shown = std::min(groups.size(), limit(kWaysShown));
    for (std::size_t i = 0; i < shown; ++i) {
      const reason::WayOut& way = a_.blocked.all[groups[i].first];
      const std::string technique =
          way.steps.empty() ? "" : view_.rule(way.steps.back().technique).id;
      page_.row({{Style::kPlain, "  "}, severity_piece(way.severity)},
                {Style::kPlain, view_.entry_text(way) + "  ->  " + view_.goal_text(way)},
                {Style::kDim, technique});
      for (const FactId blocker : way.blockers) {
        page_.row({{Style::kPlain, spaces(4 + kSeverityColumns)}, {Style::kGreen, "but "}},
                  {Style::kPlain, view_.says(blocker, a_.facts->values(blocker)[0])},
                  {Style::kDim, view_.place(blocker).text()});
      }
    }
    if (shown < groups.size()) more(2, groups.size() - shown, "");
  }

  // ---- findings -------------------------------------------------------------------------------
  void write_findings() {
    std::vector<std::vector<const Finding*>> rules;
    std::map<reason::RuleId, std::size_t> index;
    for (const Finding& finding : a_.findings) {
      if (!is_other(finding)) continue;
      const auto [at, is_new] = index.emplace(finding.rule, rules.size());
      if (is_new) rules.emplace_back();
      rules[at->second].push_back(&finding);
    }
    if (rules.empty()) return;
    std::stable_sort(rules.begin(), rules.end(), [&](const auto& x, const auto& y) {
      if (x[0]->severity != y[0]->severity) return x[0]->severity > y[0]->severity;
      return x.size() > y.size();
    });
    heading(groups_.empty() ? "Findings" : "Other findings");
    const std::size_t shown = std::min(rules.size(), limit(kRulesShown));
    for (std::size_t i = 0; i < shown; ++i) write_rule(rules[i]);
    if (shown < rules.size()) more(2, rules.size() - shown, "kinds of findings");
  }

  void write_rule(const std::vector<const Finding*>& findings) {
    const Finding& first = *findings.front();
    const reason::Rule& rule = view_.rule(first.rule);
    const auto likely = std::count_if(findings.begin(), findings.end(), [](const Finding* f) {
      return f->verdict == Verdict::kLikely;
    });
    std::string title = rule.title;
    if (likely > 0) {
      title += static_cast<std::size_t>(likely) == findings.size()
                   ? " (likely)"
                   : " (" + std::to_string(likely) + " likely)";
    }
    const std::size_t indent = 2 + kSeverityColumns;
    page_.row({{Style::kPlain, "  "}, severity_piece(first.severity)}, {Style::kPlain, title},
              {Style::kDim, rule.id});
    const std::size_t usual = first.severity >= Severity::kMedium ? kPlacesShown : 1;
    // One line more is no longer than the line that would say what is left out.
    const std::size_t shown =
        findings.size() <= usual + 1 ? findings.size() : std::min(findings.size(), limit(usual));
    for (std::size_t i = 0; i < shown; ++i) {
      page_.row({{Style::kPlain, spaces(indent + 2)}},
                {Style::kPlain, display(a_.facts->text(findings[i]->subject), rule.subject_kind)},
                {Style::kDim, view_.place(*findings[i]).text()}, 2);
    }
    if (shown < findings.size()) {
      std::set<std::string_view> files;
      for (const Finding* finding : findings) files.insert(view_.place(*finding).file);
      more(indent + 2, findings.size() - shown,
           files.size() > 1 ? "in " + std::to_string(files.size()) + " files" : "");
    }
    if (first.severity >= Severity::kMedium && !rule.remedy.empty()) {
      page_.row({{Style::kPlain, spaces(indent + 2)}, {Style::kGreen, "fix: "}},
                {Style::kDim, printable(view_.remedy(first))}, {}, 3);
    }
  }

  // ---- the rest -------------------------------------------------------------------------------
  void write_suppressed() {
    std::size_t findings = 0, ways = 0;
    for (const Finding& finding : a_.findings) findings += finding.suppression ? 1 : 0;
    for (std::size_t i = 0; i < groups_.size(); ++i) ways += is_suppressed(i) ? 1 : 0;
    if (findings + ways > 0) {
      std::string text = "Suppressed: " + counted(findings, "finding", "findings");
      if (ways > 0) text += ", " + counted(ways, "way out", "ways out");
      page_.blank();
      page_.row({}, {Style::kDim, text + "."});
    }
    bool first = true;
    for (const finding::Suppression& item : a_.suppressions) {
      if (item.problem.empty() && item.used) continue;
      if (first) heading("Suppressions without effect");
      first = false;
      const std::string why = item.problem.empty() ? "nothing matches it" : item.problem;
      const std::string rule = item.rule.empty() ? "wayout:ignore" : item.rule;
      page_.row({{Style::kPlain, "  "}}, {Style::kPlain, printable(rule + ": " + why)},
                {Style::kDim, place_of(item.span)});
    }
  }

  std::string place_of(const base::Span& span) const {
    if (!span.valid()) return {};
    return Place{a_.sources->path(span.file), span.line, span.column, span.line}.text();
  }

  void write_not_analysed() {
    if (a_.not_analysed.empty()) return;
    heading("Not analysed (" + std::to_string(a_.not_analysed.size()) + ")");
    const std::size_t shown = std::min(a_.not_analysed.size(), limit(kNotAnalysedShown));
    for (std::size_t i = 0; i < shown; ++i) {
      const finding::NotAnalysed& item = a_.not_analysed[i];
      std::string where = printable(item.file);
      if (item.span.valid()) where += ":" + std::to_string(item.span.line);
      std::string why = printable(item.why);
      if (!item.hint.empty()) why += " (" + printable(item.hint) + ")";
      page_.row({{Style::kPlain, "  "}}, {Style::kYellow, why}, {Style::kDim, where});
    }
    if (shown < a_.not_analysed.size()) more(2, a_.not_analysed.size() - shown, "");
  }

  void write_not_judged() {
    if (a_.not_judged.empty()) return;
    std::map<std::string, std::size_t> needs;
    for (const reason::NotJudged& item : a_.not_judged) ++needs[item.needs];
    std::vector<std::pair<std::size_t, std::string>> most;
    for (const auto& [need, count] : needs) most.emplace_back(count, printable(need));
    std::stable_sort(most.begin(), most.end(),
                     [](const auto& x, const auto& y) { return x.first > y.first; });
    std::string text = "Not judged: " + counted(a_.not_judged.size(), "rule", "rules") +
                       (a_.not_judged.size() == 1 ? " that needs the " : " that need the ");
    const std::size_t shown = std::min(most.size(), limit(kNamesShown));
    for (std::size_t i = 0; i < shown; ++i) {
      text += (i == 0 ? "" : i + 1 == most.size() ? " or " : ", ") + most[i].second;
    }
    if (shown < most.size()) text += " or " + std::to_string(most.size() - shown) + " other facts";
    page_.blank();
    page_.row({}, {Style::kDim, text + " (state it with --platform FILE)."});
  }

  const View& view_;
  const finding::Assessment& a_;
  const ReportOptions& options_;
  Page page_;
  std::vector<reason::WayOutGroup> groups_;
  std::vector<std::vector<std::size_t>> routes_;  // open groups with the same start and goal
  std::vector<std::uint32_t> numbers_;            // what each group is called here, 0: nothing
};

}  // namespace

void write_terminal(const View& view, const ReportOptions& options, std::ostream& out) {
  TerminalReport(view, options, out).write();
}

}  // namespace wayout::report
