// SPDX-License-Identifier: Apache-2.0
#include "app/command_line.hpp"

#include <gtest/gtest.h>

namespace wayout::app {
namespace {

struct Good {
  const char* name;
  std::vector<std::string> line;
  std::string_view command;
  std::vector<std::string> arguments;
};

class UnderstoodLine : public ::testing::TestWithParam<Good> {};

TEST_P(UnderstoodLine, NamesCommandAndArguments) {
  const auto parsed = parse_command_line(GetParam().line);
  ASSERT_TRUE(parsed) << parsed.error().message;
  EXPECT_EQ(parsed->command->name, GetParam().command);
  EXPECT_EQ(parsed->arguments, GetParam().arguments);
}

INSTANTIATE_TEST_SUITE_P(
    Lines, UnderstoodLine,
    ::testing::Values(Good{"nothing", {}, "help", {}}, Good{"help", {"--help"}, "help", {}},
                      Good{"version", {"--version"}, "version", {}},
                      Good{"scan", {"scan", "a", "b"}, "scan", {"a", "b"}},
                      Good{"stdin", {"scan", "-"}, "scan", {"-"}},
                      Good{"flags_between", {"scan", "a", "-f", "json", "b"}, "scan", {"a", "b"}},
                      Good{"flags_first", {"scan", "--strict", "a"}, "scan", {"a"}},
                      Good{"two_words", {"rules", "test", "dir"}, "rules test", {"dir"}},
                      Good{"query", {"query", "SELECT 1", "x"}, "query", {"SELECT 1", "x"}}),
    [](const auto& param) { return param.param.name; });

TEST(CommandLine, KeepsValuesOfFlags) {
  const auto parsed = parse_command_line(
      {"scan", "x", "--fail-on", "high", "--fail-on", "way-out", "-o", "out.json", "--blocked"});
  ASSERT_TRUE(parsed) << parsed.error().message;
  EXPECT_EQ(parsed->all("fail-on"), (std::vector<std::string>{"high", "way-out"}));
  EXPECT_EQ(parsed->value("output"), "out.json");
  EXPECT_TRUE(parsed->has("blocked"));
  EXPECT_FALSE(parsed->has("strict"));
  EXPECT_EQ(parsed->value("format", "terminal"), "terminal");
}

struct Bad {
  const char* name;
  std::vector<std::string> line;
  const char* part_of_message;
};

class RefusedLine : public ::testing::TestWithParam<Bad> {};

TEST_P(RefusedLine, SaysWhatIsWrongAndWhatToDo) {
  const auto parsed = parse_command_line(GetParam().line);
  ASSERT_FALSE(parsed);
  EXPECT_EQ(parsed.error().code, base::ErrorCode::kUsage);
  EXPECT_NE(parsed.error().message.find(GetParam().part_of_message), std::string::npos)
      << parsed.error().message;
  EXPECT_FALSE(parsed.error().hint.empty());
}

INSTANTIATE_TEST_SUITE_P(
    Lines, RefusedLine,
    ::testing::Values(Bad{"unknown_command", {"scna", "x"}, "scna"},
                      Bad{"no_target", {"scan"}, "missing"},
                      Bad{"unknown_flag", {"scan", "x", "--fast"}, "--fast"},
                      Bad{"wrong_choice", {"scan", "x", "--format", "xml"}, "xml"},
                      Bad{"value_missing", {"scan", "x", "--output"}, "--output"},
                      Bad{"rules_alone", {"rules"}, "rules"},
                      Bad{"too_many", {"version", "x"}, "too many"}),
    [](const auto& param) { return param.param.name; });

TEST(Help, NamesEveryCommandAndEveryFlag) {
  const std::string overall = overview();
  const std::string man = man_page();
  for (const Command& command : commands()) {
    EXPECT_NE(overall.find(std::string(command.name)), std::string::npos) << command.name;
    const std::string help = help_for(command);
    for (const Flag& flag : command.flags) {
      EXPECT_NE(help.find("--" + std::string(flag.name)), std::string::npos) << flag.name;
    }
    EXPECT_NE(man.find(".SS wayout "), std::string::npos);
  }
}

TEST(Help, StaysWithinAHundredColumns) {
  for (const Command& command : commands()) {
    std::string text = help_for(command) + overview();
    for (std::size_t at = 0; at < text.size();) {
      const auto end = text.find('\n', at);
      EXPECT_LE(end - at, 100u) << text.substr(at, end - at);
      at = end + 1;
    }
  }
}

TEST(Completions, ExistForThreeShellsOnly) {
  EXPECT_NE(completions("bash").find("complete -o filenames -F _wayout wayout"), std::string::npos);
  EXPECT_NE(completions("zsh").find("bashcompinit"), std::string::npos);
  EXPECT_NE(completions("fish").find("-l fail-on"), std::string::npos);
  EXPECT_TRUE(completions("tcsh").empty());
}

}  // namespace
}  // namespace wayout::app
