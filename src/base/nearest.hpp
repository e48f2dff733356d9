// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace wayout::base {

/// The candidate that a person who wrote `name` probably meant (few edits away, swapped letters
/// counting as one), or nothing. The first of equally near ones.
std::string_view nearest(std::string_view name, std::span<const std::string_view> candidates);

/// "did you mean 'x'?" for the nearest candidate, else `otherwise`.
std::string did_you_mean(std::string_view name, std::span<const std::string_view> candidates,
                         std::string_view otherwise = {});

}  // namespace wayout::base
