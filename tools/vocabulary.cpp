// SPDX-License-Identifier: Apache-2.0
// Generates fact/vocabulary.hpp (--header FILE) or docs/vocabulary.md (--docs FILE) from
// rules/vocabulary.yaml, so that readers, rules and documentation cannot disagree on a relation.
#include <cctype>
#include <fstream>
#include <iostream>
#include <iterator>
#include <sstream>
#include <string>
#include <vector>

#include "base/source.hpp"
#include "text/yaml.hpp"

namespace {

using wayout::text::NodeRef;

struct Relation {
  std::string name;
  std::string group;
  std::vector<std::string> columns;
  std::string about;
  bool derived = false;
  int opposite_column = -1;
  std::string opposite_relation;  // where the opposite stands in another relation
  std::vector<std::pair<std::string, std::string>> opposites;
};

std::string camel(const std::string& name) {
  std::string out = "k";
  bool upper = true;
  for (const char c : name) {
    if (c == '_') {
      upper = true;
    } else {
      out += upper ? static_cast<char>(std::toupper(static_cast<unsigned char>(c))) : c;
      upper = false;
    }
  }
  return out;
}

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + "\"";
}

std::vector<Relation> read(NodeRef root) {
  std::vector<Relation> relations;
  for (const NodeRef& item : root["relations"].items()) {
    Relation relation;
    relation.name = item["name"].scalar();
    relation.group = item["group"].scalar();
    relation.about = item["about"].scalar();
    relation.derived = item["derived"].boolean().value_or(false);
    for (const NodeRef& column : item["columns"].items()) {
      relation.columns.emplace_back(column.scalar());
    }
    for (const auto& [key, value] : item["opposite"].entries()) {
      if (key.scalar() == "column") {
        relation.opposite_column = static_cast<int>(value.integer().value_or(-1));
      } else if (key.scalar() == "relation") {
        relation.opposite_relation = value.scalar();
      } else if (key.scalar() == "to") {
        relation.opposites.emplace_back("", value.scalar());
      } else {
        relation.opposites.emplace_back(key.scalar(), value.scalar());
      }
    }
    relations.push_back(std::move(relation));
  }
  return relations;
}

std::string header(const std::vector<Relation>& relations) {
  std::ostringstream out;
  out << "// SPDX-License-Identifier: Apache-2.0\n// Generated from rules/vocabulary.yaml.\n"
         "#pragma once\n\n#include <array>\n#include <cstddef>\n#include <cstdint>\n"
         "#include <optional>\n#include <string_view>\n\nnamespace wayout::fact {\n\n"
         "enum class Relation : std::uint16_t {\n";
  for (const auto& r : relations) out << "  " << camel(r.name) << ",  ///< " << r.about << "\n";
  out << "};\n\ninline constexpr std::size_t kRelationCount = " << relations.size()
      << ";\ninline constexpr std::size_t kMaxArity = 8;\n\n"
         "/// What the vocabulary says of a relation.\nstruct RelationInfo {\n"
         "  std::string_view name;\n  std::string_view group;\n  std::size_t arity;\n"
         "  std::array<std::string_view, kMaxArity> columns;\n  bool derived;\n"
         "  int opposite_column;  ///< -1: none\n"
         "  std::string_view opposite_relation;  ///< empty: the relation itself\n"
         "  std::string_view opposite_from;\n"
         "  std::string_view opposite_to;\n  std::string_view about;\n};\n\n"
         "inline constexpr std::array<RelationInfo, kRelationCount> kRelations = {{\n";
  for (const auto& r : relations) {
    out << "    {" << quoted(r.name) << ", " << quoted(r.group) << ", " << r.columns.size()
        << ", {{";
    for (std::size_t i = 0; i < 8; ++i) {
      out << (i ? ", " : "") << (i < r.columns.size() ? quoted(r.columns[i]) : "{}");
    }
    out << "}}, " << (r.derived ? "true" : "false") << ", " << r.opposite_column << ", "
        << quoted(r.opposite_relation) << ", ";
    if (r.opposites.empty()) {
      out << "{}, {}";
    } else {
      out << quoted(r.opposites[0].first) << ", " << quoted(r.opposites[0].second);
    }
    out << ", " << quoted(r.about) << "},\n";
  }
  out << "}};\n\ninline constexpr const RelationInfo& info(Relation relation) {\n"
         "  return kRelations[static_cast<std::size_t>(relation)];\n}\n\n"
         "/// The relation of that name, if there is one.\n"
         "std::optional<Relation> relation_named(std::string_view name);\n\n"
         "}  // namespace wayout::fact\n";
  return out.str();
}

std::string docs(const std::vector<Relation>& relations) {
  std::ostringstream out;
  out << "# Vocabulary\n\nEvery relation of the fact base. Generated from "
         "`rules/vocabulary.yaml`.\n";
  std::string group;
  for (const auto& r : relations) {
    if (r.group != group) {
      group = r.group;
      out << "\n## " << group << "\n\n| relation | meaning |\n|---|---|\n";
    }
    out << "| `" << r.name << "(";
    for (std::size_t i = 0; i < r.columns.size(); ++i) out << (i ? ", " : "") << r.columns[i];
    out << ")`" << (r.derived ? " *(derived)*" : "") << " | " << r.about << " |\n";
  }
  return out.str();
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) {
    std::cerr << "usage: wayout_vocabulary VOCABULARY.yaml --header|--docs FILE\n";
    return 2;
  }
  std::ifstream in(argv[1], std::ios::binary);
  std::string content((std::istreambuf_iterator<char>(in)), {});
  wayout::base::Sources sources;
  const auto file = sources.add(argv[1], std::move(content));
  const auto documents = wayout::text::parse_yaml(file, sources.content(file), {});
  if (documents.size() != 1 || !documents[0]) {
    std::cerr << argv[1] << ": " << (documents.empty() ? "empty" : documents[0].error().message)
              << "\n";
    return 1;
  }
  const auto relations = read(documents[0]->root());
  std::ofstream out(argv[3], std::ios::binary);
  out << (std::string_view(argv[2]) == "--docs" ? docs(relations) : header(relations));
  return out.good() ? 0 : 1;
}
