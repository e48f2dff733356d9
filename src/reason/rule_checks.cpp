// SPDX-License-Identifier: Apache-2.0
#include "reason/rule_checks.hpp"

#include <algorithm>

#include "base/nearest.hpp"
#include "reason/atom_parser.hpp"
#include "reason/builtins.hpp"

namespace wayout::reason {

namespace {

using base::Error;
using base::ErrorCode;

void report(std::vector<Error>& errors, std::string message, std::string hint, base::Span span) {
  errors.push_back({ErrorCode::kInvalid, std::move(message), std::move(hint), span});
}

std::string quoted(std::string_view text) {
  return "'" + std::string(text) + "'";
}

}  // namespace

void bind(const Body& body, BoundSet& bound) {
  for (const Atom& atom : body) {
    if (atom.kind != Atom::Kind::kRelation) continue;
    for (const Term& term : atom.terms) {
      if (term.kind == Term::Kind::kVariable) bound[term.variable] = true;
    }
  }
}

void check_atom(const Atom& atom, std::vector<Error>& errors) {
  if (atom.kind == Atom::Kind::kBuiltin) {
    for (const Term& term : atom.terms) {
      if (term.kind == Term::Kind::kWildcard) {
        report(errors, "'_' in a built-in", "a built-in tests two known values", atom.span);
      }
    }
    if (atom.builtin != Builtin::kVersionIn) return;
    if (atom.terms[1].kind != Term::Kind::kConstant) {
      report(errors, "the ranges of version_in must be a constant",
             "write version_in(?version, \">=5.8,<5.10.102|>=5.11,<5.15.25\")", atom.span);
    } else if (!VersionRanges::parse(atom.terms[1].constant)) {
      report(errors, quoted(atom.terms[1].constant) + " is no list of version ranges",
             "alternatives separated by |, bounds by , like >=5.8,<5.10.102|>=5.11,<5.15.25",
             atom.span);
    }
    return;
  }
  if (atom.relation == fact::Relation::kBlocked) {
    report(errors, "'blocked' cannot be used in rules",
           "it is concluded after all rules, for the report only", atom.span);
  }
  if (atom.relation == fact::Relation::kGained && atom.terms[1].kind == Term::Kind::kConstant &&
      std::find(kEffects.begin(), kEffects.end(), atom.terms[1].constant) == kEffects.end()) {
    report(
        errors, "unknown effect " + quoted(atom.terms[1].constant),
        base::did_you_mean(atom.terms[1].constant, kEffects, "effects stand in docs/add-a-rule.md"),
        atom.span);
  }
}

void check_body(const Body& body, const BoundSet& bound, const std::vector<std::string>& variables,
                std::vector<Error>& errors) {
  for (const Atom& atom : body) {
    if (atom.kind == Atom::Kind::kRelation) continue;
    const bool negated = atom.kind == Atom::Kind::kNegated;
    for (const Term& term : atom.terms) {
      if (term.kind != Term::Kind::kVariable || bound[term.variable]) continue;
      report(errors,
             "?" + variables[term.variable] + " is unbound in this " +
                 (negated ? "negation" : "built-in"),
             negated ? "bind it in a positive atom of the same conditions, or write _ for any value"
                     : "bind it in a positive atom of the same conditions",
             atom.span);
    }
  }
}

void check_head(const Atom& head, const BoundSet& bound, const std::vector<std::string>& variables,
                std::vector<Error>& errors) {
  if (head.kind != Atom::Kind::kRelation) {
    report(errors, "only a relation can be concluded", "write relation(?variable, \"constant\")",
           head.span);
    return;
  }
  if (head.relation == fact::Relation::kApplies) {
    report(errors, "'applies' cannot be concluded by hand",
           "every technique and check concludes it for its subject", head.span);
  }
  for (const Term& term : head.terms) {
    if (term.kind == Term::Kind::kWildcard) {
      report(errors, "'_' in a conclusion", "name a variable that the conditions bind", head.span);
    } else if (term.kind == Term::Kind::kVariable && !bound[term.variable]) {
      report(errors, "?" + variables[term.variable] + " is unbound in the conclusion",
             "bind it in a positive atom of `when`, of every list of `any`, or of `from`",
             head.span);
    }
  }
}

void check_placeholders(const text::NodeRef& text, const BoundSet& bound,
                        const std::vector<std::string>& variables, std::vector<Error>& errors) {
  const std::string_view content = text.scalar();
  for (std::size_t at = content.find("{?"); at != content.npos; at = content.find("{?", at + 2)) {
    const std::size_t end = content.find('}', at);
    if (end == content.npos) {
      report(errors, "'{?' without '}'", "write {?variable}",
             span_within(text, at, content.size() - at));
      return;
    }
    const std::string_view name = content.substr(at + 2, end - at - 2);
    const auto found = std::find(variables.begin(), variables.end(), name);
    const auto index = static_cast<std::size_t>(found - variables.begin());
    if (found != variables.end() && bound[index]) continue;
    std::vector<std::string_view> candidates;
    for (std::size_t i = 0; i < variables.size(); ++i) {
      if (bound[i]) candidates.push_back(variables[i]);
    }
    report(errors, "{?" + std::string(name) + "} is not bound",
           base::did_you_mean(name, candidates,
                              "use a variable that the conditions bind in every alternative"),
           span_within(text, at, end + 1 - at));
  }
}

}  // namespace wayout::reason
