// SPDX-License-Identifier: Apache-2.0
#include "app/query.hpp"

#include <sstream>

#include <gtest/gtest.h>

namespace wayout::app {
namespace {

class Query : public ::testing::Test {
 protected:
  Query() {
    const auto file = sources_.add("compose.yaml", "services:\n  web: {privileged: true}\n");
    const auto origin = facts_.origin({{file, 2, 9, 2, 25, 18, 34}, {}, {}});
    const auto web = facts_.intern("compose.yaml:web");
    facts_.add(fact::Relation::kPrivileged, {web}, fact::Certainty::kDeclared, origin);
    facts_.add(fact::Relation::kUser, {web, facts_.intern("a,\"b\"")}, fact::Certainty::kDeclared,
               origin);
  }
  base::Result<void> run(const std::string& sql, RowFormat format = RowFormat::kCsv) {
    out_.str({});
    return query_facts(facts_, sources_, sql, format, out_);
  }
  base::Sources sources_;
  fact::FactBase facts_;
  std::ostringstream out_;
};

TEST_F(Query, EveryFactIsARowWithItsPlace) {
  ASSERT_TRUE(run("SELECT container, certainty, file, line FROM privileged"));
  EXPECT_EQ(out_.str(),
            "container,certainty,file,line\r\ncompose.yaml:web,declared,compose.yaml,2\r\n");
}

TEST_F(Query, FormatsQuoteWhatTheyMust) {
  ASSERT_TRUE(run("SELECT user FROM user"));
  EXPECT_EQ(out_.str(), "user\r\n\"a,\"\"b\"\"\"\r\n");
  ASSERT_TRUE(run("SELECT user FROM user", RowFormat::kJson));
  EXPECT_EQ(out_.str(), "[\n  {\"user\": \"a,\\\"b\\\"\"}]\n");
  ASSERT_TRUE(run("SELECT count(*) AS n FROM privileged", RowFormat::kTable));
  EXPECT_EQ(out_.str(), "n\n-\n1\n1 row\n");
}

TEST_F(Query, RefusesWhatIsNotReading) {
  for (const char* sql : {"DELETE FROM privileged", "DROP TABLE privileged", "CREATE TABLE t(a)",
                          "ATTACH 'x.db' AS x", "PRAGMA user_version = 3",
                          "SELECT load_extension('x')", "SELECT nothing FROM nowhere", "", "--"}) {
    const auto done = run(sql);
    EXPECT_FALSE(done) << sql;
  }
}

}  // namespace
}  // namespace wayout::app
