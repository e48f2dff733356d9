// SPDX-License-Identifier: Apache-2.0
// The engine over synthetic facts with the rules of this tree, in steps of two: time must grow
// linearly. `facts`, `conclusions` and `rules` are printed beside the times.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sys/resource.h>

#include <benchmark/benchmark.h>

#include "reason/engine.hpp"
#include "synthetic.hpp"

namespace {

using namespace wayout;

struct Rules {
  base::Sources sources;
  std::vector<base::FileId> files;
  Rules() {
    const std::filesystem::path root = std::filesystem::path(WAYOUT_SOURCE_DIR) / "rules";
    std::vector<std::filesystem::path> paths;
    for (const char* folder : {"techniques", "checks", "semantics"}) {
      if (!std::filesystem::is_directory(root / folder)) continue;
      for (const auto& entry : std::filesystem::directory_iterator(root / folder)) {
        if (entry.path().extension() == ".yaml") paths.push_back(entry.path());
      }
    }
    if (std::filesystem::exists(root / "changes.yaml")) paths.push_back(root / "changes.yaml");
    std::sort(paths.begin(), paths.end());
    for (const auto& path : paths) {
      std::ifstream in(path, std::ios::binary);
      files.push_back(sources.add(path.lexically_relative(root).string(),
                                  std::string((std::istreambuf_iterator<char>(in)), {})));
    }
  }
};

void load_rules(benchmark::State& state) {
  const Rules rules;
  for (auto step : state) {
    const auto loaded = reason::load_rules(rules.sources, rules.files);
    if (!loaded.errors.empty()) state.SkipWithError(loaded.errors[0].message.c_str());
    state.counters["rules"] = static_cast<double>(loaded.rules.rules.size());
  }
  state.counters["files"] = static_cast<double>(rules.files.size());
}
BENCHMARK(load_rules)->Unit(benchmark::kMillisecond);

void evaluate(benchmark::State& state, bool rbac, bool blocked) {
  const Rules files;
  const auto loaded = reason::load_rules(files.sources, files.files);
  if (!loaded.errors.empty()) return state.SkipWithError(loaded.errors[0].message.c_str());
  const auto count = static_cast<std::size_t>(state.range(0));
  for (auto step : state) {
    state.PauseTiming();
    {
      fact::FactBase facts;
      bench::add_deployments(facts, count);
      if (rbac) bench::add_rbac(facts, count);
      state.counters["facts"] = static_cast<double>(facts.size());
      reason::EngineOptions options;
      options.blocked = blocked;
      state.ResumeTiming();
      auto result = reason::evaluate(facts, loaded.rules, options);
      state.PauseTiming();
      if (!result) state.SkipWithError(result.error().message.c_str());
      state.counters["conclusions"] = result ? static_cast<double>(result->proofs.size()) : 0;
    }
    state.ResumeTiming();
  }
  state.counters["rules"] = static_cast<double>(loaded.rules.rules.size());
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  state.counters["peak_MB"] = static_cast<double>(usage.ru_maxrss) / 1024;
  state.SetComplexityN(state.range(0));
}

void deployments(benchmark::State& state) {
  evaluate(state, false, false);
}
BENCHMARK(deployments)
    ->Arg(1600)
    ->Arg(3200)
    ->Arg(6400)
    ->Arg(12800)
    ->Unit(benchmark::kMillisecond)
    ->Complexity(benchmark::oN);

void deployments_and_near_misses(benchmark::State& state) {
  evaluate(state, false, true);
}
BENCHMARK(deployments_and_near_misses)->Arg(12800)->Unit(benchmark::kMillisecond);

void cluster(benchmark::State& state) {
  evaluate(state, true, false);
}
BENCHMARK(cluster)
    ->Arg(3125)
    ->Arg(6250)
    ->Arg(12500)
    ->Arg(25000)
    ->Unit(benchmark::kMillisecond)
    ->Complexity(benchmark::oN);

}  // namespace
