// SPDX-License-Identifier: Apache-2.0
// Ways out and the cut of a cluster as rules would derive it: per container a few techniques over
// its own facts, accounts shared by deployments, roles that let some accounts into every pod.
// Time must grow linearly from 3,125 to 25,000 containers.
#include <random>
#include <string>

#include <benchmark/benchmark.h>

#include "reason/cut.hpp"
#include "reason/way_out.hpp"

namespace {

using namespace wayout;
using fact::FactId;
using fact::Relation;

struct Cluster {
  fact::FactBase facts;
  reason::RuleSet rules;
  reason::Evaluation result;
  std::uint32_t line = 0;

  FactId leaf(Relation relation, const std::vector<std::string>& values,
              fact::Certainty certainty = fact::Certainty::kDeclared) {
    fact::Origin origin;
    origin.span.file = base::FileId(0u);
    origin.span.line = ++line;
    origin.span.begin = line * 50;
    origin.span.end = line * 50 + 20;
    return facts.add(relation, symbols(values), certainty, facts.origin(origin));
  }
  FactId derived(Relation relation, const std::vector<std::string>& values) {
    bool is_new = false;
    return facts.derive(relation, symbols(values), is_new);
  }
  std::vector<fact::Symbol> symbols(const std::vector<std::string>& values) {
    std::vector<fact::Symbol> out;
    for (const auto& value : values) out.push_back(facts.intern(value));
    return out;
  }
  reason::RuleId rule(const std::string& id, reason::RuleKind kind) {
    for (std::size_t i = 0; i < rules.rules.size(); ++i) {
      if (rules.rules[i].id == id) return reason::RuleId(i);
    }
    reason::Rule made;
    made.id = id;
    made.kind = kind;
    made.severity = reason::Severity::kCritical;
    made.variables = {"c"};
    reason::Atom runs;
    runs.relation = Relation::kRunsCode;
    runs.terms = {{reason::Term::Kind::kVariable, 0, {}}};
    made.from = {runs};
    made.bodies = {{}};
    rules.rules.push_back(made);
    return reason::RuleId(rules.rules.size() - 1);
  }
  void use(const std::string& id, FactId head, std::vector<FactId> premises) {
    result.proofs.add(rule(id, reason::RuleKind::kTechnique), head, premises, true);
  }
  void imply(FactId head, std::vector<FactId> premises) {
    result.proofs.add(rule("meaning", reason::RuleKind::kMeaning), head, premises, false);
  }
  void change(const std::string& id, Relation relation, std::uint32_t cost) {
    reason::Change made;
    made.id = id;
    made.text = id + " {?a} {?b}";
    made.variables = {"a", "b"};
    made.cost = cost;
    made.removes.relation = relation;
    made.removes.terms.resize(fact::info(relation).arity);
    made.removes.terms[0] = {reason::Term::Kind::kVariable, 0, {}};
    if (made.removes.terms.size() > 1) {
      made.removes.terms[1] = {reason::Term::Kind::kVariable, 1, {}};
    }
    rules.changes.push_back(made);
  }
};

void add_container(Cluster& cluster, std::size_t i, std::mt19937& random) {
  const std::string name = "k8s:ns" + std::to_string(i % 50) + "/Deployment/d" +
                           std::to_string(i / 5) + "/c" + std::to_string(i % 5);
  const std::string account = "sa" + std::to_string(i / 25);
  const auto runs = cluster.derived(Relation::kRunsCode, {name});
  cluster.leaf(Relation::kPartOf, {name, "d" + std::to_string(i / 5)});
  cluster.imply(
      runs, {cluster.leaf(Relation::kEntry, {name, "assumed-breach"}, fact::Certainty::kAssumed)});
  const auto on = cluster.leaf(Relation::kRunsOn, {name, "node"});
  const auto uid = cluster.leaf(Relation::kUid, {name, "root"}, fact::Certainty::kDefault);
  const auto user_ns = cluster.leaf(Relation::kUserNamespace, {name, "host"});
  const auto acts = cluster.derived(Relation::kActsAs, {name, account});
  cluster.imply(acts, {runs, cluster.leaf(Relation::kTokenMounted, {name, account})});
  cluster.imply(cluster.derived(Relation::kHoldsToken, {account}), {acts});
  cluster.imply(runs, {cluster.derived(Relation::kControls, {"*", "run-code"})});
  const auto root = cluster.derived(Relation::kGained, {"node", "host-root"});
  if (random() % 3 == 0) {
    const auto privileged = cluster.leaf(Relation::kPrivileged, {name});
    for (const char* cap : {"SYS_ADMIN", "SYS_MODULE", "SYS_PTRACE", "DAC_READ_SEARCH"}) {
      const auto holds = cluster.derived(Relation::kCapability, {name, cap});
      cluster.imply(holds, {privileged});
      cluster.use(std::string("ESC-") + cap, root, {runs, on, holds, uid, user_ns});
    }
  }
  if (random() % 4 == 0) {
    const std::string path = "/etc";
    const auto mount = cluster.leaf(Relation::kMounts, {name, "/m", path});
    const auto mode = cluster.leaf(Relation::kMountMode, {name, "/m", "rw"});
    cluster.use("ESC-MNT", cluster.derived(Relation::kGained, {"node", "host-file-write"}),
                {runs, on, mount, mode, uid, user_ns});
  }
}

Cluster make(std::size_t containers) {
  Cluster cluster;
  std::mt19937 random(42);
  for (std::size_t i = 0; i < containers; ++i) add_container(cluster, i, random);
  for (std::size_t a = 0; a < containers / 25; ++a) {
    const std::string account = "sa" + std::to_string(a);
    const auto token = cluster.derived(Relation::kHoldsToken, {account});
    const std::string role = "role" + std::to_string(a % 40);
    const auto bound = cluster.leaf(Relation::kBound, {account, role, "*", "b"});
    const auto grant = cluster.leaf(Relation::kRoleGrants, {role, "", "create", "x", "*"});
    if (a % 4 == 0) {
      cluster.use("K8S-EXEC", cluster.derived(Relation::kControls, {"*", "run-code"}),
                  {token, bound, grant});
    }
    if (a % 10 == 0) {
      cluster.use("K8S-WILDCARD", cluster.derived(Relation::kGained, {"cluster", "cluster-admin"}),
                  {token, bound, grant});
    }
  }
  cluster.change("privileged", Relation::kPrivileged, 5);
  cluster.change("root", Relation::kUid, 6);
  cluster.change("mount", Relation::kMounts, 4);
  cluster.change("read-only", Relation::kMountMode, 2);
  cluster.change("token", Relation::kTokenMounted, 4);
  cluster.change("unbind", Relation::kBound, 5);
  cluster.change("narrow", Relation::kRoleGrants, 3);
  cluster.result.proofs.index(cluster.facts.size());
  return cluster;
}

void ways_out(benchmark::State& state) {
  const Cluster cluster = make(static_cast<std::size_t>(state.range(0)));
  std::size_t found = 0;
  std::size_t groups = 0;
  for (auto _ : state) {
    const auto ways = reason::find_ways_out(cluster.facts, cluster.rules, cluster.result, {});
    found = ways.all.size();
    groups = ways.groups.size();
  }
  state.counters["ways"] = static_cast<double>(found);
  state.counters["groups"] = static_cast<double>(groups);
  state.counters["derivations"] = static_cast<double>(cluster.result.proofs.size());
}

void cut(benchmark::State& state) {
  const Cluster cluster = make(static_cast<std::size_t>(state.range(0)));
  const auto ways = reason::find_ways_out(cluster.facts, cluster.rules, cluster.result, {});
  reason::Cut found;
  for (auto _ : state) {
    found = reason::find_cut(cluster.facts, cluster.rules, cluster.result, ways, {});
  }
  state.counters["changes"] = static_cast<double>(found.changes.size());
  state.counters["cost"] = found.cost;
  state.counters["lower_bound"] = found.lower_bound;
  state.counters["uncut"] = static_cast<double>(found.uncut.size());
}

}  // namespace

BENCHMARK(ways_out)->Arg(3125)->Arg(6250)->Arg(12500)->Arg(25000)->Unit(benchmark::kMillisecond);
BENCHMARK(cut)->Arg(3125)->Arg(6250)->Arg(12500)->Arg(25000)->Unit(benchmark::kMillisecond);
