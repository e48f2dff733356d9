// SPDX-License-Identifier: Apache-2.0
// How long reports take for 130,000 findings: assessing them, and writing each format.
#include <ostream>
#include <streambuf>

#include <benchmark/benchmark.h>

#include "../unit/finding/small_scan.hpp"
#include "report/report.hpp"

namespace wayout {
namespace {

constexpr int kFindings = 130'000;

/// Takes everything and keeps only the count.
class Counter : public std::streambuf {
 public:
  std::size_t bytes = 0;

 protected:
  std::streamsize xsputn(const char*, std::streamsize count) override {
    bytes += static_cast<std::size_t>(count);
    return count;
  }
  int overflow(int c) override {
    ++bytes;
    return c;
  }
};

/// Ten findings of three facts each for every container.
struct ManyFindings {
  ManyFindings() {
    for (int i = 0; i < kFindings; ++i) {
      const std::string name =
          "k8s:default/Deployment/web-" + std::to_string(i / 10) + "/app-" + std::to_string(i % 10);
      scan.conclude("SEC-ENV-LITERAL", scan.facts.intern(name),
                    {scan.say(fact::Relation::kEnvCredential, {name, "TOKEN", "literal"}, 7),
                     scan.say(fact::Relation::kMounts, {name, "/host/run", "/run"}, 5),
                     scan.say(fact::Relation::kUid, {name, "root"}, 2, fact::Certainty::kDefault,
                              "says so")});
    }
    assessment = scan.assess_all();
  }
  finding::SmallScan scan;
  finding::Assessment assessment;
};

const ManyFindings& many() {
  static const ManyFindings kMany;
  return kMany;
}

void write_many(benchmark::State& state, report::Format format) {
  const ManyFindings& input = many();
  for (auto _ : state) {
    Counter counter;
    std::ostream out(&counter);
    report::write_report(format, input.assessment, {}, out);
    state.counters["bytes"] = static_cast<double>(counter.bytes);
  }
}

BENCHMARK_CAPTURE(write_many, json, report::Format::kJson)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(write_many, sarif, report::Format::kSarif)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(write_many, terminal, report::Format::kTerminal)->Unit(benchmark::kMillisecond);

void assess_many(benchmark::State& state) {
  finding::Assessment assessment = many().assessment;
  for (auto _ : state) {
    finding::AssessOptions options;
    options.today = "2026-06-01";
    finding::assess(assessment, std::move(options));
    benchmark::DoNotOptimize(assessment.findings.data());
  }
}
BENCHMARK(assess_many)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace wayout
