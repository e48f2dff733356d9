// SPDX-License-Identifier: Apache-2.0
#include "fact/fact_base.hpp"

#include <array>
#include <string>

#include <gtest/gtest.h>

namespace wayout::fact {
namespace {

TEST(Vocabulary, NamesAndArities) {
  EXPECT_EQ(relation_named("mounts"), Relation::kMounts);
  EXPECT_EQ(relation_named("no_such_relation"), std::nullopt);
  EXPECT_EQ(info(Relation::kMounts).arity, 3u);
  EXPECT_EQ(info(Relation::kUid).opposite_from, "root");
  EXPECT_EQ(info(Relation::kUid).opposite_to, "nonroot");
  EXPECT_TRUE(info(Relation::kRunsCode).derived);
}

TEST(FactBase, InternGivesOneSymbolPerText) {
  FactBase facts;
  const Symbol a = facts.intern("web");
  EXPECT_EQ(a, facts.intern(std::string("we") + "b"));
  EXPECT_NE(a, facts.intern("db"));
  EXPECT_EQ(facts.text(a), "web");
  EXPECT_EQ(facts.find_symbol("web"), a);
  EXPECT_FALSE(facts.find_symbol("nobody").valid());
  EXPECT_EQ(facts.text(facts.intern("")), "");
}

TEST(FactBase, EqualStatementsAreOneFactAndTheSurerOriginWins) {
  FactBase facts;
  const Symbol c = facts.intern("web");
  const Symbol root = facts.intern("root");
  const OriginId silent = facts.origin({{}, AssumptionKind::kImage, facts.intern("no USER")});
  const OriginId said = facts.origin({{base::FileId(0u), 3, 1, 3, 9, 20, 28}, {}, {}});
  const FactId first = facts.add(Relation::kUid, {c, root}, Certainty::kAssumed, silent);
  const FactId again = facts.add(Relation::kUid, {c, root}, Certainty::kDeclared, said);
  EXPECT_EQ(first, again);
  EXPECT_EQ(facts.certainty(first), Certainty::kDeclared);
  EXPECT_EQ(facts.origin(facts.origin_of(first)).span.line, 3u);
  facts.add(Relation::kUid, {c, root}, Certainty::kDefault, silent);
  EXPECT_EQ(facts.certainty(first), Certainty::kDeclared);
  EXPECT_EQ(facts.facts(Relation::kUid).size(), 1u);
}

TEST(FactBase, DerivedFactsHaveNoOriginUntilAReaderStatesThem) {
  FactBase facts;
  const Symbol c = facts.intern("web");
  bool is_new = false;
  const FactId derived = facts.derive(Relation::kRunsCode, std::span(&c, 1), is_new);
  EXPECT_TRUE(is_new);
  EXPECT_FALSE(facts.is_leaf(derived));
  facts.derive(Relation::kRunsCode, std::span(&c, 1), is_new);
  EXPECT_FALSE(is_new);
  facts.add(Relation::kRunsCode, {c}, Certainty::kObserved, facts.origin({}));
  EXPECT_TRUE(facts.is_leaf(derived));
}

TEST(FactBase, FindsEveryFactAmongMany) {
  FactBase facts;
  const OriginId origin = facts.origin({});
  constexpr int kCount = 20'000;
  for (int i = 0; i < kCount; ++i) {
    const Symbol c = facts.intern("c" + std::to_string(i));
    facts.add(Relation::kPrivileged, {c}, Certainty::kDeclared, origin);
    facts.add(Relation::kTty, {c}, Certainty::kDeclared, origin);
  }
  EXPECT_EQ(facts.size(), 2u * kCount);
  for (int i = 0; i < kCount; i += 97) {
    const Symbol c = facts.find_symbol("c" + std::to_string(i));
    const FactId fact = facts.find(Relation::kTty, std::span(&c, 1));
    ASSERT_TRUE(fact.valid());
    EXPECT_EQ(facts.relation(fact), Relation::kTty);
    EXPECT_EQ(facts.values(fact)[0], c);
    EXPECT_FALSE(facts.find(Relation::kUid, std::array{c, c}).valid());
  }
  EXPECT_EQ(facts.rows(Relation::kTty).size(), static_cast<std::size_t>(kCount));
}

TEST(FactBase, FindsEveryRowAfterGrowing) {
  FactBase facts;
  const OriginId origin = facts.origin({});
  constexpr int kCount = 20'000;
  for (int i = 0; i < kCount; ++i) {
    const Symbol a = facts.intern("entity-with-a-long-name-" + std::to_string(i));
    const Symbol b = facts.intern(std::to_string(i % 7));
    facts.add(Relation::kCapability, {a, b}, Certainty::kDeclared, origin);
    if (i % 2 == 0) facts.add(Relation::kUid, {a, b}, Certainty::kDeclared, origin);
  }
  ASSERT_EQ(facts.facts(Relation::kCapability).size(), static_cast<std::size_t>(kCount));
  for (int i = 0; i < kCount; ++i) {
    const std::array values = {facts.find_symbol("entity-with-a-long-name-" + std::to_string(i)),
                               facts.find_symbol(std::to_string(i % 7))};
    ASSERT_EQ(facts.find_row(Relation::kCapability, values), static_cast<std::uint32_t>(i));
    ASSERT_EQ(facts.values(facts.find(Relation::kCapability, values))[0], values[0]);
    ASSERT_EQ(facts.find(Relation::kUid, values).valid(), i % 2 == 0);
    const std::array swapped = {values[1], values[0]};
    ASSERT_EQ(facts.find_row(Relation::kCapability, swapped), FactBase::kNoRow);
  }
}

}  // namespace
}  // namespace wayout::fact
