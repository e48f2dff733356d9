// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "deploy/target.hpp"
#include "deploy/walk.hpp"

namespace wayout::deploy {

/// What helm or kustomize made of one chart or overlay.
struct Rendered {
  std::string path;  ///< the chart's or overlay's file, marked as rendered
  std::string content;
};

/// Charts and overlays of a target: their output, and the files that must not be read as they
/// stand because they are sources of that output or only parts of objects.
struct RenderPlan {
  std::vector<Rendered> rendered;
  std::vector<Skipped> skipped;
  std::set<std::string, std::less<>> files;  ///< left out
  std::vector<std::string> folders;          ///< left out with everything below

  bool leaves_out(std::string_view path) const;
};

/// Finds Helm charts and Kustomize overlays and renders them with the programs that are installed
/// (helm; kustomize or kubectl), without a shell and with a time limit. Only overlays whose bases
/// all lie in the target are rendered, so that nothing is fetched. What cannot be rendered is
/// reported as `not rendered`.
RenderPlan plan_rendering(const std::string& target, const Walk& walk, const ReadOptions& options);

}  // namespace wayout::deploy
