// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "deploy/dockerfile/image_user.hpp"
#include "fact/fact_base.hpp"
#include "text/dockerfile.hpp"

namespace wayout::deploy {

/// The entity of the image a Dockerfile builds: `dockerfile:PATH`, or `dockerfile:PATH#target` for
/// a stage other than the last (`build.target` of Compose).
std::string image_entity(const text::Dockerfile& dockerfile, std::string_view path,
                         std::string_view target = {});

/// Adds what a Dockerfile says of the image it builds, stages below the built one included.
/// Instructions of other stages do not reach the image; of them only literal credentials and what
/// weakens the build itself (host network, insecure mode, mounts, remote scripts) are added, to
/// `dockerfile:PATH#stage`.
/// Facts of a `target` that is not the last stage are added to its own entity.
void dockerfile_facts(const text::Dockerfile& dockerfile, std::string_view path, base::FileId file,
                      fact::FactBase& facts, std::string_view target = {});

}  // namespace wayout::deploy
