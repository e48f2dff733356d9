// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "reason/rule.hpp"

namespace wayout::reason {

/// A built-in as rules write it.
struct BuiltinInfo {
  Builtin builtin;
  std::string_view name;
  std::string_view usage;
  bool is_call;  ///< `name(a, b)`; otherwise an infix sign
};
std::span<const BuiltinInfo> builtins();
const BuiltinInfo* builtin_named(std::string_view name);

/// Paths are absolute and clean; a trailing slash does no harm. Relative paths cover nothing.
bool covers(std::string_view path, std::string_view target);
/// `*` any run of characters, `?` one character; everything else itself. Linear for one `*`, at
/// worst the product of both lengths.
bool matches(std::string_view text, std::string_view glob);
/// Whether an RBAC rule entry (verb, API group or resource[/subresource]) allows a wanted one, as
/// the API server decides: `*` allows all, `*/scale` that subresource of every resource. `pods`
/// does not allow `pods/exec`, nor does `pods/*`.
bool permits(std::string_view granted, std::string_view wanted);
/// As integers; false when one of them is none.
bool less(std::string_view a, std::string_view b);

/// -1, 0, 1. Numbers between dots, missing ones 0, then pre-releases (alpha, beta, rc) before the
/// release. Prefix `v`, a Debian epoch and what distributions append are ignored.
int compare_versions(std::string_view a, std::string_view b);

/// ">=5.8,<5.10.102|>=5.11,<5.15.25": alternatives of conjunctions of bounds.
class VersionRanges {
 public:
  /// Nothing when the text is not of that form.
  static std::optional<VersionRanges> parse(std::string_view text);
  /// False for a text that does not begin like a version.
  bool contains(std::string_view version) const;

 private:
  enum class Sign : std::uint8_t { kLess, kLessEqual, kEqual, kGreaterEqual, kGreater };
  struct Bound {
    Sign sign;
    std::string version;
  };
  std::vector<std::vector<Bound>> alternatives_;
};

/// Decides a built-in for two texts.
bool holds(Builtin builtin, std::string_view left, std::string_view right);

}  // namespace wayout::reason
