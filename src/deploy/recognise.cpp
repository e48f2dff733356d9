// SPDX-License-Identifier: Apache-2.0
#include "deploy/recognise.hpp"

#include "deploy/compose/compose.hpp"
#include "deploy/ecs/task_definition.hpp"
#include "deploy/inspect/inspect.hpp"
#include "deploy/kubernetes/kubernetes.hpp"
#include "deploy/walk.hpp"

namespace wayout::deploy {

namespace {

bool has(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

bool ends_with_any(std::string_view text, std::initializer_list<std::string_view> ends) {
  for (const std::string_view end : ends) {
    if (text.ends_with(end)) return true;
  }
  return false;
}

bool is_data_name(std::string_view path) {
  return ends_with_any(path, {".yaml", ".yml", ".json", ".template", ".YAML", ".YML", ".JSON"});
}

bool is_yaml_name(std::string_view path) {
  return ends_with_any(path, {".yaml", ".yml", ".YAML", ".YML"});
}

bool is_dockerfile_name(std::string_view path) {
  const std::string_view name = name_in(path);
  if (ends_with_any(name, {".dockerignore", ".md", ".yaml", ".yml", ".json", ".sh", ".py"})) {
    return false;
  }
  for (const std::string_view stem :
       {"Dockerfile", "Containerfile", "dockerfile", "containerfile"}) {
    if (name == stem) return true;
    if (name.starts_with(stem) && (name[stem.size()] == '.' || name[stem.size()] == '-')) {
      return true;
    }
    if (name.size() > stem.size() && name.ends_with(stem) &&
        name[name.size() - stem.size() - 1] == '.') {
      return true;
    }
  }
  return false;
}

/// The first line that is neither blank nor a comment.
std::string_view first_line(std::string_view text) {
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  while (!text.empty()) {
    std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    const auto start = line.find_first_not_of(" \t\r");
    if (start == std::string_view::npos || line[start] == '#') continue;
    return line.substr(start);
  }
  return {};
}

bool is_binary(std::string_view head) {
  return has(head.substr(0, kHeadBytes), std::string_view("\0", 1));
}

bool starts_like_data(std::string_view line) {
  for (const std::string_view start :
       {"{", "[", "---", "apiVersion:", "kind:", "services:", "version:", "metadata:", "%YAML"}) {
    if (line.starts_with(start)) return true;
  }
  return false;
}

/// Whether `key` starts a line of the text.
bool has_line(std::string_view text, std::string_view key) {
  for (std::size_t at = text.find(key); at != std::string_view::npos; at = text.find(key, at + 1)) {
    if (at == 0 || text[at - 1] == '\n') return true;
  }
  return false;
}

bool seems_relevant(std::string_view chunk) {
  return (has_line(chunk, "apiVersion:") && has_line(chunk, "kind:")) ||
         has_line(chunk, "services:") || (has(chunk, "\"apiVersion\"") && has(chunk, "\"kind\"")) ||
         has(chunk, "\"HostConfig\"") || has(chunk, "\"containerDefinitions\"") ||
         has(chunk, "AWS::ECS::TaskDefinition");
}

}  // namespace

bool may_matter(std::string_view path, std::string_view head) {
  if (is_binary(head)) return false;
  if (is_data_name(path) || is_dockerfile_name(path)) return true;
  const std::string_view line = first_line(head);
  return line.starts_with("FROM ") || starts_like_data(line);
}

FileKind recognise_file(std::string_view path, std::string_view content) {
  if (is_binary(content)) return FileKind::kNone;
  if (is_dockerfile_name(path)) return FileKind::kDockerfile;
  if (!is_data_name(path)) {
    const std::string_view line = first_line(content);
    if (line.starts_with("FROM ")) {
      // Prose may start with the word; a Dockerfile goes on with instructions.
      return has_line(content, "RUN ") || has_line(content, "COPY ") || has_line(content, "CMD ") ||
                     has_line(content, "ENTRYPOINT ") || has_line(content, "USER ")
                 ? FileKind::kDockerfile
                 : FileKind::kNone;
    }
    if (!starts_like_data(line)) return FileKind::kNone;
  }
  const bool matters = (has(content, "apiVersion") && has(content, "kind")) ||
                       has(content, "services") || has(content, "HostConfig") ||
                       has(content, "ontainerDefinitions") || is_yaml_name(path);
  return matters ? FileKind::kDocuments : FileKind::kNone;
}

DocumentKind recognise_document(text::NodeRef root) {
  if (KubernetesReader::recognises(root)) return DocumentKind::kKubernetes;
  if (compose::recognises(root)) return DocumentKind::kCompose;
  if (inspect::recognises(root)) return DocumentKind::kInspect;
  if (ecs::recognises(root)) return DocumentKind::kEcs;
  return DocumentKind::kNone;
}

bool worth_a_word(std::string_view path, std::string_view chunk) {
  return seems_relevant(chunk) || (is_yaml_name(path) && !looks_like_template(chunk));
}

bool looks_like_template(std::string_view chunk) {
  return has(chunk, "{{") || has(chunk, "{%");
}

bool parsed_like_template(const text::Tree& tree) {
  for (std::uint32_t i = 0; i < tree.size(); ++i) {
    const text::Node& node = tree.node(i);
    if (node.kind == text::NodeKind::kMapping && node.child != 0 &&
        tree.node(node.child).kind == text::NodeKind::kMapping) {
      return true;
    }
  }
  return false;
}

}  // namespace wayout::deploy
