// SPDX-License-Identifier: Apache-2.0
#include "app/builtin_rules.hpp"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>

// Bundles that cmake/bundle.cmake writes: "%FILE <path> <bytes>\n<content>\n" for each file.
#define WAYOUT_EMBED(symbol, path)        \
  asm(".section .rodata\n"                \
      ".global " #symbol                  \
      "_begin\n"                          \
      ".global " #symbol "_end\n" #symbol \
      "_begin:\n"                         \
      ".incbin \"" path "\"\n" #symbol    \
      "_end:\n"                           \
      ".byte 0\n"                         \
      ".previous\n");                     \
  extern "C" const char symbol##_begin[]; \
  extern "C" const char symbol##_end[]

WAYOUT_EMBED(wayout_rules, WAYOUT_RULES_BUNDLE);
WAYOUT_EMBED(wayout_examples, WAYOUT_EXAMPLES_BUNDLE);

namespace wayout::app {

namespace fs = std::filesystem;

namespace {

std::string_view between(const char* begin, const char* end) {
  return {begin, static_cast<std::size_t>(end - begin)};
}

/// Calls `visit(path, content)` for each file of a bundle until it returns false.
template <class Visit>
void for_each_file(std::string_view bundle, const Visit& visit) {
  constexpr std::string_view kHeader = "%FILE ";
  while (bundle.substr(0, kHeader.size()) == kHeader) {
    const auto end = bundle.find('\n');
    const std::string_view header = bundle.substr(kHeader.size(), end - kHeader.size());
    const auto space = header.rfind(' ');
    std::size_t bytes = 0;
    std::from_chars(header.data() + space + 1, header.data() + header.size(), bytes);
    if (!visit(header.substr(0, space), bundle.substr(end + 1, bytes))) return;
    bundle.remove_prefix(std::min(bundle.size(), end + 1 + bytes + 1));
  }
}

}  // namespace

RuleSources add_builtin_rules(base::Sources& sources) {
  RuleSources out;
  for_each_file(between(wayout_rules_begin, wayout_rules_end),
                [&](std::string_view path, std::string_view content) {
                  if (path == "vocabulary.yaml") return true;
                  const auto file = sources.add("rules/" + std::string(path), std::string(content));
                  const bool platform = path.rfind("platforms/", 0) == 0;
                  (platform ? out.platforms : out.rules).push_back(file);
                  return true;
                });
  return out;
}

std::string builtin_example(std::string_view rule) {
  const std::string prefix = "cases/" + std::string(rule) + "/violating";
  std::string example;
  for_each_file(between(wayout_examples_begin, wayout_examples_end),
                [&](std::string_view path, std::string_view content) {
                  if (path.rfind(prefix, 0) == 0) example = content;
                  return example.empty();
                });
  return example;
}

base::Result<std::vector<base::FileId>> add_rule_directory(const std::string& directory,
                                                           base::Sources& sources) {
  std::error_code error;
  std::vector<fs::path> paths;
  fs::recursive_directory_iterator it(directory, error);
  if (error) {
    return base::fail(base::ErrorCode::kUsage, "cannot read rules in " + directory,
                      error.message());
  }
  for (; it != fs::recursive_directory_iterator(); it.increment(error)) {
    if (error) break;
    const fs::path& path = it->path();
    if (it->is_directory(error) && (path.filename() == "cases" || path.filename() == "platforms")) {
      it.disable_recursion_pending();
    } else if (path.extension() == ".yaml" && path.filename() != "vocabulary.yaml" &&
               it->is_regular_file(error)) {
      paths.push_back(path);
    }
  }
  std::sort(paths.begin(), paths.end());
  std::vector<base::FileId> files;
  for (const fs::path& path : paths) {
    std::ifstream in(path, std::ios::binary);
    files.push_back(
        sources.add(path.string(), std::string(std::istreambuf_iterator<char>(in), {})));
  }
  return files;
}

}  // namespace wayout::app
