// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <deque>
#include <set>

#include "deploy/compose/compose.hpp"
#include "deploy/compose/service_facts.hpp"
#include "deploy/walk.hpp"
#include "text/yaml.hpp"

namespace wayout::deploy::compose {

namespace {

using fact::Relation;
using text::NodeRef;

// Longest chain of `extends`, and most layers that one service may gather through it.
constexpr int kExtendsDepth = 8;
constexpr std::size_t kLayers = 64;
// `extends` and `volumes_from` multiply what a file says; beyond this many facts of one project the
// rest of its services is left out. A service has about 45.
constexpr std::size_t kFacts = 4'000'000;

constexpr std::array<std::string_view, 4> kMainNames = {
    "compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml"};

/// `compose` for compose.override.yaml, empty for other names.
std::string_view override_stem(std::string_view name) {
  for (const std::string_view end : {".override.yaml", ".override.yml"}) {
    if (name.ends_with(end)) return name.substr(0, name.size() - end.size());
  }
  return {};
}

/// A file with its documents as layers.
struct Loaded {
  Scope scope;
  std::vector<NodeRef> roots;
  std::vector<Loaded*> overrides;  ///< merged over this one
  bool is_override = false;
  std::map<std::string_view, std::vector<NodeRef>> services;

  const std::vector<NodeRef>& service(std::string_view name) {
    if (services.empty()) {
      for (const NodeRef root : roots) {
        for (const auto& [key, value] : root["services"].entries()) {
          if (value.is_mapping()) services[key.scalar()].push_back(value);
        }
      }
    }
    static const std::vector<NodeRef> kNone;
    const auto found = services.find(name);
    return found == services.end() ? kNone : found->second;
  }
};

class Reader {
 public:
  Reader(std::vector<File> files, const Platform& platform, const Open& open,
         const base::Sources& sources, const base::Limits& limits, fact::FactBase& facts,
         std::vector<Skipped>& skipped)
      : files_(std::move(files)),
        platform_(platform),
        open_(open),
        sources_(sources),
        limits_(limits),
        writer_(facts, fact::Certainty::kDeclared),
        skipped_(skipped) {}

  void run() {
    for (const File& file : files_) {
      std::vector<NodeRef> roots;
      for (const auto& tree : file.documents) roots.push_back(tree->root());
      loaded_.push_back({{file.path, variables_of(file.path)}, std::move(roots), {}, false, {}});
      by_path_.emplace(file.path, &loaded_.back());
    }
    for (Loaded& file : loaded_) {
      if (Loaded* main = main_of_override(file)) {
        main->overrides.push_back(&file);
        file.is_override = true;
      }
    }
    // New files join `loaded_` as `extends` names them; they are no projects.
    const std::size_t count = loaded_.size();
    for (std::size_t i = 0; i < count; ++i) {
      if (!loaded_[i].is_override) project(loaded_[i]);
    }
  }

 private:
  /// The variables of the `.env` beside a file, read once for each folder.
  const Variables* variables_of(std::string_view path) {
    const std::string folder(folder_of(path));
    const auto [at, is_new] = variables_.emplace(folder, Variables{});
    if (is_new) {
      const auto file = open_(folder.empty() ? ".env" : folder + "/.env");
      if (file) {
        for (EnvLine& line : parse_env(sources_.content(*file))) {
          at->second[std::move(line.name)] = std::move(line.value);
        }
      }
    }
    return &at->second;
  }

  Loaded* beside(const Loaded& file, std::string_view name) {
    const std::string folder(folder_of(file.scope.path));
    const auto at =
        by_path_.find(folder.empty() ? std::string(name) : folder + "/" + std::string(name));
    return at == by_path_.end() ? nullptr : at->second;
  }

  Loaded* main_of_override(const Loaded& file) {
    const std::string_view stem = override_stem(name_in(file.scope.path));
    for (const std::string_view name : kMainNames) {
      if (!stem.empty() && name.substr(0, name.rfind('.')) == stem) {
        if (Loaded* found = beside(file, name)) return found;
      }
    }
    return nullptr;
  }

  void project(Loaded& main) {
    Project out;
    out.path = main.scope.path;
    std::vector<Loaded*> layers = {&main};
    layers.insert(layers.end(), main.overrides.begin(), main.overrides.end());
    for (const Loaded* layer : layers) {
      for (const NodeRef root : layer->roots) out.roots.push_back({root, &layer->scope});
    }
    if (!out.roots.empty()) out.span = out.roots.front().node.key("services").span();
    define(out.roots, "volumes", out.volumes);
    define(out.roots, "networks", out.networks);
    define(out.roots, "secrets", out.secrets);
    define(out.roots, "configs", out.configs);
    add_services(main, out);
    for (const Value& root : out.roots) includes(root);
    if (out.services.empty()) return;
    writer_.say(Relation::kWorkload, {out.path, "compose", ""}, out.span);
    const std::size_t before = writer_.facts().size();
    for (const Service& service : out.services) {
      if (writer_.facts().size() - before > kFacts) {
        skipped_.push_back({out.path, service.span,
                            "the services from '" + service.name +
                                "' on are left out: the project "
                                "says more than " +
                                std::to_string(kFacts) + " facts",
                            "split the project"});
        break;
      }
      ServiceFacts facts({writer_, platform_, open_, sources_, limits_, skipped_}, out, service);
      facts.structure();
      facts.identity();
      facts.limits();
      facts.storage();
      facts.network();
      facts.secrets();
    }
  }

  static void define(const std::vector<Value>& roots, std::string_view key, Definitions& out) {
    for (const Value& root : roots) {
      for (const auto& [name, value] : root.node[key].entries()) {
        out.insert_or_assign(std::string(name.scalar()), Value{value, root.scope});
      }
    }
  }

  void add_services(const Loaded& main, Project& out) {
    const bool is_main = std::find(kMainNames.begin(), kMainNames.end(),
                                   name_in(main.scope.path)) != kMainNames.end();
    std::map<std::string, std::size_t, std::less<>> places;
    for (const Value& root : out.roots) {
      for (const auto& [key, value] : root.node["services"].entries()) {
        const std::string name(key.scalar());
        if (name.empty() || !value.is_mapping() || value["provider"]) continue;
        const auto [at, is_new] = places.emplace(name, out.services.size());
        if (is_new) {
          out.services.emplace_back();
          out.services.back().name = name;
          if (!is_main && !value["image"] && !value["build"]) {
            build_on_main(main, name, out.services.back().layers);
          }
        }
        Service& service = out.services[at->second];
        service.span = key.span();
        add_layers({value, root.scope}, 0, service.layers);
      }
    }
  }

  /// A further file (`docker-compose.prod.yml`) whose service has neither image nor build is meant
  /// to be merged over the main file beside it.
  void build_on_main(const Loaded& file, const std::string& name, std::vector<Value>& layers) {
    for (const std::string_view main_name : kMainNames) {
      Loaded* main = beside(file, main_name);
      if (main == nullptr) continue;
      for (const NodeRef found : main->service(name)) {
        add_layers({found, &main->scope}, 0, layers);
      }
      return;
    }
  }

  void add_layers(const Value& service, int depth, std::vector<Value>& layers) {
    const Value extends = service["extends"];
    if (extends) {
      if (depth >= kExtendsDepth || layers.size() >= kLayers) {
        skip(extends, "services extend one another too deeply or in a circle");
      } else {
        extend(extends, depth, layers);
      }
    }
    if (layers.size() < kLayers) layers.push_back(service);
  }

  void extend(const Value& extends, int depth, std::vector<Value>& layers) {
    const bool is_short = extends.node.is_scalar();
    const std::string name = is_short ? extends.plain() : extends["service"].plain();
    const Value file = is_short ? Value{} : extends["file"];
    Loaded* from = nullptr;
    if (!file) {
      const auto at = by_path_.find(extends.scope->path);
      from = at == by_path_.end() ? nullptr : at->second;
    } else {
      const auto path = relative_to(extends.scope->path, file.plain());
      from = path ? load(*path) : nullptr;
      if (from == nullptr) {
        skip(file, "the extended file '" + file.plain() + "' is not in the target");
        return;
      }
    }
    const auto services = from == nullptr ? std::vector<NodeRef>{} : from->service(name);
    for (const NodeRef service : services) {
      add_layers({service, &from->scope}, depth + 1, layers);
    }
    if (services.empty()) skip(extends, "the extended service '" + name + "' does not exist");
  }

  /// A Compose file that is named by another one, whether or not it was met as a project.
  Loaded* load(const std::string& path) {
    const auto known = by_path_.find(path);
    if (known != by_path_.end()) return known->second;
    const auto file = open_(path);
    if (!file) return nullptr;
    Loaded fresh{{path, variables_of(path)}, {}, {}, false, {}};
    for (auto& document : text::parse_yaml(*file, sources_.content(*file), limits_)) {
      if (!document) {
        const base::Error& error = document.error();
        skipped_.push_back({path, error.span.value_or(base::Span{}), error.message, error.hint});
        continue;
      }
      trees_.push_back(std::make_unique<text::Tree>(std::move(*document)));
      fresh.roots.push_back(trees_.back()->root());
    }
    loaded_.push_back(std::move(fresh));
    by_path_.emplace(path, &loaded_.back());
    return &loaded_.back();
  }

  /// An included file is a project of its own, with its own folder and variables; it is read when
  /// it is met. Only one outside the target is worth a word.
  void includes(const Value& root) {
    for (const Value& item : root["include"].items()) {
      const Value path = item.node.is_mapping() ? item["path"] : item;
      const auto paths = path.node.is_sequence() ? path.items() : std::vector<Value>{path};
      for (const Value& one : paths) {
        const Text written = one ? one.text() : Text{};
        const auto inside = relative_to(root.scope->path, written.value);
        if (written.value.empty() || (inside && (by_path_.contains(*inside) || open_(*inside)))) {
          continue;
        }
        skip(one, "the included file '" + written.value + "' is not in the target");
      }
    }
  }

  void skip(const Value& where, std::string why) {
    skipped_.push_back({where.scope->path, where.span(), std::move(why),
                        "scan the folder that holds every file of the project"});
  }

  std::vector<File> files_;
  const Platform& platform_;
  const Open& open_;
  const base::Sources& sources_;
  const base::Limits& limits_;
  FactWriter writer_;
  std::vector<Skipped>& skipped_;
  std::deque<Loaded> loaded_;  // stable addresses: scopes are pointed to
  std::map<std::string, Loaded*, std::less<>> by_path_;
  std::map<std::string, Variables, std::less<>> variables_;
  std::vector<std::unique_ptr<text::Tree>> trees_;
};

}  // namespace

bool recognises(NodeRef root) {
  if (!root.is_mapping() || root["apiVersion"]) return false;
  const NodeRef services = root["services"];
  if (!services.is_mapping()) return false;
  for (const auto& [name, service] : services.entries()) {
    for (const std::string_view key :
         {"image", "build", "extends", "ports", "volumes", "environment", "env_file",
          "network_mode", "privileged", "cap_add", "cap_drop", "security_opt", "deploy", "pid",
          "networks", "container_name", "provider", "profiles"}) {
      if (service[key]) return true;
    }
  }
  return false;
}

void read_projects(std::vector<File> files, const Platform& platform, const Open& open,
                   const base::Sources& sources, const base::Limits& limits, fact::FactBase& facts,
                   std::vector<Skipped>& skipped) {
  Reader(std::move(files), platform, open, sources, limits, facts, skipped).run();
}

}  // namespace wayout::deploy::compose
