// SPDX-License-Identifier: Apache-2.0
//
// The report of docs/report.schema.json, version 1. Later versions only add.
#include <sstream>

#include "finding/fingerprint.hpp"
#include "report/entity.hpp"
#include "report/formats.hpp"
#include "report/json_writer.hpp"
#include "report/printable.hpp"

namespace wayout::report {

namespace {

using fact::FactId;
using finding::Finding;

constexpr int kSchema = 1;

class JsonReport {
 public:
  JsonReport(const View& view, std::ostream& out)
      : view_(view), a_(view.assessment()), facts_(*a_.facts), json_(out) {}

  void write() {
    json_.begin_object();
    section("wayout").begin_object().field("version", version()).field("schema", kSchema);
    json_.end_object();
    section("targets").begin_array();
    for (const std::string& target : a_.targets) json_.value(printable(target));
    json_.end_array();
    write_score();
    write_ways_out();
    list("findings", a_.findings, [&](const Finding& finding) { write_finding(finding); });
    write_cut();
    list("not_judged", a_.not_judged, [&](const reason::NotJudged& item) {
      json_.begin_object().field("technique", view_.rule(item.rule).id).field("needs", item.needs);
      json_.end_object();
    });
    list("not_analysed", a_.not_analysed,
         [&](const finding::NotAnalysed& item) { write_not_analysed(item); });
    list("suppressions", a_.suppressions,
         [&](const finding::Suppression& item) { write_suppression(item); });
    write_coverage();
    json_.new_line();
    json_.end_object();
  }

 private:
  JsonWriter& section(std::string_view name) {
    json_.new_line();
    return json_.key(name);
  }

  template <class Items, class Write>
  void list(std::string_view name, const Items& items, const Write& write) {
    section(name).begin_array();
    for (const auto& item : items) {
      json_.new_line();
      write(item);
    }
    if (!items.empty()) json_.new_line();
    json_.end_array();
  }

  void write_score() {
    section("score").begin_object().field("value", a_.score.value).field("grade", a_.score.grade);
    json_.key("caps").begin_array();
    for (const std::string& cap : a_.score.caps) json_.value(cap);
    json_.end_array().key("categories").begin_object();
    for (std::size_t i = 0; i < finding::kCategories.size(); ++i) {
      json_.key(finding::kCategories[i]);
      if (a_.score.categories[i] == finding::Score::kNotJudged) {
        json_.null();
      } else {
        json_.value(a_.score.categories[i]);
      }
    }
    json_.end_object().end_object();
  }

  void write_ways_out() {
    section("ways_out").begin_array();
    bool any = false;
    const auto write_all = [&](const reason::WaysOut& ways,
                               const std::vector<finding::WayMark>& marks) {
      for (const reason::WayOutGroup& group : view_.groups(ways)) {
        json_.new_line();
        write_way_out(ways, marks, group);
        any = true;
      }
    };
    write_all(a_.ways_out, a_.way_marks);
    write_all(a_.blocked, a_.blocked_marks);
    if (any) json_.new_line();
    json_.end_array();
    section("ways_out_truncated").value(a_.ways_out.truncated);
  }

  void write_way_out(const reason::WaysOut& ways, const std::vector<finding::WayMark>& marks,
                     const reason::WayOutGroup& group) {
    const reason::WayOut& way = ways.all[group.first];
    const finding::WayMark& mark = marks[group.first];
    json_.begin_object().field("id", finding::hex(mark.id));
    json_.key("entry").begin_object().field("kind", view_.entry_kind(way));
    json_.field("text", view_.entry_text(way)).end_object();
    json_.key("goal").begin_object().field("kind", reason::name_of(way.goal_kind));
    json_.field("object", view_.goal_object(way)).field("text", view_.goal_text(way)).end_object();
    json_.field("verdict", reason::name_of(way.verdict));
    write_assumes(way);
    write_blockers(way);
    json_.field("title", view_.title(way)).field("severity", reason::name_of(way.severity));
    json_.field("count", std::uint64_t{group.members.size()});
    json_.key("members").begin_array();
    for (const std::uint32_t member : group.members) {
      json_.begin_object().field("id", finding::hex(marks[member].id));
      json_.field("entry", view_.entry_text(ways.all[member])).end_object();
    }
    json_.end_array().key("steps").begin_array();
    for (const reason::Step& step : way.steps) write_step(step);
    json_.end_array();
    write_marks(mark.suppression, mark.baseline);
    json_.end_object();
  }

  void write_assumes(const reason::WayOut& way) {
    json_.key("assumes").begin_array();
    for (const FactId leaf : way.assumes) {
      const fact::OriginId origin = facts_.origin_of(leaf);
      const auto kind =
          origin.valid() ? facts_.origin(origin).assumes : fact::AssumptionKind::kNone;
      json_.begin_object();
      json_.field("kind", kind == fact::AssumptionKind::kNone ? "config" : fact::name_of(kind));
      json_.field("text", view_.assumption(leaf)).end_object();
    }
    json_.end_array();
  }

  void write_blockers(const reason::WayOut& way) {
    json_.key("blocked_by").begin_array();
    for (const FactId blocker : way.blockers) {
      json_.begin_object().field("text", view_.says(blocker, facts_.values(blocker)[0]));
      write_evidence({&blocker, 1}, facts_.values(blocker)[0]);
      json_.end_object();
    }
    json_.end_array();
  }

  void write_step(const reason::Step& step) {
    const reason::Rule& rule = view_.rule(step.technique);
    json_.begin_object().field("technique", rule.id);
    const Finding* finding = view_.finding_of(step.technique, step.subject);
    json_.text_or_null("finding", finding == nullptr ? "" : finding::hex(finding->fingerprint));
    json_.field("title", view_.step_text(step));
    write_subject(step.subject, rule.subject_kind);
    json_.key("confirmed").null();
    write_evidence(view_.step_evidence(step), step.subject);
    json_.end_object();
  }

  void write_subject(fact::Symbol subject, std::string_view kind) {
    const std::string_view text = facts_.text(subject);
    const Entity entity = entity_of(text, kind);
    json_.key("subject").begin_object().field("kind", schema_kind(entity, kind));
    json_.field("name", printable(entity.name));
    json_.text_or_null("workload", printable(entity.workload));
    json_.text_or_null("namespace", printable(entity.name_space));
    json_.field("id", printable(text)).end_object();
  }

  void write_evidence(std::span<const FactId> leaves, fact::Symbol subject) {
    json_.key("evidence").begin_array();
    for (const FactId leaf : leaves) {
      const Place place = view_.place(leaf);
      if (place.file.empty()) continue;
      json_.begin_object().field("role", "field").field("file", printable(place.file));
      json_.field("line", place.line).field("column", place.column);
      json_.field("end_line", place.end_line);
      const std::string line = view_.source_line(leaf);
      if (!line.empty()) json_.field("text", line);
      json_.field("says", view_.says(leaf, subject));
      json_.field("certainty", fact::name_of(facts_.certainty(leaf))).end_object();
    }
    json_.end_array();
  }

  /// What all findings of a rule say alike, written once for each rule.
  struct RuleText {
    std::string head;  ///< from `rule` to `cwe`
    std::string tail;  ///< `references`
  };

  const RuleText& rule_text(reason::RuleId id) {
    if (rule_texts_.empty()) rule_texts_.resize(a_.rules->rules.size());
    RuleText& text = rule_texts_[id.index()];
    if (!text.head.empty()) return text;
    const reason::Rule& rule = view_.rule(id);
    const auto members = [](const auto& write) {
      std::ostringstream out;
      {
        JsonWriter json(out);
        json.begin_object();
        write(json);
        json.end_object();
      }
      std::string written = out.str();
      return written.substr(1, written.size() - 3);  // without braces and line end
    };
    text.head = members([&](JsonWriter& json) {
      json.field("rule", rule.id);
      json.field("category", rule.category).field("family", rule.family);
      json.field("title", rule.title).key("cwe").begin_array();
      for (const int cwe : rule.cwe) json.value(cwe);
      json.end_array();
    });
    text.tail = members([&](JsonWriter& json) {
      json.key("references").begin_array();
      for (const std::string& reference : rule.references) json.value(reference);
      json.end_array();
    });
    return text;
  }

  void write_finding(const Finding& finding) {
    const RuleText& text = rule_text(finding.rule);
    json_.begin_object().members(text.head);
    json_.field("severity", reason::name_of(finding.severity));
    json_.field("verdict", reason::name_of(finding.verdict));
    write_subject(finding.subject, view_.rule(finding.rule).subject_kind);
    write_evidence(finding.evidence, finding.subject);
    json_.field("remedy", view_.remedy(finding)).members(text.tail);
    json_.field("fingerprint", finding::hex(finding.fingerprint));
    write_marks(finding.suppression, finding.baseline);
    json_.end_object();
  }

  void write_marks(std::optional<std::uint32_t> suppression, Finding::Baseline baseline) {
    json_.key("suppressed");
    if (suppression) {
      const finding::Suppression& why = a_.suppressions[*suppression];
      json_.begin_object().field("reason", printable(why.reason));
      json_.text_or_null("owner", printable(why.owner));
      json_.text_or_null("expires", printable(why.expires)).end_object();
    } else {
      json_.null();
    }
    json_.text_or_null("baseline", baseline == Finding::Baseline::kNone  ? ""
                                   : baseline == Finding::Baseline::kNew ? "new"
                                                                         : "known");
  }

  void write_cut() {
    const reason::Cut& cut = a_.cut;
    section("cut").begin_object().field("proven_minimal", cut.proven_minimal);
    json_.field("lower_bound", cut.lower_bound).field("cost", cut.cost);
    const auto groups = view_.groups(a_.ways_out);
    const auto id_of = [&](std::uint32_t way) { return finding::hex(a_.way_marks[way].id); };
    json_.key("changes").begin_array();
    for (const reason::CutChange& change : cut.changes) {
      json_.new_line();
      json_.begin_object().field("text", view_.change_text(change)).field("cost", change.cost);
      json_.key("closes").begin_array();
      for (const std::uint32_t group : view_.closed_groups(change)) {
        json_.value(id_of(groups[group].first));
      }
      json_.end_array();
      write_evidence(change.removes, subject_of(change));
      json_.end_object();
    }
    json_.end_array().key("uncut").begin_array();
    for (const std::uint32_t way : cut.uncut) {
      if (way < a_.way_marks.size()) json_.value(id_of(way));
    }
    json_.end_array().end_object();
  }

  fact::Symbol subject_of(const reason::CutChange& change) const {
    return change.removes.empty() ? fact::Symbol{} : facts_.values(change.removes.front())[0];
  }

  void write_not_analysed(const finding::NotAnalysed& item) {
    json_.begin_object().field("file", printable(item.file));
    if (item.span.valid()) json_.field("line", item.span.line);
    json_.field("why", printable(item.why));
    json_.text_or_null("hint", printable(item.hint)).end_object();
  }

  void write_suppression(const finding::Suppression& item) {
    json_.begin_object().field("rule", printable(item.rule));
    json_.text_or_null("subject", printable(item.subject));
    json_.text_or_null("file", printable(item.file));
    json_.text_or_null("reason", printable(item.reason));
    json_.text_or_null("owner", printable(item.owner));
    json_.text_or_null("expires", printable(item.expires));
    json_.text_or_null("problem", printable(item.problem)).field("used", item.used);
    if (item.span.valid()) {
      json_.field("written_in", printable(a_.sources->path(item.span.file)));
      json_.field("line", item.span.line);
    }
    json_.end_object();
  }

  void write_coverage() {
    section("coverage").begin_object().field("files", std::uint64_t{a_.coverage.files});
    json_.field("containers", std::uint64_t{a_.coverage.containers});
    json_.field("workloads", std::uint64_t{a_.coverage.workloads});
    json_.field("ignored", std::uint64_t{a_.coverage.ignored}).end_object();
  }

  const View& view_;
  const finding::Assessment& a_;
  const fact::FactBase& facts_;
  JsonWriter json_;
  std::vector<RuleText> rule_texts_;  // by rule
};

}  // namespace

void write_json(const View& view, std::ostream& out) {
  JsonReport(view, out).write();
}

}  // namespace wayout::report
