// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "text/dockerfile.hpp"

namespace wayout::deploy {

/// Who an image's main process runs as.
struct ImageUser {
  enum class Class : std::uint8_t { kRoot, kUnset, kNonroot, kUnknown };
  Class user_class = Class::kUnset;
  std::string text;  ///< as written after substitution; empty when unset
  base::Span span;   ///< the USER instruction, else the FROM of the stage
  /// For kNonroot without USER: the base image is known to run so.
  bool from_base = false;
};

/// `root`, `unset`, `nonroot` or `unknown`.
std::string_view name_of(ImageUser::Class user_class);

/// What a user as Docker takes it (`name`, `uid`, either with `:group`) amounts to.
ImageUser::Class class_of_user(std::string_view user);

/// The stage that `docker build --target` means: by name or number, the last one for an empty text.
std::optional<std::size_t> stage_named(const text::Dockerfile& dockerfile, std::string_view target);

/// The stages an image consists of, base first: `stage` and those it stands on.
std::vector<std::size_t> stages_below(const text::Dockerfile& dockerfile, std::size_t stage);

/// The last USER of the stage or those it stands on. An image that is known to run as an ordinary
/// user (distroless `nonroot` tags and the like) counts as nonroot where no USER follows.
ImageUser image_user(const text::Dockerfile& dockerfile, std::size_t stage);

}  // namespace wayout::deploy
