// SPDX-License-Identifier: Apache-2.0
#include "app/scan.hpp"

#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <utility>

#include "app/builtin_rules.hpp"
#include "finding/assess.hpp"
#include "finding/suppression.hpp"

namespace wayout::app {

namespace {

using base::ErrorCode;
using base::Result;

namespace fs = std::filesystem;

Result<base::FileId> add_file(const std::string& path, base::Sources& sources) {
  std::error_code error;
  std::ifstream in(path, std::ios::binary);
  if (!in || fs::is_directory(path, error)) {
    return base::fail(ErrorCode::kUsage, "cannot read " + path, "is the path right?");
  }
  return sources.add(path, std::string(std::istreambuf_iterator<char>(in), {}));
}

std::string all_of(const std::vector<base::Error>& errors, const base::Sources& sources) {
  std::string text;
  for (const base::Error& error : errors) {
    text += (text.empty() ? "" : "\n") + describe(error, sources);
  }
  return text;
}

/// Platform files are evidence like the target's files, so they join the scan's sources.
Result<void> load_platforms(Scan& scan) {
  const Knowledge& knowledge = *scan.knowledge;
  const auto join = [&](const std::vector<base::FileId>& files) {
    std::vector<base::FileId> joined;
    for (const base::FileId file : files) {
      joined.push_back(scan.sources.add(std::string(knowledge.sources.path(file)),
                                        std::string(knowledge.sources.content(file))));
    }
    return joined;
  };
  const auto tables = join(knowledge.platform_tables);
  const auto files = join(knowledge.platform_files);
  auto platforms = deploy::load_platforms(scan.sources, tables, files);
  if (!platforms) {
    return base::fail(ErrorCode::kUsage, describe(platforms.error(), scan.sources));
  }
  scan.platforms = std::move(*platforms);
  return {};
}

Result<void> read_targets(Scan& scan, const ScanSettings& settings, Progress& progress) {
  deploy::ReadOptions options = settings.read;
  options.progress = [&](std::string_view what, std::size_t done, std::size_t total) {
    progress.show(what, done, total);
  };
  finding::Assessment& assessment = scan.assessment;
  for (const std::string& target : settings.targets) {
    auto read = deploy::read_target(target, scan.platforms, options, scan.sources, scan.facts);
    if (!read) return base::fail(read.error());
    for (auto& skipped : read->skipped) {
      assessment.not_analysed.push_back(
          {std::move(skipped.file), skipped.span, std::move(skipped.why), std::move(skipped.hint)});
    }
    assessment.coverage.files += read->files;
    assessment.coverage.ignored += read->ignored;
    assessment.coverage.containers += read->containers;
    assessment.coverage.workloads += read->workloads;
    assessment.targets.push_back(target);
  }
  return {};
}

/// The configuration file: the one named, or wayout.yaml of a target directory.
Result<std::vector<finding::Suppression>> configured_suppressions(Scan& scan,
                                                                  const ScanSettings& settings) {
  std::vector<std::string> paths;
  if (!settings.config.empty()) {
    paths.push_back(settings.config);
  } else {
    for (const std::string& target : settings.targets) {
      const fs::path path = fs::path(target) / "wayout.yaml";
      std::error_code error;
      if (fs::is_regular_file(fs::symlink_status(path, error))) paths.push_back(path.string());
    }
  }
  std::vector<finding::Suppression> out;
  for (const std::string& path : paths) {
    const auto file = add_file(path, scan.sources);
    if (!file) return base::fail(file.error());
    auto loaded = finding::read_suppressions(scan.sources, *file, settings.read.limits);
    if (!loaded.errors.empty()) {
      return base::fail(ErrorCode::kUsage, all_of(loaded.errors, scan.sources));
    }
    std::move(loaded.suppressions.begin(), loaded.suppressions.end(), std::back_inserter(out));
  }
  return out;
}

Result<void> assess_scan(Scan& scan, const ScanSettings& settings) {
  finding::AssessOptions options;
  options.today = settings.today;
  auto suppressions = configured_suppressions(scan, settings);
  if (!suppressions) return base::fail(suppressions.error());
  options.suppressions = std::move(*suppressions);
  finding::PreviousReport previous;
  if (!settings.baseline.empty()) {
    base::Sources reports;
    const auto file = add_file(settings.baseline, reports);
    if (!file) return base::fail(file.error());
    auto report = finding::read_report(reports, *file, settings.read.limits);
    if (!report) return base::fail(ErrorCode::kUsage, describe(report.error(), reports));
    previous = std::move(*report);
    options.baseline = &previous;
  }
  finding::assess(scan.assessment, std::move(options));
  return {};
}

}  // namespace

std::string describe(const base::Error& error, const base::Sources& sources) {
  std::string text;
  if (error.span && error.span->valid() && error.span->file.index() < sources.size()) {
    text = std::string(sources.path(error.span->file)) + ":" + std::to_string(error.span->line) +
           ":" + std::to_string(error.span->column) + ": ";
  }
  text += error.message;
  if (!error.hint.empty()) text += " (" + error.hint + ")";
  return text;
}

Result<std::unique_ptr<Knowledge>> load_knowledge(const std::vector<std::string>& rule_directories,
                                                  const std::vector<std::string>& platform_files) {
  auto knowledge = std::make_unique<Knowledge>();
  base::Sources& sources = knowledge->sources;
  RuleSources builtin = add_builtin_rules(sources);
  for (const std::string& directory : rule_directories) {
    auto files = add_rule_directory(directory, sources);
    if (!files) return base::fail(files.error());
    builtin.rules.insert(builtin.rules.end(), files->begin(), files->end());
  }
  auto loaded = reason::load_rules(sources, builtin.rules);
  if (!loaded.errors.empty()) {
    return base::fail(ErrorCode::kUsage, all_of(loaded.errors, sources));
  }
  knowledge->rules = std::move(loaded.rules);

  knowledge->platform_tables = std::move(builtin.platforms);
  for (const std::string& path : platform_files) {
    const auto file = add_file(path, sources);
    if (!file) return base::fail(file.error());
    knowledge->platform_files.push_back(*file);
  }
  return knowledge;
}

Result<std::unique_ptr<Scan>> read_and_reason(std::shared_ptr<const Knowledge> knowledge,
                                              const ScanSettings& settings, Progress& progress) {
  auto scan = std::make_unique<Scan>();
  scan->knowledge = std::move(knowledge);
  auto loaded = load_platforms(*scan);
  if (!loaded) return base::fail(loaded.error());
  auto read = read_targets(*scan, settings, progress);
  if (!read) return base::fail(read.error());
  progress.show("reasoning", 0, 0);
  reason::EngineOptions options;
  options.blocked = settings.blocked;
  auto evaluation = reason::evaluate(scan->facts, scan->knowledge->rules, options);
  if (!evaluation) return base::fail(evaluation.error());
  scan->evaluation = std::move(*evaluation);

  finding::Assessment& assessment = scan->assessment;
  assessment.sources = &scan->sources;
  assessment.facts = &scan->facts;
  assessment.rules = &scan->knowledge->rules;
  assessment.evaluation = &scan->evaluation;
  return scan;
}

Result<std::unique_ptr<Scan>> run_scan(std::shared_ptr<const Knowledge> knowledge,
                                       const ScanSettings& settings, Progress& progress) {
  const auto start = std::chrono::steady_clock::now();
  auto reasoned = read_and_reason(std::move(knowledge), settings, progress);
  if (!reasoned) return reasoned;
  Scan& scan = **reasoned;
  finding::Assessment& assessment = scan.assessment;
  const reason::RuleSet& rules = scan.knowledge->rules;
  progress.show("finding ways out", 0, 0);
  assessment.ways_out = reason::find_ways_out(scan.facts, rules, scan.evaluation, {});
  if (settings.blocked) {
    assessment.blocked = reason::find_blocked(scan.facts, rules, scan.evaluation, {});
  }
  progress.show("finding the fewest changes", 0, 0);
  assessment.cut = reason::find_cut(scan.facts, rules, scan.evaluation, assessment.ways_out, {});
  auto assessed = assess_scan(scan, settings);
  if (!assessed) return base::fail(assessed.error());
  const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - start;
  assessment.seconds = elapsed.count();
  return reasoned;
}

}  // namespace wayout::app
