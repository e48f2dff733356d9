// SPDX-License-Identifier: Apache-2.0
// Rule files into rules. What a file holds is recognised by its shape: a mapping is a technique
// (`then`) or a check; a list holds changes (`removes`) or meanings. Each field has one reader that
// says what is wrong with it and where; nothing is skipped silently.
#include <algorithm>
#include <optional>
#include <unordered_map>

#include "base/nearest.hpp"
#include "base/parallel.hpp"
#include "reason/atom_parser.hpp"
#include "reason/rule.hpp"
#include "reason/rule_checks.hpp"
#include "reason/strata.hpp"
#include "text/yaml.hpp"

namespace wayout::reason {

namespace {

using base::Error;
using base::ErrorCode;
using text::NodeRef;

// Bounds on hostile files; real rules stay far below.
constexpr std::size_t kMaxErrors = 1000;
constexpr std::size_t kMaxAtoms = 64;
constexpr std::size_t kMaxAlternatives = 64;
constexpr std::size_t kMaxRules = 100'000;
constexpr std::size_t kParsedAhead = 64;

constexpr std::array<std::string_view, 5> kSeverities = {"info", "low", "medium", "high",
                                                         "critical"};
constexpr std::array<std::string_view, 17> kSubjectKinds = {
    "container", "workload", "image",    "node",      "namespace", "role",
    "account",   "binding",  "policy",   "service",   "component", "credential",
    "volume",    "endpoint", "listener", "principal", "file"};
constexpr std::array<std::string_view, 21> kRuleFields = {
    "id",       "title",   "severity",     "category", "family", "cwe",        "attack",
    "mappings", "subject", "subject_kind", "from",     "when",   "any",        "judged_when",
    "needs",    "then",    "step",         "remedy",   "why",    "references", "told_by"};
constexpr std::array<std::string_view, 4> kMeaningFields = {"when", "any", "then", "about"};
constexpr std::array<std::string_view, 5> kChangeFields = {"id", "removes", "text", "cost", "when"};

bool is_upper_id(std::string_view text) {
  return !text.empty() && text.size() <= 64 && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
  });
}

bool is_attack_id(std::string_view text) {
  const auto digits = [](std::string_view part) {
    return std::all_of(part.begin(), part.end(), [](char c) { return c >= '0' && c <= '9'; });
  };
  if (text.size() == 5) return text[0] == 'T' && digits(text.substr(1));
  return text.size() == 9 && text[0] == 'T' && digits(text.substr(1, 4)) && text[5] == '.' &&
         digits(text.substr(6));
}

/// Reads one mapping and collects what is wrong with it.
class FieldReader {
 public:
  FieldReader(NodeRef node, std::vector<Error>& errors) : node_(node), errors_(errors) {}

  void error(std::string message, std::string hint, base::Span span) {
    errors_.push_back({ErrorCode::kInvalid, std::move(message), std::move(hint), span});
  }
  void allow(std::span<const std::string_view> fields) {
    for (const auto& [key, value] : node_.entries()) {
      if (std::find(fields.begin(), fields.end(), key.scalar()) != fields.end()) continue;
      std::string known = "known fields:";
      for (const auto field : fields) known += " " + std::string(field);
      error("unknown field '" + std::string(key.scalar()) + "'",
            base::did_you_mean(key.scalar(), fields, known), key.span());
    }
  }
  NodeRef need(std::string_view field, std::string_view form) {
    const NodeRef value = node_[field];
    if (!value || value.is_null()) {
      base::Span place = node_.span();
      place.end_line = place.line;
      error("missing field '" + std::string(field) + "'", "add " + std::string(form), place);
      return {};
    }
    return value;
  }
  /// Text of one field; with `required`, its absence is an error.
  std::string text(std::string_view field, bool required, std::string_view form = {}) {
    const NodeRef value = required ? need(field, form) : node_[field];
    if (!value || value.is_null()) return {};
    if (!value.is_scalar()) {
      error("'" + std::string(field) + "' must be text", "write it on one line", value.span());
    }
    return std::string(value.scalar());
  }
  /// Text that must be one of a few words; the index of the word.
  template <std::size_t N>
  std::size_t choice(std::string_view field, const std::array<std::string_view, N>& words) {
    std::string form = std::string(field) + ": one of";
    for (const auto word : words) form += " " + std::string(word);
    const NodeRef value = need(field, form);
    if (!value) return 0;
    const auto found = std::find(words.begin(), words.end(), value.scalar());
    if (found != words.end()) return static_cast<std::size_t>(found - words.begin());
    error("unknown " + std::string(field) + " '" + std::string(value.scalar()) + "'",
          base::did_you_mean(value.scalar(), words, form), value.span());
    return 0;
  }
  /// Items of a list field; a lone value counts as a list of one.
  std::vector<NodeRef> list(std::string_view field) {
    const NodeRef value = node_[field];
    if (!value || value.is_null()) return {};
    if (value.is_sequence()) return value.items();
    return {value};
  }
  Body atoms(std::string_view field, std::vector<std::string>& variables) {
    return atoms(list(field), variables);
  }
  Body atoms(const std::vector<NodeRef>& items, std::vector<std::string>& variables) {
    Body body;
    std::size_t count = 0;
    for (const NodeRef& item : items) {
      if (++count > kMaxAtoms) {
        error("more than " + std::to_string(kMaxAtoms) + " atoms in one list", "split the rule",
              item.span());
        break;
      }
      if (auto atom = parse_atom(item, variables)) {
        check_atom(*atom, errors_);
        body.push_back(std::move(*atom));
      } else {
        errors_.push_back(std::move(atom).error());
      }
    }
    return body;
  }
  /// `when` and `any` as alternatives.
  std::vector<Body> bodies(std::vector<std::string>& variables);

  NodeRef node() const { return node_; }
  std::vector<Error>& errors() { return errors_; }

 private:
  NodeRef node_;
  std::vector<Error>& errors_;
};

std::vector<Body> FieldReader::bodies(std::vector<std::string>& variables) {
  const Body common = atoms("when", variables);
  if (!node_["any"]) {
    if (common.empty() && !node_["when"].is_sequence()) {
      need("when", "when: a list of atoms (or any: a list of such lists)");
    } else if (common.empty()) {
      error("'when' is empty", "a rule needs a condition", node_["when"].span());
    }
    return {common};
  }
  std::vector<Body> result;
  for (const NodeRef& alternative : list("any")) {
    if (result.size() == kMaxAlternatives) {
      error("more than " + std::to_string(kMaxAlternatives) + " alternatives", "split the rule",
            alternative.span());
      break;
    }
    if (!alternative.is_sequence() || alternative.size() == 0) {
      error("an alternative of 'any' must be a list of atoms", "write - [ 'atom', 'atom' ]",
            alternative.span());
      continue;
    }
    Body body = common;
    Body more = atoms(alternative.items(), variables);
    body.insert(body.end(), std::make_move_iterator(more.begin()),
                std::make_move_iterator(more.end()));
    result.push_back(std::move(body));
  }
  if (result.empty()) error("'any' is empty", "give it at least one list", node_["any"].span());
  return result;
}

/// Variables that every alternative binds.
BoundSet bound_by_all(const Rule& rule) {
  BoundSet all(rule.variables.size(), true);
  for (const Body& body : rule.bodies) {
    BoundSet bound(rule.variables.size(), false);
    bind(body, bound);
    for (std::size_t i = 0; i < all.size(); ++i) all[i] = all[i] && bound[i];
  }
  return all;
}

class Loader {
 public:
  explicit Loader(const base::Sources& sources) : sources_(sources) {}

  void read_file(base::FileId file, const std::vector<base::Result<text::Tree>>& documents);
  LoadedRules finish();

 private:
  void read_rule(NodeRef node);
  void read_texts(FieldReader& reader, Rule& rule);
  void read_references(FieldReader& reader, Rule& rule);
  void check_rule(FieldReader& reader, const Rule& rule, const Body& judged);
  void read_meaning(NodeRef node);
  void read_change(NodeRef node);
  void read_list(NodeRef root);
  void remember_id(const std::string& id, NodeRef node);
  void check_rule_names();
  bool full() const {
    return errors_.size() >= kMaxErrors || out_.rules.rules.size() >= kMaxRules ||
           out_.rules.changes.size() >= kMaxRules;
  }
  void error(std::string message, std::string hint, base::Span span) {
    errors_.push_back({ErrorCode::kInvalid, std::move(message), std::move(hint), span});
  }

  const base::Sources& sources_;
  LoadedRules out_;
  std::vector<Error> errors_;
  std::unordered_map<std::string, base::Span> ids_;
};

void Loader::read_file(base::FileId file, const std::vector<base::Result<text::Tree>>& documents) {
  const base::Span top{file, 1, 1, 1, 1, 0, 0};
  if (full()) {
    if (errors_.empty() || errors_.back().code != ErrorCode::kLimit) {
      errors_.push_back({ErrorCode::kLimit, "too many rules or errors; the rest is not read",
                         "correct the first ones", top});
    }
    return;
  }
  if (documents.empty()) return error("the rule file is empty", "see docs/add-a-rule.md", top);
  for (const auto& document : documents) {
    if (!document) {
      errors_.push_back(document.error());
      if (errors_.back().message.find("mapping values are not allowed") != std::string::npos) {
        errors_.back().hint = "quote a text that contains ': '";
      }
      continue;
    }
    for (const std::uint32_t key : document->duplicate_keys()) {
      const NodeRef node(&*document, key);
      error("field '" + std::string(node.scalar()) + "' stands twice", "keep one of them",
            node.span());
    }
    const NodeRef root = document->root();
    if (root.is_sequence()) {
      read_list(root);
    } else if (root.is_mapping()) {
      read_rule(root);
    } else {
      error("not a rule file", "a rule is a mapping with id, title, when; see docs/add-a-rule.md",
            root.span().valid() ? root.span() : top);
    }
  }
}

void Loader::read_list(NodeRef root) {
  for (const NodeRef& item : root.items()) {
    if (full()) return;
    if (item["removes"]) {
      read_change(item);
    } else if (item["then"] || item["when"] || item["any"]) {
      read_meaning(item);
    } else {
      error("neither a change nor a meaning",
            "a change has 'removes', a meaning has 'when' and 'then'", item.span());
    }
  }
}

void Loader::remember_id(const std::string& id, NodeRef node) {
  if (id.empty()) return;
  const auto [first, is_new] = ids_.emplace(id, node["id"].span());
  if (is_new) return;
  const base::Span& other = first->second;
  error("id '" + id + "' is used twice",
        "it was first used in " + std::string(sources_.path(other.file)) + ":" +
            std::to_string(other.line),
        node["id"].span());
}

void Loader::read_texts(FieldReader& reader, Rule& rule) {
  const NodeRef node = reader.node();
  rule.id = reader.text("id", true, "id: ESC-EXAMPLE");
  if (!rule.id.empty() && !is_upper_id(rule.id)) {
    reader.error("'" + rule.id + "' is no rule id", "use capitals, digits and '-'",
                 node["id"].span());
  }
  rule.title = reader.text("title", true, "title: one sentence without a full stop");
  rule.severity = static_cast<Severity>(reader.choice("severity", kSeverities));
  rule.category = kCategories[reader.choice("category", kCategories)];
  rule.family = kFamilies[reader.choice("family", kFamilies)];
  rule.subject_kind = kSubjectKinds[reader.choice("subject_kind", kSubjectKinds)];
  rule.remedy = reader.text("remedy", true, "remedy: what to do, one sentence");
  rule.why = reader.text("why", true, "why: one or two sentences");
  rule.needs = reader.text("needs", false);
  rule.step = reader.text("step", rule.kind == RuleKind::kTechnique,
                          "step: what the attacker does, as a clause");
}

void Loader::read_references(FieldReader& reader, Rule& rule) {
  for (const NodeRef& item : reader.list("cwe")) {
    const auto number = item.integer();
    if (number && *number > 0 && *number < 100'000) {
      rule.cwe.push_back(static_cast<int>(*number));
    } else {
      reader.error("a CWE is a number", "write cwe: [250]", item.span());
    }
  }
  for (const NodeRef& item : reader.list("attack")) {
    if (!is_attack_id(item.scalar())) {
      reader.error("'" + std::string(item.scalar()) + "' is no ATT&CK technique",
                   "write T1611 or T1552.007", item.span());
    }
    rule.attack.emplace_back(item.scalar());
  }
  for (const NodeRef& item : reader.list("references")) {
    if (!item.scalar().starts_with("https://") && !item.scalar().starts_with("http://")) {
      reader.error("a reference must be a web address", "start it with https://", item.span());
    }
    rule.references.emplace_back(item.scalar());
  }
  for (const NodeRef& item : reader.list("told_by")) {
    if (item.scalar() == rule.id) {
      reader.error("a rule cannot stand in for itself", "name another rule", item.span());
    }
    rule.told_by.emplace_back(item.scalar());
  }
  const NodeRef mappings = reader.node()["mappings"];
  if (!mappings || mappings.is_null()) return;
  if (!mappings.is_mapping()) {
    reader.error("'mappings' must map a catalogue to a list", "write {cis-docker: [\"5.4\"]}",
                 mappings.span());
  }
  for (const auto& [key, value] : mappings.entries()) {
    std::vector<std::string> items;
    for (const NodeRef& item : value.items()) items.emplace_back(item.scalar());
    if (items.empty()) {
      reader.error("'" + std::string(key.scalar()) + "' must be a list",
                   "write " + std::string(key.scalar()) + ": [\"5.4\"]", value.span());
    }
    rule.mappings.emplace_back(key.scalar(), std::move(items));
  }
}

void Loader::check_rule(FieldReader& reader, const Rule& rule, const Body& judged) {
  const NodeRef node = reader.node();
  auto& errors = reader.errors();
  for (const Body& body : rule.bodies) {
    BoundSet bound(rule.variables.size(), false);
    bind(body, bound);
    check_body(body, bound, rule.variables, errors);
    if (node["subject"] && rule.subject < bound.size() && !bound[rule.subject]) {
      reader.error("the subject ?" + rule.variables[rule.subject] + " is unbound",
                   "bind it in a positive atom of `when` or of every list of `any`",
                   node["subject"].span());
      break;
    }
  }
  BoundSet bound = bound_by_all(rule);
  for (const std::string_view field : {"title", "remedy", "why"}) {
    check_placeholders(node[field], bound, rule.variables, errors);
  }
  BoundSet judged_bound(rule.variables.size(), false);
  bind(judged, judged_bound);
  check_body(judged, judged_bound, rule.variables, errors);
  bind(rule.from, bound);
  check_body(rule.from, bound, rule.variables, errors);
  check_placeholders(node["step"], bound, rule.variables, errors);
  for (const Atom& head : rule.then) check_head(head, bound, rule.variables, errors);
  if (!rule.judged_when.empty() && rule.needs.empty()) {
    reader.error("'judged_when' without 'needs'", "say what must be known: needs: kernel version",
                 node.key("judged_when").span());
  }
  if (rule.judged_when.empty() && !rule.needs.empty()) {
    reader.error("'needs' without 'judged_when'",
                 "give the facts that make it judged: judged_when: ['version(_, \"kernel\", _)']",
                 node.key("needs").span());
  }
}

void Loader::read_rule(NodeRef node) {
  std::vector<Error> errors;
  FieldReader reader(node, errors);
  reader.allow(kRuleFields);
  Rule rule;
  rule.kind =
      node["then"] || node["from"] || node["step"] ? RuleKind::kTechnique : RuleKind::kCheck;
  rule.span = node.span();
  read_texts(reader, rule);
  read_references(reader, rule);
  remember_id(rule.id, node);
  if (const NodeRef subject = reader.need("subject", "subject: ?c")) {
    if (auto variable = parse_variable(subject, rule.variables)) {
      rule.subject = *variable;
    } else {
      errors.push_back(std::move(variable).error());
    }
  }
  rule.from = reader.atoms("from", rule.variables);
  rule.bodies = reader.bodies(rule.variables);
  rule.then = reader.atoms("then", rule.variables);
  rule.judged_when = reader.atoms("judged_when", rule.variables);
  if (rule.kind == RuleKind::kTechnique && rule.then.empty()) {
    reader.need("then", "then: the positions gained, like 'gained(?n, \"host-root\")'");
  }
  // Further checks would only repeat what is missing.
  if (errors.empty()) check_rule(reader, rule, rule.judged_when);
  if (errors.empty()) out_.rules.rules.push_back(std::move(rule));
  errors_.insert(errors_.end(), std::make_move_iterator(errors.begin()),
                 std::make_move_iterator(errors.end()));
}

void Loader::read_meaning(NodeRef node) {
  std::vector<Error> errors;
  FieldReader reader(node, errors);
  reader.allow(kMeaningFields);
  Rule rule;
  rule.kind = RuleKind::kMeaning;
  rule.span = node.span();
  rule.title = reader.text("about", true, "about: one sentence on what these facts imply");
  rule.bodies = reader.bodies(rule.variables);
  rule.then = reader.atoms("then", rule.variables);
  if (rule.then.empty() && errors.empty()) reader.need("then", "then: what the facts imply");
  if (errors.empty()) {
    for (const Body& body : rule.bodies) {
      BoundSet bound(rule.variables.size(), false);
      bind(body, bound);
      check_body(body, bound, rule.variables, errors);
    }
    const BoundSet bound = bound_by_all(rule);
    for (const Atom& head : rule.then) check_head(head, bound, rule.variables, errors);
  }
  if (errors.empty()) out_.rules.rules.push_back(std::move(rule));
  errors_.insert(errors_.end(), std::make_move_iterator(errors.begin()),
                 std::make_move_iterator(errors.end()));
}

void Loader::read_change(NodeRef node) {
  std::vector<Error> errors;
  FieldReader reader(node, errors);
  reader.allow(kChangeFields);
  Change change;
  change.id = reader.text("id", true, "id: drop-capability");
  remember_id(change.id, node);
  change.text = reader.text("text", true, "text: what to do, with {?variable} filled in");
  if (const NodeRef cost = reader.need("cost", "cost: 1 (nobody notices) to 10 (a redesign)")) {
    const auto number = cost.integer();
    if (number && *number >= 1 && *number <= 10) {
      change.cost = static_cast<std::uint32_t>(*number);
    } else {
      reader.error("'cost' must be 1 to 10", "1 nobody notices, 10 a redesign", cost.span());
    }
  }
  if (auto removes = parse_atom(node["removes"], change.variables)) {
    check_atom(*removes, errors);
    change.removes = std::move(*removes);
    if (change.removes.kind != Atom::Kind::kRelation) {
      reader.error("a change removes facts of a relation", "write removes: 'relation(?x, _)'",
                   node["removes"].span());
    }
  } else {
    errors.push_back(std::move(removes).error());
  }
  change.when = reader.atoms("when", change.variables);
  if (errors.empty()) {
    BoundSet bound(change.variables.size(), false);
    bind({change.removes}, bound);
    bind(change.when, bound);
    check_body(change.when, bound, change.variables, errors);
    check_placeholders(node["text"], bound, change.variables, errors);
  }
  if (errors.empty()) out_.rules.changes.push_back(std::move(change));
  errors_.insert(errors_.end(), std::make_move_iterator(errors.begin()),
                 std::make_move_iterator(errors.end()));
}

/// `applies("ID", ...)` in conditions and the ids of `told_by` must name rules of the set.
void Loader::check_rule_names() {
  std::vector<std::string_view> known;
  for (const auto& [name, span] : ids_) known.push_back(name);
  std::sort(known.begin(), known.end());
  const auto check = [&](const Atom& atom) {
    if (atom.kind == Atom::Kind::kBuiltin || atom.relation != fact::Relation::kApplies) return;
    const Term& id = atom.terms[0];
    if (id.kind != Term::Kind::kConstant || ids_.contains(id.constant)) return;
    error("no rule is called '" + id.constant + "'", base::did_you_mean(id.constant, known),
          atom.span);
  };
  for (const Rule& rule : out_.rules.rules) {
    for (const std::string& id : rule.told_by) {
      if (!ids_.contains(id)) {
        error("no rule is called '" + id + "'", base::did_you_mean(id, known), rule.span);
      }
    }
    for (const Body& body : rule.bodies) std::for_each(body.begin(), body.end(), check);
    std::for_each(rule.from.begin(), rule.from.end(), check);
  }
}

LoadedRules Loader::finish() {
  check_rule_names();
  // With rules missing the graph would be another one.
  if (errors_.empty()) {
    if (auto strata = stratify(out_.rules); !strata) {
      errors_.push_back(std::move(strata).error());
    }
  }
  if (errors_.size() > kMaxErrors) {
    errors_.resize(kMaxErrors);
    errors_.push_back({ErrorCode::kLimit, "too many errors; the rest is not shown",
                       "correct the first ones", errors_.back().span});
  }
  out_.errors = std::move(errors_);
  return std::move(out_);
}

}  // namespace

std::string_view name_of(Severity severity) {
  return kSeverities[static_cast<std::size_t>(severity)];
}

LoadedRules load_rules(const base::Sources& sources, const std::vector<base::FileId>& files) {
  Loader loader(sources);
  // Parsing is half of a small scan's time and files do not need each other for it.
  std::vector<std::vector<base::Result<text::Tree>>> parsed(files.size());
  base::parallel_in_order(
      files.size(), kParsedAhead, 0,
      [&](std::size_t i) {
        parsed[i] = text::parse_yaml(files[i], sources.content(files[i]), base::Limits{});
      },
      [&](std::size_t i) {
        loader.read_file(files[i], parsed[i]);
        parsed[i].clear();
      });
  return loader.finish();
}

}  // namespace wayout::reason
