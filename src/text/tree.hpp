// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "base/span.hpp"

namespace wayout::text {

enum class NodeKind : std::uint8_t { kScalar, kSequence, kMapping, kAlias };
enum class ScalarStyle : std::uint8_t { kPlain, kSingleQuoted, kDoubleQuoted, kLiteral, kFolded };

/// One node of a Tree. Children are a linked list inside the tree's node array; the children of a
/// mapping alternate key, value.
struct Node {
  std::string_view value;   ///< scalar text after unescaping; for an alias, the anchor's name
  std::uint32_t next = 0;   ///< next sibling, 0 when last (node 0 is never a sibling)
  std::uint32_t child = 0;  ///< first child; for an alias, the node it stands for
  std::uint32_t line = 0, column = 0, begin = 0;
  std::uint32_t end_line = 0, end_column = 0, end = 0;
  std::uint32_t count = 0;  ///< items of a sequence, entries of a mapping
  NodeKind kind = NodeKind::kScalar;
  ScalarStyle style = ScalarStyle::kPlain;
  bool tagged = false;         ///< an explicit tag other than the core schema's stood before it
  bool duplicate_key = false;  ///< this key stood earlier in the same mapping
};

class Tree;

/// A place in a Tree, or nothing. Every question to nothing is answered with nothing, so that
/// `pod["spec"]["containers"]` needs no checks in between. Aliases are followed silently;
/// merge keys (`<<`) are honoured by lookup and iteration, own keys first.
class NodeRef {
 public:
  NodeRef() = default;
  NodeRef(const Tree* tree, std::uint32_t index);

  explicit operator bool() const { return tree_ != nullptr; }
  NodeKind kind() const;
  bool is_scalar() const { return *this && kind() == NodeKind::kScalar; }
  bool is_sequence() const { return *this && kind() == NodeKind::kSequence; }
  bool is_mapping() const { return *this && kind() == NodeKind::kMapping; }
  /// A plain `null`, `~` or empty scalar.
  bool is_null() const;

  /// Scalar text; empty for anything else.
  std::string_view scalar() const;
  ScalarStyle style() const;
  /// `true`/`false` as YAML 1.2 and Kubernetes read it, from plain scalars only. Compose and YAML
  /// 1.1 callers that accept `yes`/`on` or quoted values use `loose_bool`.
  std::optional<bool> boolean() const;
  std::optional<bool> loose_bool() const;
  std::optional<std::int64_t> integer() const;

  /// The value of `key` in a mapping (the last of duplicate keys, as Go's decoders take it), or
  /// nothing.
  NodeRef operator[](std::string_view key) const;
  /// The key node itself, for evidence that points at `key:`.
  NodeRef key(std::string_view key) const;

  /// Where the node stands. For an alias: where the anchored node stands.
  base::Span span() const;
  /// For a mapping value, the stretch from its key to its end; otherwise the same as span().
  std::uint32_t index() const { return index_; }
  const Tree* tree() const { return tree_; }

  struct Entry;
  /// Entries of a mapping in order, merged ones after own ones; items of a sequence in order.
  std::vector<Entry> entries() const;
  std::vector<NodeRef> items() const;
  std::size_t size() const;

 private:
  const Tree* tree_ = nullptr;
  std::uint32_t index_ = 0;
};

struct NodeRef::Entry {
  NodeRef key;
  NodeRef value;
};

/// One document with the place of every key and value. Immutable after parsing. Scalar texts point
/// into the source where they stand there literally, else into the tree's own storage.
class Tree {
 public:
  NodeRef root() const;
  base::FileId file() const { return file_; }
  const Node& node(std::uint32_t index) const { return nodes_[index]; }
  std::size_t size() const { return nodes_.size(); }
  /// Keys that stand twice in one mapping: legal for no consumer, and consumers disagree on them.
  const std::vector<std::uint32_t>& duplicate_keys() const { return duplicate_keys_; }

 private:
  friend class TreeBuilder;
  base::FileId file_;
  std::vector<Node> nodes_;  // [0] is the root
  std::vector<std::uint32_t> duplicate_keys_;
  std::vector<std::unique_ptr<char[]>> storage_;  // unescaped scalars, in blocks
};

}  // namespace wayout::text
