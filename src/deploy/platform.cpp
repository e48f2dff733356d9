// SPDX-License-Identifier: Apache-2.0
#include "deploy/platform.hpp"

#include <algorithm>
#include <optional>

#include "deploy/capability_names.hpp"
#include "text/yaml.hpp"

namespace wayout::deploy {

namespace {

using base::ErrorCode;
using text::NodeRef;

constexpr std::string_view kHostPrefix = "host.";
constexpr std::string_view kFormat = "see docs/platforms.md";

struct Table {
  Platform platform;
  std::string like;
  base::Span like_span;
  bool has_capabilities = false;
  bool resolved = false;
};

tl::unexpected<base::Error> bad(NodeRef where, std::string message, std::string hint = {}) {
  if (hint.empty()) hint = kFormat;
  return base::fail(ErrorCode::kInvalid, std::move(message), std::move(hint), where.span());
}

std::optional<fact::AssumptionKind> assumption_named(std::string_view name) {
  for (int i = 1; i <= static_cast<int>(fact::AssumptionKind::kImage); ++i) {
    const auto kind = static_cast<fact::AssumptionKind>(i);
    if (fact::name_of(kind) == name) return kind;
  }
  return std::nullopt;
}

/// The values that rules compare with; other settings are free text.
std::vector<std::string_view> values_of(std::string_view setting) {
  if (setting == "seccomp" || setting == "apparmor" || setting == "selinux") {
    return {"confined", "unconfined"};
  }
  if (setting == "uid") return {"root", "nonroot"};
  if (setting == "user_namespace") return {"host", "private"};
  if (setting == "privilege_escalation" || setting == "read_only_root") return {"true", "false"};
  if (setting == "host.cgroup") return {"v1", "v2"};
  if (setting == "host.uevent-helper" || setting == "host.unprivileged-userns") {
    return {"yes", "no"};
  }
  if (setting == "host.imds") return {"v1", "v2-hop1", "v2-hop2"};
  return {};
}

bool is_setting(std::string_view name) {
  return name.starts_with(kHostPrefix) || name.starts_with("capability:") ||
         !values_of(name).empty();
}

base::Result<std::string> value_of(std::string_view setting, NodeRef node) {
  if (!node.is_scalar() || node.scalar().empty()) {
    return bad(node, "the value of '" + std::string(setting) + "' is not a text");
  }
  const auto allowed = values_of(setting);
  if (!allowed.empty() &&
      std::find(allowed.begin(), allowed.end(), node.scalar()) == allowed.end()) {
    std::string hint = "write";
    for (std::size_t i = 0; i < allowed.size(); ++i) {
      hint += (i == 0 ? " " : " or ") + std::string(allowed[i]);
    }
    return bad(node,
               "'" + std::string(node.scalar()) + "' is no value of '" + std::string(setting) + "'",
               hint);
  }
  return std::string(node.scalar());
}

base::Result<Silence> read_silence(std::string setting, NodeRef node) {
  if (!node.is_mapping()) return bad(node, "'" + setting + "' is not a mapping with a value");
  auto value = value_of(setting, node["value"] ? node["value"] : node);
  if (!value) return base::fail(value.error());
  Silence silence{std::move(setting),
                  std::move(*value),
                  fact::Certainty::kDefault,
                  fact::AssumptionKind::kNone,
                  std::string(node["note"].scalar()),
                  {}};
  if (silence.note.empty()) return bad(node, "'" + silence.setting + "' has no note");
  if (const NodeRef assumes = node["assumes"]) {
    const auto kind = assumption_named(assumes.scalar());
    if (!kind) {
      return bad(assumes, "'" + std::string(assumes.scalar()) + "' is no kind of assumption",
                 "one of lsm, cgroup, kernel, runtime, cluster, network, config, image");
    }
    silence.assumes = *kind;
    silence.certainty = fact::Certainty::kAssumed;
  }
  return silence;
}

base::Result<void> read_silences(NodeRef section, std::string_view prefix, Platform& out) {
  for (const auto& [key, value] : section.entries()) {
    std::string setting = std::string(prefix) + std::string(key.scalar());
    if (!is_setting(setting)) {
      return bad(key, "unknown setting '" + std::string(key.scalar()) + "'");
    }
    const auto alternatives = value.is_sequence() ? value.items() : std::vector<NodeRef>{value};
    for (const NodeRef alternative : alternatives) {
      auto silence = read_silence(setting, alternative);
      if (!silence) return base::fail(silence.error());
      out.silences.push_back(std::move(*silence));
    }
  }
  return {};
}

base::Result<text::Tree> only_document(const base::Sources& sources, base::FileId file) {
  auto documents = text::parse_yaml(file, sources.content(file), base::Limits{});
  if (documents.empty()) {
    return base::fail(ErrorCode::kInvalid, "the platform file is empty", std::string(kFormat),
                      base::Span{file, 1, 1, 1, 1, 0, 0});
  }
  if (!documents[0]) return base::fail(documents[0].error());
  if (!documents[0]->root().is_mapping()) {
    return bad(documents[0]->root(), "a platform file is a mapping");
  }
  return std::move(*documents[0]);
}

base::Result<Table> read_table(const text::Tree& tree) {
  const NodeRef root = tree.root();
  Table table;
  for (const auto& [key, value] : root.entries()) {
    const std::string_view name = key.scalar();
    if (name == "platform") {
      table.platform.name = value.scalar();
    } else if (name == "like") {
      table.like = value.scalar();
      table.like_span = value.span();
    } else if (name == "silence" || name == "host") {
      const auto read = read_silences(value, name == "host" ? kHostPrefix : "", table.platform);
      if (!read) return base::fail(read.error());
    } else if (name == "capabilities") {
      table.has_capabilities = true;
      for (const NodeRef item : value.items()) {
        table.platform.default_capabilities.push_back(clean_capability(item.scalar()));
      }
    } else if (name != "about") {
      return bad(key, "unknown key '" + std::string(name) + "'");
    }
  }
  if (table.platform.name.empty()) return bad(root, "the table names no platform");
  return table;
}

/// The settings of `over` hide those of `under`.
void inherit(const Platform& under, Platform& over) {
  std::vector<Silence> silences;
  for (const Silence& silence : under.silences) {
    if (over.when_silent(silence.setting).empty()) silences.push_back(silence);
  }
  silences.insert(silences.end(), over.silences.begin(), over.silences.end());
  over.silences = std::move(silences);
}

base::Result<void> resolve(std::vector<Table>& tables, Table& table, int depth) {
  if (table.resolved || table.like.empty()) return {};
  const auto parent = std::find_if(tables.begin(), tables.end(), [&](const Table& other) {
    return other.platform.name == table.like;
  });
  if (parent == tables.end() || depth > 16) {
    return base::fail(ErrorCode::kInvalid, "'" + table.like + "' is no other platform to be like",
                      std::string(kFormat), table.like_span);
  }
  if (auto done = resolve(tables, *parent, depth + 1); !done) return done;
  inherit(parent->platform, table.platform);
  if (!table.has_capabilities) {
    table.platform.default_capabilities = parent->platform.default_capabilities;
  }
  table.resolved = true;
  return {};
}

void override_setting(Platform& platform, const Silence& stated) {
  std::erase_if(platform.silences,
                [&](const Silence& silence) { return silence.setting == stated.setting; });
  platform.silences.push_back(stated);
}

base::Result<void> read_settings(NodeRef section, std::string_view only, Platforms& out) {
  if (!section.is_mapping()) return bad(section, "settings are a mapping of setting to value");
  for (const auto& [key, value] : section.entries()) {
    const std::string setting(key.scalar());
    if (!is_setting(setting) || setting.starts_with(kHostPrefix)) {
      return bad(key, "unknown setting '" + setting + "'");
    }
    auto text = value_of(setting, value);
    if (!text) return base::fail(text.error());
    const Silence stated{setting,
                         *text,
                         fact::Certainty::kDeclared,
                         fact::AssumptionKind::kNone,
                         "the platform file says " + setting + ": " + *text,
                         value.span()};
    for (Platform& platform : out.tables) {
      if (only.empty() || platform.name == only) override_setting(platform, stated);
    }
  }
  return {};
}

base::Result<void> read_host_facts(NodeRef section, std::string_view relation, Platforms& out) {
  if (!section.is_mapping()) return bad(section, "this is a mapping of name to value");
  for (const auto& [key, value] : section.entries()) {
    const std::string setting = std::string(kHostPrefix) + std::string(key.scalar());
    auto text = value_of(relation == "host" ? setting : std::string(key.scalar()), value);
    if (!text) return base::fail(text.error());
    out.host_facts.push_back(
        {std::string(relation), std::string(key.scalar()), std::move(*text), value.span()});
  }
  return {};
}

base::Result<void> replace_tables(NodeRef section, Platforms& out) {
  for (const auto& [key, value] : section.entries()) {
    const auto find = [&](std::string_view name) {
      return std::find_if(out.tables.begin(), out.tables.end(),
                          [&](const Platform& platform) { return platform.name == name; });
    };
    const auto to = find(key.scalar());
    const auto from = find(value.scalar());
    if (to == out.tables.end() || from == out.tables.end()) {
      const NodeRef wrong = to == out.tables.end() ? key : value;
      return bad(wrong, "'" + std::string(wrong.scalar()) + "' is no platform");
    }
    to->silences = from->silences;
    to->default_capabilities = from->default_capabilities;
  }
  return {};
}

base::Result<void> read_user_file(const text::Tree& tree, Platforms& out) {
  const NodeRef root = tree.root();
  // The choice of tables comes first, wherever it stands: what is stated overrides it.
  if (auto done = replace_tables(root["use"], out); !done) return done;
  for (const auto& [key, value] : root.entries()) {
    const std::string_view name = key.scalar();
    base::Result<void> done;
    if (name == "versions") {
      done = read_host_facts(value, "version", out);
    } else if (name == "host") {
      done = read_host_facts(value, "host", out);
    } else if (name == "settings") {
      done = read_settings(value, {}, out);
    } else if (name == "platforms") {
      for (const auto& [platform, settings] : value.entries()) {
        if (out.named(platform.scalar()).name.empty()) {
          return bad(platform, "'" + std::string(platform.scalar()) + "' is no platform");
        }
        done = read_settings(settings, platform.scalar(), out);
        if (!done) return done;
      }
    } else if (name != "use" && name != "about") {
      return bad(key, "unknown key '" + std::string(name) + "'",
                 "one of versions, host, settings, platforms, use");
    }
    if (!done) return done;
  }
  return {};
}

}  // namespace

std::vector<const Silence*> Platform::when_silent(std::string_view setting) const {
  std::vector<const Silence*> found;
  for (const Silence& silence : silences) {
    if (silence.setting == setting) found.push_back(&silence);
  }
  return found;
}

const Platform& Platforms::named(std::string_view name) const {
  static const Platform kNothing;
  for (const Platform& table : tables) {
    if (table.name == name) return table;
  }
  return kNothing;
}

base::Result<Platforms> load_platforms(const base::Sources& sources,
                                       const std::vector<base::FileId>& tables,
                                       const std::vector<base::FileId>& user_files) {
  std::vector<Table> read;
  for (const base::FileId file : tables) {
    auto tree = only_document(sources, file);
    if (!tree) return base::fail(tree.error());
    auto table = read_table(*tree);
    if (!table) return base::fail(table.error());
    read.push_back(std::move(*table));
  }
  for (Table& table : read) {
    if (auto done = resolve(read, table, 0); !done) return base::fail(done.error());
  }
  Platforms platforms;
  for (Table& table : read) platforms.tables.push_back(std::move(table.platform));
  for (const base::FileId file : user_files) {
    auto tree = only_document(sources, file);
    if (!tree) return base::fail(tree.error());
    if (auto done = read_user_file(*tree, platforms); !done) return base::fail(done.error());
  }
  return platforms;
}

void platform_facts(const Platforms& platforms, std::string_view table, std::string_view node,
                    fact::FactBase& facts) {
  using fact::Relation;
  const fact::Symbol where = facts.intern(node);
  const auto stated = [&](std::string_view property) {
    return std::any_of(
        platforms.host_facts.begin(), platforms.host_facts.end(),
        [&](const HostFact& f) { return f.relation == "host" && f.key == property; });
  };
  for (const HostFact& f : platforms.host_facts) {
    facts.add(f.relation == "host" ? Relation::kHost : Relation::kVersion,
              {where, facts.intern(f.key), facts.intern(f.value)}, fact::Certainty::kDeclared,
              facts.origin({f.span, fact::AssumptionKind::kNone, {}}));
  }
  for (const Silence& silence : platforms.named(table).silences) {
    if (!silence.setting.starts_with(kHostPrefix)) continue;
    const std::string_view property = std::string_view(silence.setting).substr(kHostPrefix.size());
    if (stated(property)) continue;
    facts.add(Relation::kHost, {where, facts.intern(property), facts.intern(silence.value)},
              silence.certainty,
              facts.origin({silence.span, silence.assumes, facts.intern(silence.note)}));
  }
}

}  // namespace wayout::deploy
