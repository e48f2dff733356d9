// SPDX-License-Identifier: Apache-2.0
#include "text/yaml.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace wayout::text {
namespace {

const base::FileId kFile{std::uint32_t{0}};

std::vector<base::Result<Tree>> parse(std::string_view content, base::Limits limits = {}) {
  return parse_yaml(kFile, content, limits);
}

/// The one document of `content`; `content` must outlive it.
Tree tree_of(std::string_view content) {
  auto documents = parse(content);
  EXPECT_EQ(documents.size(), 1u) << content;
  if (documents.size() != 1 || !documents[0]) {
    ADD_FAILURE() << (documents.empty() ? "no document" : documents[0].error().message);
    return Tree{};
  }
  return std::move(*documents[0]);
}

/// A document in flow form: mappings `{k: v}`, sequences `[a, b]`, scalars as their text.
std::string shown(const NodeRef& node) {
  if (node.is_mapping()) {
    std::string out;
    for (const auto& [key, value] : node.entries()) {
      out += (out.empty() ? "" : ", ") + shown(key) + ": " + shown(value);
    }
    return "{" + out + "}";
  }
  if (node.is_sequence()) {
    std::string out;
    for (const NodeRef& item : node.items()) out += (out.empty() ? "" : ", ") + shown(item);
    return "[" + out + "]";
  }
  return std::string(node.scalar());
}

struct Case {
  std::string name;
  std::string content;
  std::string expected;
};

class YamlDocument : public testing::TestWithParam<Case> {};

TEST_P(YamlDocument, IsRead) {
  EXPECT_EQ(shown(tree_of(GetParam().content).root()), GetParam().expected);
}

std::string name_of_case(const testing::TestParamInfo<Case>& info) {
  return info.param.name;
}

INSTANTIATE_TEST_SUITE_P(
    All, YamlDocument,
    testing::Values(
        Case{"Block", "a: 1\nb:\n  - x\n  - y: z\n", "{a: 1, b: [x, {y: z}]}"},
        Case{"UnindentedSequence", "a:\n- x\n- y\n", "{a: [x, y]}"},
        Case{"Flow", "{a: [1, 2], b: {c: d}}", "{a: [1, 2], b: {c: d}}"},
        Case{"Json", "{\"a\":1,\"b\":[true,null,\"x\"],\"c\":{\"d\":\"e\"}}",
             "{a: 1, b: [true, null, x], c: {d: e}}"},
        Case{"JsonWithTabs", "{\n\t\"a\": 1,\n\t\"b\": [\n\t\t2\n\t]\n}\n", "{a: 1, b: [2]}"},
        Case{"JsonEscapes", R"({"a":"\u00e9\/\"\\\n"})", "{a: \xC3\xA9/\"\\\n}"},
        Case{"JsonSurrogates", R"({"a":"x \ud83d\ude00 y","b":1})",
             "{a: x \xF0\x9F\x98\x80 y, b: 1}"},
        Case{"JsonLoneSurrogate", R"({"a":"x\ud83dy"})", "{a: x\xEF\xBF\xBDy}"},
        Case{"EscapedBackslashBeforeU", R"({"a":"x\\ud83d"})", "{a: x\\ud83d}"},
        Case{"ByteOrderMark",
             "\xEF\xBB\xBF"
             "a: 1\n",
             "{a: 1}"},
        Case{"CarriageReturns", "a: 1\r\nb:\r\n  - x\r\n", "{a: 1, b: [x]}"},
        Case{"Literal", "a: |\n  x\n   y\n\n  z\nb: 1\n", "{a: x\n y\n\nz\n, b: 1}"},
        Case{"LiteralStripped", "a: |-\n  x\n  y\nb: 1\n", "{a: x\ny, b: 1}"},
        Case{"LiteralKept", "a: |+\n  x\n\nb: 1\n", "{a: x\n\n, b: 1}"},
        Case{"Folded", "a: >\n  x\n  y\n", "{a: x y\n}"},
        Case{"IndentationIndicator", "a: |2\n   x\n", "{a:  x\n}"},
        Case{"MarkerInsideIndentedLiteral", "a: |\n  x\n  ---\n  y\n", "{a: x\n---\ny\n}"},
        Case{"Quotes", "a: 'it''s'\nb: \"\\t\\x41\"\n", "{a: it's, b: \tA}"},
        Case{"MultiLinePlain", "a: x\n  y\n", "{a: x y}"},
        Case{"Null", "a:\nb: ~\n", "{a: , b: ~}"},
        Case{"Comments", "# one\na: 1 # two\n# three\n", "{a: 1}"},
        Case{"Alias", "a: &x {k: v}\nb: *x\n", "{a: {k: v}, b: {k: v}}"},
        Case{"AliasRedefined", "a: &x 1\nb: *x\nc: &x 2\nd: *x\n", "{a: 1, b: 1, c: 2, d: 2}"},
        Case{"AliasRedefinedInside", "a: &x [&x 1, *x]\nb: *x\n", "{a: [1, 1], b: 1}"},
        Case{"AliasAsKey", "- &x k\n- {*x : v}\n", "[k, {k: v}]"},
        Case{"Merge", "b: &b {x: 1, y: 2}\nc: {<<: *b, y: 3}\n",
             "{b: {x: 1, y: 2}, c: {y: 3, x: 1}}"},
        Case{"MergeList", "- &a {x: 1}\n- &b {x: 2, y: 2}\n- <<: [*a, *b]\n",
             "[{x: 1}, {x: 2, y: 2}, {x: 1, y: 2}]"},
        Case{"MergeChain", "- &a {x: 1}\n- &b {<<: *a, y: 2}\n- {<<: *b}\n",
             "[{x: 1}, {y: 2, x: 1}, {y: 2, x: 1}]"},
        Case{"MergeOfScalar", "a: {<<: x, y: 1}\n", "{a: {y: 1}}"},
        Case{"DocumentMarkers", "---\na: 1\n...\n", "{a: 1}"},
        Case{"Directive", "%YAML 1.2\n---\na: 1\n", "{a: 1}"}, Case{"Scalar", "hello\n", "hello"},
        Case{"EmptyMapping", "{}", "{}"}, Case{"EmptyDocument", "---\n", ""},
        Case{"ComplexKey", "? [a]\n: b\n", "{[a]: b}"},
        Case{"UnicodeLineSeparatorInQuotes", "a: \"x\xE2\x80\xA8y\"\nb: 1\n",
             "{a: x\xE2\x80\xA8y, b: 1}"},
        Case{"Tags", "a: !!str 1\nb: !custom {x: y}\n", "{a: 1, b: {x: y}}"}),
    name_of_case);

TEST(Yaml, FindsPlaces) {
  const std::string content =
      "kind: Pod\nspec:\n  \"image\" : 'a b'\n  list: [x, {y: z}]\n  t: |\n    l\n";
  const Tree tree = tree_of(content);
  const NodeRef spec = tree.root()["spec"];
  const auto source = [&](const NodeRef& node) {
    const base::Span span = node.span();
    return content.substr(span.begin, span.end - span.begin);
  };
  EXPECT_EQ(source(tree.root().key("kind")), "kind");
  EXPECT_EQ(source(tree.root()["kind"]), "Pod");
  EXPECT_EQ(source(spec.key("image")), "\"image\"");
  EXPECT_EQ(source(spec["image"]), "'a b'");
  EXPECT_EQ(source(spec["list"]), "[x, {y: z}]");
  EXPECT_EQ(source(spec["list"].items()[1]["y"]), "z");
  EXPECT_EQ(source(spec["t"]).substr(0, 7), "|\n    l");
  EXPECT_EQ(spec["image"].span().line, 3u);
  EXPECT_EQ(spec["image"].span().column, 13u);
  EXPECT_EQ(spec["image"].span().end_column, 18u);
  EXPECT_EQ(spec.span().line, 3u);
  EXPECT_EQ(spec.span().column, 3u);
  EXPECT_EQ(spec.span().begin, 18u);
}

TEST(Yaml, PlacesCountBytesAndNewlines) {
  struct PlaceCase {
    const char* name;
    std::string before;
  };
  const PlaceCase cases[] = {
      {"ascii", "a: 1\n"},
      {"crlf", "a: 1\r\n"},
      {"bom",
       "\xEF\xBB\xBF"
       "a: 1\n"},
      {"two bytes", "\xC3\xA9: \xC3\xA9\n"},
      {"three and four", "k: \xE2\x82\xAC \xF0\x9F\x98\x80\n# \xE2\x82\xAC\n"},
      {"separators", "k: \"\xE2\x80\xA8\xC2\x85\"\n# \xE2\x80\xA9\n"},
      {"lone return", "# x\ra: 1\n"},
      {"many", [] {
         std::string text;
         for (int i = 0; i < 3000; ++i) text += "k" + std::to_string(i) + ": \xC3\xA9\n";
         return text;
       }()}};
  for (const PlaceCase& c : cases) {
    const std::string content = c.before + "\xC3\xA9t: {image: busybox, n: [1, two]}\n";
    const Tree tree = tree_of(content);
    const NodeRef image = tree.root()["\xC3\xA9t"]["image"];
    const base::Span span = image.span();
    EXPECT_EQ(content.substr(span.begin, span.end - span.begin), "busybox") << c.name;
    const auto lines =
        static_cast<std::uint32_t>(std::count(c.before.begin(), c.before.end(), '\n'));
    EXPECT_EQ(span.line, lines + 1) << c.name;
    EXPECT_EQ(span.column, 14u) << c.name;
    const base::Span two = tree.root()["\xC3\xA9t"]["n"].items()[1].span();
    EXPECT_EQ(content.substr(two.begin, two.end - two.begin), "two") << c.name;
  }
}

TEST(Yaml, PlacesContinueInLaterChunks) {
  const std::string content = "a: \xC3\xA9\n---\nb: \xC3\xA9\nc: here\n";
  const auto chunks = split_documents(content);
  ASSERT_EQ(chunks.size(), 2u);
  const auto documents = parse_yaml(kFile, content, chunks[1], {});
  ASSERT_EQ(documents.size(), 1u);
  const base::Span span = documents[0]->root()["c"].span();
  EXPECT_EQ(span.line, 4u);
  EXPECT_EQ(content.substr(span.begin, span.end - span.begin), "here");
}

TEST(Yaml, MarksDuplicateKeys) {
  const std::string content = "a: 1\nb: 2\na: 3\nc: {d: 1, \"d\": 2}\n<<: {}\n<<: {}\n";
  const Tree tree = tree_of(content);
  ASSERT_EQ(tree.duplicate_keys().size(), 2u);
  EXPECT_EQ(tree.root()["a"].scalar(), "3");
  EXPECT_TRUE(tree.node(tree.root().key("a").index()).duplicate_key);
  std::string large;
  for (int i = 0; i < 40; ++i) large += "k" + std::to_string(i % 39) + ": v\n";
  EXPECT_EQ(tree_of(large).duplicate_keys().size(), 1u);
}

TEST(Yaml, ReadsScalarsAsTheirConsumersDo) {
  const std::string content =
      "t: true\nq: \"true\"\ny: yes\ns: !!str true\nn: null\nnq: 'null'\ne:\ni: 42\nneg: -7\nf: "
      "1.5\n"
      "big: 99999999999999999999\nm: {}\n";
  const Tree tree = tree_of(content);
  const NodeRef root = tree.root();
  EXPECT_EQ(root["t"].boolean(), true);
  EXPECT_EQ(root["q"].boolean(), std::nullopt);
  EXPECT_EQ(root["q"].loose_bool(), true);
  EXPECT_EQ(root["y"].boolean(), std::nullopt);
  EXPECT_EQ(root["y"].loose_bool(), true);
  EXPECT_EQ(root["s"].boolean(), std::nullopt);
  EXPECT_TRUE(root["n"].is_null());
  EXPECT_FALSE(root["nq"].is_null());
  EXPECT_TRUE(root["e"].is_null());
  EXPECT_EQ(root["i"].integer(), 42);
  EXPECT_EQ(root["neg"].integer(), -7);
  EXPECT_EQ(root["f"].integer(), std::nullopt);
  EXPECT_EQ(root["big"].integer(), std::nullopt);
  EXPECT_EQ(root["m"].integer(), std::nullopt);
  EXPECT_FALSE(root["missing"]["deeper"]);
  EXPECT_TRUE(root["missing"].items().empty());
  EXPECT_FALSE(tree.node(root["s"].index()).tagged);
  EXPECT_TRUE(tree_of("!x 1").node(0).tagged);
}

TEST(Yaml, ReadsStreams) {
  const std::string content = "a: 1\n---\n---\n# c\n---\nb: 2\n...\n---\nc: 3\n";
  const auto documents = parse(content);
  ASSERT_EQ(documents.size(), 5u);
  EXPECT_EQ(shown(documents[0]->root()), "{a: 1}");
  EXPECT_TRUE(documents[1]->root().is_null());
  EXPECT_EQ(shown(documents[4]->root()), "{c: 3}");
  for (const std::string_view nothing : {"", "\n\n", "# only a comment\n", "\xEF\xBB\xBF"}) {
    EXPECT_TRUE(parse(nothing).empty()) << nothing;
  }
}

struct BadCase {
  std::string name;
  std::string content;
  base::ErrorCode code;
  std::uint32_t line;
  std::string part;  ///< of the message
};

class BadYaml : public testing::TestWithParam<BadCase> {};

TEST_P(BadYaml, IsAnErrorWithAPlace) {
  const BadCase& c = GetParam();
  const auto documents = parse(c.content);
  ASSERT_FALSE(documents.empty());
  ASSERT_FALSE(documents.back().has_value());
  const base::Error& error = documents.back().error();
  EXPECT_EQ(error.code, c.code) << error.message;
  ASSERT_TRUE(error.span.has_value());
  EXPECT_EQ(error.span->line, c.line);
  EXPECT_LE(error.span->end, c.content.size());
  EXPECT_NE(error.message.find(c.part), std::string::npos) << error.message;
}

std::string bomb() {
  std::string text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 10; ++i) {
    const std::string name = "a" + std::to_string(i);
    const std::string below = "*a" + std::to_string(i - 1);
    text += name + ": &" + name + " [";
    for (int k = 0; k < 10; ++k) text += (k == 0 ? "" : ", ") + below;
    text += "]\n";
  }
  return text;
}

std::string wide_bomb() {
  std::string text = "base: &b [";
  for (int i = 0; i < 1000; ++i) text += "x, ";
  text += "x]\n";
  for (int i = 0; i < 1200; ++i) text += "k" + std::to_string(i) + ": {v: *b}\n";
  return text;
}

INSTANTIATE_TEST_SUITE_P(
    All, BadYaml,
    testing::Values(
        BadCase{"Tab", "a:\n\tb: 1\n", base::ErrorCode::kSyntax, 2, "cannot start any token"},
        BadCase{"Unclosed", "a: [1,\nb", base::ErrorCode::kSyntax, 2, ""},
        BadCase{"BadIndent", "a:\n  b: 1\n c: 2\n", base::ErrorCode::kSyntax, 3, ""},
        BadCase{"Nul", std::string("a: 1\nb: \0x\n", 11), base::ErrorCode::kSyntax, 2, "control"},
        BadCase{"InvalidUtf8", "a: 1\nb: \xFF\n", base::ErrorCode::kSyntax, 2, "UTF-8"},
        BadCase{"Overlong", "a: \xC0\x80", base::ErrorCode::kSyntax, 1, "UTF-8"},
        BadCase{"Surrogate", "a: \xED\xA0\x80", base::ErrorCode::kSyntax, 1, "UTF-8"},
        BadCase{"CutOff", "a: \xE2\x82", base::ErrorCode::kSyntax, 1, "UTF-8"},
        BadCase{"UnknownAlias", "a: 1\nb: *x\n", base::ErrorCode::kInvalid, 2, "*x"},
        BadCase{"AliasFromOtherDocument", "a: &x 1\n---\nb: *x\n", base::ErrorCode::kInvalid, 3,
                "*x"},
        BadCase{"RecursiveAlias", "a: &x\n  - *x\n", base::ErrorCode::kInvalid, 2,
                "contains itself"},
        BadCase{"RecursiveMerge", "a: &x\n  <<: *x\n", base::ErrorCode::kInvalid, 2,
                "contains itself"},
        BadCase{"Bomb", bomb(), base::ErrorCode::kLimit, 6, "aliases"},
        BadCase{"WideBomb", wide_bomb(), base::ErrorCode::kLimit, 1000, "aliases"},
        BadCase{"Brackets", std::string(400'000, '['), base::ErrorCode::kLimit, 1, "nested"},
        BadCase{"Braces", std::string(400'000, '{'), base::ErrorCode::kLimit, 1, "nested"},
        BadCase{"Dashes",
                [] {
                  std::string text;
                  for (int i = 0; i < 100'000; ++i) text += "- ";
                  return text;
                }(),
                base::ErrorCode::kLimit, 1, "nested"},
        BadCase{"BadDirective", "%YAML 9.x\n---\na: 1\n", base::ErrorCode::kSyntax, 1, ""}),
    [](const testing::TestParamInfo<BadCase>& bad) { return bad.param.name; });

TEST(Yaml, KeepsDocumentsBeforeABrokenOne) {
  const auto documents = parse("a: 1\n---\nb: [\n");
  ASSERT_EQ(documents.size(), 2u);
  EXPECT_TRUE(documents[0].has_value());
  EXPECT_FALSE(documents[1].has_value());
}

TEST(Yaml, BoundsNodes) {
  base::Limits limits;
  limits.nodes = 3;
  EXPECT_TRUE(parse("[1, 2]", limits)[0].has_value());
  const auto documents = parse("[1, 2, 3]", limits);
  ASSERT_FALSE(documents[0].has_value());
  EXPECT_EQ(documents[0].error().code, base::ErrorCode::kLimit);
  limits = {};
  limits.nesting = 2;
  EXPECT_TRUE(parse("[[1]]", limits)[0].has_value());
  EXPECT_FALSE(parse("[[[1]]]", limits)[0].has_value());
}

TEST(Yaml, ReadsLargeMapsInLinearTime) {
  std::string content = "base: &b\n";
  for (int i = 0; i < 50'000; ++i) content += "  key" + std::to_string(i) + ": value\n";
  content += "merged: {<<: *b, own: 1}\n";
  const Tree tree = tree_of(content);
  EXPECT_EQ(tree.root()["base"].size(), 50'000u);
  EXPECT_EQ(tree.root()["base"]["key49999"].scalar(), "value");
  EXPECT_EQ(tree.root()["merged"].entries().size(), 50'001u);
}

TEST(Yaml, ReadsManyAnchorsInLinearTime) {
  std::string content;
  for (int i = 0; i < 50'000; ++i) content += "- &a" + std::to_string(i) + " [x]\n";
  EXPECT_EQ(tree_of(content).root().size(), 50'000u);
}

/// Chunks as `line:text`, joined by `|`.
std::string chunks_of(std::string_view content) {
  std::string out;
  for (const Chunk& chunk : split_documents(content)) {
    out += (out.empty() ? "" : "|") + std::to_string(chunk.line) + ":" +
           std::string(content.substr(chunk.begin, chunk.end - chunk.begin));
  }
  return out;
}

TEST(SplitDocuments, CutsAtMarkers) {
  EXPECT_EQ(chunks_of(""), "1:");
  EXPECT_EQ(chunks_of("a: 1\n"), "1:a: 1\n");
  EXPECT_EQ(chunks_of("a: 1\n---\nb: 2\n"), "1:a: 1\n|2:---\nb: 2\n");
  EXPECT_EQ(chunks_of("# c\n---\na: 1\n"), "1:# c\n---\na: 1\n");
  EXPECT_EQ(chunks_of("---\na: 1\n---\n---\n"), "1:---\na: 1\n|3:---\n|4:---\n");
  EXPECT_EQ(chunks_of("a: 1\r\n---\r\nb: 2"), "1:a: 1\r\n|2:---\r\nb: 2");
  EXPECT_EQ(chunks_of("a: 1\n--- # c\nb: 2"), "1:a: 1\n|2:--- # c\nb: 2");
  EXPECT_EQ(chunks_of("a: 1\n---x\n"), "1:a: 1\n---x\n");
  EXPECT_EQ(chunks_of("a: |\n  x\n  ---\n"), "1:a: |\n  x\n  ---\n");
  EXPECT_EQ(chunks_of("a: |\n  x\n---\nb: 1\n"), "1:a: |\n  x\n|3:---\nb: 1\n");
  EXPECT_EQ(chunks_of("%YAML 1.2\n---\na: 1\n---\nb: 2\n"), "1:%YAML 1.2\n---\na: 1\n---\nb: 2\n");
  EXPECT_EQ(chunks_of("{\"a\": 1}\n"), "1:{\"a\": 1}\n");
  EXPECT_EQ(chunks_of("a: 1\n\xEF\xBB\xBF"
                      "b: 2\n"),
            "1:a: 1\n|2:\xEF\xBB\xBF"
            "b: 2\n");
  EXPECT_EQ(chunks_of("a: 1\n\xEF\xBB\xBF---\nb: 2\n"), "1:a: 1\n|2:\xEF\xBB\xBF---\nb: 2\n");
}

TEST(SplitDocuments, MeetsTheParser) {
  for (const std::string content :
       {"a: 1\n---\nb: 2\n---\n- c\n", "---\n---\nx: |\n  y\n---\nz\n",
        "# c\n\n---\na: é\n...\n---\nb\n", "\xEF\xBB\xBF---\na\n---\nb\n"}) {
    std::vector<std::string> whole;
    for (const auto& document : parse(content)) whole.push_back(shown(document->root()));
    std::vector<std::string> parts;
    for (const Chunk& chunk : split_documents(content)) {
      for (const auto& document : parse_yaml(kFile, content, chunk, {})) {
        parts.push_back(shown(document->root()));
      }
    }
    EXPECT_EQ(whole, parts) << content;
  }
}

TEST(Yaml, AnAliasAsKeyIsFoundByItsText) {
  const std::string content = "a: &k privileged\nb:\n  *k : true\n";
  const auto documents = parse_yaml(base::FileId(0u), content, base::Limits{});
  ASSERT_EQ(documents.size(), 1u);
  ASSERT_TRUE(documents[0]);
  const NodeRef b = documents[0]->root()["b"];
  EXPECT_EQ(b["privileged"].boolean(), true);
  EXPECT_EQ(b.key("privileged").span().line, 3u);
}

}  // namespace
}  // namespace wayout::text
