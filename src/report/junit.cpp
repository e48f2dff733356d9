// SPDX-License-Identifier: Apache-2.0
//
// For test dashboards: every rule is a test case that fails where findings of it are open (info
// findings do not fail), every way out a failed test case of its own.
#include <algorithm>
#include <map>
#include <set>

#include "report/entity.hpp"
#include "report/formats.hpp"
#include "report/markup.hpp"
#include "report/printable.hpp"

namespace wayout::report {

namespace {

using finding::Finding;

constexpr std::size_t kPlacesShown = 50;

class JunitReport {
 public:
  JunitReport(const View& view, std::ostream& out)
      : view_(view), a_(view.assessment()), out_(out), groups_(view.groups(a_.ways_out)) {
    std::erase_if(groups_, [&](const reason::WayOutGroup& group) {
      return a_.way_marks[group.first].suppression.has_value();
    });
    for (const Finding& finding : a_.findings) {
      if (finding.suppression || finding.severity == reason::Severity::kInfo) continue;
      open_[finding.rule].push_back(&finding);
    }
    for (const reason::NotJudged& item : a_.not_judged) skipped_.emplace(item.rule, item.needs);
    for (std::size_t i = 0; i < a_.rules->rules.size(); ++i) {
      if (a_.rules->rules[i].kind != reason::RuleKind::kMeaning) {
        shown_.push_back(reason::RuleId(i));
      }
    }
  }

  void write() {
    const std::size_t ways = std::max<std::size_t>(1, groups_.size());
    out_ << "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"wayout\" tests=\""
         << ways + shown_.size() << "\" failures=\"" << groups_.size() + open_.size() << "\">\n";
    out_ << "  <testsuite name=\"ways out\" tests=\"" << ways << "\" failures=\"" << groups_.size()
         << "\">\n";
    for (const reason::WayOutGroup& group : groups_) write_way_out(a_.ways_out.all[group.first]);
    if (groups_.empty()) out_ << "    <testcase classname=\"ways out\" name=\"no way out\"/>\n";
    out_ << "  </testsuite>\n  <testsuite name=\"rules\" tests=\"" << shown_.size()
         << "\" failures=\"" << open_.size() << "\" skipped=\"" << skipped_.size() << "\">\n";
    for (const reason::RuleId rule : shown_) write_rule(rule);
    out_ << "  </testsuite>\n</testsuites>\n";
  }

 private:
  void write_way_out(const reason::WayOut& way) {
    out_ << "    <testcase classname=\"ways out\" name=\"" << markup_text(view_.title(way))
         << "\">\n      <failure type=\"" << reason::name_of(way.goal_kind) << "\" message=\""
         << reason::name_of(way.severity) << ", " << reason::name_of(way.verdict) << "\">";
    for (const reason::Step& step : way.steps) {
      out_ << markup_text(view_.rule(step.technique).id + ": " + view_.step_text(step)) << "\n";
      for (const fact::FactId leaf : view_.step_evidence(step)) {
        out_ << "  " << markup_text(view_.says(leaf, step.subject)) << "  "
             << markup_text(view_.place(leaf).text()) << "\n";
      }
    }
    out_ << "</failure>\n    </testcase>\n";
  }

  void write_rule(reason::RuleId id) {
    const reason::Rule& rule = view_.rule(id);
    out_ << "    <testcase classname=\"" << markup_text(rule.category) << "\" name=\""
         << markup_text(rule.id + ": " + rule.title) << "\"";
    if (const auto found = open_.find(id); found != open_.end()) {
      write_failure(rule, found->second);
    } else if (const auto skipped = skipped_.find(id); skipped != skipped_.end()) {
      out_ << "><skipped message=\"needs the " << markup_text(skipped->second)
           << "\"/></testcase>\n";
    } else {
      out_ << "/>\n";
    }
  }

  void write_failure(const reason::Rule& rule, const std::vector<const Finding*>& findings) {
    out_ << ">\n      <failure type=\"" << reason::name_of(rule.severity) << "\" message=\""
         << counted(findings.size(), "place", "places") << "\">";
    const std::size_t limit = std::min(findings.size(), kPlacesShown);
    for (std::size_t i = 0; i < limit; ++i) {
      const Finding& finding = *findings[i];
      const std::string_view subject = a_.facts->text(finding.subject);
      out_ << markup_text(display(subject, rule.subject_kind)) << "  "
           << markup_text(view_.place(finding).text()) << "\n";
    }
    if (limit < findings.size()) out_ << "… and " << findings.size() - limit << " more\n";
    out_ << markup_text(view_.remedy(*findings.front())) << "</failure>\n    </testcase>\n";
  }

  const View& view_;
  const finding::Assessment& a_;
  std::ostream& out_;
  std::vector<reason::WayOutGroup> groups_;
  std::map<reason::RuleId, std::vector<const Finding*>> open_;
  std::map<reason::RuleId, std::string> skipped_;
  std::vector<reason::RuleId> shown_;
};

}  // namespace

void write_junit(const View& view, std::ostream& out) {
  JunitReport(view, out).write();
}

}  // namespace wayout::report
