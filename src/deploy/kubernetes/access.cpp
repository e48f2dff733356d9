// SPDX-License-Identifier: Apache-2.0
// Role-based access control: roles, aggregation, bindings. Source: the Kubernetes RBAC reference.
#include <algorithm>

#include "deploy/kubernetes/builtin_roles.hpp"
#include "deploy/kubernetes/cluster.hpp"

namespace wayout::deploy::kubernetes {

using text::NodeRef;

namespace {

/// A rule is a product of four lists. One this large grants nothing that a reader could follow.
constexpr std::size_t kMostGrantsOfRule = 200'000;

struct Word {
  Symbol symbol;
  Span at;
};

std::vector<Word> words_of(Cluster& cluster, NodeRef list) {
  std::vector<Word> out;
  for_each_item(list, [&](NodeRef item) {
    if (item.is_scalar()) out.push_back({cluster.emit.intern(item.scalar()), item.span()});
  });
  return out;
}

/// Lists as a rule gives them; what is left out means "any" for names and the core group else.
struct Rule {
  std::vector<Word> groups, verbs, resources, names;
};

Rule rule_of(Cluster& cluster, NodeRef node) {
  Rule rule;
  rule.verbs = words_of(cluster, node["verbs"]);
  rule.resources = words_of(cluster, node["resources"]);
  rule.groups = words_of(cluster, node["apiGroups"]);
  rule.names = words_of(cluster, node["resourceNames"]);
  const Words& w = cluster.words;
  if (rule.groups.empty()) rule.groups.push_back({w.empty, {}});
  if (rule.names.empty()) rule.names.push_back({w.star, {}});
  // A URL outside the resources (`/metrics`) is told from a resource by its slash.
  for (const auto& url : words_of(cluster, node["nonResourceURLs"])) rule.resources.push_back(url);
  return rule;
}

void emit_rule(Cluster& cluster, Symbol role, const Rule& rule, const Span& at,
               ClusterRoleRecord* record) {
  const std::size_t size =
      rule.verbs.size() * rule.resources.size() * rule.groups.size() * rule.names.size();
  if (size > kMostGrantsOfRule || rule.verbs.size() > kMostGrantsOfRule) {
    cluster.report_limit(at, "the rule's lists combine to more grants than are read");
    return;
  }
  for (const auto& resource : rule.resources) {
    for (const auto& verb : rule.verbs) {
      const fact::OriginId origin = cluster.emit.at(either(verb.at, at));
      for (const auto& group : rule.groups) {
        for (const auto& name : rule.names) {
          cluster.emit.add(Relation::kRoleGrants,
                           {role, group.symbol, verb.symbol, resource.symbol, name.symbol},
                           fact::Certainty::kDeclared, origin);
          if (record == nullptr) continue;
          record->grants.push_back(
              {{group.symbol, verb.symbol, resource.symbol, name.symbol}, origin});
        }
      }
    }
  }
}

}  // namespace

void read_role(Cluster& cluster, const Object& object) {
  const bool cluster_wide = object.kind == "ClusterRole";
  const Symbol role =
      cluster.emit.intern(cluster_wide ? "k8s:ClusterRole/" + object.name
                                       : "k8s:" + object.ns + "/Role/" + object.name);
  if (!cluster_wide) cluster.see_namespace(object.ns_symbol, object.at);
  cluster.roles_read.insert(role);
  cluster.emit.declared(Relation::kRole,
                        {role, cluster.emit.intern(object.kind),
                         cluster_wide ? cluster.words.star : object.ns_symbol},
                        object.at);
  ClusterRoleRecord record;
  record.name = role;
  record.at = object.at;
  for_each_item(object.root["rules"], [&](NodeRef rule) {
    if (!rule.is_mapping()) return;
    emit_rule(cluster, role, rule_of(cluster, rule), rule.span(), cluster_wide ? &record : nullptr);
  });
  if (!cluster_wide) return;
  record.labels = read_labels(object.root["metadata"]["labels"], cluster.emit.facts());
  for_each_item(object.root["aggregationRule"]["clusterRoleSelectors"], [&](NodeRef selector) {
    record.aggregates.push_back(read_selector(selector, cluster.emit.facts()));
  });
  cluster.cluster_roles.push_back(std::move(record));
}

namespace {

Symbol subject_of(Cluster& cluster, NodeRef subject, const std::string& binding_ns,
                  const Span& at) {
  Emitter& emit = cluster.emit;
  const std::string_view kind = subject["kind"].scalar();
  const std::string_view name = subject["name"].scalar();
  if (name.empty()) return {};
  if (kind == "ServiceAccount") {
    const std::string_view ns = subject["namespace"].scalar();
    return cluster.account(ns.empty() ? std::string_view(binding_ns) : ns, name, at);
  }
  // system:serviceaccount:NAMESPACE:NAME is how a service account appears as a user.
  constexpr std::string_view kAccountUser = "system:serviceaccount:";
  if (kind == "User" && name.starts_with(kAccountUser)) {
    const std::string_view rest = name.substr(kAccountUser.size());
    const std::size_t colon = rest.find(':');
    if (colon != std::string_view::npos) {
      return cluster.account(rest.substr(0, colon), rest.substr(colon + 1), at);
    }
  }
  if (kind != "User" && kind != "Group") return {};
  std::string text = "k8s:";
  text.append(kind).append("/").append(name);
  const Symbol account = emit.intern(text);
  emit.declared(Relation::kAccount, {account, emit.intern(kind), cluster.words.star}, at);
  if (kind == "Group") cluster.groups_bound.emplace(std::string(name), account);
  return account;
}

}  // namespace

void read_binding(Cluster& cluster, const Object& object) {
  Emitter& emit = cluster.emit;
  const bool cluster_wide = object.kind == "ClusterRoleBinding";
  const NodeRef reference = object.root["roleRef"];
  const std::string role_name(reference["name"].scalar());
  if (role_name.empty()) return;
  const bool cluster_role = cluster_wide || reference["kind"].scalar() != "Role";
  const Symbol role = emit.intern(cluster_role ? "k8s:ClusterRole/" + role_name
                                               : "k8s:" + object.ns + "/Role/" + role_name);
  const std::string base = cluster_wide ? "k8s:" : "k8s:" + object.ns + "/";
  const Symbol binding =
      cluster.new_entity(base + std::string(object.kind) + "/" + object.name, object.at);
  const Symbol scope = cluster_wide ? cluster.words.star : object.ns_symbol;
  if (!cluster_wide) cluster.see_namespace(object.ns_symbol, object.at);
  emit.declared(Relation::kBinding, {binding, emit.intern(object.kind)}, object.at);
  const Span role_at = either(field_span(reference, "name"), object.at);
  if (cluster_role) cluster.cluster_roles_bound.emplace_back(role, role_at);
  for_each_item(object.root["subjects"], [&](NodeRef subject) {
    const Span at = either(field_span(subject, "name"), role_at);
    const Symbol account = subject_of(cluster, subject, object.ns, at);
    if (account.valid()) emit.declared(Relation::kBound, {account, role, scope, binding}, role_at);
  });
}

namespace {

/// Rights that an aggregated role takes over, through roles that are aggregated themselves.
class Aggregation {
 public:
  explicit Aggregation(Cluster& cluster) : cluster_(cluster) {
    for (std::size_t i = 0; i < cluster.cluster_roles.size(); ++i) {
      for (const auto& label : cluster.cluster_roles[i].labels) by_label_[label].push_back(i);
    }
  }

  void into(Symbol role, const std::vector<Selector>& selectors) {
    std::vector<bool> seen(cluster_.cluster_roles.size(), false);
    std::vector<std::size_t> queue;
    add_matching(selectors, seen, queue);
    for (std::size_t next = 0; next < queue.size() && budget_ != 0; ++next) {
      const ClusterRoleRecord& source = cluster_.cluster_roles[queue[next]];
      for (const auto& grant : source.grants) {
        if (!spend()) return;
        const auto& v = grant.values;
        cluster_.emit.add(Relation::kRoleGrants, {role, v[0], v[1], v[2], v[3]},
                          fact::Certainty::kDeclared, grant.origin);
      }
      add_matching(source.aggregates, seen, queue);
    }
  }

 private:
  void add_matching(const std::vector<Selector>& selectors, std::vector<bool>& seen,
                    std::vector<std::size_t>& queue) {
    const auto consider = [&](const Selector& selector, std::size_t i) {
      if (!spend() || seen[i] || !selector.matches(cluster_.cluster_roles[i].labels)) return;
      seen[i] = true;
      queue.push_back(i);
    };
    for (const auto& selector : selectors) {
      if (!selector.labels.empty()) {
        const auto found = by_label_.find(selector.labels.front());
        if (found == by_label_.end()) continue;
        for (const std::size_t i : found->second) consider(selector, i);
        continue;
      }
      for (std::size_t i = 0; i < seen.size() && budget_ != 0; ++i) consider(selector, i);
    }
  }

  /// Roles that aggregate each other by the thousand are only made to stall a reader.
  bool spend() {
    if (budget_ == 0) return false;
    if (--budget_ == 0) {
      cluster_.report_limit(cluster_.cluster_roles.front().at,
                            "aggregated roles combine to more grants than are read");
    }
    return true;
  }

  Cluster& cluster_;
  std::unordered_map<Label, std::vector<std::size_t>, SymbolPairHash> by_label_;
  std::size_t budget_ = 4'000'000;
};

/// cluster-admin and its like exist in every cluster, though hardly any deployment carries them.
void add_builtin_roles(Cluster& cluster, Aggregation& aggregation) {
  Emitter& emit = cluster.emit;
  std::unordered_set<Symbol> done;
  for (const auto& bound : cluster.cluster_roles_bound) {
    const Symbol role = bound.first;
    if (cluster.roles_read.contains(role) || !done.insert(role).second) continue;
    const BuiltinRole* builtin = builtin_role(emit.text(role));
    if (builtin == nullptr) continue;
    const fact::OriginId origin = emit.at(bound.second, emit.intern(builtin->note));
    emit.add(Relation::kRole, {role, emit.intern("ClusterRole"), cluster.words.star},
             fact::Certainty::kDefault, origin);
    for (const auto& rule : builtin->rules) {
      for_each_word(rule.resources, [&](std::string_view resource) {
        for_each_word(rule.verbs, [&](std::string_view verb) {
          emit.add(Relation::kRoleGrants,
                   {role, emit.intern(rule.group), emit.intern(verb), emit.intern(resource),
                    cluster.words.star},
                   fact::Certainty::kDefault, origin);
        });
      });
    }
    std::vector<Selector> selectors;
    for_each_word(builtin->aggregation_labels, [&](std::string_view label) {
      selectors.emplace_back().labels.emplace_back(emit.intern(label), cluster.words.yes);
    });
    aggregation.into(role, selectors);
  }
}

/// Every service account is in three groups; said only of groups that a binding names.
void add_memberships(Cluster& cluster) {
  Emitter& emit = cluster.emit;
  const Symbol note = emit.intern("the API server puts every service account in this group");
  for (const Symbol account : cluster.account_order) {
    const AccountRecord& record = cluster.accounts[account];
    const std::string of_namespace = "system:serviceaccounts:" + std::string(emit.text(record.ns));
    for (const std::string_view group :
         {std::string_view("system:authenticated"), std::string_view("system:serviceaccounts"),
          std::string_view(of_namespace)}) {
      const auto found = cluster.groups_bound.find(std::string(group));
      if (found == cluster.groups_bound.end()) continue;
      emit.by_default(Relation::kMemberOf, {account, found->second}, record.seen_at, note);
    }
  }
}

}  // namespace

void finish_access(Cluster& cluster) {
  Aggregation aggregation(cluster);
  for (const auto& role : cluster.cluster_roles) {
    if (!role.aggregates.empty()) aggregation.into(role.name, role.aggregates);
  }
  add_builtin_roles(cluster, aggregation);
  add_memberships(cluster);
}

}  // namespace wayout::deploy::kubernetes
