// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "finding/finding.hpp"

namespace wayout::report {

/// A place in a scanned file that a report can show; `file` is empty for facts without one.
struct Place {
  std::string_view file;
  std::uint32_t line = 0;
  std::uint32_t column = 0;
  std::uint32_t end_line = 0;
  std::string text() const;  ///< "compose.yaml:19", printable
};

/// The texts that every format shows, made from an assessment, and the indexes to make them.
/// Nothing it returns holds a raw control character or a raw credential, `Place::file` apart.
class View {
 public:
  explicit View(const finding::Assessment& assessment);

  const finding::Assessment& assessment() const { return a_; }
  const reason::Rule& rule(reason::RuleId id) const { return (*a_.rules)[id]; }

  // ---- facts
  Place place(fact::FactId fact) const;
  /// The source line of the fact, trimmed, redacted and at most `columns` wide; empty when a fact
  /// was stated nowhere (a default, an assumption).
  std::string source_line(fact::FactId fact, std::size_t columns = 160) const;
  /// The fact as a clause; names the fact's own subject when that is not `about`.
  std::string says(fact::FactId fact, fact::Symbol about) const;
  std::string assumption(fact::FactId fact) const;

  // ---- findings
  std::string remedy(const finding::Finding& finding) const;
  /// The finding of a rule and a subject, or nothing.
  const finding::Finding* finding_of(reason::RuleId rule, fact::Symbol subject) const;
  bool is_used(const finding::Finding& finding) const;  ///< by a step of a way out
  /// The first place of its evidence.
  Place place(const finding::Finding& finding) const;

  // ---- ways out
  /// The groups to show: those of `ways`, or each way by itself when nobody grouped them.
  std::vector<reason::WayOutGroup> groups(const reason::WaysOut& ways) const;
  std::string entry_text(const reason::WayOut& way) const;
  std::string_view entry_kind(const reason::WayOut& way) const;
  std::string goal_text(const reason::WayOut& way) const;
  std::string goal_object(const reason::WayOut& way) const;
  std::string title(const reason::WayOut& way) const;  ///< "entry -> goal"
  std::string step_text(const reason::Step& step) const;
  /// Leaves of a step worth showing, most telling first.
  std::vector<fact::FactId> step_evidence(const reason::Step& step) const;
  /// What tells members of a group apart: the short name of where each starts.
  std::string member_name(const reason::WayOut& way) const;

  // ---- cut
  std::string change_text(const reason::CutChange& change) const;
  /// Indices of the groups (as `groups(ways_out)` lists them) that a change closes, ascending.
  std::vector<std::uint32_t> closed_groups(const reason::CutChange& change) const;

 private:
  std::string fill(const std::string& text, const reason::Rule& of,
                   reason::DerivationId proof) const;
  fact::Symbol entry_container(const reason::WayOut& way) const;

  const finding::Assessment& a_;
  std::unordered_map<std::uint64_t, std::uint32_t> by_rule_and_subject_;
  std::vector<bool> used_;
  std::vector<std::uint32_t> group_of_;  // by way out
};

/// "1 finding", "3 findings".
std::string counted(std::size_t count, std::string_view one, std::string_view many);

}  // namespace wayout::report
