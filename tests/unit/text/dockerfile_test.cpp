// SPDX-License-Identifier: Apache-2.0
#include "text/dockerfile.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace wayout::text {
namespace {

const base::FileId kFile{std::uint32_t{0}};

Dockerfile parse(std::string_view content) {
  auto result = parse_dockerfile(kFile, content, base::Limits{});
  EXPECT_TRUE(result.has_value()) << content;
  return result ? std::move(*result) : Dockerfile{};
}

/// `KEYWORD[arguments joined by |]` for every instruction of the last stage after FROM.
std::string shown(const Instruction& instruction) {
  std::string out = (instruction.onbuild ? "ONBUILD " : "") + instruction.keyword;
  for (const auto& [name, value] : instruction.flags) out += " --" + name + "=" + value;
  out += '[';
  for (std::size_t i = 0; i < instruction.arguments.size(); ++i) {
    out += (i == 0 ? "" : "|") + instruction.arguments[i];
  }
  out += instruction.json_form ? "]json" : "]";
  if (instruction.unresolved) out += '?';
  for (const std::string& body : instruction.heredocs) out += "{" + body + "}";
  return out;
}

std::string last_stage(const Dockerfile& file) {
  std::string out;
  if (file.stages.empty()) return out;
  const auto& instructions = file.stages.back().instructions;
  for (std::size_t i = 1; i < instructions.size(); ++i) {
    out += (i == 1 ? "" : " ") + shown(instructions[i]);
  }
  return out;
}

struct Case {
  std::string name;
  std::string content;
  std::string expected;
  std::size_t problems = 0;
};

class DockerfileStage : public testing::TestWithParam<Case> {};

TEST_P(DockerfileStage, IsRead) {
  const Dockerfile file = parse(GetParam().content);
  EXPECT_EQ(last_stage(file), GetParam().expected);
  EXPECT_EQ(file.problems.size(), GetParam().problems);
}

std::string name_of_case(const testing::TestParamInfo<Case>& info) {
  return info.param.name;
}

INSTANTIATE_TEST_SUITE_P(
    Lines, DockerfileStage,
    testing::Values(
        Case{"Plain", "FROM a\nUSER root\n", "USER[root]"},
        Case{"LowerCase", "from a\nuser root", "USER[root]"},
        Case{"Indented", "  FROM a\n\t USER root  \n", "USER[root]"},
        Case{"ByteOrderMark",
             "\xEF\xBB\xBF"
             "FROM a\nUSER b\n",
             "USER[b]"},
        Case{"CarriageReturns", "FROM a\r\nRUN x \\\r\n  y\r\nUSER b\r\n", "RUN[x|y] USER[b]"},
        Case{"Continuation", "FROM a\nRUN x \\\n    y", "RUN[x|y]"},
        Case{"ContinuationInsideWord", "FROM a\nRUN ab\\\ncd", "RUN[abcd]"},
        Case{"ContinuationThenBlanks", "FROM a\nRUN x \\  \n y", "RUN[x|y]"},
        Case{"DoubledEscapeEndsLine", "FROM a\nRUN x \\\\\nUSER b", "RUN[x|\\] USER[b]"},
        Case{"CommentInContinuation", "FROM a\nRUN x && \\\n# no\n  # no \\\n y", "RUN[x|&&|y]"},
        Case{"BlankInContinuation", "FROM a\nRUN x \\\n\n  \n y\nUSER b", "RUN[x|y] USER[b]"},
        Case{"ContinuationOnly", "FROM a\nRUN x \\\n \\\n y", "RUN[x|y]"},
        Case{"ContinuationAtEnd", "FROM a\nRUN x \\", "RUN[x]"},
        Case{"HashInsideLine", "FROM a\nRUN echo # no comment", "RUN[echo|#|no|comment]"},
        Case{"EscapeDirective", "# escape=`\nFROM a\nRUN x `\n y\nWORKDIR c:\\\\app\nUSER b\\\n",
             "RUN[x|y] WORKDIR[c:\\\\app] USER[b\\]"},
        Case{"EscapeAfterCommentIsNone", "# hi\n# escape=`\nFROM a\nRUN x \\\n y", "RUN[x|y]"},
        Case{"EscapeTwice", "# escape=`\n# escape=\\\nFROM a\nRUN x `\n y", "RUN[x|y]", 1},
        Case{"EscapeUnknown", "# escape=!\nFROM a\nRUN x \\\n y", "RUN[x|y]", 1},
        Case{"UnknownInstruction", "FROM a\nRUNN x\nUSER b", "USER[b]", 1},
        Case{"BeforeFrom", "USER x\nFROM a\nUSER b", "USER[b]", 1},
        Case{"NulByte", std::string("FROM a\nUSER r\0t", 15), std::string("USER[r\0t]", 9)}),
    name_of_case);

INSTANTIATE_TEST_SUITE_P(
    Forms, DockerfileStage,
    testing::Values(Case{"Json", "FROM a\nCMD [\"x\", \"y z\"]", "CMD[x|y z]json"},
                    Case{"JsonEscapes", R"(FROM a
RUN ["\"", "\u00e9\ud83d\ude00", "\/\t"])",
                         "RUN[\"|\xC3\xA9\xF0\x9F\x98\x80|/\t]json"},
                    Case{"JsonEmpty", "FROM a\nCMD []", "CMD[]json"},
                    Case{"JsonBroken", "FROM a\nCMD ['x']", "CMD[[x]]"},
                    Case{"JsonNumber", "FROM a\nCMD [1]", "CMD[[1]]"},
                    Case{"JsonTrailing", "FROM a\nCMD [\"x\"] y", "CMD[[x]|y]"},
                    Case{"TestCommandIsNoJson", "FROM a\nRUN [ -f x ]", "RUN[[|-f|x|]]"},
                    Case{"JsonContinued", "FROM a\nCMD [\"x\", \\\n  \"y\"]", "CMD[x|y]json"},
                    Case{"Flags", "FROM a\nCOPY --from=b --chown=1:1 x y",
                         "COPY --from=b --chown=1:1[x|y]"},
                    Case{"FlagWithoutValue", "FROM a\nCOPY --link x y", "COPY --link=[x|y]"},
                    Case{"FlagsEnd", "FROM a\nRUN -- --x", "RUN[--x]"},
                    Case{"FlagQuoted", "FROM a\nRUN --mount=\"type=secret,id=a b\" x",
                         "RUN --mount=type=secret,id=a b[x]"},
                    Case{"CmdHasNoFlags", "FROM a\nCMD --port 1", "CMD[--port|1]"},
                    Case{"JsonAfterFlags", "FROM a\nCOPY --chown=b [\"x y\",\"z\"]",
                         "COPY --chown=b[x y|z]json"},
                    Case{"Healthcheck", "FROM a\nHEALTHCHECK --interval=5s CMD x",
                         "HEALTHCHECK --interval=5s[CMD|x]"},
                    Case{"Onbuild", "FROM a\nONBUILD USER root", "ONBUILD USER[root]"},
                    Case{"OnbuildKeepsVariables", "FROM a\nENV u=b\nONBUILD USER $u",
                         "ENV[u=b] ONBUILD USER[$u]"},
                    Case{"OnbuildTwice", "FROM a\nONBUILD ONBUILD RUN x", "", 1},
                    Case{"OnbuildFrom", "FROM a\nONBUILD FROM x", "", 1},
                    Case{"Quotes", "FROM a\nRUN echo \"a b\" 'c d' e\\ f", "RUN[echo|a b|c d|e f]"},
                    Case{"Expose", "FROM a\nEXPOSE 80 443/tcp", "EXPOSE[80|443/tcp]"},
                    Case{"WorkdirWithSpace", "FROM a\nWORKDIR /a b", "WORKDIR[/a b]"},
                    Case{"UserQuoted", "FROM a\nUSER \"1000\"", "USER[1000]"}),
    name_of_case);

INSTANTIATE_TEST_SUITE_P(
    Heredocs, DockerfileStage,
    testing::Values(
        Case{"One", "FROM a\nRUN <<EOF\napt x\n# y\nEOF\nUSER b",
             "RUN[<<EOF]{apt x\n# y\n} USER[b]"},
        Case{"Quoted", "FROM a\nCOPY <<'E' /x\n$a\nE\n", "COPY[<<E|/x]{$a\n}"},
        Case{"Tabs", "FROM a\nRUN <<-E\n\tx\n\tE\nUSER b", "RUN[<<-E]{x\n} USER[b]"},
        Case{"Two", "FROM a\nCOPY <<A <<B /d/\n1\nA\n2\nB\n", "COPY[<<A|<<B|/d/]{1\n}{2\n}"},
        Case{"WithCommand", "FROM a\nRUN python3 <<EOF > /x\np()\nEOF",
             "RUN[python3|<<EOF|>|/x]{p()\n}"},
        Case{"FileDescriptor", "FROM a\nRUN cat 3<<E\nx\nE\nUSER b", "RUN[cat|3<<E]{x\n} USER[b]"},
        Case{"CarriageReturns", "FROM a\r\nRUN <<E\r\nx\r\nE\r\nUSER b", "RUN[<<E]{x\n} USER[b]"},
        Case{"Unterminated", "FROM a\nRUN <<E\nx\nUSER b", "RUN[<<E]{x\nUSER b\n}", 1},
        Case{"HereString", "FROM a\nRUN cat <<<x\nUSER b", "RUN[cat|<<<x] USER[b]"},
        Case{"Shift", "FROM a\nRUN echo $((1<<2))\nUSER b", "RUN[echo|$((1<<2))] USER[b]"},
        Case{"SpacedIsNone", "FROM a\nRUN cat << E\nUSER b", "RUN[cat|<<|E] USER[b]"},
        Case{"NotForUser", "FROM a\nUSER <<E\nWORKDIR /x", "USER[<<E] WORKDIR[/x]"},
        Case{"Onbuild", "FROM a\nONBUILD RUN <<E\nx\nE\nUSER b", "ONBUILD RUN[<<E]{x\n} USER[b]"},
        Case{"InstructionsInside", "FROM a\nCOPY <<E /Dockerfile\nFROM z\nUSER root\nE\nUSER b",
             "COPY[<<E|/Dockerfile]{FROM z\nUSER root\n} USER[b]"}),
    name_of_case);

INSTANTIATE_TEST_SUITE_P(
    Variables, DockerfileStage,
    testing::Values(
        Case{"Env", "FROM a\nENV u=bob\nUSER $u", "ENV[u=bob] USER[bob]"},
        Case{"EnvOldForm", "FROM a\nENV u bob the 'x y'\nUSER ${u}",
             "ENV[u=bob the x y] USER[bob the x y]"},
        Case{"EnvSeveral", "FROM a\nENV a=1 b=\"2 3\" c=4\\ 5", "ENV[a=1|b=2 3|c=4 5]"},
        Case{"EnvSeesOldValues", "FROM a\nENV x=1\nENV x=2 y=$x\nUSER $y",
             "ENV[x=1] ENV[x=2|y=1] USER[1]"},
        Case{"Arg", "FROM a\nARG u=bob\nUSER $u", "ARG[u=bob] USER[bob]"},
        Case{"ArgWithoutDefault", "FROM a\nARG u\nUSER $u", "ARG[u] USER[$u]?"},
        Case{"EnvWinsOverArg", "FROM a\nARG u=x\nENV u=y\nARG u=z\nUSER $u",
             "ARG[u=x] ENV[u=y] ARG[u=z] USER[y]"},
        Case{"GlobalArgUnseen", "ARG u=bob\nFROM a\nUSER $u", "USER[$u]?"},
        Case{"GlobalArgRepeated", "ARG u=bob\nFROM a\nARG u\nUSER $u", "ARG[u] USER[bob]"},
        Case{"Unknown", "FROM a\nWORKDIR $HOME/x", "WORKDIR[$HOME/x]?"},
        Case{"DefaultTaken", "FROM a\nUSER ${u:-bob}", "USER[bob]"},
        Case{"DefaultNotTaken", "FROM a\nENV u=al\nUSER ${u:-bob}", "ENV[u=al] USER[al]"},
        Case{"DefaultForEmpty", "FROM a\nENV u=\nUSER ${u:-bob}", "ENV[u=] USER[bob]"},
        Case{"DashKeepsEmpty", "FROM a\nENV u=\nUSER x${u-bob}", "ENV[u=] USER[x]"},
        Case{"PlusTaken", "FROM a\nENV u=1\nUSER ${u:+bob}", "ENV[u=1] USER[bob]"},
        Case{"PlusNotTaken", "FROM a\nUSER x${u:+bob}", "USER[x]"},
        Case{"DefaultNested", "FROM a\nENV v=bob\nUSER ${u:-${w:-$v}}", "ENV[v=bob] USER[bob]"},
        Case{"Escaped", "FROM a\nENV u=1\nUSER \\$u", "ENV[u=1] USER[$u]"},
        Case{"SingleQuotes", "FROM a\nENV u=1\nENV v='$u' w=\"$u\"", "ENV[u=1] ENV[v=$u|w=1]"},
        Case{"Unclosed", "FROM a\nUSER ${u", "USER[${u]?"},
        Case{"PatternKept", "FROM a\nENV u=a.b\nUSER ${u%.*}", "ENV[u=a.b] USER[${u%.*}]?"},
        Case{"LoneDollar", "FROM a\nUSER a$", "USER[a$]"},
        Case{"RunIsLeftToTheShell", "FROM a\nENV u=1\nRUN echo $u", "ENV[u=1] RUN[echo|$u]"},
        Case{"Flag", "FROM a\nARG u=7\nCOPY --chown=$u x y", "ARG[u=7] COPY --chown=7[x|y]"},
        Case{"JsonItem", "FROM a\nARG d=/s\nCOPY [\"$d/x\", \"/y\"]",
             "ARG[d=/s] COPY[/s/x|/y]json"},
        Case{"Label", "FROM a\nLABEL a=1 \"b c\"=\"d\"", "LABEL[a=1|b c=d]"},
        Case{"InheritedFromStage", "FROM a AS b\nENV u=bob\nARG v=al\nFROM B\nUSER $u$v",
             "USER[bobal]"},
        Case{"NotFromOtherStage", "FROM a AS b\nENV u=bob\nFROM c\nUSER $u", "USER[$u]?"}),
    name_of_case);

TEST(Dockerfile, FollowsStages) {
  const Dockerfile file = parse(
      "ARG TAG=3.18\nARG REG\nFROM alpine:${TAG} AS Base\nFROM --platform=$BUILDPLATFORM base\n"
      "FROM ${REG}/x:$TAG as last\nFROM scratch\n");
  ASSERT_EQ(file.stages.size(), 4u);
  EXPECT_EQ(file.globals.size(), 2u);
  EXPECT_EQ(file.stages[0].base, "alpine:3.18");
  EXPECT_EQ(file.stages[0].name, "Base");
  EXPECT_FALSE(file.stages[0].parent.has_value());
  EXPECT_EQ(file.stages[1].parent, 0u);
  EXPECT_EQ(file.stages[1].instructions[0].flags.at(0).second, "$BUILDPLATFORM");
  EXPECT_EQ(file.stages[2].base, "${REG}/x:3.18");
  EXPECT_TRUE(file.stages[2].instructions[0].unresolved);
  EXPECT_EQ(file.stages[2].name, "last");
  EXPECT_EQ(file.stages[3].base, "scratch");
  EXPECT_TRUE(file.problems.empty());
}

TEST(Dockerfile, AStageIsNotItsOwnParent) {
  const Dockerfile file = parse("FROM alpine AS alpine\nFROM alpine\n");
  EXPECT_FALSE(file.stages[0].parent.has_value());
  EXPECT_EQ(file.stages[1].parent, 0u);
}

TEST(Dockerfile, KeepsDirectives) {
  const Dockerfile file =
      parse("#syntax=docker/dockerfile:1\n# Check = skip=all\n# other=1\n# escape=`\nFROM a\n");
  ASSERT_EQ(file.directives.size(), 3u);
  EXPECT_EQ(file.directives[0].name, "syntax");
  EXPECT_EQ(file.directives[0].value, "docker/dockerfile:1");
  EXPECT_EQ(file.directives[1].name, "check");
  EXPECT_EQ(file.directives[2].name, "escape");
  EXPECT_EQ(file.directives[1].span.line, 2u);
  EXPECT_EQ(file.directives[1].span.begin, 28u);
}

TEST(Dockerfile, SpansAreExact) {
  const std::string content =
      "\xEF\xBB\xBF# c\r\nFROM a\r\n  RUN x \\\r\n# c\r\n\r\n  y  \r\nRUN <<E\nz\nE\nUSER b";
  const Dockerfile file = parse(content);
  const auto& instructions = file.stages[0].instructions;
  ASSERT_EQ(instructions.size(), 4u);
  const auto source = [&](std::size_t i) {
    const base::Span& span = instructions[i].span;
    return content.substr(span.begin, span.end - span.begin);
  };
  EXPECT_EQ(source(0), "FROM a");
  EXPECT_EQ(source(1), "RUN x \\\r\n# c\r\n\r\n  y");
  EXPECT_EQ(source(2), "RUN <<E\nz\nE");
  EXPECT_EQ(source(3), "USER b");
  const base::Span run = instructions[1].span;
  EXPECT_EQ(run.line, 3u);
  EXPECT_EQ(run.column, 3u);
  EXPECT_EQ(run.end_line, 6u);
  EXPECT_EQ(run.end_column, 4u);
  EXPECT_EQ(instructions[2].span.end_line, 9u);
  EXPECT_EQ(instructions[3].span.line, 10u);
  EXPECT_EQ(instructions[3].span.end_column, 7u);
}

TEST(Dockerfile, KeepsRawAndText) {
  const Dockerfile file = parse("FROM a\nENV v=1\nCOPY \"$v\" \\\n   /d\n");
  const Instruction& copy = file.stages[0].instructions[2];
  EXPECT_EQ(copy.raw, "\"$v\" /d");
  EXPECT_EQ(copy.text, "\"1\" /d");
}

TEST(Dockerfile, FailsWithoutFrom) {
  for (const std::string_view content : {"", "\n\n", "# only\n", "ARG x=1\n", "hello world\n"}) {
    const auto result = parse_dockerfile(kFile, content, base::Limits{});
    ASSERT_FALSE(result.has_value()) << content;
    EXPECT_EQ(result.error().code, base::ErrorCode::kSyntax);
    EXPECT_EQ(result.error().span->line, 1u);
  }
}

TEST(Dockerfile, DoesNotRepeatWhatIsNoInstruction) {
  const Dockerfile file = parse("FROM a\npassword=hunter2 x\n");
  ASSERT_EQ(file.problems.size(), 1u);
  EXPECT_EQ(file.problems[0].message.find("HUNTER2"), std::string::npos);
  EXPECT_EQ(file.problems[0].span->line, 2u);
}

TEST(Dockerfile, BoundsVariablesThatGrow) {
  std::string content = "FROM a\nENV a=xxxxxxxxxxxxxxxx\n";
  for (int i = 0; i < 60; ++i) content += "ENV a=$a$a\n";
  const Dockerfile file = parse(content);
  ASSERT_EQ(file.problems.size(), 1u);
  EXPECT_EQ(file.problems[0].code, base::ErrorCode::kLimit);
}

TEST(Dockerfile, BoundsDepthAndStages) {
  std::string nested = "FROM a\nUSER ";
  for (int i = 0; i < 100'000; ++i) nested += "${a:-";
  nested += "x" + std::string(100'000, '}') + "\n";
  EXPECT_TRUE(parse(nested).stages[0].instructions[1].unresolved);

  std::string stages;
  for (int i = 0; i < 5000; ++i) {
    stages += "FROM s" + std::to_string(i) + " AS s" + std::to_string(i + 1) + "\nUSER $x\n";
  }
  const Dockerfile file = parse(stages);
  ASSERT_FALSE(file.problems.empty());
  EXPECT_EQ(file.problems.back().code, base::ErrorCode::kLimit);
}

TEST(Dockerfile, ReadsLongLinesInLinearTime) {
  std::string content = "FROM a\nRUN ";
  for (int i = 0; i < 200'000; ++i) content += "--x=\"y\" ";
  content += "\nUSER ";
  for (int i = 0; i < 200'000; ++i) content += "\"'a'\"$b";
  EXPECT_EQ(parse(content).stages[0].instructions[1].flags.size(), 200'000u);
}

}  // namespace
}  // namespace wayout::text
