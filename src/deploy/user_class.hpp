// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace wayout::deploy {

/// `root`, `nonroot`, or empty when the text (`user[:group]`) does not tell.
constexpr std::string_view user_class(std::string_view user) {
  const std::string_view name = user.substr(0, user.find(':'));
  if (name.find('$') != std::string_view::npos) return {};
  if (name == "root") return "root";
  if (name.empty()) return {};
  // `00` is 0 as well.
  return name.find_first_not_of('0') == std::string_view::npos ? "root" : "nonroot";
}

}  // namespace wayout::deploy
