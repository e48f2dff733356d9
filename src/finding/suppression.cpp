// SPDX-License-Identifier: Apache-2.0
#include "finding/suppression.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <utility>

#include "finding/comment.hpp"
#include "finding/fingerprint.hpp"
#include "text/yaml.hpp"

namespace wayout::finding {

namespace {

using base::ErrorCode;

struct Field {
  std::string_view name;
  std::string Suppression::*member;
};
constexpr std::array<Field, 6> kFields = {{{"rule", &Suppression::rule},
                                           {"subject", &Suppression::subject},
                                           {"file", &Suppression::file},
                                           {"reason", &Suppression::reason},
                                           {"owner", &Suppression::owner},
                                           {"expires", &Suppression::expires}}};

void read_entry(const text::NodeRef& entry, LoadedSuppressions& out) {
  const auto refuse = [&](const text::NodeRef& at, std::string message) {
    out.errors.push_back({ErrorCode::kInvalid, std::move(message),
                          "an entry has the fields rule, subject, file, reason, owner and expires",
                          at.span()});
  };
  if (!entry.is_mapping()) return refuse(entry, "a suppression is not a mapping");
  Suppression suppression;
  suppression.span = entry.span();
  for (const auto& [key, value] : entry.entries()) {
    const auto field =
        std::find_if(kFields.begin(), kFields.end(),
                     [&, name = key.scalar()](const Field& f) { return f.name == name; });
    if (field == kFields.end()) {
      return refuse(key, "a suppression has no field '" + std::string(key.scalar()) + "'");
    }
    if (!value.is_scalar()) {
      return refuse(value, "'" + std::string(field->name) + "' of a suppression is not a text");
    }
    if (!value.is_null()) suppression.*field->member = value.scalar();
  }
  if (suppression.rule.empty()) return refuse(entry, "a suppression names no rule");
  out.suppressions.push_back(std::move(suppression));
}

bool is_date(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return false;
  const auto number = [&](std::size_t at, std::size_t count) {
    int value = 0;
    for (const char c : text.substr(at, count)) {
      if (c < '0' || c > '9') return -1;
      value = value * 10 + (c - '0');
    }
    return value;
  };
  const int month = number(5, 2);
  const int day = number(8, 2);
  return number(0, 4) >= 0 && month >= 1 && month <= 12 && day >= 1 && day <= 31;
}

bool is_blank(std::string_view text) {
  return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

void judge(Suppression& suppression, std::string_view today) {
  if (!suppression.problem.empty()) return;
  if (is_blank(suppression.reason)) {
    suppression.problem = "it gives no reason";
  } else if (!suppression.expires.empty() && !is_date(suppression.expires)) {
    suppression.problem = "'" + suppression.expires + "' is not a date such as 2027-01-31";
  } else if (!suppression.expires.empty() && suppression.expires < today) {
    suppression.expired = true;
    suppression.problem = "it expired on " + suppression.expires;
  }
}

/// Decides for one finding at a time which suppression speaks for it, the first that does.
class Matching {
 public:
  explicit Matching(Assessment& assessment) : assessment_(assessment) {
    for (std::uint32_t i = 0; i < assessment.suppressions.size(); ++i) {
      const Suppression& suppression = assessment.suppressions[i];
      if (!suppression.problem.empty()) continue;
      if (suppression.in_comment) {
        comments_[{suppression.span.file, suppression.line}].push_back(i);
      } else {
        listed_.push_back(i);
      }
    }
  }

  bool empty() const { return comments_.empty() && listed_.empty(); }

  std::optional<std::uint32_t> of(const Finding& finding) const {
    const std::string_view rule = (*assessment_.rules)[finding.rule].id;
    for (const std::uint32_t i : listed_) {
      if (speaks_for(assessment_.suppressions[i], rule, finding)) return i;
    }
    if (comments_.empty()) return std::nullopt;
    for (const fact::FactId leaf : finding.evidence) {
      const base::Span& span = span_of(leaf);
      const auto at = comments_.find({span.file, span.line});
      if (at == comments_.end()) continue;
      for (const std::uint32_t i : at->second) {
        if (matches_glob(rule, assessment_.suppressions[i].rule)) return i;
      }
    }
    return std::nullopt;
  }

  std::optional<std::uint32_t> of(const WayMark& mark) const {
    const std::string id = hex(mark.id);
    for (const std::uint32_t i : listed_) {
      if (assessment_.suppressions[i].rule == id) return i;
    }
    return std::nullopt;
  }

 private:
  const base::Span& span_of(fact::FactId leaf) const {
    return assessment_.facts->origin(assessment_.facts->origin_of(leaf)).span;
  }

  bool speaks_for(const Suppression& suppression, std::string_view rule,
                  const Finding& finding) const {
    if (!matches_glob(rule, suppression.rule) && suppression.rule != hex(finding.fingerprint)) {
      return false;
    }
    if (!suppression.subject.empty() &&
        !matches_glob(assessment_.facts->text(finding.subject), suppression.subject)) {
      return false;
    }
    if (suppression.file.empty()) return true;
    return std::any_of(finding.evidence.begin(), finding.evidence.end(), [&](fact::FactId leaf) {
      const base::Span& span = span_of(leaf);
      return span.valid() && matches_glob(assessment_.sources->path(span.file), suppression.file);
    });
  }

  const Assessment& assessment_;
  std::vector<std::uint32_t> listed_;
  std::map<std::pair<base::FileId, std::uint32_t>, std::vector<std::uint32_t>> comments_;
};

}  // namespace

bool matches_glob(std::string_view text, std::string_view glob) {
  std::size_t t = 0, g = 0, star = std::string_view::npos, retry = 0;
  while (t < text.size()) {
    if (g < glob.size() && glob[g] == '*') {
      star = g++;
      retry = t;
    } else if (g < glob.size() && (glob[g] == '?' || glob[g] == text[t])) {
      ++g;
      ++t;
    } else if (star != std::string_view::npos) {
      g = star + 1;
      t = ++retry;
    } else {
      return false;
    }
  }
  while (g < glob.size() && glob[g] == '*') ++g;
  return g == glob.size();
}

LoadedSuppressions read_suppressions(const base::Sources& sources, base::FileId config,
                                     const base::Limits& limits) {
  LoadedSuppressions out;
  for (auto& document : text::parse_yaml(config, sources.content(config), limits)) {
    if (!document) {
      out.errors.push_back(document.error());
      continue;
    }
    const text::NodeRef list = document->root()["suppressions"];
    if (!list || list.is_null()) continue;
    if (!list.is_sequence()) {
      out.errors.push_back({ErrorCode::kInvalid, "'suppressions' is not a list",
                            "write one '- rule: ...' entry for each", list.span()});
      continue;
    }
    for (const text::NodeRef& entry : list.items()) read_entry(entry, out);
  }
  return out;
}

void add_comment_suppressions(const base::Sources& sources, std::vector<Suppression>& list) {
  for (std::size_t i = 0; i < sources.size(); ++i) {
    const base::FileId file(i);
    read_ignore_comments(file, sources.content(file), list);
  }
}

void apply_suppressions(Assessment& assessment, std::string_view today) {
  for (Suppression& suppression : assessment.suppressions) judge(suppression, today);
  const Matching matching(assessment);
  if (matching.empty()) return;
  const auto use = [&](std::optional<std::uint32_t> index) {
    if (index) assessment.suppressions[*index].used = true;
    return index;
  };
  for (Finding& finding : assessment.findings) finding.suppression = use(matching.of(finding));
  for (WayMark& mark : assessment.way_marks) mark.suppression = use(matching.of(mark));
  // A report shows one id for all copies of a way out; who accepts it accepts the copies.
  for (const reason::WayOutGroup& group : assessment.ways_out.groups) {
    const auto accepted = assessment.way_marks[group.first].suppression;
    if (!accepted) continue;
    for (const std::uint32_t member : group.members) {
      assessment.way_marks[member].suppression = accepted;
    }
  }
}

}  // namespace wayout::finding
