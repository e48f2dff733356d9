// SPDX-License-Identifier: Apache-2.0
#include "deploy/dockerfile/dockerfile_facts.hpp"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <set>
#include <utility>

#include "deploy/credential_shape.hpp"
#include "deploy/dockerfile/build_patterns.hpp"
#include "deploy/dockerfile/shell_words.hpp"

namespace wayout::deploy {
namespace {

using fact::AssumptionKind;
using fact::Certainty;
using fact::Relation;
using text::Instruction;

std::string_view file_name(std::string_view path) {
  while (path.size() > 1 && path.back() == '/') path.remove_suffix(1);
  const std::size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

std::pair<std::string_view, std::string_view> split_assignment(std::string_view text) {
  const std::size_t equals = text.find('=');
  if (equals == std::string_view::npos) return {text, {}};
  return {text.substr(0, equals), text.substr(equals + 1)};
}

/// The kind of credential a file of this name is made to hold.
CredentialKind kind_of_file(std::string_view path) {
  const std::string_view name = file_name(path);
  constexpr auto kKeys =
      std::to_array<std::string_view>({"id_rsa", "id_dsa", "id_ecdsa", "id_ed25519"});
  if (std::find(kKeys.begin(), kKeys.end(), name) != kKeys.end()) {
    return CredentialKind::kPrivateKey;
  }
  if (name == ".netrc" || name == ".pgpass" || name == ".git-credentials" || name == ".htpasswd") {
    return CredentialKind::kPassword;
  }
  if (name == ".npmrc" || name == ".pypirc" || name == ".dockercfg" || name == "kubeconfig" ||
      name == ".kube" || path.ends_with(".docker/config.json") || path.ends_with(".kube/config")) {
    return CredentialKind::kToken;
  }
  if (name == ".aws" || path.ends_with(".aws/credentials")) return CredentialKind::kCloudKey;
  if (name == ".env" || name.starts_with(".env.")) {
    const bool sample = name.find("example") != std::string_view::npos ||
                        name.find("sample") != std::string_view::npos ||
                        name.find("template") != std::string_view::npos ||
                        name.find("dist") != std::string_view::npos;
    return sample ? CredentialKind::kNone : CredentialKind::kPassword;
  }
  return CredentialKind::kNone;
}

bool is_number(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

/// A source as facts may show it: a URL without its user and password.
std::string without_userinfo(std::string_view source) {
  const std::size_t scheme = source.find("://");
  if (scheme == std::string_view::npos) return std::string(source);
  const std::size_t begin = scheme + 3;
  const std::size_t at = source.substr(0, source.find('/', begin)).rfind('@');
  if (at == std::string_view::npos || at < begin) return std::string(source);
  return std::string(source.substr(0, begin)) + std::string(source.substr(at + 1));
}

/// Patterns of a stage that is not part of the image: only those that concern the build host.
bool concerns_build(std::string_view pattern) {
  constexpr auto kBuild = std::to_array<std::string_view>(
      {"mount-cache", "mount-secret", "mount-ssh", "mount-bind", "security-insecure",
       "network-host", "curl-pipe-shell", "remote-add"});
  return std::find(kBuild.begin(), kBuild.end(), pattern) != kBuild.end();
}

/// Writes the facts of one image entity.
class ImageFacts {
 public:
  ImageFacts(std::string image, fact::FactBase& facts) : image_(std::move(image)), facts_(facts) {}

  void add(Relation relation, std::initializer_list<std::string_view> values, const base::Span& at,
           Certainty certainty = Certainty::kDeclared, std::string_view note = {}) {
    std::vector<fact::Symbol> row{facts_.intern(image_)};
    for (const std::string_view value : values) row.push_back(facts_.intern(value));
    fact::Origin origin;
    origin.span = at;
    if (certainty == Certainty::kAssumed) origin.assumes = AssumptionKind::kImage;
    if (!note.empty()) origin.note = facts_.intern(note);
    facts_.add(relation, row, certainty, facts_.origin(origin));
    wrote_ = true;
  }

  bool wrote() const { return wrote_; }
  void add_user(const ImageUser& user);
  void add_instruction(const Instruction& instruction, const ImageUser& user);
  void add_credentials(const Instruction& instruction);
  void add_patterns(const Instruction& instruction, bool in_image);

 private:
  void add_credential(std::string_view name, std::string_view how, std::string_view where,
                      CredentialKind kind, const base::Span& at,
                      Certainty certainty = Certainty::kDeclared, std::string_view note = {});
  void add_env(const Instruction& instruction);
  void add_args(const Instruction& instruction, bool in_image);
  void add_run(const Instruction& instruction);
  void add_copy(const Instruction& instruction, const ImageUser& user);

  std::string image_;
  fact::FactBase& facts_;
  bool wrote_ = false;
};

void ImageFacts::add_user(const ImageUser& user) {
  if (user.user_class == ImageUser::Class::kUnset) {
    add(Relation::kImageUser, {"unset"}, user.span, Certainty::kDefault,
        "an image without USER runs as its base image does, which is root unless that one says "
        "otherwise");
    return;
  }
  if (user.from_base) {
    add(Relation::kImageUser, {"nonroot"}, user.span, Certainty::kDefault,
        "this base image is published with an ordinary user");
    return;
  }
  add(Relation::kImageUser, {name_of(user.user_class)}, user.span);
}

/// A credential is named by where it lies, so that the same one is not counted twice.
void ImageFacts::add_credential(std::string_view name, std::string_view how, std::string_view where,
                                CredentialKind kind, const base::Span& at, Certainty certainty,
                                std::string_view note) {
  add(Relation::kImageCredential, {name, how}, at, certainty, note);
  const std::string place = std::string(where) + ":" + image_ + ":" + std::string(name);
  fact::Origin origin;
  origin.span = at;
  if (certainty == Certainty::kAssumed) origin.assumes = AssumptionKind::kImage;
  if (!note.empty()) origin.note = facts_.intern(note);
  const fact::OriginId from = facts_.origin(origin);
  const fact::Symbol id = facts_.intern(place);
  facts_.add(Relation::kCredential, {id, facts_.intern(name_of(kind))}, certainty, from);
  facts_.add(Relation::kHeldIn, {id, id}, certainty, from);
}

void ImageFacts::add_env(const Instruction& instruction) {
  for (const std::string& argument : instruction.arguments) {
    const auto [name, value] = split_assignment(argument);
    const CredentialKind kind = credential_kind(name, value);
    if (kind == CredentialKind::kNone) {
      add(Relation::kImageEnv, {name, value}, instruction.span);
    } else {
      add_credential(name, "env", "env", kind, instruction.span);
    }
  }
}

void ImageFacts::add_args(const Instruction& instruction, bool in_image) {
  for (const std::string& argument : instruction.arguments) {
    const auto [name, value] = split_assignment(argument);
    if (const CredentialKind kind = credential_kind(name, value); kind != CredentialKind::kNone) {
      add_credential(name, "arg", "arg", kind, instruction.span);
    } else if (in_image && value.empty() && credential_named(name) != CredentialKind::kNone) {
      add_credential(name, "build-arg", "arg", credential_named(name), instruction.span,
                     Certainty::kAssumed,
                     "the build passes a value for " + std::string(name) +
                         ", which the image's history keeps");
    }
  }
}

void ImageFacts::add_run(const Instruction& instruction) {
  for (const ShellCommand& command : shell_commands(shell_text(instruction))) {
    for (const std::string& assignment : command.assignments) {
      const auto [name, value] = split_assignment(assignment);
      const CredentialKind kind = credential_kind(name, value);
      // `PASSWORD=abc$x` is put together by the shell: not known.
      if (kind == CredentialKind::kNone || value.find('$') != std::string_view::npos) continue;
      add_credential(name, "run", "layer", kind, instruction.span);
    }
  }
}

void ImageFacts::add_copy(const Instruction& instruction, const ImageUser& user) {
  const auto& arguments = instruction.arguments;
  const bool other_stage = std::any_of(instruction.flags.begin(), instruction.flags.end(),
                                       [](const auto& flag) { return flag.first == "from"; });
  for (std::size_t i = 0; i + 1 < arguments.size(); ++i) {
    const std::string source = without_userinfo(arguments[i]);
    add(Relation::kCopiesIntoImage, {source, arguments.back()}, instruction.span);
    if (const CredentialKind in_url = credential_kind("", arguments[i]);
        in_url != CredentialKind::kNone) {
      add_credential(source, "run", "layer", in_url, instruction.span);
    }
    const CredentialKind kind = kind_of_file(source);
    if (kind == CredentialKind::kNone || other_stage) continue;
    add_credential(source, "file", "layer", kind, instruction.span, Certainty::kAssumed,
                   source + " holds what its name says");
  }
  for (const auto& [name, value] : instruction.flags) {
    if (name != "chown" || user.user_class != ImageUser::Class::kNonroot) continue;
    const std::string_view owner = std::string_view(value).substr(0, value.find(':'));
    const std::string_view runs_as = std::string_view(user.text).substr(0, user.text.find(':'));
    if (class_of_user(owner) != ImageUser::Class::kNonroot) continue;
    if (owner == runs_as) {
      add(Relation::kImageChowns, {owner}, instruction.span);
    } else if (is_number(owner) != is_number(runs_as)) {
      add(Relation::kImageChowns, {owner}, instruction.span, Certainty::kAssumed,
          std::string(owner) + " and " + std::string(runs_as) + " are the same user");
    }
  }
}

/// Of a stage outside the image: literal credentials, which the build cache and the file keep.
void ImageFacts::add_credentials(const Instruction& instruction) {
  if (instruction.keyword == "ARG") add_args(instruction, false);
  if (instruction.keyword == "RUN") add_run(instruction);
  if (instruction.keyword != "ENV") return;
  for (const std::string& argument : instruction.arguments) {
    const auto [name, value] = split_assignment(argument);
    const CredentialKind kind = credential_kind(name, value);
    if (kind != CredentialKind::kNone) add_credential(name, "env", "env", kind, instruction.span);
  }
}

void ImageFacts::add_instruction(const Instruction& instruction, const ImageUser& user) {
  const std::string& keyword = instruction.keyword;
  const auto& arguments = instruction.arguments;
  if (keyword == "ENV") add_env(instruction);
  if (keyword == "ARG") add_args(instruction, true);
  if (keyword == "RUN") add_run(instruction);
  if (keyword == "COPY" || keyword == "ADD") add_copy(instruction, user);
  if (keyword == "LABEL") {
    for (const std::string& argument : arguments) {
      const auto [name, value] = split_assignment(argument);
      if (looks_like_credential(name, value)) continue;
      add(Relation::kImageLabel, {name, value}, instruction.span);
    }
  }
  if (keyword == "WORKDIR" && !arguments.empty()) {
    add(Relation::kImageWorkdir, {arguments[0]}, instruction.span);
  }
  if (keyword == "VOLUME") {
    for (const std::string& path : arguments) {
      add(Relation::kImageVolume, {path}, instruction.span);
    }
  }
  if (keyword == "EXPOSE") {
    for (const std::string& port : arguments) {
      add(Relation::kImageExposes, {std::string_view(port).substr(0, port.find('/'))},
          instruction.span);
    }
  }
}

void ImageFacts::add_patterns(const Instruction& instruction, bool in_image) {
  for (const std::string_view pattern : build_patterns(instruction)) {
    if (!in_image && !concerns_build(pattern)) continue;
    // `ADD $FILE /x`: whether it is an archive or a URL is not known.
    const bool guess = pattern == "local-add" && instruction.unresolved;
    add(Relation::kImageRuns, {pattern}, instruction.span,
        guess ? Certainty::kAssumed : Certainty::kDeclared,
        guess ? "the source is an ordinary file" : "");
  }
}

}  // namespace

std::string image_entity(const text::Dockerfile& dockerfile, std::string_view path,
                         std::string_view target) {
  std::string name = "dockerfile:" + std::string(path);
  const std::optional<std::size_t> stage = stage_named(dockerfile, target);
  if (stage && *stage + 1 != dockerfile.stages.size()) {
    const std::string& stage_name = dockerfile.stages[*stage].name;
    name += "#" + (stage_name.empty() ? std::to_string(*stage) : stage_name);
  }
  return name;
}

void dockerfile_facts(const text::Dockerfile& dockerfile, std::string_view path,
                      base::FileId /*file*/, fact::FactBase& facts, std::string_view target) {
  const std::optional<std::size_t> built = stage_named(dockerfile, target);
  if (!built) return;
  ImageFacts image(image_entity(dockerfile, path, target), facts);
  const std::vector<std::size_t> below = stages_below(dockerfile, *built);
  const text::Stage& lowest = dockerfile.stages[below.front()];
  const ImageUser user = image_user(dockerfile, *built);

  image.add(Relation::kImage, {"dockerfile"}, dockerfile.stages[*built].instructions.front().span);
  image.add(Relation::kImageBase, {lowest.base}, lowest.instructions.front().span);
  image.add_user(user);
  for (const text::Directive& directive : dockerfile.directives) {
    if (directive.name == "syntax") {
      image.add(Relation::kImageSyntax, {directive.value}, directive.span);
    }
  }
  for (const std::size_t stage : below) {
    for (const Instruction& instruction : dockerfile.stages[stage].instructions) {
      if (instruction.onbuild) continue;
      image.add_instruction(instruction, user);
      image.add_patterns(instruction, true);
    }
  }
  if (!target.empty()) return;
  const std::set<std::size_t> in_image(below.begin(), below.end());
  for (std::size_t stage = 0; stage < dockerfile.stages.size(); ++stage) {
    if (in_image.count(stage) != 0) continue;
    ImageFacts other(image_entity(dockerfile, path, std::to_string(stage)), facts);
    for (const Instruction& instruction : dockerfile.stages[stage].instructions) {
      if (instruction.onbuild) continue;
      other.add_credentials(instruction);
      other.add_patterns(instruction, false);
    }
    if (other.wrote()) {
      other.add(Relation::kImage, {"dockerfile"},
                dockerfile.stages[stage].instructions.front().span);
    }
  }
}

}  // namespace wayout::deploy
