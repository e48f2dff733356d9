// SPDX-License-Identifier: Apache-2.0
#include "deploy/target.hpp"

#include <algorithm>
#include <iostream>
#include <iterator>
#include <map>
#include <memory>
#include <optional>

#include "base/parallel.hpp"
#include "deploy/compose/compose.hpp"
#include "deploy/dockerfile/dockerfile_facts.hpp"
#include "deploy/ecs/task_definition.hpp"
#include "deploy/inspect/inspect.hpp"
#include "deploy/kubernetes/kubernetes.hpp"
#include "deploy/recognise.hpp"
#include "deploy/render.hpp"
#include "deploy/walk.hpp"
#include "text/dockerfile.hpp"
#include "text/yaml.hpp"

namespace wayout::deploy {

namespace {

// Documents are parsed in parallel in pieces of about this size: large enough to hide the cost of
// handing one over, small enough that few trees are alive at a time.
constexpr std::size_t kTaskBytes = 64u << 10;
constexpr std::size_t kWindow = 32;
constexpr std::string_view kStandardInput = "stdin";

/// One recognised file.
struct Item {
  base::FileId file;
  FileKind kind = FileKind::kNone;
  bool read = false;    ///< something in it was analysed
  bool failed = false;  ///< something in it should have been
};

/// Consecutive chunks of one file, and what became of them.
struct Task {
  std::size_t item = 0;
  std::vector<text::Chunk> chunks;
  std::vector<std::vector<base::Result<text::Tree>>> parsed;  ///< by chunk
  std::optional<base::Result<text::Dockerfile>> dockerfile;
};

class TargetReader {
 public:
  TargetReader(const Platforms& platforms, const ReadOptions& options, base::Sources& sources,
               fact::FactBase& facts)
      : platforms_(platforms),
        options_(options),
        sources_(sources),
        facts_(facts),
        kubernetes_(platforms.named("kubernetes"), facts, sources) {}

  base::Result<ReadResult> read(const std::string& target) {
    const std::size_t containers = facts_.facts(fact::Relation::kContainer).size();
    const std::size_t workloads = facts_.facts(fact::Relation::kWorkload).size();
    if (target == "-") {
      load_standard_input();
    } else {
      auto walked = walk(target, options_.limits);
      if (!walked) return base::fail(walked.error());
      walk_ = std::move(*walked);
      result_.skipped = std::move(walk_.skipped);
      result_.ignored = walk_.ignored;
      load_files(target);
    }
    make_tasks();
    base::parallel_in_order(
        tasks_.size(), kWindow, options_.threads, [&](std::size_t i) { parse(tasks_[i]); },
        [&](std::size_t i) { lower(i); });
    kubernetes_.finish();
    for (const base::Error& problem : kubernetes_.problems()) skip(problem);
    compose::read_projects(
        std::move(compose_), platforms_.named("compose"),
        [this](std::string_view path) { return open(path); }, sources_, options_.limits, facts_,
        result_.skipped);
    state_hosts();
    for (const Item& item : items_) {
      if (item.read) ++result_.files;
      if (!item.read && !item.failed) ++result_.ignored;
    }
    result_.containers = facts_.facts(fact::Relation::kContainer).size() - containers;
    result_.workloads = facts_.facts(fact::Relation::kWorkload).size() - workloads;
    return std::move(result_);
  }

 private:
  void skip(const base::Error& error) {
    const base::Span span = error.span.value_or(base::Span{});
    const std::string file(span.file.valid() ? sources_.path(span.file) : std::string_view{});
    result_.skipped.push_back({file, span, error.message, error.hint});
  }

  void add_item(std::string path, std::string content) {
    const FileKind kind = recognise_file(path, content);
    if (kind == FileKind::kNone) {
      ++result_.ignored;
      return;
    }
    items_.push_back({sources_.add(std::move(path), std::move(content)), kind});
  }

  void load_standard_input() {
    std::string content;
    std::vector<char> block(64u << 10);
    while (std::cin && content.size() <= options_.limits.file_bytes) {
      std::cin.read(block.data(), static_cast<std::streamsize>(block.size()));
      content.append(block.data(), static_cast<std::size_t>(std::cin.gcount()));
    }
    if (content.size() > options_.limits.file_bytes) {
      result_.skipped.push_back({std::string(kStandardInput), {}, too_large(), {}});
      return;
    }
    add_item(std::string(kStandardInput), std::move(content));
  }

  std::string too_large() const {
    return "larger than " + std::to_string(options_.limits.file_bytes >> 20) + " MiB";
  }

  /// Reads what may matter, several files at a time, and keeps what does.
  void load_files(const std::string& target) {
    RenderPlan plan = plan_rendering(target, walk_, options_);
    for (Skipped& skipped : plan.skipped) result_.skipped.push_back(std::move(skipped));
    struct Loaded {
      std::optional<std::string> content;
      std::string why;
    };
    const auto& files = walk_.files;
    std::vector<Loaded> loaded(files.size());
    base::parallel_in_order(
        files.size(), kWindow, options_.threads,
        [&](std::size_t i) {
          const FoundFile& file = files[i];
          if (plan.leaves_out(file.path)) return;
          auto head = read_file(file.absolute, kHeadBytes);
          if (!head) {
            loaded[i].why = "cannot be read";
          } else if (!may_matter(file.path, *head)) {
            return;
          } else if (file.size > options_.limits.file_bytes) {
            loaded[i].why = too_large();
          } else if (file.size <= head->size()) {
            loaded[i].content = std::move(head);
          } else {
            loaded[i].content = read_file(file.absolute, options_.limits.file_bytes);
          }
        },
        [&](std::size_t i) {
          if (options_.progress && i % 256 == 0) options_.progress("files", i, files.size());
          if (loaded[i].content) {
            add_item(files[i].path, std::move(*loaded[i].content));
          } else if (loaded[i].why.empty()) {
            ++result_.ignored;
          } else {
            result_.skipped.push_back({files[i].path, {}, std::move(loaded[i].why), {}});
          }
          loaded[i] = {};
        });
    for (Rendered& rendered : plan.rendered) {
      add_item(std::move(rendered.path), std::move(rendered.content));
    }
  }

  void make_tasks() {
    for (std::size_t i = 0; i < items_.size(); ++i) {
      const std::string_view content = sources_.content(items_[i].file);
      if (items_[i].kind == FileKind::kDockerfile) {
        tasks_.push_back({i, {}, {}, {}});
        continue;
      }
      std::size_t bytes = kTaskBytes;
      for (const text::Chunk& chunk : text::split_documents(content)) {
        if (bytes >= kTaskBytes) {
          tasks_.push_back({i, {}, {}, {}});
          bytes = 0;
        }
        tasks_.back().chunks.push_back(chunk);
        bytes += chunk.end - chunk.begin;
      }
    }
  }

  void parse(Task& task) const {
    const base::FileId file = items_[task.item].file;
    const std::string_view content = sources_.content(file);
    if (items_[task.item].kind == FileKind::kDockerfile) {
      task.dockerfile = text::parse_dockerfile(file, content, options_.limits);
      return;
    }
    for (const text::Chunk& chunk : task.chunks) {
      task.parsed.push_back(text::parse_yaml(file, content, chunk, options_.limits));
    }
  }

  void lower(std::size_t index) {
    if (options_.progress && index % 64 == 0) options_.progress("documents", index, tasks_.size());
    Task task = std::move(tasks_[index]);
    Item& item = items_[task.item];
    if (task.dockerfile) {
      lower_dockerfile(item, *task.dockerfile);
      return;
    }
    for (std::size_t i = 0; i < task.chunks.size(); ++i) {
      const text::Chunk& chunk = task.chunks[i];
      const std::string_view content =
          sources_.content(item.file).substr(chunk.begin, chunk.end - chunk.begin);
      for (auto& document : task.parsed[i]) lower_document(item, content, document);
    }
  }

  void lower_dockerfile(Item& item, const base::Result<text::Dockerfile>& dockerfile) {
    if (!dockerfile) {
      item.failed = true;
      skip(dockerfile.error());
      return;
    }
    item.read = true;
    for (const base::Error& problem : dockerfile->problems) skip(problem);
    dockerfile_facts(*dockerfile, sources_.path(item.file), item.file, facts_);
  }

  void lower_document(Item& item, std::string_view content, base::Result<text::Tree>& document) {
    if (!document) {
      if (!worth_a_word(sources_.path(item.file), content)) return;
      item.failed = true;
      base::Error error = document.error();
      if (looks_like_template(content)) {
        error.message = "looks like a template: " + error.message;
        error.hint = "render it and scan the result";
      }
      skip(error);
      return;
    }
    const DocumentKind kind = recognise_document(document->root());
    if (kind == DocumentKind::kNone) return;
    if (looks_like_template(content) && parsed_like_template(*document)) {
      skip({base::ErrorCode::kUnsupported, "looks like a template", "render it and scan the result",
            document->root().span()});
      item.failed = true;
      return;
    }
    item.read = true;
    if (kind == DocumentKind::kKubernetes) {
      kubernetes_.add(*document);
    } else if (kind == DocumentKind::kInspect) {
      inspect::add_containers(*document, platforms_, facts_);
    } else if (kind == DocumentKind::kEcs) {
      ecs::add_tasks(*document, platforms_, facts_);
    } else {
      const std::string_view path = sources_.path(item.file);
      if (compose_.empty() || compose_.back().path != path) {
        compose_.push_back({std::string(path), {}});
      }
      compose_.back().documents.push_back(std::make_unique<text::Tree>(std::move(*document)));
    }
  }

  /// A file of the target that another one names, whether or not it was recognised.
  std::optional<base::FileId> open(std::string_view path) {
    const FoundFile* file = walk_.find(path);
    if (file == nullptr || file->size > options_.limits.file_bytes) return std::nullopt;
    const auto known = opened_.find(file->path);
    if (known != opened_.end()) return known->second;
    auto content = read_file(file->absolute, options_.limits.file_bytes);
    if (!content) return std::nullopt;
    const base::FileId id = sources_.add(file->path, std::move(*content));
    opened_.emplace(file->path, id);
    return id;
  }

  /// What is known of the machines behind the platforms that were met.
  void state_hosts() {
    std::map<std::string_view, std::string_view> tables;
    const auto rows = facts_.rows(fact::Relation::kContainer);
    for (std::size_t i = 1; i < rows.size(); i += 2) {
      const std::string_view platform = facts_.text(rows[i]);
      tables.emplace(platform, platform == "kubernetes" ? "node" : "host");
    }
    // Builds have a host too, even where nothing of the target runs.
    if (tables.empty() && !platforms_.host_facts.empty()) tables.emplace("docker", "host");
    for (const auto& [table, node] : tables) platform_facts(platforms_, table, node, facts_);
  }

  const Platforms& platforms_;
  const ReadOptions& options_;
  base::Sources& sources_;
  fact::FactBase& facts_;
  KubernetesReader kubernetes_;
  Walk walk_;
  std::vector<Item> items_;
  std::vector<Task> tasks_;
  std::vector<compose::File> compose_;
  std::map<std::string, base::FileId> opened_;
  ReadResult result_;
};

}  // namespace

base::Result<ReadResult> read_target(const std::string& target, const Platforms& platforms,
                                     const ReadOptions& options, base::Sources& sources,
                                     fact::FactBase& facts) {
  return TargetReader(platforms, options, sources, facts).read(target);
}

}  // namespace wayout::deploy
