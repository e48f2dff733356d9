// SPDX-License-Identifier: Apache-2.0
//
// What each relation says, as data: `{N}` is column N shown to a person. A row with a value
// speaks only when the last column has that value; rows of one relation stand together, most
// special first. Relations are named as in rules/vocabulary.yaml; a test holds the two together.
#include "report/sentences.hpp"

#include <algorithm>
#include <array>
#include <span>

#include "report/entity.hpp"
#include "report/printable.hpp"

namespace wayout::report {

namespace {

using fact::Relation;

struct Sentence {
  std::string_view relation;
  std::string_view last;  ///< value of the last column, empty: any
  std::string_view text;
};

constexpr Sentence kSentences[] = {
    // structure
    {"container", "", "is a container of {1}"},
    {"container_role", "init", "runs as an init container"},
    {"container_role", "", "is the {1} container of its workload"},
    {"workload", "", "is a {1} of namespace {2}"},
    {"part_of", "", "belongs to {1}"},
    {"runs_on", "", "runs on {1}"},
    {"uses_image", "", "runs image {1}"},
    {"built_from", "", "is built from {1}"},
    {"image", "", "is an image read from a {1}"},
    {"namespace", "", "is a namespace in use"},
    {"cluster_component", "", "is the {1} of the cluster"},
    {"component_flag", "", "is started with {1}={2}"},
    {"launch_type", "", "is launched on {1}"},
    // boundary
    {"privileged", "", "is privileged"},
    {"extra_group", "", "is in group {1}"},
    {"adds_capability", "ALL", "adds every capability"},
    {"adds_capability", "", "adds capability {1}"},
    {"drops_capability", "ALL", "drops every capability"},
    {"drops_capability", "", "drops capability {1}"},
    {"granted_capability", "", "is granted capability {1}"},
    {"capability", "", "holds capability {1}"},
    {"uid", "root", "runs as root"},
    {"uid", "nonroot", "does not run as root"},
    {"user", "", "runs as user {1}"},
    {"run_as_non_root", "true", "must not run as root"},
    {"run_as_non_root", "", "may run as root: runAsNonRoot is {1}"},
    {"user_namespace", "host", "its root user is the root user of the host"},
    {"user_namespace", "", "has a user namespace of its own"},
    {"host_namespace", "", "shares the host's {1} namespace"},
    {"joins_namespace", "", "shares its {1} namespace with {2}"},
    {"seccomp", "unconfined", "no seccomp profile filters its system calls"},
    {"seccomp", "", "a seccomp profile filters its system calls"},
    {"apparmor", "unconfined", "no AppArmor profile confines it"},
    {"apparmor", "", "an AppArmor profile confines it"},
    {"selinux", "unconfined", "SELinux does not confine it"},
    {"selinux", "", "SELinux confines it"},
    {"no_seccomp", "", "no seccomp profile filters its system calls"},
    {"no_apparmor", "", "no AppArmor profile confines it"},
    {"no_selinux", "", "SELinux does not confine it"},
    {"privilege_escalation", "false", "no process can gain privileges"},
    {"privilege_escalation", "", "a process can gain privileges (setuid works)"},
    {"read_only_root", "true", "its root file system is read-only"},
    {"read_only_root", "", "its root file system is writable"},
    {"device", "", "the host device {1} is passed to it ({2})"},
    {"device_rule", "", "its device rule is '{1}'"},
    {"sysctl", "", "sysctl {1} is set to {2}"},
    {"masked_paths", "false", "its /proc is unmasked"},
    {"masked_paths", "", "its /proc is masked"},
    {"resource_limit", "", "its {1} is limited to {2}"},
    {"resource_request", "", "it requests {2} of {1}"},
    {"cgroup_parent", "", "its cgroup lies below {1}"},
    {"unset", "", "{1} is not set"},
    {"runtime_class", "", "runs under the runtime {1}"},
    {"windows_host_process", "", "is a Windows HostProcess container"},
    {"working_dir", "", "works in {1}"},
    {"tty", "", "has a terminal"},
    // storage
    {"mounts", "/", "the host's whole file system is mounted at {1}"},
    {"mounts", "", "{2} of the host is mounted at {1}"},
    {"mount_mode", "rw", "the mount at {1} is writable"},
    {"mount_mode", "", "the mount at {1} is read-only"},
    {"mount_propagation", "", "the mount at {1} propagates ({2})"},
    {"mount_via", "", "the mount at {1} comes from a {2} volume"},
    {"gives", "", "{1} gives {3}"},
    {"opens", "", "opens the way to {1}"},
    {"sub_path", "", "the mount at {1} takes a sub-path"},
    {"mounts_volume", "", "volume {2} is mounted at {1}"},
    {"volume_kind", "", "is a volume of kind {1}"},
    {"mounts_secret", "", "secret {2} is mounted at {1}"},
    {"file_mode", "", "files at {1} have mode {2}"},
    {"image_volume", "", "declares the volume {1}"},
    {"copies_into_image", "", "copies {1} to {2}"},
    // network
    {"listens", "", "listens on port {1}"},
    {"publishes", "", "port {3} is published on {1}:{2}"},
    {"exposed_by", "", "is exposed by {1} {2}"},
    {"service_type", "", "is a Service of type {1}"},
    {"ingress_route", "", "leads to {1}"},
    {"policy_selects", "", "NetworkPolicy {2} restricts its {1}"},
    {"policy_without_pods", "", "the NetworkPolicy selects no pod that was read"},
    {"egress_open", "", "may connect to any address"},
    {"reaches", "metadata", "can reach the cloud's metadata service"},
    {"reaches", "internet", "can reach the internet"},
    {"reaches", "docker-tcp", "can reach the Docker API over TCP"},
    {"reaches", "", "can reach the {1}"},
    {"same_segment", "", "shares a network segment with other containers"},
    {"service_account_named", "", "its service account is {1}"},
    // identity
    {"service_account", "", "runs as {1}"},
    {"token_mounted", "", "the API token of {1} is mounted"},
    {"account", "", "is a {1}"},
    {"role", "", "is a {1}"},
    {"role_grants", "", "grants {2} on {3}"},
    {"bound", "*", "is bound to {1} in the whole cluster"},
    {"bound", "", "is bound to {1} by {3}"},
    {"binding", "", "is a {1}"},
    {"member_of", "", "is a member of {1}"},
    {"token_secret", "", "a long-lived token of it lies in a Secret of namespace {1}"},
    {"allows", "", "allows {1} on {2}"},
    {"pod_security", "privileged", "its namespace admits privileged pods"},
    {"pod_security", "", "its namespace enforces the {1} Pod Security level"},
    {"psp_allows", "", "the pod security policy allows {1}"},
    {"cloud_role", "", "is bound to the {1} role {2}"},
    {"task_role", "", "has the task role {1}"},
    // secrets
    {"credential", "", "is a credential of kind {1}"},
    {"held_in", "", "a credential lies in {1}"},
    {"env_credential", "literal", "variable {1} holds a credential"},
    {"env_credential", "", "variable {1} holds a credential from a Secret"},
    {"image_credential", "", "{1} puts a credential into the image"},
    // hosts
    {"version", "", "{1} has version {2}"},
    {"host", "", "{1} of the host is {2}"},
    // images
    {"image_user", "root", "the image's user is root"},
    {"image_user", "unset", "the image sets no user"},
    {"image_user", "", "the image's user is {1}"},
    {"image_base", "", "stands on image {1}"},
    {"image_label", "", "has label {1}={2}"},
    {"image_env", "", "sets {1}={2}"},
    {"image_workdir", "", "works in {1}"},
    {"image_runs", "sudo", "the build installs or uses sudo"},
    {"image_runs", "chmod-777", "the build makes files writable for everybody"},
    {"image_runs", "chmod-setuid", "the build sets the setuid bit"},
    {"image_runs", "curl-pipe-shell", "the build runs a script straight from the network"},
    {"image_runs", "ssh-server", "the build installs an SSH server"},
    {"image_runs", "docker-cli", "the build installs a Docker client"},
    {"image_runs", "", "a RUN instruction shows {1}"},
    {"image_chowns", "", "its own code belongs to user {1}"},
    {"image_exposes", "", "exposes port {1}"},
    {"image_syntax", "", "is built by the frontend {1}"},
    // positions
    {"entry", "assumed-breach", "somebody runs code in it"},
    {"entry", "", "{1} clients reach it"},
    {"runs_code", "", "the attacker runs code in it"},
    {"holds_token", "", "the attacker can act as it"},
    {"gained", "", "the attacker gains {1}"},
    {"acts_as", "", "can act as {1}"},
    {"controls", "", "the attacker controls {1}"},
    {"may", "", "may {1} {2}"},
    {"applies", "", "rule {0} applies"},
    {"blocked", "", "rule {0} is held back"},
};

using Rows = std::span<const Sentence>;

/// The rows of a relation, which stand together.
Rows rows_of(Relation relation) {
  static const auto kRows = [] {
    std::array<Rows, fact::kRelationCount> rows;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const std::string_view name = fact::info(static_cast<Relation>(i)).name;
      const auto is_named = [&](const Sentence& row) { return row.relation == name; };
      const auto first = std::find_if(std::begin(kSentences), std::end(kSentences), is_named);
      rows[i] = Rows(first, std::find_if_not(first, std::end(kSentences), is_named));
    }
    return rows;
  }();
  return kRows[static_cast<std::size_t>(relation)];
}

const Sentence* find_sentence(Relation relation, std::string_view last) {
  for (const Sentence& row : rows_of(relation)) {
    if (row.last.empty() || row.last == last) return &row;
  }
  return nullptr;
}

std::string fill_columns(const fact::FactBase& facts, fact::FactId fact, std::string_view text) {
  const auto values = facts.values(fact);
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '{' || i + 2 >= text.size() || text[i + 2] != '}') {
      out += text[i];
      continue;
    }
    const auto column = static_cast<std::size_t>(text[i + 1] - '0');
    if (column < values.size()) out += display(facts.text(values[column]));
    i += 2;
  }
  return out;
}

std::string generic(const fact::FactBase& facts, fact::FactId fact) {
  std::string out(fact::info(facts.relation(fact)).name);
  std::replace(out.begin(), out.end(), '_', ' ');
  const auto values = facts.values(fact);
  for (std::size_t i = 1; i < values.size(); ++i) {
    out += i == 1 ? ": " : ", ";
    out += display(facts.text(values[i]));
  }
  return out;
}

}  // namespace

bool has_sentence(Relation relation) {
  return !rows_of(relation).empty();
}

std::string sentence(const fact::FactBase& facts, fact::FactId fact) {
  const auto values = facts.values(fact);
  const std::string_view last = values.empty() ? std::string_view{} : facts.text(values.back());
  const Sentence* row = find_sentence(facts.relation(fact), last);
  std::string out = row != nullptr ? fill_columns(facts, fact, row->text) : generic(facts, fact);
  if (facts.certainty(fact) == fact::Certainty::kDefault) {
    // "is not set" already is what nobody said.
    if (facts.relation(fact) != Relation::kUnset) out += ", by default";
  } else if (facts.certainty(fact) == fact::Certainty::kAssumed && facts.is_leaf(fact)) {
    const fact::Symbol note = facts.origin(facts.origin_of(fact)).note;
    const std::string clause = note.valid() ? printable(facts.text(note)) : "";
    if (clause.empty()) {
      out += ", as assumed";
    } else {
      out += clause.starts_with("if ") ? ", " + clause : ", if " + clause;
    }
  }
  return out;
}

}  // namespace wayout::report
