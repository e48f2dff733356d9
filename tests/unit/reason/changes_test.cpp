// SPDX-License-Identifier: Apache-2.0
// The built-in table of changes: it loads, and every technique rests on something it can remove.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>

#include "reason/chain.hpp"
#include "reason/rule.hpp"

namespace wayout::reason {
namespace {

struct BuiltIn {
  base::Sources sources;
  LoadedRules loaded;

  BuiltIn() {
    std::vector<std::filesystem::path> paths;
    const std::filesystem::path root = std::filesystem::path(WAYOUT_SOURCE_DIR) / "rules";
    paths.push_back(root / "changes.yaml");
    for (const char* folder : {"techniques", "semantics"}) {
      for (const auto& entry : std::filesystem::directory_iterator(root / folder)) {
        if (entry.path().extension() == ".yaml") paths.push_back(entry.path());
      }
    }
    std::sort(paths.begin(), paths.end());
    std::vector<base::FileId> files;
    for (const auto& path : paths) {
      std::ifstream in(path);
      std::stringstream text;
      text << in.rdbuf();
      files.push_back(sources.add(path.filename().string(), text.str()));
    }
    loaded = load_rules(sources, files);
  }
};

bool may_match(const Atom& pattern, const Atom& atom) {
  if (pattern.relation != atom.relation) return false;
  for (std::size_t i = 0; i < pattern.terms.size() && i < atom.terms.size(); ++i) {
    const Term& a = pattern.terms[i];
    const Term& b = atom.terms[i];
    const bool both = a.kind == Term::Kind::kConstant && b.kind == Term::Kind::kConstant;
    if (both && a.constant != b.constant) return false;
  }
  return true;
}

/// Whether some change may take the atom away, itself or what every rule for it rests on.
bool removable(const RuleSet& rules, const Atom& atom, int depth) {
  if (atom.kind != Atom::Kind::kRelation || depth > 4) return false;
  for (const Change& change : rules.changes) {
    if (may_match(change.removes, atom)) return true;
  }
  bool derived = false;
  for (const Rule& rule : rules.rules) {
    if (rule.kind != RuleKind::kMeaning) continue;
    for (const Atom& head : rule.then) {
      if (!may_match(head, atom)) continue;
      derived = true;
      for (const Body& body : rule.bodies) {
        const bool some = std::any_of(body.begin(), body.end(), [&](const Atom& one) {
          return removable(rules, one, depth + 1);
        });
        if (!some) return false;
      }
    }
  }
  return derived;
}

TEST(Changes, EveryTechniqueWithAGoalCanBeClosed) {
  const BuiltIn built_in;
  for (const auto& error : built_in.loaded.errors) {
    ADD_FAILURE() << error.message << " " << error.hint;
  }
  const RuleSet& rules = built_in.loaded.rules;
  ASSERT_GT(rules.changes.size(), 40u);
  for (const Rule& rule : rules.rules) {
    if (rule.kind != RuleKind::kTechnique) continue;
    const bool has_goal = std::any_of(rule.then.begin(), rule.then.end(), [](const Atom& head) {
      return head.relation == fact::Relation::kGained && head.terms.size() == 2 &&
             (head.terms[1].kind != Term::Kind::kConstant ||
              Goals::of_effect(head.terms[1].constant));
    });
    if (!has_goal) continue;
    for (const Body& body : rule.bodies) {
      Body all = rule.from;
      all.insert(all.end(), body.begin(), body.end());
      EXPECT_TRUE(std::any_of(all.begin(), all.end(), [&](const Atom& atom) {
        return !fact::info(atom.relation).group.starts_with("position") &&
               removable(rules, atom, 0);
      })) << rule.id;
    }
  }
}

}  // namespace
}  // namespace wayout::reason
