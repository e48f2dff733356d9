// SPDX-License-Identifier: Apache-2.0
#include "kubernetes_support.hpp"

#include <algorithm>

#include "base/source.hpp"
#include "deploy/kubernetes/kubernetes.hpp"
#include "text/yaml.hpp"

namespace wayout::deploy {

namespace {

Platform test_platform() {
  using fact::AssumptionKind;
  using fact::Certainty;
  Platform platform;
  platform.name = "kubernetes";
  const auto silent = [&](std::string setting, std::string value, Certainty certainty,
                          AssumptionKind assumes, std::string note) {
    Silence silence;
    silence.setting = std::move(setting);
    silence.value = std::move(value);
    silence.certainty = certainty;
    silence.assumes = assumes;
    silence.note = std::move(note);
    platform.silences.push_back(std::move(silence));
  };
  silent("seccomp", "unconfined", Certainty::kDefault, AssumptionKind::kNone, "no profile");
  silent("apparmor", "confined", Certainty::kAssumed, AssumptionKind::kLsm, "AppArmor");
  silent("apparmor", "unconfined", Certainty::kAssumed, AssumptionKind::kLsm, "no AppArmor");
  silent("selinux", "unconfined", Certainty::kAssumed, AssumptionKind::kLsm, "no SELinux");
  silent("uid", "root", Certainty::kAssumed, AssumptionKind::kImage, "image of root");
  silent("user_namespace", "host", Certainty::kDefault, AssumptionKind::kNone, "hostUsers");
  silent("privilege_escalation", "true", Certainty::kDefault, AssumptionKind::kNone, "allowed");
  silent("capability:NET_RAW", "granted", Certainty::kAssumed, AssumptionKind::kRuntime,
         "as usual");
  platform.default_capabilities = {"CHOWN", "NET_RAW"};
  return platform;
}

std::string line_of(const fact::FactBase& facts, fact::FactId id) {
  std::string out(fact::info(facts.relation(id)).name);
  out += '(';
  for (const auto value : facts.values(id)) {
    if (out.back() != '(') out += ", ";
    out += facts.text(value);
  }
  const auto& origin = facts.origin(facts.origin_of(id));
  return out + ") " + std::string(name_of(facts.certainty(id))) + " " +
         std::to_string(origin.span.line);
}

}  // namespace

std::vector<std::string> kubernetes_facts(std::string_view text,
                                          const std::vector<std::string_view>& relations) {
  base::Sources sources;
  fact::FactBase facts;
  const auto file = sources.add("app.yaml", std::string(text));
  const Platform platform = test_platform();
  KubernetesReader reader(platform, facts, sources);
  for (const auto& tree : text::parse_yaml(file, sources.content(file), {})) {
    EXPECT_TRUE(tree.has_value()) << (tree ? "" : tree.error().message);
    if (tree && KubernetesReader::recognises(tree->root())) reader.add(*tree);
  }
  reader.finish();
  std::vector<std::string> out;
  for (std::size_t i = 0; i < facts.size(); ++i) {
    const fact::FactId id(i);
    EXPECT_TRUE(facts.origin_of(id).valid());
    const auto name = fact::info(facts.relation(id)).name;
    if (std::find(relations.begin(), relations.end(), name) == relations.end()) continue;
    out.push_back(line_of(facts, id));
  }
  return out;
}

}  // namespace wayout::deploy
