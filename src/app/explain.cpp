// SPDX-License-Identifier: Apache-2.0
#include "app/explain.hpp"

#include <algorithm>
#include <ostream>
#include <vector>

#include "app/builtin_rules.hpp"
#include "report/json_writer.hpp"
#include "text/yaml.hpp"

namespace wayout::app {

namespace {

constexpr std::size_t kWidth = 96;

void print_wrapped(std::string_view text, std::size_t indent, std::ostream& out) {
  std::size_t column = 0;
  while (!text.empty()) {
    const auto end = text.find_first_of(" \n");
    const std::string_view word = text.substr(0, end);
    if (column != 0 && column + 1 + word.size() > kWidth) {
      out << '\n';
      column = 0;
    }
    if (!word.empty()) {
      out << (column == 0 ? std::string(indent, ' ') : std::string(" ")) << word;
      column += word.size() + (column == 0 ? indent : 1);
    }
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  out << '\n';
}

void print_list(text::NodeRef list, std::string_view lead, std::ostream& out) {
  for (const auto& item : list.items()) {
    if (item.is_sequence()) {
      std::string line;
      for (const auto& atom : item.items()) {
        line += (line.empty() ? "" : ", ") + std::string(atom.scalar());
      }
      out << lead << line << '\n';
    } else {
      out << lead << item.scalar() << '\n';
    }
  }
}

/// The conditions as they are written in the rule's own file.
void print_conditions(const Knowledge& knowledge, const reason::Rule& rule, std::ostream& out) {
  const base::FileId file = rule.span.file;
  if (!file.valid()) return;
  const auto documents = text::parse_yaml(file, knowledge.sources.content(file), base::Limits{});
  if (documents.empty() || !documents[0]) return;
  const text::NodeRef root = documents[0]->root();
  const bool always = root["when"].size() > 0;
  out << (always ? "\nHolds when\n" : "\nHolds when one of\n");
  print_list(root["when"], "  ", out);
  if (root["any"]) {
    if (always) out << "and one of\n";
    print_list(root["any"], "  ", out);
  }
  if (!rule.then.empty()) {
    out << "\nLeads to" << (root["from"] ? " (for whoever holds: " : "");
    const auto from = root["from"].items();
    for (std::size_t i = 0; i < from.size(); ++i) out << (i ? ", " : "") << from[i].scalar();
    out << (root["from"] ? ")\n" : "\n");
    print_list(root["then"], "  ", out);
  }
  if (!rule.needs.empty()) out << "\nJudged only when known: " << rule.needs << '\n';
}

/// "critical, container-boundary, technique, ATT&CK T1611, CWE-250, cis-docker 5.32".
std::string placement_of(const reason::Rule& rule) {
  std::string text = std::string(name_of(rule.severity)) + ", " + rule.category + ", " +
                     (rule.kind == reason::RuleKind::kTechnique ? "technique" : "check");
  for (const std::string& attack : rule.attack) text += ", ATT&CK " + attack;
  for (const int cwe : rule.cwe) text += ", CWE-" + std::to_string(cwe);
  for (const auto& [name, numbers] : rule.mappings) {
    text += ", " + name;
    for (const std::string& number : numbers) text += ' ' + number;
  }
  return text;
}

/// `{?path}` as a person reads it where no value is at hand: <path>.
std::string with_names(std::string text) {
  for (std::size_t at = 0; (at = text.find("{?", at)) != std::string::npos; ++at) {
    const auto end = text.find('}', at);
    if (end == std::string::npos) break;
    text.replace(end, 1, ">");
    text.replace(at, 2, "<");
  }
  return text;
}

std::string nearest_ids(const reason::RuleSet& rules, const std::string& id) {
  std::string near;
  const std::string stem = id.substr(0, id.rfind('-'));
  for (const reason::Rule& rule : rules.rules) {
    if (rule.id.empty() || rule.id.find(stem) == std::string::npos) continue;
    near += (near.empty() ? "" : ", ") + rule.id;
    if (near.size() > 200) break;
  }
  return near.empty() ? "wayout rules list shows all ids" : "did you mean " + near;
}

std::string_view kind_of(const reason::Rule& rule) {
  return rule.kind == reason::RuleKind::kTechnique ? "technique" : "check";
}

void print_rules_json(const std::vector<const reason::Rule*>& rules, std::ostream& out) {
  report::JsonWriter json(out);
  json.begin_array();
  for (const reason::Rule* rule : rules) {
    json.new_line();
    json.begin_object().field("id", rule->id).field("kind", kind_of(*rule));
    json.field("severity", name_of(rule->severity)).field("title", rule->title).end_object();
  }
  json.end_array();
}

std::string upper(std::string text) {
  for (char& c : text) c = static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
  return text;
}

}  // namespace

base::Result<void> explain_rule(const Knowledge& knowledge, const std::string& asked,
                                std::ostream& out) {
  const std::string id = upper(asked);
  const auto& rules = knowledge.rules.rules;
  const auto found = std::find_if(rules.begin(), rules.end(),
                                  [&](const reason::Rule& rule) { return rule.id == id; });
  if (found == rules.end() || id.empty()) {
    return base::fail(base::ErrorCode::kUsage, "no rule " + asked,
                      nearest_ids(knowledge.rules, id));
  }
  const reason::Rule& rule = *found;
  out << rule.id << "  " << rule.title << '\n';
  print_wrapped(placement_of(rule), 0, out);
  out << '\n';
  print_wrapped(rule.why, 0, out);
  if (!rule.step.empty()) {
    out << '\n';
    print_wrapped("The attacker " + with_names(rule.step) + ".", 0, out);
  }
  print_conditions(knowledge, rule, out);
  out << "\nRemedy\n";
  print_wrapped(with_names(rule.remedy), 2, out);
  if (const std::string example = builtin_example(rule.id); !example.empty()) {
    out << "\nExample that violates it\n";
    std::string_view rest = example;
    while (!rest.empty()) {
      const auto end = rest.find('\n');
      out << "  " << rest.substr(0, end) << '\n';
      rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    }
  }
  if (!rule.references.empty()) out << '\n';
  for (const std::string& reference : rule.references) out << reference << '\n';
  return {};
}

void list_rules(const reason::RuleSet& rules, bool json, std::ostream& out) {
  std::vector<const reason::Rule*> shown;
  for (const reason::Rule& rule : rules.rules) {
    if (rule.kind != reason::RuleKind::kMeaning) shown.push_back(&rule);
  }
  std::sort(shown.begin(), shown.end(), [](const reason::Rule* a, const reason::Rule* b) {
    return a->severity != b->severity ? a->severity > b->severity : a->id < b->id;
  });
  if (json) {
    print_rules_json(shown, out);
    return;
  }
  for (const reason::Rule* rule : shown) {
    std::string line(name_of(rule->severity));
    line.resize(10, ' ');
    line += rule->id;
    line.resize(std::max<std::size_t>(line.size() + 1, 42), ' ');
    out << line << rule->title << '\n';
  }
  out << shown.size() << " rules; wayout explain ID tells more\n";
}

}  // namespace wayout::app
