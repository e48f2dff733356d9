// SPDX-License-Identifier: Apache-2.0
#include "reason/builtins.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>

namespace wayout::reason {

namespace {

constexpr std::array<BuiltinInfo, 8> kBuiltins = {{
    {Builtin::kCovers, "covers", "covers(path, target)", true},
    {Builtin::kWithin, "within", "within(path, directory)", true},
    {Builtin::kMatches, "matches", "matches(text, glob)", true},
    {Builtin::kPermits, "permits", "permits(granted, wanted)", true},
    {Builtin::kVersionIn, "version_in", "version_in(version, ranges)", true},
    {Builtin::kLess, "less", "less(a, b)", true},
    {Builtin::kEqual, "==", "a == b", false},
    {Builtin::kNotEqual, "!=", "a != b", false},
}};

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/// A version taken apart: numbers, then how far before the release it stands.
struct Version {
  std::array<std::uint64_t, 6> numbers{};
  int stage = 3;  // 0 alpha or dev, 1 beta, 2 release candidate, 3 release
  std::uint64_t stage_number = 0;
  bool valid = false;
  friend auto operator<=>(const Version& a, const Version& b) {
    if (const auto order = a.numbers <=> b.numbers; order != 0) return order;
    if (const auto order = a.stage <=> b.stage; order != 0) return order;
    return a.stage_number <=> b.stage_number;
  }
};

std::uint64_t take_number(std::string_view& text) {
  std::uint64_t value = 0;
  std::size_t length = 0;
  while (length < text.size() && is_digit(text[length])) ++length;
  const auto [end, error] = std::from_chars(text.data(), text.data() + length, value);
  if (error != std::errc{}) value = UINT64_MAX;  // too long: larger than any real one
  text.remove_prefix(length);
  return value;
}

void take_stage(std::string_view text, Version& version) {
  while (!text.empty() && (text[0] == '-' || text[0] == '~' || text[0] == '.' || text[0] == '_')) {
    text.remove_prefix(1);
  }
  std::size_t length = 0;
  while (length < text.size() && is_letter(text[length])) ++length;
  std::string word(text.substr(0, length));
  std::transform(word.begin(), word.end(), word.begin(),
                 [](char c) { return static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c); });
  if (word == "rc") {
    version.stage = 2;
  } else if (word == "beta") {
    version.stage = 1;
  } else if (word == "alpha" || word == "dev" || word == "pre") {
    version.stage = 0;
  } else {
    return;  // a distribution's or builder's addition: -91-generic, +dfsg1, -ce
  }
  text.remove_prefix(length);
  if (!text.empty() && (text[0] == '.' || text[0] == '-')) text.remove_prefix(1);
  if (!text.empty() && is_digit(text[0])) version.stage_number = take_number(text);
}

Version parse_version(std::string_view text) {
  Version version;
  if (const std::size_t colon = text.find(':'); colon != text.npos) text.remove_prefix(colon + 1);
  if (!text.empty() && (text[0] == 'v' || text[0] == 'V')) text.remove_prefix(1);
  if (text.empty() || !is_digit(text[0])) return version;
  version.valid = true;
  for (std::size_t i = 0; i < version.numbers.size(); ++i) {
    version.numbers[i] = take_number(text);
    if (text.size() < 2 || text[0] != '.' || !is_digit(text[1])) break;
    text.remove_prefix(1);
  }
  take_stage(text, version);
  return version;
}

std::string_view without_trailing_slash(std::string_view path) {
  while (path.size() > 1 && path.back() == '/') path.remove_suffix(1);
  return path;
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

}  // namespace

std::span<const BuiltinInfo> builtins() {
  return kBuiltins;
}

const BuiltinInfo* builtin_named(std::string_view name) {
  for (const auto& builtin : kBuiltins) {
    if (builtin.is_call && builtin.name == name) return &builtin;
  }
  return nullptr;
}

bool covers(std::string_view path, std::string_view target) {
  path = without_trailing_slash(path);
  target = without_trailing_slash(target);
  if (path.empty() || path.front() != '/' || target.empty() || target.front() != '/') return false;
  if (path == "/") return true;
  if (!target.starts_with(path)) return false;
  return target.size() == path.size() || target[path.size()] == '/';
}

bool matches(std::string_view text, std::string_view glob) {
  std::size_t t = 0;
  std::size_t g = 0;
  std::size_t star = glob.npos;  // last `*` seen, and the text position it is tried to reach to
  std::size_t resume = 0;
  while (t < text.size()) {
    if (g < glob.size() && glob[g] == '*') {
      star = g++;
      resume = t;
    } else if (g < glob.size() && (glob[g] == '?' || glob[g] == text[t])) {
      ++g;
      ++t;
    } else if (star != glob.npos) {
      g = star + 1;
      t = ++resume;
    } else {
      return false;
    }
  }
  while (g < glob.size() && glob[g] == '*') ++g;
  return g == glob.size();
}

bool permits(std::string_view granted, std::string_view wanted) {
  if (granted == "*" || granted == wanted) return true;
  if (!granted.starts_with("*/")) return false;
  const std::size_t slash = wanted.find('/');
  return slash != wanted.npos && wanted.substr(slash) == granted.substr(1);
}

bool less(std::string_view a, std::string_view b) {
  const auto integer = [](std::string_view text) -> std::optional<std::int64_t> {
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return value;
  };
  const auto left = integer(a);
  const auto right = integer(b);
  return left && right && *left < *right;
}

int compare_versions(std::string_view a, std::string_view b) {
  const auto order = parse_version(a) <=> parse_version(b);
  return order < 0 ? -1 : order > 0 ? 1 : 0;
}

std::optional<VersionRanges> VersionRanges::parse(std::string_view text) {
  constexpr std::array<std::pair<std::string_view, Sign>, 6> kSigns = {{
      {"<=", Sign::kLessEqual},
      {">=", Sign::kGreaterEqual},
      {"==", Sign::kEqual},
      {"<", Sign::kLess},
      {">", Sign::kGreater},
      {"=", Sign::kEqual},
  }};
  VersionRanges ranges;
  ranges.alternatives_.emplace_back();
  while (true) {
    const std::size_t end = std::min(text.find_first_of(",|"), text.size());
    std::string_view bound = trimmed(text.substr(0, end));
    const auto sign = std::find_if(kSigns.begin(), kSigns.end(), [&](const auto& candidate) {
      return bound.starts_with(candidate.first);
    });
    if (sign == kSigns.end()) return std::nullopt;
    bound = trimmed(bound.substr(sign->first.size()));
    if (!parse_version(bound).valid) return std::nullopt;
    ranges.alternatives_.back().push_back({sign->second, std::string(bound)});
    if (end == text.size()) return ranges;
    if (text[end] == '|') ranges.alternatives_.emplace_back();
    text.remove_prefix(end + 1);
  }
}

bool VersionRanges::contains(std::string_view version) const {
  if (!parse_version(version).valid) return false;
  const auto within = [&](const Bound& bound) {
    const int order = compare_versions(version, bound.version);
    switch (bound.sign) {
      case Sign::kLess:
        return order < 0;
      case Sign::kLessEqual:
        return order <= 0;
      case Sign::kEqual:
        return order == 0;
      case Sign::kGreaterEqual:
        return order >= 0;
      case Sign::kGreater:
        return order > 0;
    }
    return false;
  };
  return std::any_of(alternatives_.begin(), alternatives_.end(), [&](const auto& bounds) {
    return std::all_of(bounds.begin(), bounds.end(), within);
  });
}

bool holds(Builtin builtin, std::string_view left, std::string_view right) {
  switch (builtin) {
    case Builtin::kCovers:
      return covers(left, right);
    case Builtin::kWithin:
      return covers(right, left);
    case Builtin::kMatches:
      return matches(left, right);
    case Builtin::kPermits:
      return permits(left, right);
    case Builtin::kVersionIn: {
      const auto ranges = VersionRanges::parse(right);
      return ranges && ranges->contains(left);
    }
    case Builtin::kEqual:
      return left == right;
    case Builtin::kNotEqual:
      return left != right;
    case Builtin::kLess:
      return less(left, right);
  }
  return false;
}

}  // namespace wayout::reason
