// SPDX-License-Identifier: Apache-2.0
#include "deploy/dockerfile/image_user.hpp"

#include <algorithm>
#include <charconv>

namespace wayout::deploy {
namespace {

std::string lowered(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return out;
}

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

/// Images whose publishers document an ordinary user as the default.
bool base_is_nonroot(std::string_view reference) {
  const std::string base = lowered(reference);
  const std::size_t slash = base.rfind('/');
  const std::size_t colon = base.find(':', slash == std::string::npos ? 0 : slash);
  const std::string_view tag =
      colon == std::string::npos ? std::string_view{} : std::string_view(base).substr(colon + 1);
  if (contains(base, "distroless/") && contains(tag, "nonroot")) return true;
  return base.starts_with("nginxinc/nginx-unprivileged") ||
         base.starts_with("docker.io/nginxinc/nginx-unprivileged");
}

}  // namespace

std::string_view name_of(ImageUser::Class user_class) {
  switch (user_class) {
    case ImageUser::Class::kRoot:
      return "root";
    case ImageUser::Class::kUnset:
      return "unset";
    case ImageUser::Class::kNonroot:
      return "nonroot";
    case ImageUser::Class::kUnknown:
      return "unknown";
  }
  return "unknown";
}

ImageUser::Class class_of_user(std::string_view user) {
  if (contains(user, "$")) return ImageUser::Class::kUnknown;
  const std::string name = lowered(user.substr(0, user.find(':')));
  if (name.empty()) return ImageUser::Class::kUnknown;
  if (name == "root" || name == "containeradministrator") return ImageUser::Class::kRoot;
  const bool zero = name.find_first_not_of('0') == std::string::npos;
  return zero ? ImageUser::Class::kRoot : ImageUser::Class::kNonroot;
}

std::optional<std::size_t> stage_named(const text::Dockerfile& dockerfile,
                                       std::string_view target) {
  if (dockerfile.stages.empty()) return std::nullopt;
  if (target.empty()) return dockerfile.stages.size() - 1;
  const std::string wanted = lowered(target);
  for (std::size_t i = dockerfile.stages.size(); i-- > 0;) {
    if (lowered(dockerfile.stages[i].name) == wanted) return i;
  }
  std::size_t number = 0;
  const auto [end, error] = std::from_chars(target.data(), target.data() + target.size(), number);
  const bool whole = error == std::errc{} && end == target.data() + target.size();
  if (whole && number < dockerfile.stages.size()) return number;
  return std::nullopt;
}

std::vector<std::size_t> stages_below(const text::Dockerfile& dockerfile, std::size_t stage) {
  std::vector<std::size_t> out;
  std::optional<std::size_t> at = stage;
  // A parent always stands before its child, so this ends.
  while (at && *at < dockerfile.stages.size()) {
    out.push_back(*at);
    at = dockerfile.stages[*at].parent;
  }
  std::reverse(out.begin(), out.end());
  return out;
}

ImageUser image_user(const text::Dockerfile& dockerfile, std::size_t stage) {
  ImageUser user;
  const std::vector<std::size_t> stages = stages_below(dockerfile, stage);
  if (stages.empty()) return user;
  user.span = dockerfile.stages[stage].instructions.front().span;
  for (const std::size_t below : stages) {
    for (const text::Instruction& instruction : dockerfile.stages[below].instructions) {
      if (instruction.keyword != "USER" || instruction.onbuild) continue;
      if (instruction.arguments.empty() || instruction.arguments[0].empty()) continue;
      user.text = instruction.arguments[0];
      user.span = instruction.span;
      user.user_class = class_of_user(user.text);
      if (instruction.unresolved) user.user_class = ImageUser::Class::kUnknown;
    }
  }
  if (user.text.empty() && base_is_nonroot(dockerfile.stages[stages.front()].base)) {
    user.user_class = ImageUser::Class::kNonroot;
    user.from_base = true;
    user.span = dockerfile.stages[stages.front()].instructions.front().span;
  }
  return user;
}

}  // namespace wayout::deploy
