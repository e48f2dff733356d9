// SPDX-License-Identifier: Apache-2.0
// Parsing and reading of generated Deployments, on one thread; sizes double to show that time grows
// linearly. Run: kubernetes_bench --benchmark_filter=.
#include <string>
#include <vector>

#include <benchmark/benchmark.h>

#include "base/source.hpp"
#include "deploy/kubernetes/kubernetes.hpp"
#include "text/yaml.hpp"

namespace wayout::deploy {
namespace {

std::string deployment(std::int64_t number) {
  const std::string n = std::to_string(number);
  const std::string labels = "{app: service-" + n + ", tier: backend}\n";
  return "---\napiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: service-" + n +
         "\n  namespace: team-" + std::to_string(number % 200) + "\n  labels: " + labels +
         "spec:\n  replicas: 3\n  selector:\n    matchLabels: " + labels +
         "  template:\n    metadata:\n      labels: " + labels +
         "    spec:\n      serviceAccountName: account-" + std::to_string(number % 50) +
         "\n      securityContext:\n        runAsNonRoot: true\n        runAsUser: 1000\n"
         "      containers:\n        - name: main\n          image: registry.example.com/service-" +
         n +
         ":1.0\n          ports:\n            - containerPort: 8080\n          env:\n"
         "            - name: LOG_LEVEL\n              value: info\n"
         "            - name: DB_PASSWORD\n              valueFrom:\n"
         "                secretKeyRef: {name: db, key: password}\n"
         "          resources:\n            requests: {cpu: 100m, memory: 128Mi}\n"
         "            limits: {cpu: 500m, memory: 256Mi}\n"
         "          securityContext:\n            allowPrivilegeEscalation: false\n"
         "            readOnlyRootFilesystem: true\n            capabilities:\n"
         "              drop: [ALL]\n              add: [NET_BIND_SERVICE]\n"
         "          volumeMounts:\n            - name: logs\n"
         "              mountPath: /var/log/app\n      volumes:\n        - name: logs\n"
         "          hostPath:\n            path: /var/log/service-" +
         n + "\n";
}

std::string deployments(std::int64_t count) {
  std::string out;
  for (std::int64_t i = 0; i < count; ++i) out += deployment(i);
  return out;
}

Platform platform() {
  Platform out;
  out.name = "kubernetes";
  for (const char* setting :
       {"seccomp", "apparmor", "selinux", "uid", "user_namespace", "privilege_escalation"}) {
    Silence silence;
    silence.setting = setting;
    silence.value = "unconfined";
    silence.note = "as the platform does";
    out.silences.push_back(silence);
  }
  out.default_capabilities = {"CHOWN", "DAC_OVERRIDE", "FOWNER", "MKNOD", "NET_RAW", "SETUID"};
  return out;
}

std::vector<text::Tree> parsed(const base::Sources& sources, base::FileId file) {
  std::vector<text::Tree> trees;
  const std::string_view content = sources.content(file);
  for (const auto& chunk : text::split_documents(content)) {
    for (auto& tree : text::parse_yaml(file, content, chunk, {})) {
      if (tree) trees.push_back(std::move(*tree));
    }
  }
  return trees;
}

void read(benchmark::State& state, bool with_parsing) {
  base::Sources sources;
  const auto file = sources.add("all.yaml", deployments(state.range(0)));
  const Platform table = platform();
  std::vector<text::Tree> trees = parsed(sources, file);
  std::size_t facts_made = 0;
  for (auto _ : state) {
    if (with_parsing) trees = parsed(sources, file);
    fact::FactBase facts;
    KubernetesReader reader(table, facts, sources);
    for (const auto& tree : trees) reader.add(tree);
    reader.finish();
    facts_made = facts.size();
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
  state.SetBytesProcessed(state.iterations() *
                          static_cast<std::int64_t>(sources.content(file).size()));
  state.counters["facts"] = static_cast<double>(facts_made);
}

void read_trees(benchmark::State& state) {
  read(state, false);
}
void parse_and_read(benchmark::State& state) {
  read(state, true);
}

BENCHMARK(read_trees)->Arg(12'794)->Arg(25'588)->Arg(51'176)->Unit(benchmark::kMillisecond);
BENCHMARK(parse_and_read)->Arg(12'794)->Arg(25'588)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace wayout::deploy
