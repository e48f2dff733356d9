// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace wayout::report {

/// The parts of an entity's name (rules/vocabulary.yaml says how readers make them), as views of
/// the text; empty where it has none.
struct Entity {
  enum class Kind : unsigned char {
    kOther,
    kContainer,
    kWorkload,
    kImage,
    kNode,
    kRole,
    kAccount,
  } kind = Kind::kOther;
  std::string_view name;      ///< "web", "nginx:1.25", "host"
  std::string_view workload;  ///< "Deployment/web", "compose.yaml"
  std::string_view name_space;
  std::string_view type;  ///< of a role or account: "ClusterRole", "ServiceAccount", "Group"
};

/// `kind_hint` is a rule's subject_kind where known: `compose.yaml:web` and `compose.yaml` are only
/// told from other texts by it or by the extension.
Entity entity_of(std::string_view text, std::string_view kind_hint = {});

/// "container web", "container app of Deployment shop/web", "ClusterRole admin", "the host"; any
/// other text unchanged. Printable.
std::string display(std::string_view text, std::string_view kind_hint = {});

/// The shortest name a person recognises: "web", "web/app".
std::string short_name(std::string_view text);

/// The word of the report's schema for a kind of subject.
std::string_view schema_kind(const Entity& entity, std::string_view kind_hint);

}  // namespace wayout::report
