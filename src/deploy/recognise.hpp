// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

#include "text/tree.hpp"

namespace wayout::deploy {

enum class FileKind : std::uint8_t {
  kNone,
  kDocuments,  ///< YAML or JSON that may describe containers
  kDockerfile,
};

enum class DocumentKind : std::uint8_t { kNone, kKubernetes, kCompose, kInspect, kEcs };

/// Bytes of a file that are enough for `may_matter`.
inline constexpr std::size_t kHeadBytes = 4096;

/// Whether a file is worth reading whole, from its name and its first bytes.
bool may_matter(std::string_view path, std::string_view head);

/// What a whole file is, before any parsing: cheap, and sure only in saying no.
FileKind recognise_file(std::string_view path, std::string_view content);

/// What one parsed document is.
DocumentKind recognise_document(text::NodeRef root);

/// Whether a stretch that could not be parsed must be reported: it would have mattered, or it is
/// named YAML and nobody can know. Templates of unknown purpose are left in peace.
bool worth_a_word(std::string_view path, std::string_view chunk);

/// Whether a document holds template actions (`{{ x }}`) where YAML expects values, which makes it
/// the source of something else.
bool looks_like_template(std::string_view chunk);
/// The same for a text that happened to parse: `{{ x }}` is a mapping with a mapping as key.
bool parsed_like_template(const text::Tree& tree);

}  // namespace wayout::deploy
