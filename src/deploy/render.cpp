// SPDX-License-Identifier: Apache-2.0
#include "deploy/render.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <map>

#include "deploy/program.hpp"
#include "text/yaml.hpp"

namespace wayout::deploy {

namespace {

using text::NodeRef;
constexpr std::chrono::milliseconds kTime{20'000};

bool is_kustomization(std::string_view path) {
  const std::string_view name = name_in(path);
  return name == "kustomization.yaml" || name == "kustomization.yml" || name == "Kustomization";
}

std::string joined(std::string_view folder, std::string_view name) {
  return folder.empty() ? std::string(name) : std::string(folder) + "/" + std::string(name);
}

/// One kustomization file: what it names, sorted by what may be read as it stands.
struct Overlay {
  std::string path;
  std::vector<std::string> resources;  ///< whole objects
  std::vector<std::string> parts;      ///< patches, transformers: never read as objects
  std::vector<std::string> children;   ///< folders of other kustomizations
  std::string obstacle;                ///< why it cannot be rendered from the target alone
  bool named = false;                  ///< by another one
  bool component = false;
};

class Overlays {
 public:
  Overlays(const Walk& walk, const base::Limits& limits) : walk_(walk), limits_(limits) {
    for (const FoundFile& file : walk.files) {
      if (is_kustomization(file.path)) overlays_[std::string(folder_of(file.path))] = {};
    }
    for (const FoundFile& file : walk.files) {
      if (is_kustomization(file.path)) read(file, overlays_[std::string(folder_of(file.path))]);
    }
    for (auto& [folder, overlay] : overlays_) {
      for (const std::string& child : overlay.children) {
        if (child != folder) overlays_[child].named = true;
      }
    }
  }

  std::map<std::string, Overlay>& all() { return overlays_; }

  /// The overlay of a folder and everything below it that it stands on.
  std::set<std::string> closure(const std::string& folder) const {
    std::set<std::string> seen;
    std::vector<std::string> open = {folder};
    while (!open.empty()) {
      const std::string next = std::move(open.back());
      open.pop_back();
      if (!seen.insert(next).second) continue;
      const auto& children = overlays_.at(next).children;
      open.insert(open.end(), children.begin(), children.end());
    }
    return seen;
  }

 private:
  void read(const FoundFile& file, Overlay& out) {
    out.path = file.path;
    const auto content = read_file(file.absolute, limits_.file_bytes);
    if (!content) {
      out.obstacle = "it cannot be read";
      return;
    }
    const auto documents = text::parse_yaml(base::FileId(0u), *content, limits_);
    if (documents.empty() || !documents[0]) {
      out.obstacle = documents.empty() ? "it is empty" : documents[0].error().message;
      return;
    }
    const NodeRef root = documents[0]->root();
    out.component = root["kind"].scalar() == "Component";
    if (root["helmCharts"] || root["helmChartInflationGenerator"]) {
      out.obstacle = "it inflates a Helm chart";
    }
    for (const std::string_view key : {"resources", "bases", "components", "crds"}) {
      for (const NodeRef item : root[key].items()) name(item, out, out.resources);
    }
    for (const std::string_view key :
         {"patchesStrategicMerge", "generators", "transformers", "validators", "configurations"}) {
      for (const NodeRef item : root[key].items()) name(item, out, out.parts);
    }
    for (const std::string_view key : {"patches", "patchesJson6902", "replacements"}) {
      for (const NodeRef item : root[key].items()) name(item["path"], out, out.parts);
    }
    name(root["openapi"]["path"], out, out.parts);
  }

  void name(NodeRef node, Overlay& out, std::vector<std::string>& list) {
    const std::string text(node.scalar());
    if (text.empty() || text.find('\n') != std::string::npos) return;  // an inline patch
    const auto path = relative_to(out.path, text);
    if (path && overlays_.contains(*path)) {
      out.children.push_back(*path);
    } else if (path && walk_.find(*path) != nullptr) {
      list.push_back(walk_.find(*path)->path);
    } else if (out.obstacle.empty()) {
      out.obstacle = "it names '" + text + "', which is not in the target";
    }
  }

  const Walk& walk_;
  const base::Limits& limits_;
  std::map<std::string, Overlay> overlays_;  // by folder
};

class Planner {
 public:
  Planner(const std::string& target, const Walk& walk, const ReadOptions& options)
      : walk_(walk), options_(options) {
    std::error_code error;
    root_ = std::filesystem::canonical(target, error);
  }

  RenderPlan run() {
    charts();
    overlays();
    return std::move(plan_);
  }

 private:
  std::string absolute(const std::string& folder) const {
    return folder.empty() ? root_.string() : (root_ / folder).string();
  }

  void skip(const std::string& file, const std::string& why, std::string hint) {
    plan_.skipped.push_back({file, {}, "not rendered: " + why, std::move(hint)});
  }

  void charts() {
    std::vector<std::string> folders;
    for (const FoundFile& file : walk_.files) {
      if (name_in(file.path) == "Chart.yaml") folders.emplace_back(folder_of(file.path));
    }
    std::sort(folders.begin(), folders.end());
    std::vector<std::string> outer;
    for (const std::string& folder : folders) {
      // A chart below another one is a dependency, and rendered with it.
      const bool inner = std::any_of(outer.begin(), outer.end(), [&](const std::string& other) {
        return other.empty() || folder.starts_with(other + "/");
      });
      if (!inner) outer.push_back(folder);
    }
    for (const std::string& folder : outer) chart(folder);
  }

  void chart(const std::string& folder) {
    const std::string file = joined(folder, "Chart.yaml");
    plan_.folders.push_back(joined(folder, "templates") + "/");
    plan_.folders.push_back(joined(folder, "charts") + "/");
    if (is_library(file)) return;
    if (!options_.render) return skip(file, "rendering is switched off", {});
    if (!is_installed("helm")) {
      return skip(file, "helm is not installed",
                  "install helm, or scan the output of `helm template`");
    }
    const auto made = run_program({"helm", "template", "release", absolute(folder)}, kTime,
                                  options_.limits.file_bytes);
    if (!made) return skip(file, made.error().message, "scan the output of `helm template`");
    plan_.rendered.push_back({file + " (rendered)", *made});
  }

  bool is_library(const std::string& file) const {
    const FoundFile* found = walk_.find(file);
    const auto content = found ? read_file(found->absolute, options_.limits.file_bytes)
                               : std::optional<std::string>{};
    if (!content) return false;
    const auto documents = text::parse_yaml(base::FileId(0u), *content, options_.limits);
    return !documents.empty() && documents[0] && documents[0]->root()["type"].scalar() == "library";
  }

  void overlays() {
    Overlays overlays(walk_, options_.limits);
    auto& all = overlays.all();
    const std::string_view program = is_installed("kustomize") ? "kustomize"
                                     : is_installed("kubectl") ? "kubectl"
                                                               : "";
    for (const auto& [folder, overlay] : all) {
      for (const std::string& part : overlay.parts) plan_.files.insert(part);
      plan_.files.insert(overlay.path);
    }
    for (const auto& [folder, overlay] : all) {
      if (overlay.named || overlay.component) continue;
      const auto closure = overlays.closure(folder);
      std::string obstacle;
      for (const std::string& below : closure) {
        if (obstacle.empty()) obstacle = all.at(below).obstacle;
      }
      const std::string hint =
          "its resources are read without its patches; scan the output of "
          "`kustomize build` instead";
      if (!options_.render) {
        skip(overlay.path, "rendering is switched off", hint);
      } else if (!obstacle.empty()) {
        skip(overlay.path, obstacle, hint);
      } else if (program.empty()) {
        skip(overlay.path, "neither kustomize nor kubectl is installed", hint);
      } else {
        render(folder, overlay, program, hint, closure, all);
      }
    }
  }

  void render(const std::string& folder, const Overlay& overlay, std::string_view program,
              const std::string& hint, const std::set<std::string>& closure,
              const std::map<std::string, Overlay>& all) {
    const std::string verb = program == "kubectl" ? "kustomize" : "build";
    const auto made = run_program({std::string(program), verb, absolute(folder)}, kTime,
                                  options_.limits.file_bytes);
    if (!made) return skip(overlay.path, made.error().message, hint);
    plan_.rendered.push_back({overlay.path + " (rendered)", *made});
    for (const std::string& below : closure) {
      const auto& resources = all.at(below).resources;
      plan_.files.insert(resources.begin(), resources.end());
    }
  }

  const Walk& walk_;
  const ReadOptions& options_;
  std::filesystem::path root_;
  RenderPlan plan_;
};

}  // namespace

bool RenderPlan::leaves_out(std::string_view path) const {
  if (files.contains(path)) return true;
  return std::any_of(folders.begin(), folders.end(),
                     [&](const std::string& folder) { return path.starts_with(folder); });
}

RenderPlan plan_rendering(const std::string& target, const Walk& walk, const ReadOptions& options) {
  return Planner(target, walk, options).run();
}

}  // namespace wayout::deploy
