// SPDX-License-Identifier: Apache-2.0
#include "text/tree.hpp"

#include <charconv>
#include <unordered_set>

namespace wayout::text {

namespace {

constexpr std::string_view kMergeKey = "<<";
// Merge keys may name a mapping that merges another one; a cycle is cut here.
constexpr int kMergeDepth = 16;

bool is_merge(const Node& key) {
  return key.kind == NodeKind::kScalar && key.style == ScalarStyle::kPlain &&
         key.value == kMergeKey;
}

/// Follows an alias to the node it stands for; aliases never name aliases.
std::uint32_t resolved(const Tree& tree, std::uint32_t index) {
  const Node& node = tree.node(index);
  return node.kind == NodeKind::kAlias ? node.child : index;
}

/// Calls `visit(mapping index)` for each mapping that the value of a `<<` key names.
template <class Visit>
void for_each_merged(const Tree& tree, std::uint32_t value, const Visit& visit) {
  const std::uint32_t target = resolved(tree, value);
  const Node& node = tree.node(target);
  if (node.kind == NodeKind::kMapping) {
    visit(target);
  } else if (node.kind == NodeKind::kSequence) {
    for (std::uint32_t item = node.child; item != 0; item = tree.node(item).next) {
      const std::uint32_t inner = resolved(tree, item);
      if (tree.node(inner).kind == NodeKind::kMapping) visit(inner);
    }
  }
}

/// Equality that decides most unequal keys by length and first letter, without a call.
bool same(std::string_view a, std::string_view b) {
  return a.size() == b.size() && (a.empty() || (a.front() == b.front() && a == b));
}

/// The key node of `key`, own keys before merged ones, the last of duplicates; 0 when absent.
std::uint32_t find_key(const Tree& tree, std::uint32_t mapping, std::string_view key, int depth) {
  std::uint32_t found = 0;
  bool merges = false;
  for (std::uint32_t k = tree.node(mapping).child; k != 0;) {
    const Node& node = tree.node(k);
    if (same(node.value, key) && node.kind == NodeKind::kScalar) found = k;
    merges = merges || is_merge(node);
    k = tree.node(node.next).next;
  }
  if (found != 0 || !merges || depth >= kMergeDepth) return found;
  for (std::uint32_t k = tree.node(mapping).child; k != 0 && found == 0;) {
    const Node& node = tree.node(k);
    if (is_merge(node)) {
      for_each_merged(tree, node.next, [&](std::uint32_t merged) {
        if (found == 0) found = find_key(tree, merged, key, depth + 1);
      });
    }
    k = tree.node(node.next).next;
  }
  return found;
}

/// Collects entries, own ones before merged ones; only where something is merged must keys be known
/// to be new.
class EntryCollector {
 public:
  EntryCollector(const Tree& tree, std::vector<NodeRef::Entry>& out) : tree_(tree), out_(out) {}

  void add(std::uint32_t mapping, int depth) {
    bool merges = false;
    for (std::uint32_t k = tree_.node(mapping).child; k != 0;) {
      const Node& node = tree_.node(k);
      if (is_merge(node)) {
        merges = true;
      } else if (depth == 0 || seen_.insert(node.value).second) {
        out_.push_back({NodeRef(&tree_, k), NodeRef(&tree_, node.next)});
      }
      k = tree_.node(node.next).next;
    }
    if (!merges || depth >= kMergeDepth) return;
    if (depth == 0) {
      for (const NodeRef::Entry& entry : out_) seen_.insert(entry.key.scalar());
    }
    for (std::uint32_t k = tree_.node(mapping).child; k != 0;) {
      const Node& node = tree_.node(k);
      if (is_merge(node)) {
        for_each_merged(tree_, node.next, [&](std::uint32_t merged) { add(merged, depth + 1); });
      }
      k = tree_.node(node.next).next;
    }
  }

 private:
  const Tree& tree_;
  std::vector<NodeRef::Entry>& out_;
  std::unordered_set<std::string_view> seen_;
};

}  // namespace

NodeRef::NodeRef(const Tree* tree, std::uint32_t index)
    : tree_(tree), index_(resolved(*tree, index)) {}

NodeKind NodeRef::kind() const {
  return *this ? tree_->node(index_).kind : NodeKind::kScalar;
}

bool NodeRef::is_null() const {
  if (!is_scalar()) return false;
  const Node& node = tree_->node(index_);
  if (node.style != ScalarStyle::kPlain) return false;
  return node.value.empty() || node.value == "~" || node.value == "null" || node.value == "Null" ||
         node.value == "NULL";
}

std::string_view NodeRef::scalar() const {
  return is_scalar() ? tree_->node(index_).value : std::string_view{};
}

ScalarStyle NodeRef::style() const {
  return *this ? tree_->node(index_).style : ScalarStyle::kPlain;
}

std::optional<bool> NodeRef::boolean() const {
  if (!is_scalar() || style() != ScalarStyle::kPlain) return std::nullopt;
  const std::string_view text = scalar();
  if (text == "true" || text == "True" || text == "TRUE") return true;
  if (text == "false" || text == "False" || text == "FALSE") return false;
  return std::nullopt;
}

std::optional<bool> NodeRef::loose_bool() const {
  if (!is_scalar()) return std::nullopt;
  const std::string_view text = scalar();
  for (const std::string_view yes :
       {"true", "True", "TRUE", "yes", "Yes", "YES", "on", "On", "ON", "y", "Y"}) {
    if (text == yes) return true;
  }
  for (const std::string_view no :
       {"false", "False", "FALSE", "no", "No", "NO", "off", "Off", "OFF", "n", "N"}) {
    if (text == no) return false;
  }
  return std::nullopt;
}

std::optional<std::int64_t> NodeRef::integer() const {
  const std::string_view text = scalar();
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

NodeRef NodeRef::operator[](std::string_view key) const {
  if (!is_mapping()) return {};
  const std::uint32_t found = find_key(*tree_, index_, key, 0);
  return found == 0 ? NodeRef{} : NodeRef(tree_, tree_->node(found).next);
}

NodeRef NodeRef::key(std::string_view key) const {
  if (!is_mapping()) return {};
  const std::uint32_t found = find_key(*tree_, index_, key, 0);
  return found == 0 ? NodeRef{} : NodeRef(tree_, found);
}

base::Span NodeRef::span() const {
  if (!*this) return {};
  const Node& node = tree_->node(index_);
  return {tree_->file(),   node.line,  node.column, node.end_line,
          node.end_column, node.begin, node.end};
}

std::vector<NodeRef::Entry> NodeRef::entries() const {
  std::vector<Entry> out;
  if (!is_mapping()) return out;
  out.reserve(tree_->node(index_).count);
  EntryCollector(*tree_, out).add(index_, 0);
  return out;
}

std::vector<NodeRef> NodeRef::items() const {
  std::vector<NodeRef> out;
  if (!is_sequence()) return out;
  out.reserve(tree_->node(index_).count);
  for (std::uint32_t item = tree_->node(index_).child; item != 0; item = tree_->node(item).next) {
    out.emplace_back(tree_, item);
  }
  return out;
}

std::size_t NodeRef::size() const {
  return *this ? tree_->node(index_).count : 0;
}

NodeRef Tree::root() const {
  return nodes_.empty() ? NodeRef{} : NodeRef(this, 0);
}

}  // namespace wayout::text
