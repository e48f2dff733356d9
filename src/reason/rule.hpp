// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/source.hpp"
#include "fact/fact_base.hpp"

namespace wayout::reason {

using RuleId = base::Id<struct RuleTag>;  ///< index into RuleSet::rules

enum class RuleKind : std::uint8_t {
  kTechnique,  ///< turns held positions and facts into a new position; also a finding
  kCheck,      ///< a weak setting: a finding only
  kMeaning,    ///< what facts imply (rules/semantics); never shown by itself
};

enum class Severity : std::uint8_t { kInfo, kLow, kMedium, kHigh, kCritical };
std::string_view name_of(Severity severity);

/// What `category` and `family` of a rule can be; the score counts by category.
inline constexpr std::array<std::string_view, 13> kCategories = {"container-boundary",
                                                                 "authentication",
                                                                 "bola",
                                                                 "bfla",
                                                                 "property-authorization",
                                                                 "input-validation",
                                                                 "rate-limiting",
                                                                 "data-exposure",
                                                                 "encryption",
                                                                 "ssrf",
                                                                 "inventory",
                                                                 "unsafe-consumption",
                                                                 "llm"};
inline constexpr std::array<std::string_view, 18> kFamilies = {
    "boundary", "mount",  "namespace", "capability", "runtime", "rbac",
    "network",  "secret", "path",      "command",    "ssrf",    "deserialise",
    "identity", "tls",    "logging",   "iam",        "config",  "api"};
/// What the object of `gained(object, effect)` can suffer.
inline constexpr std::array<std::string_view, 22> kEffects = {"host-root",
                                                              "kernel-code-exec",
                                                              "host-file-read",
                                                              "host-file-write",
                                                              "host-user-code-exec",
                                                              "node-credentials",
                                                              "service-account-token",
                                                              "cluster-admin",
                                                              "cloud-credentials",
                                                              "cloud-admin",
                                                              "other-container",
                                                              "lateral",
                                                              "network-mitm",
                                                              "lsm-disabled",
                                                              "host-info-leak",
                                                              "host-dos",
                                                              "kernel-attack-surface",
                                                              "container-root",
                                                              "device-access",
                                                              "data",
                                                              "initial-access",
                                                              "enabler"};

/// A term of an atom: a variable of the rule, a constant, or `_`.
struct Term {
  enum class Kind : std::uint8_t { kVariable, kConstant, kWildcard } kind = Kind::kWildcard;
  std::uint16_t variable = 0;  ///< index into Rule::variables
  std::string constant;
};

/// A pure test of already bound terms: `covers(?source, "/run/docker.sock")`, `?a != ?b`.
enum class Builtin : std::uint8_t {
  kCovers,     ///< covers(path, target): path equals target or is an ancestor directory of it
  kWithin,     ///< within(path, directory): path equals directory or lies below it
  kMatches,    ///< matches(text, glob): `*` any run, `?` one character
  kPermits,    ///< permits(granted, wanted): RBAC verb or resource[/subresource] with `*`
  kVersionIn,  ///< version_in(version, ranges): ">=5.8,<5.10.102|>=5.11,<5.15.25"
  kEqual,
  kNotEqual,
  kLess,  ///< less(a, b): as integers; false when one is none
};

struct Atom {
  enum class Kind : std::uint8_t { kRelation, kNegated, kBuiltin } kind = Kind::kRelation;
  fact::Relation relation{};
  Builtin builtin{};
  std::vector<Term> terms;
  base::Span span;
};

/// One way the conditions of a rule can hold: `when` plus one list of `any`.
using Body = std::vector<Atom>;

/// What a rule file says. See docs/add-a-rule.md for the language.
struct Rule {
  std::string id;
  RuleKind kind = RuleKind::kCheck;
  std::string title;
  Severity severity = Severity::kInfo;
  std::string category;
  std::string family;
  std::string subject_kind;  ///< container, workload, image, role, ...
  std::string step;          ///< what happens in this step of a way out, as a clause
  std::string why;
  std::string remedy;
  std::vector<int> cwe;
  std::vector<std::string> attack;                                         ///< ATT&CK technique ids
  std::vector<std::pair<std::string, std::vector<std::string>>> mappings;  ///< cis-docker, ...
  std::vector<std::string> references;
  /// Rules that tell the same weakness better: a finding that rests on the leading fact of a
  /// finding of one of them, about the same subject, is left out.
  std::vector<std::string> told_by;
  /// Not empty: the rule speaks only when facts of this kind are known ("kernel version").
  std::string needs;
  std::vector<Atom> judged_when;

  std::vector<std::string> variables;
  std::uint16_t subject = 0;  ///< index of the subject variable
  Body from;                  ///< positions held before, only for the step
  std::vector<Body> bodies;   ///< alternatives
  std::vector<Atom> then;     ///< positions gained (technique) or facts implied (meaning)
  base::Span span;            ///< the rule file
};

/// A change that a person could make: it removes every fact that matches its pattern.
struct Change {
  std::string id;
  std::string text;  ///< "drop {?cap} from {?c}"; the variables in it make changes distinct
  Atom removes;
  std::vector<Atom> when;  ///< conditions for offering it; positive or negated relations
  std::uint32_t cost = 1;  ///< disruption: 1 nobody notices ... 10 a redesign
  std::vector<std::string> variables;
};

struct RuleSet {
  std::vector<Rule> rules;
  std::vector<Change> changes;
  const Rule& operator[](RuleId id) const { return rules[id.index()]; }
};

/// Reads rule files (techniques, checks, semantics, changes) that were added to `sources`. Every
/// error carries file, line and column: unknown relation, wrong arity, unbound variable, negation
/// through recursion, unknown field, missing field, duplicate id.
struct LoadedRules {
  RuleSet rules;
  std::vector<base::Error> errors;
};
LoadedRules load_rules(const base::Sources& sources, const std::vector<base::FileId>& files);

}  // namespace wayout::reason
