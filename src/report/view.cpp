// SPDX-License-Identifier: Apache-2.0
#include "report/view.hpp"

#include <algorithm>

#include "finding/evidence.hpp"
#include "reason/binding.hpp"
#include "report/entity.hpp"
#include "report/printable.hpp"
#include "report/redact.hpp"
#include "report/sentences.hpp"

namespace wayout::report {

namespace {

using fact::FactId;
using fact::Relation;
using fact::Symbol;

std::uint64_t key_of(reason::RuleId rule, Symbol subject) {
  return std::uint64_t{rule.value} << 32 | subject.value;
}

bool is_secret(Relation relation) {
  return relation == Relation::kCredential || relation == Relation::kHeldIn ||
         relation == Relation::kEnvCredential || relation == Relation::kImageCredential;
}

/// Relations that keep values as they were written.
bool holds_free_text(Relation relation) {
  return relation == Relation::kComponentFlag || relation == Relation::kImageEnv ||
         relation == Relation::kImageLabel;
}

std::string_view trimmed(std::string_view line) {
  const auto first = line.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return line.substr(first, line.find_last_not_of(" \t") - first + 1);
}

/// The part of a very long line that surrounds `column`, so that the work is bounded.
std::string_view near(std::string_view line, std::size_t column, std::size_t bytes) {
  if (line.size() <= bytes) return line;
  const std::size_t begin = column > bytes / 2 ? column - bytes / 2 : 0;
  return line.substr(std::min(begin, line.size() - bytes), bytes);
}

std::string goal_of(reason::Goal goal, const std::string& object) {
  using reason::Goal;
  switch (goal) {
    case Goal::kHostRoot:
      return "root on " + object;
    case Goal::kClusterAdmin:
      return "control of the whole cluster";
    case Goal::kCloudAdmin:
      return "control of the cloud account";
    case Goal::kHostFileWrite:
      return "writing files of " + object;
    case Goal::kNodeCredentials:
      return "the credentials of " + object;
    case Goal::kHostFileRead:
      return "reading files of " + object;
    case Goal::kCloudCredentials:
      return "cloud credentials";
    case Goal::kOtherContainer:
      return "other containers of " + object;
    case Goal::kHostUserCode:
      return "code as a user of " + object;
    case Goal::kData:
      return "data of " + object;
    case Goal::kHostDos:
      return "bringing down " + object;
  }
  return object;
}

}  // namespace

std::string Place::text() const {
  return file.empty() ? std::string() : printable(file) + ":" + std::to_string(line);
}

std::string counted(std::size_t count, std::string_view one, std::string_view many) {
  return std::to_string(count) + " " + std::string(count == 1 ? one : many);
}

View::View(const finding::Assessment& assessment)
    : a_(assessment), used_(assessment.findings.size(), false) {
  by_rule_and_subject_.reserve(a_.findings.size());
  for (std::uint32_t i = 0; i < a_.findings.size(); ++i) {
    by_rule_and_subject_.emplace(key_of(a_.findings[i].rule, a_.findings[i].subject), i);
  }
  for (const reason::WayOut& way : a_.ways_out.all) {
    for (const reason::Step& step : way.steps) {
      const auto found = by_rule_and_subject_.find(key_of(step.technique, step.subject));
      if (found != by_rule_and_subject_.end()) used_[found->second] = true;
    }
  }
  group_of_.resize(a_.ways_out.all.size());
  const auto shown = groups(a_.ways_out);
  for (std::uint32_t i = 0; i < shown.size(); ++i) {
    for (const std::uint32_t member : shown[i].members) {
      if (member < group_of_.size()) group_of_[member] = i;
    }
  }
}

Place View::place(FactId fact) const {
  const fact::OriginId origin = a_.facts->origin_of(fact);
  if (!origin.valid()) return {};
  const base::Span& span = a_.facts->origin(origin).span;
  if (!span.valid()) return {};
  return {a_.sources->path(span.file), span.line, span.column, std::max(span.line, span.end_line)};
}

std::string View::source_line(FactId fact, std::size_t columns) const {
  if (a_.facts->certainty(fact) > fact::Certainty::kDeclared) return {};
  const fact::OriginId origin = a_.facts->origin_of(fact);
  if (!origin.valid()) return {};
  const base::Span& span = a_.facts->origin(origin).span;
  if (!span.valid()) return {};
  const auto values = a_.facts->values(fact);
  const bool by_reference = !values.empty() && a_.facts->text(values.back()) == "secretRef";
  const bool secret = is_secret(a_.facts->relation(fact)) && !by_reference;
  const std::string_view line = near(a_.sources->line_at(span), span.column, 4 * columns);
  return cut_end(printable(redact(trimmed(line), secret)), columns);
}

std::string View::says(FactId fact, Symbol about) const {
  const auto values = a_.facts->values(fact);
  std::string text = sentence(*a_.facts, fact);
  if (holds_free_text(a_.facts->relation(fact))) text = redact(text, false);
  if (values.empty() || values[0] == about) return text;
  return display(a_.facts->text(values[0])) + ": " + text;
}

std::string View::assumption(FactId fact) const {
  const fact::OriginId origin = a_.facts->origin_of(fact);
  const Symbol note = origin.valid() ? a_.facts->origin(origin).note : Symbol{};
  return note.valid() ? printable(a_.facts->text(note)) : sentence(*a_.facts, fact);
}

std::string View::fill(const std::string& text, const reason::Rule& of,
                       reason::DerivationId proof) const {
  if (text.find("{?") == std::string::npos) return text;
  std::vector<Symbol> bound;
  if (proof.valid()) {
    bound = reason::bindings_of(*a_.facts, *a_.rules, a_.evaluation->proofs, proof);
  }
  return reason::fill(text, of.variables, bound,
                      [&](Symbol value) { return display(a_.facts->text(value)); });
}

std::string View::remedy(const finding::Finding& finding) const {
  const reason::Rule& of = rule(finding.rule);
  return fill(of.remedy, of, finding.proof);
}

const finding::Finding* View::finding_of(reason::RuleId rule, Symbol subject) const {
  const auto found = by_rule_and_subject_.find(key_of(rule, subject));
  return found == by_rule_and_subject_.end() ? nullptr : &a_.findings[found->second];
}

bool View::is_used(const finding::Finding& finding) const {
  return used_[static_cast<std::size_t>(&finding - a_.findings.data())];
}

Place View::place(const finding::Finding& finding) const {
  for (const FactId leaf : finding.evidence) {
    if (const Place at = place(leaf); !at.file.empty()) return at;
  }
  return {};
}

std::vector<reason::WayOutGroup> View::groups(const reason::WaysOut& ways) const {
  if (!ways.groups.empty()) return ways.groups;
  std::vector<reason::WayOutGroup> each;
  for (std::uint32_t i = 0; i < ways.all.size(); ++i) each.push_back({i, {i}});
  return each;
}

Symbol View::entry_container(const reason::WayOut& way) const {
  const auto values = way.entry.valid() ? a_.facts->values(way.entry) : std::span<const Symbol>{};
  return values.empty() ? Symbol{} : values[0];
}

std::string_view View::entry_kind(const reason::WayOut& way) const {
  const auto values = way.entry.valid() ? a_.facts->values(way.entry) : std::span<const Symbol>{};
  return values.size() < 2 ? "assumed-breach" : a_.facts->text(values[1]);
}

std::string View::entry_text(const reason::WayOut& way) const {
  const Symbol container = entry_container(way);
  const std::string where = container.valid() ? display(a_.facts->text(container), "container")
                                              : std::string("a container");
  const std::string_view kind = entry_kind(way);
  if (kind == "anonymous") return "anyone who reaches " + where;
  if (kind == "authenticated") return "any client that " + where + " authenticates";
  if (kind == "neighbour") return "a neighbour of " + where;
  return "code in " + where;
}

std::string View::goal_object(const reason::WayOut& way) const {
  const auto values = way.goal.valid() ? a_.facts->values(way.goal) : std::span<const Symbol>{};
  if (values.empty()) return "the host";
  // A blocked way ends in blocked(rule, subject): what it was after is the subject's node.
  const bool is_gained = a_.facts->relation(way.goal) == Relation::kGained;
  const std::string_view object = is_gained ? a_.facts->text(values[0]) : "host";
  if (object == "*" || object == "cluster") return "the cluster";
  const bool scoped =
      way.goal_kind == reason::Goal::kOtherContainer || way.goal_kind == reason::Goal::kData;
  if (scoped && entity_of(object).kind == Entity::Kind::kOther) {
    return "namespace " + printable(object);
  }
  return display(object);
}

std::string View::goal_text(const reason::WayOut& way) const {
  return goal_of(way.goal_kind, goal_object(way));
}

std::string View::title(const reason::WayOut& way) const {
  return entry_text(way) + " -> " + goal_text(way);
}

std::string View::step_text(const reason::Step& step) const {
  const reason::Rule& of = rule(step.technique);
  return fill(of.step.empty() ? of.title : of.step, of, step.derivation);
}

std::vector<FactId> View::step_evidence(const reason::Step& step) const {
  std::vector<FactId> leaves = step.leaves;
  finding::order_evidence(*a_.facts, leaves);
  return leaves;
}

std::string View::member_name(const reason::WayOut& way) const {
  const Symbol container = entry_container(way);
  return container.valid() ? short_name(a_.facts->text(container)) : "?";
}

std::string View::change_text(const reason::CutChange& change) const {
  // Changes are filled with entity names as the fact base knows them; show them like elsewhere.
  std::string out;
  std::string_view rest = change.text;
  while (!rest.empty()) {
    const auto space = rest.find(' ');
    const std::string_view word = rest.substr(0, space);
    const bool entity = word.find(':') != std::string_view::npos;
    out += entity && a_.facts->find_symbol(word).valid() ? display(word) : printable(word);
    if (space == std::string_view::npos) break;
    out += ' ';
    rest.remove_prefix(space + 1);
  }
  return out;
}

std::vector<std::uint32_t> View::closed_groups(const reason::CutChange& change) const {
  std::vector<std::uint32_t> closed;
  for (const std::uint32_t way : change.closes) {
    if (way < group_of_.size()) closed.push_back(group_of_[way]);
  }
  std::sort(closed.begin(), closed.end());
  closed.erase(std::unique(closed.begin(), closed.end()), closed.end());
  return closed;
}

}  // namespace wayout::report
