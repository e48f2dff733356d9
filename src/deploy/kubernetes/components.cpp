// SPDX-License-Identifier: Apache-2.0
// Control-plane and node components: their command lines in static pods, and the configuration
// documents of the kubelet and of kubeadm.
#include <algorithm>

#include "deploy/credential_shape.hpp"
#include "deploy/kubernetes/cluster.hpp"

namespace wayout::deploy::kubernetes {

using text::NodeRef;

namespace {

constexpr std::array<std::string_view, 6> kComponents = {
    "kube-apiserver", "kubelet", "etcd", "kube-controller-manager", "kube-scheduler", "kube-proxy"};

std::string_view base_name(std::string_view path) {
  return path.substr(path.rfind('/') + 1);  // npos + 1 is 0
}

std::string_view component_named(std::string_view word) {
  const auto found = std::find(kComponents.begin(), kComponents.end(), base_name(word));
  return found == kComponents.end() ? std::string_view{} : *found;
}

/// The component that an image is named after: `registry.k8s.io/kube-apiserver:v1.30.0`.
std::string_view component_of_image(std::string_view image) {
  std::string_view name = base_name(image);
  name = name.substr(0, name.find_first_of(":@"));
  for (const std::string_view suffix : {"-amd64", "-arm64"}) {
    if (name.ends_with(suffix)) name.remove_suffix(suffix.size());
  }
  return component_named(name);
}

struct Word {
  std::string_view text;
  Span at;
};

/// The words of `command` and `args`; a shell's script (`sh -c "kubelet --x"`) is cut at blanks.
std::vector<Word> command_line(NodeRef container) {
  std::vector<Word> out;
  for (const std::string_view key : {"command", "args"}) {
    for_each_item(container[key], [&](NodeRef item) {
      const Span at = item.span();
      std::string_view rest = item.scalar();
      if (rest.starts_with("--")) {
        out.push_back({rest, at});
        return;
      }
      constexpr std::string_view kBlank = " \t\r\n";
      while (!rest.empty()) {
        const std::size_t begin = std::min(rest.find_first_not_of(kBlank), rest.size());
        rest.remove_prefix(begin);
        const std::size_t end = std::min(rest.find_first_of(kBlank), rest.size());
        if (end > 0 && rest.substr(0, end) != "\\") out.push_back({rest.substr(0, end), at});
        rest.remove_prefix(end);
      }
    });
  }
  return out;
}

void add_flag(Cluster& cluster, Symbol component, std::string_view flag, std::string_view value,
              const Span& at) {
  if (looks_like_credential(flag, value)) value = "(a credential)";
  cluster.emit.declared(Relation::kComponentFlag,
                        {component, cluster.emit.intern(flag), cluster.emit.intern(value)}, at);
}

void add_flags(Cluster& cluster, Symbol component, const std::vector<Word>& words) {
  for (std::size_t i = 0; i < words.size(); ++i) {
    std::string_view word = words[i].text;
    if (!word.starts_with("--") || word.size() == 2) continue;
    word.remove_prefix(2);
    const std::size_t equals = word.find('=');
    if (equals != std::string_view::npos) {
      add_flag(cluster, component, word.substr(0, equals), word.substr(equals + 1), words[i].at);
    } else if (i + 1 < words.size() && !words[i + 1].text.starts_with("-")) {
      add_flag(cluster, component, word, words[i + 1].text, words[i].at);
      ++i;
    } else {
      add_flag(cluster, component, word, "true", words[i].at);
    }
  }
}

/// The component that the words run. Its name counts where a command stands: first, after `-c`, or
/// behind a word that ends a command or runs another. Elsewhere it is an argument, such as the kind
/// of a backend.
std::string_view component_run(const std::vector<Word>& words) {
  constexpr std::array<std::string_view, 12> kBefore = {"exec",  "&&",   "||",        "|",
                                                        ";",     "then", "do",        "sudo",
                                                        "nohup", "tini", "dumb-init", "hyperkube"};
  bool command = true;
  for (const auto& word : words) {
    if (word.text.starts_with("--")) break;
    if (command && !component_named(word.text).empty()) return component_named(word.text);
    const bool shell_flag = word.text.starts_with('-') && word.text.ends_with('c');
    command = shell_flag || word.text.ends_with(';') ||
              std::find(kBefore.begin(), kBefore.end(), base_name(word.text)) != kBefore.end();
  }
  return {};
}

}  // namespace

void read_component(Cluster& cluster, Symbol container, NodeRef spec, const Span& at) {
  if (!spec["command"] && !spec["args"]) return;
  const std::vector<Word> words = command_line(spec);
  std::string_view kind = component_run(words);
  // With arguments alone the image's own entry point is the component.
  const bool only_arguments = !spec["command"] && !words.empty() && words[0].text.starts_with("--");
  if (kind.empty() && only_arguments) kind = component_of_image(spec["image"].scalar());
  if (kind.empty()) return;
  const Span place = either(field_span(spec, spec["command"] ? "command" : "args"), at);
  cluster.emit.declared(Relation::kClusterComponent, {container, cluster.emit.intern(kind)}, place);
  add_flags(cluster, container, words);
}

namespace {

struct FieldFlag {
  std::string_view field, flag;
};
/// Fields of KubeletConfiguration that stand for a command-line flag. Source: the kubelet's
/// configuration reference (kubelet.config.k8s.io/v1beta1).
constexpr std::array<FieldFlag, 22> kKubeletFlags = {
    {{"authentication.anonymous.enabled", "anonymous-auth"},
     {"authentication.webhook.enabled", "authentication-token-webhook"},
     {"authentication.x509.clientCAFile", "client-ca-file"},
     {"authorization.mode", "authorization-mode"},
     {"readOnlyPort", "read-only-port"},
     {"allowedUnsafeSysctls", "allowed-unsafe-sysctls"},
     {"protectKernelDefaults", "protect-kernel-defaults"},
     {"rotateCertificates", "rotate-certificates"},
     {"serverTLSBootstrap", "rotate-server-certificates"},
     {"seccompDefault", "seccomp-default"},
     {"eventRecordQPS", "event-qps"},
     {"makeIPTablesUtilChains", "make-iptables-util-chains"},
     {"streamingConnectionIdleTimeout", "streaming-connection-idle-timeout"},
     {"tlsCertFile", "tls-cert-file"},
     {"tlsPrivateKeyFile", "tls-private-key-file"},
     {"tlsCipherSuites", "tls-cipher-suites"},
     {"tlsMinVersion", "tls-min-version"},
     {"staticPodPath", "pod-manifest-path"},
     {"staticPodURL", "manifest-url"},
     {"enableDebuggingHandlers", "enable-debugging-handlers"},
     {"podPidsLimit", "pod-max-pids"},
     {"port", "port"}}};

/// A list as a flag spells it: values with commas between them.
std::string joined(NodeRef list) {
  std::string out;
  for_each_item(list, [&](NodeRef item) {
    if (!out.empty()) out += ',';
    out += item.scalar();
  });
  return out;
}

void kubelet_fields(Cluster& cluster, Symbol component, NodeRef mapping,
                    const std::string& prefix) {
  for (const auto& [key, value] : mapping.entries()) {
    if (!key.is_scalar()) continue;
    const std::string path = prefix + std::string(key.scalar());
    if (value.is_mapping()) {
      kubelet_fields(cluster, component, value, path + ".");
      continue;
    }
    if (prefix.empty() && (path == "apiVersion" || path == "kind")) continue;
    std::string_view flag = path;
    for (const auto& known : kKubeletFlags) {
      if (known.field == path) flag = known.flag;
    }
    add_flag(cluster, component, flag,
             value.is_sequence() ? joined(value) : std::string(value.scalar()),
             field_span(mapping, key.scalar()));
  }
}

/// `extraArgs`: a mapping, or since kubeadm's v1beta4 a list of {name, value}.
void extra_arguments(Cluster& cluster, const Object& object, std::string_view kind, NodeRef holder,
                     std::string_view key = "extraArgs") {
  const NodeRef arguments = holder[key];
  if (!given(arguments)) return;
  Emitter& emit = cluster.emit;
  const Symbol component =
      emit.intern(std::string(kind) + ":" + std::string(cluster.sources.path(object.at.file)));
  emit.declared(Relation::kClusterComponent, {component, emit.intern(kind)},
                field_span(holder, key));
  if (arguments.is_mapping()) {
    for (const auto& [name, value] : arguments.entries()) {
      if (!name.is_scalar()) continue;
      add_flag(cluster, component, name.scalar(), value.scalar(),
               field_span(arguments, name.scalar()));
    }
  }
  for_each_item(arguments, [&](NodeRef item) {
    const std::string_view name = item["name"].scalar();
    if (name.empty()) return;
    add_flag(cluster, component, name, item["value"].scalar(), field_span(item, "name"));
  });
}

}  // namespace

bool read_component_configuration(Cluster& cluster, const Object& object) {
  const NodeRef root = object.root;
  if (object.api_version.starts_with("kubelet.config.k8s.io/") &&
      object.kind == "KubeletConfiguration") {
    const Span at = field_span(root, "kind");
    const Symbol kubelet =
        cluster.new_entity("kubelet:" + std::string(cluster.sources.path(object.at.file)), at);
    cluster.emit.declared(Relation::kClusterComponent, {kubelet, cluster.emit.intern("kubelet")},
                          at);
    kubelet_fields(cluster, kubelet, root, {});
    return true;
  }
  if (!object.api_version.starts_with("kubeadm.k8s.io/")) return false;
  if (object.kind == "ClusterConfiguration") {
    extra_arguments(cluster, object, "kube-apiserver", root["apiServer"]);
    extra_arguments(cluster, object, "kube-controller-manager", root["controllerManager"]);
    extra_arguments(cluster, object, "kube-scheduler", root["scheduler"]);
    extra_arguments(cluster, object, "etcd", root["etcd"]["local"]);
  } else {
    extra_arguments(cluster, object, "kubelet", root["nodeRegistration"], "kubeletExtraArgs");
  }
  return true;
}

}  // namespace wayout::deploy::kubernetes
