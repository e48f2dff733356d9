// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/limits.hpp"
#include "base/source.hpp"
#include "deploy/platform.hpp"
#include "deploy/target.hpp"
#include "fact/fact_base.hpp"
#include "text/tree.hpp"

namespace wayout::deploy::compose {

/// One Compose file with its documents, which are merged in order.
struct File {
  std::string path;
  std::vector<std::unique_ptr<text::Tree>> documents;
};

/// Opens a file of the target by its relative path; nothing when it is not part of the target.
using Open = std::function<std::optional<base::FileId>(std::string_view path)>;

/// Whether a document is a Compose file: a mapping of services that look like such.
bool recognises(text::NodeRef root);

/// Reads every Compose project among `files` into facts. A project is one file with its override
/// file merged over it; a file whose services build on those of the main file beside it is merged
/// over that one. Dockerfiles must have been read before: a service that is built takes its user
/// from there.
void read_projects(std::vector<File> files, const Platform& platform, const Open& open,
                   const base::Sources& sources, const base::Limits& limits, fact::FactBase& facts,
                   std::vector<Skipped>& skipped);

}  // namespace wayout::deploy::compose
