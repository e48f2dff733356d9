// SPDX-License-Identifier: Apache-2.0
//
// SARIF 2.1.0 for code scanning: one result for each finding, one for each way out with its chain
// as a code flow. Lines only: SARIF counts columns in UTF-16, readers count bytes.
#include <algorithm>
#include <map>
#include <set>

#include "finding/fingerprint.hpp"
#include "report/entity.hpp"
#include "report/formats.hpp"
#include "report/json_writer.hpp"
#include "report/printable.hpp"

namespace wayout::report {

namespace {

using fact::FactId;
using finding::Finding;
using reason::Severity;

std::string_view level_of(Severity severity) {
  if (severity >= Severity::kHigh) return "error";
  return severity == Severity::kMedium ? "warning" : "note";
}

/// The middle of the bands in which code-scanning services sort by number.
std::string_view security_severity(Severity severity) {
  switch (severity) {
    case Severity::kCritical:
      return "9.5";
    case Severity::kHigh:
      return "8.0";
    case Severity::kMedium:
      return "5.5";
    case Severity::kLow:
      return "2.0";
    case Severity::kInfo:
      break;
  }
  return "0.0";
}

std::string uri_of(std::string_view path) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string out;
  for (const char c : path) {
    const auto byte = static_cast<unsigned char>(c);
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '/' || c == '-' || c == '_' || c == '.' || c == '~';
    if (plain) {
      out += c;
    } else {
      out += '%';
      out += kDigits[byte >> 4];
      out += kDigits[byte & 15];
    }
  }
  return out;
}

/// The rule that ways out to a goal are reported under.
std::string way_rule(reason::Goal goal) {
  return "WAY-OUT-" + std::string(reason::name_of(goal));
}

class SarifReport {
 public:
  SarifReport(const View& view, std::ostream& out)
      : view_(view),
        a_(view.assessment()),
        facts_(*a_.facts),
        groups_(view.groups(a_.ways_out)),
        json_(out) {
    for (const reason::WayOutGroup& group : groups_) {
      way_rules_.emplace(a_.ways_out.all[group.first].goal_kind, 0);
    }
    for (const Finding& finding : a_.findings) finding_rules_.emplace(finding.rule, 0);
    std::size_t next = 0;
    for (auto& [goal, index] : way_rules_) index = next++;
    for (auto& [rule, index] : finding_rules_) index = next++;
  }

  void write() {
    json_.begin_object();
    json_.field("$schema", "https://json.schemastore.org/sarif-2.1.0.json");
    json_.field("version", "2.1.0").key("runs").begin_array().begin_object();
    write_tool();
    write_invocation();
    json_.new_line();
    json_.key("results").begin_array();
    for (const reason::WayOutGroup& group : groups_) {
      json_.new_line();
      write_way_out(group);
    }
    for (const Finding& finding : a_.findings) {
      json_.new_line();
      write_finding(finding);
    }
    json_.end_array();
    json_.new_line();
    json_.key("properties").begin_object().field("score", a_.score.value);
    json_.field("grade", a_.score.grade).end_object();
    json_.end_object().end_array().end_object();
  }

 private:
  void message(std::string_view key, std::string_view text) {
    json_.key(key).begin_object().field("text", text.empty() ? std::string_view("-") : text);
    json_.end_object();
  }

  // ---- rules ----------------------------------------------------------------------------------
  void write_tool() {
    json_.new_line();
    json_.key("tool").begin_object().key("driver").begin_object().field("name", "wayout");
    json_.field("version", version()).field("semanticVersion", version());
    json_.key("rules").begin_array();
    for (const auto& [goal, index] : way_rules_) {
      json_.new_line();
      write_way_rule(goal);
    }
    for (const auto& [rule, index] : finding_rules_) {
      json_.new_line();
      write_rule(view_.rule(rule));
    }
    json_.end_array().end_object().end_object();
  }

  void write_way_rule(reason::Goal goal) {
    const std::string name(reason::name_of(goal));
    json_.begin_object().field("id", way_rule(goal));
    message("shortDescription", "A way out of a container to " + name);
    message("fullDescription",
            "A chain of techniques, each with its evidence, leads from code in a container to " +
                name + ".");
    message("help",
            "Close one step of the chain: 'wayout scan' names the fewest changes that "
            "close all ways out.");
    json_.key("properties").begin_object().key("tags").begin_array().value("security");
    json_.end_array().field("security-severity", "9.5").end_object().end_object();
  }

  void write_rule(const reason::Rule& rule) {
    json_.begin_object().field("id", rule.id);
    message("shortDescription", rule.title);
    message("fullDescription", rule.why.empty() ? rule.title : rule.why);
    json_.key("help")
        .begin_object()
        .field("text", help(rule, ""))
        .field("markdown", help(rule, "- "));
    json_.end_object();
    if (!rule.references.empty()) json_.field("helpUri", rule.references.front());
    json_.key("defaultConfiguration").begin_object().field("level", level_of(rule.severity));
    json_.end_object().key("properties").begin_object();
    json_.field("security-severity", security_severity(rule.severity));
    json_.key("tags").begin_array().value("security").value(rule.category);
    for (const int cwe : rule.cwe) json_.value("external/cwe/cwe-" + std::to_string(cwe));
    for (const std::string& technique : rule.attack) json_.value("attack/" + technique);
    for (const auto& [source, items] : rule.mappings) {
      for (const std::string& item : items) json_.value(source + "/" + item);
    }
    json_.end_array().end_object().end_object();
  }

  std::string help(const reason::Rule& rule, std::string_view bullet) const {
    std::string text = rule.why + "\n\n" + plain_remedy(rule.remedy) + "\n";
    for (const std::string& reference : rule.references) {
      text += "\n" + std::string(bullet) + reference;
    }
    return text;
  }

  /// The remedy of the rule itself: variables by their names.
  static std::string plain_remedy(std::string text) {
    for (auto at = text.find("{?"); at != std::string::npos; at = text.find("{?", at)) {
      text.erase(at, 2);
      const auto close = text.find('}', at);
      if (close == std::string::npos) break;
      text.erase(close, 1);
    }
    return text;
  }

  // ---- results --------------------------------------------------------------------------------
  void write_invocation() {
    json_.new_line();
    json_.key("invocations").begin_array().begin_object().field("executionSuccessful", true);
    json_.key("toolExecutionNotifications").begin_array();
    for (const finding::NotAnalysed& item : a_.not_analysed) {
      json_.new_line();
      json_.begin_object().field("level", "warning");
      message("message", "not analysed: " + printable(item.why));
      json_.key("locations").begin_array();
      write_location({item.file, std::max(item.span.line, 1u), 1, item.span.line}, {}, {}, {});
      json_.end_array().end_object();
    }
    json_.end_array().end_object().end_array();
  }

  void write_location(const Place& place, std::string_view text, std::string_view snippet,
                      fact::Symbol subject) {
    json_.begin_object().key("physicalLocation").begin_object();
    json_.key("artifactLocation").begin_object().field("uri", uri_of(place.file));
    json_.field("uriBaseId", "%SRCROOT%").end_object();
    json_.key("region").begin_object().field("startLine", place.line);
    if (place.end_line > place.line) json_.field("endLine", place.end_line);
    if (!snippet.empty()) message("snippet", snippet);
    json_.end_object().end_object();
    if (subject.valid()) {
      json_.key("logicalLocations").begin_array().begin_object();
      json_.field("fullyQualifiedName", printable(facts_.text(subject))).end_object().end_array();
    }
    if (!text.empty()) message("message", text);
    json_.end_object();
  }

  void write_fact(FactId fact, fact::Symbol about) {
    write_location(view_.place(fact), view_.says(fact, about), view_.source_line(fact), about);
  }

  std::vector<FactId> placed(std::vector<FactId> leaves) const {
    std::erase_if(leaves, [&](FactId leaf) { return view_.place(leaf).file.empty(); });
    return leaves;
  }

  void write_locations(const std::vector<FactId>& leaves, fact::Symbol subject) {
    json_.key("locations").begin_array();
    if (!leaves.empty()) write_fact(leaves.front(), subject);
    json_.end_array();
    if (leaves.size() < 2) return;
    json_.key("relatedLocations").begin_array();
    for (std::size_t i = 1; i < leaves.size(); ++i) write_fact(leaves[i], subject);
    json_.end_array();
  }

  void write_finding(const Finding& finding) {
    const reason::Rule& rule = view_.rule(finding.rule);
    json_.begin_object().field("ruleId", rule.id);
    json_.field("ruleIndex", std::uint64_t{finding_rules_.at(finding.rule)});
    json_.field("level", level_of(finding.severity));
    message("message", rule.title + ": " +
                           display(facts_.text(finding.subject), rule.subject_kind) + ". " +
                           printable(view_.remedy(finding)));
    write_locations(placed(finding.evidence), finding.subject);
    write_marks(finding.fingerprint, finding.suppression, finding.baseline, finding.verdict);
    json_.end_object();
  }

  void write_way_out(const reason::WayOutGroup& group) {
    const reason::WayOut& way = a_.ways_out.all[group.first];
    const finding::WayMark& mark = a_.way_marks[group.first];
    json_.begin_object().field("ruleId", way_rule(way.goal_kind));
    json_.field("ruleIndex", std::uint64_t{way_rules_.at(way.goal_kind)});
    json_.field("level", level_of(way.severity));
    std::string text = view_.title(way);
    for (const FactId assumed : way.assumes) text += "; if " + view_.assumption(assumed);
    message("message", text);
    std::vector<FactId> leaves;
    if (!way.steps.empty()) leaves = placed(view_.step_evidence(way.steps.front()));
    if (leaves.size() > 1) leaves.resize(1);
    write_locations(leaves, way.steps.empty() ? fact::Symbol{} : way.steps.front().subject);
    write_code_flow(way);
    json_.field("occurrenceCount", std::uint64_t{std::max<std::size_t>(1, group.members.size())});
    write_marks(mark.id, mark.suppression, mark.baseline, way.verdict);
    json_.end_object();
  }

  void write_code_flow(const reason::WayOut& way) {
    const bool any = std::any_of(way.steps.begin(), way.steps.end(), [&](const auto& step) {
      return !placed(view_.step_evidence(step)).empty();
    });
    if (!any) return;  // SARIF wants at least one location in a flow
    json_.key("codeFlows").begin_array().begin_object();
    message("message", view_.title(way));
    json_.key("threadFlows").begin_array().begin_object().key("locations").begin_array();
    int order = 0;
    for (const reason::Step& step : way.steps) {
      const auto leaves = placed(view_.step_evidence(step));
      for (std::size_t i = 0; i < leaves.size(); ++i) {
        const bool last = i + 1 == leaves.size();
        std::string text = view_.says(leaves[i], step.subject);
        if (last) text += "; so the attacker " + view_.step_text(step);
        json_.begin_object().key("location");
        write_location(view_.place(leaves[i]), text, view_.source_line(leaves[i]), step.subject);
        json_.field("executionOrder", ++order);
        json_.field("importance", last ? "essential" : "important").end_object();
      }
    }
    json_.end_array().end_object().end_array().end_object().end_array();
  }

  void write_marks(std::uint64_t id, std::optional<std::uint32_t> suppression,
                   Finding::Baseline baseline, reason::Verdict verdict) {
    json_.key("partialFingerprints").begin_object().field("wayout/v1", finding::hex(id));
    json_.end_object();
    if (suppression) {
      const finding::Suppression& why = a_.suppressions[*suppression];
      json_.key("suppressions").begin_array().begin_object();
      json_.field("kind", why.in_comment ? "inSource" : "external").field("status", "accepted");
      json_.field("justification", printable(why.reason)).end_object().end_array();
    }
    if (baseline != Finding::Baseline::kNone) {
      json_.field("baselineState", baseline == Finding::Baseline::kNew ? "new" : "unchanged");
    }
    json_.key("properties").begin_object().field("verdict", reason::name_of(verdict)).end_object();
  }

  const View& view_;
  const finding::Assessment& a_;
  const fact::FactBase& facts_;
  std::vector<reason::WayOutGroup> groups_;
  std::map<reason::Goal, std::size_t> way_rules_;  // index among the rules
  std::map<reason::RuleId, std::size_t> finding_rules_;
  JsonWriter json_;
};

}  // namespace

void write_sarif(const View& view, std::ostream& out) {
  SarifReport(view, out).write();
}

}  // namespace wayout::report
