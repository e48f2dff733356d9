// SPDX-License-Identifier: Apache-2.0
// libyaml's events become one positioned tree per document. libyaml was chosen for being bounded on
// hostile input (docs/decisions); what it does not bound is bounded here: nesting (its flow scanner
// is quadratic in depth), nodes, and what aliases stand for. An alias is never copied: its size is
// added up when it is met, so that a bomb is refused in time linear in its text.
#include "text/yaml.hpp"

#include <algorithm>
#include <cstring>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include <yaml.h>

#include "text/positions.hpp"
#include "text/utf8.hpp"

namespace wayout::text {

namespace {

using base::Error;
using base::ErrorCode;
using base::FileId;
using base::Limits;
using base::Result;
using base::Span;

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

/// Owns a libyaml event for one turn of the loop.
struct Event {
  yaml_event_t raw{};
  Event() = default;
  Event(const Event&) = delete;
  Event& operator=(const Event&) = delete;
  ~Event() { yaml_event_delete(&raw); }
};

std::string_view view(const yaml_char_t* text, std::size_t size) {
  return {reinterpret_cast<const char*>(text), size};
}

std::string_view view(const yaml_char_t* text) {
  return text == nullptr ? std::string_view{}
                         : std::string_view{reinterpret_cast<const char*>(text)};
}

ScalarStyle style_of(yaml_scalar_style_t style) {
  switch (style) {
    case YAML_SINGLE_QUOTED_SCALAR_STYLE:
      return ScalarStyle::kSingleQuoted;
    case YAML_DOUBLE_QUOTED_SCALAR_STYLE:
      return ScalarStyle::kDoubleQuoted;
    case YAML_LITERAL_SCALAR_STYLE:
      return ScalarStyle::kLiteral;
    case YAML_FOLDED_SCALAR_STYLE:
      return ScalarStyle::kFolded;
    default:
      return ScalarStyle::kPlain;
  }
}

/// A tag that is neither absent nor one of the core schema's.
bool is_foreign(std::string_view tag) {
  return !tag.empty() && tag != "!" && tag.substr(0, 18) != "tag:yaml.org,2002:";
}

}  // namespace

/// Builds trees from the events of one chunk.
class TreeBuilder {
 public:
  TreeBuilder(FileId file, std::string_view content, const Chunk& chunk, const Limits& limits)
      : file_(file), content_(content), chunk_(chunk), limits_(limits) {}

  std::vector<Result<Tree>> run();

 private:
  struct Anchor {
    std::uint32_t node;
    std::uint64_t expanded;
    bool open;
  };
  struct Open {
    std::uint32_t node;
    std::uint32_t last;      // last child, 0 when none
    std::uint64_t expanded;  // nodes below, aliases counted at full size
    Anchor* anchor;          // its own, null when it has none
  };

  void start_document();
  std::optional<Error> handle(const yaml_event_t& event);
  std::optional<Error> add_node(Node node, std::string_view text, const yaml_event_t& event,
                                std::uint64_t expanded, std::uint32_t& index);
  std::optional<Error> add_scalar(const yaml_event_t& event);
  std::optional<Error> add_alias(const yaml_event_t& event);
  std::optional<Error> open_collection(const yaml_event_t& event, NodeKind kind);
  void close_collection(const yaml_event_t& event);
  Anchor* remember_anchor(std::string_view name, std::uint32_t index, std::uint64_t expanded,
                          bool open);
  void mark_duplicate_keys(std::uint32_t mapping);
  std::string_view keep(std::string_view text, std::size_t begin, std::size_t end);
  Place place_of(const yaml_mark_t& mark) const {
    return positions_->at(mark.index, mark.line, mark.column);
  }
  Span span_of(const yaml_mark_t& start, const yaml_mark_t& end) const;
  Span span_at(std::size_t byte) const;
  Error parser_error(const yaml_parser_t& parser) const;
  Error limit_error(std::string message, std::string hint, const yaml_event_t& event) const;

  FileId file_;
  std::string_view content_;
  Chunk chunk_;
  const Limits& limits_;
  std::uint32_t origin_ = 0;  // byte of content_ where the text handed to libyaml starts
  std::string_view text_;
  std::optional<Positions> positions_;
  std::uint64_t aliased_ = 0;  // nodes that the aliases of this document stand for

  Tree tree_;
  std::vector<Open> open_;
  std::unordered_map<std::string, Anchor> anchors_;
  std::unordered_set<std::string_view> keys_;
  char* block_ = nullptr;
  std::size_t block_left_ = 0;
};

Span TreeBuilder::span_of(const yaml_mark_t& start, const yaml_mark_t& end) const {
  const Place from = place_of(start);
  const Place to = place_of(end);
  return {file_,     from.line,           from.column,      to.line,
          to.column, origin_ + from.byte, origin_ + to.byte};
}

Span TreeBuilder::span_at(std::size_t byte) const {
  const std::string_view before = text_.substr(0, std::min(byte, text_.size()));
  const auto lines = static_cast<std::uint32_t>(std::count(before.begin(), before.end(), '\n'));
  const std::size_t start = before.rfind('\n') + 1;  // npos + 1 is 0
  const auto column = static_cast<std::uint32_t>(before.size() - start) + 1;
  const auto at = origin_ + static_cast<std::uint32_t>(before.size());
  const std::uint32_t line = chunk_.line + lines;
  return {file_, line, column, line, column, at, at};
}

/// Scalars that stand in the source as they are need no copy; the others go into blocks.
std::string_view TreeBuilder::keep(std::string_view text, std::size_t begin, std::size_t end) {
  if (text.empty()) return {};
  if (end > begin && end <= content_.size()) {
    const std::string_view source = content_.substr(begin, end - begin);
    if (source.size() >= text.size() && source.substr(0, text.size()) == text) {
      return source.substr(0, text.size());
    }
    if (source.size() >= text.size() + 2 && source.substr(1, text.size()) == text) {
      return source.substr(1, text.size());  // quoted
    }
  }
  constexpr std::size_t kBlock = 4096;
  if (text.size() > block_left_) {
    block_left_ = std::max(kBlock, text.size());
    tree_.storage_.push_back(std::make_unique<char[]>(block_left_));
    block_ = tree_.storage_.back().get();
  }
  std::memcpy(block_, text.data(), text.size());
  const std::string_view kept{block_, text.size()};
  block_ += text.size();
  block_left_ -= text.size();
  return kept;
}

Error TreeBuilder::limit_error(std::string message, std::string hint,
                               const yaml_event_t& event) const {
  return Error{ErrorCode::kLimit, std::move(message), std::move(hint),
               span_of(event.start_mark, event.end_mark)};
}

Error TreeBuilder::parser_error(const yaml_parser_t& parser) const {
  const yaml_mark_t& mark = parser.problem_mark;
  std::string message = parser.problem != nullptr ? parser.problem : "not YAML";
  if (parser.context != nullptr) message = std::string(parser.context) + ": " + message;
  Span span = span_of(mark, mark);
  // A reader error knows only its byte.
  if (parser.error == YAML_READER_ERROR) span = span_at(parser.problem_offset);
  std::string hint;
  if (message.find("cannot start any token") != std::string::npos) {
    hint = "indent with spaces, not tabs, and quote values that begin with a reserved character";
  }
  return Error{ErrorCode::kSyntax, std::move(message), std::move(hint), span};
}

void TreeBuilder::start_document() {
  tree_ = Tree{};
  tree_.file_ = file_;
  // Manifests have about a node in twelve bytes.
  tree_.nodes_.reserve(std::min<std::size_t>(text_.size() / 12 + 1, 4096));
  open_.clear();
  anchors_.clear();
  aliased_ = 0;
  block_left_ = 0;
}

TreeBuilder::Anchor* TreeBuilder::remember_anchor(std::string_view name, std::uint32_t index,
                                                  std::uint64_t expanded, bool open) {
  if (name.empty()) return nullptr;
  Anchor& anchor = anchors_[std::string(name)];
  anchor = Anchor{index, expanded, open};
  return &anchor;  // stays where it is: the map is node-based
}

std::optional<Error> TreeBuilder::add_node(Node node, std::string_view text,
                                           const yaml_event_t& event, std::uint64_t expanded,
                                           std::uint32_t& index) {
  if (tree_.nodes_.size() >= limits_.nodes) {
    return limit_error("more than " + std::to_string(limits_.nodes) + " nodes in one document",
                       "split the document", event);
  }
  const Place from = place_of(event.start_mark);
  const Place to = place_of(event.end_mark);
  node.line = from.line;
  node.column = from.column;
  node.begin = origin_ + from.byte;
  node.end_line = to.line;
  node.end_column = to.column;
  node.end = origin_ + to.byte;
  if (node.kind == NodeKind::kScalar) node.value = keep(text, node.begin, node.end);
  index = static_cast<std::uint32_t>(tree_.nodes_.size());
  tree_.nodes_.push_back(node);
  if (!open_.empty()) {
    Open& parent = open_.back();
    if (parent.last == 0) {
      tree_.nodes_[parent.node].child = index;
    } else {
      tree_.nodes_[parent.last].next = index;
    }
    parent.last = index;
    parent.expanded += expanded;
    ++tree_.nodes_[parent.node].count;  // halved for mappings when they close
  }
  return std::nullopt;
}

std::optional<Error> TreeBuilder::add_scalar(const yaml_event_t& event) {
  const auto& scalar = event.data.scalar;
  Node node;
  node.kind = NodeKind::kScalar;
  node.style = style_of(scalar.style);
  const std::string_view tag = view(scalar.tag);
  node.tagged = is_foreign(tag);
  // `!!str yes` is text whatever it looks like; quotes say the same.
  if ((tag == YAML_STR_TAG || tag == "!") && node.style == ScalarStyle::kPlain) {
    node.style = ScalarStyle::kDoubleQuoted;
  }
  std::uint32_t index = 0;
  if (auto error = add_node(node, view(scalar.value, scalar.length), event, 1, index)) return error;
  remember_anchor(view(scalar.anchor), index, 1, false);
  return std::nullopt;
}

std::optional<Error> TreeBuilder::add_alias(const yaml_event_t& event) {
  const std::string_view name = view(event.data.alias.anchor);
  const auto found = anchors_.find(std::string(name));
  const Span span = span_of(event.start_mark, event.end_mark);
  if (found == anchors_.end()) {
    return Error{ErrorCode::kInvalid, "alias *" + std::string(name) + " has no anchor before it",
                 "define &" + std::string(name) + " above", span};
  }
  if (found->second.open) {
    return Error{ErrorCode::kInvalid, "alias *" + std::string(name) + " contains itself",
                 "an alias inside its own anchor has no end", span};
  }
  // A key is looked up by its text, so an alias that stands for one becomes that text in place.
  const Node target = tree_.nodes_[found->second.node];
  const bool is_key = !open_.empty() &&
                      tree_.nodes_[open_.back().node].kind == NodeKind::kMapping &&
                      tree_.nodes_[open_.back().node].count % 2 == 0;
  Node node;
  std::string_view text;
  if (is_key && target.kind == NodeKind::kScalar) {
    node.style = target.style;
    text = target.value;
  } else {
    node.kind = NodeKind::kAlias;
    node.child = found->second.node;
    node.value = keep(name, span.begin + 1, span.end);
  }
  std::uint32_t index = 0;
  if (auto error = add_node(node, text, event, found->second.expanded, index)) return error;
  aliased_ += found->second.expanded;
  if (aliased_ <= limits_.expanded_nodes) return std::nullopt;
  return limit_error(
      "aliases stand for more than " + std::to_string(limits_.expanded_nodes) + " nodes",
      "write the repeated part out or shorten it", event);
}

std::optional<Error> TreeBuilder::open_collection(const yaml_event_t& event, NodeKind kind) {
  if (open_.size() >= limits_.nesting) {
    return limit_error("nested deeper than " + std::to_string(limits_.nesting) + " levels",
                       "no deployment needs this depth", event);
  }
  const bool mapping = kind == NodeKind::kMapping;
  Node node;
  node.kind = kind;
  node.tagged =
      is_foreign(view(mapping ? event.data.mapping_start.tag : event.data.sequence_start.tag));
  std::uint32_t index = 0;
  if (auto error = add_node(node, {}, event, 0, index)) return error;
  Anchor* anchor = remember_anchor(
      view(mapping ? event.data.mapping_start.anchor : event.data.sequence_start.anchor), index, 0,
      true);
  open_.push_back({index, 0, 1, anchor});
  return std::nullopt;
}

void TreeBuilder::close_collection(const yaml_event_t& event) {
  const Open closed = open_.back();
  open_.pop_back();
  Node& node = tree_.nodes_[closed.node];
  // A block collection ends where the next token starts; its last child's end is what a reader of
  // the report would call its end.
  if (closed.last != 0 && event.end_mark.index == event.start_mark.index) {
    const Node& last = tree_.nodes_[closed.last];
    node.end_line = last.end_line;
    node.end_column = last.end_column;
    node.end = last.end;
  } else {
    const Place end = place_of(event.end_mark);
    node.end_line = end.line;
    node.end_column = end.column;
    node.end = origin_ + end.byte;
  }
  if (node.kind == NodeKind::kMapping) {
    node.count /= 2;
    mark_duplicate_keys(closed.node);
  }
  if (!open_.empty()) open_.back().expanded += closed.expanded;
  // The name may have been given to another node meanwhile.
  if (closed.anchor != nullptr && closed.anchor->node == closed.node) {
    closed.anchor->open = false;
    closed.anchor->expanded = closed.expanded;
  }
}

void TreeBuilder::mark_duplicate_keys(std::uint32_t mapping) {
  // Small mappings, which are nearly all, are compared pairwise; large ones by hash.
  constexpr std::uint32_t kSmall = 12;
  const bool small = tree_.nodes_[mapping].count <= kSmall;
  keys_.clear();
  std::uint32_t seen[kSmall];
  std::uint32_t count = 0;
  for (std::uint32_t k = tree_.nodes_[mapping].child; k != 0;) {
    Node& key = tree_.nodes_[k];
    if (key.kind == NodeKind::kScalar) {
      bool duplicate = false;
      if (small) {
        for (std::uint32_t i = 0; i < count && !duplicate; ++i) {
          duplicate = tree_.nodes_[seen[i]].value == key.value;
        }
        seen[count++] = k;
      } else {
        duplicate = !keys_.insert(key.value).second;
      }
      if (duplicate && key.value != "<<") {
        key.duplicate_key = true;
        tree_.duplicate_keys_.push_back(k);
      }
    }
    k = tree_.nodes_[key.next].next;
  }
}

std::optional<Error> TreeBuilder::handle(const yaml_event_t& event) {
  switch (event.type) {
    case YAML_DOCUMENT_START_EVENT:
      start_document();
      return std::nullopt;
    case YAML_SCALAR_EVENT:
      return add_scalar(event);
    case YAML_ALIAS_EVENT:
      return add_alias(event);
    case YAML_SEQUENCE_START_EVENT:
      return open_collection(event, NodeKind::kSequence);
    case YAML_MAPPING_START_EVENT:
      return open_collection(event, NodeKind::kMapping);
    case YAML_SEQUENCE_END_EVENT:
    case YAML_MAPPING_END_EVENT:
      close_collection(event);
      return std::nullopt;
    default:
      return std::nullopt;
  }
}

std::vector<Result<Tree>> TreeBuilder::run() {
  std::vector<Result<Tree>> documents;
  text_ = content_.substr(chunk_.begin, chunk_.end - chunk_.begin);
  origin_ = chunk_.begin;
  if (text_.substr(0, kByteOrderMark.size()) == kByteOrderMark) {
    text_.remove_prefix(kByteOrderMark.size());
    origin_ += static_cast<std::uint32_t>(kByteOrderMark.size());
  }
  if (const std::size_t bad = find_invalid_utf8(text_); bad != std::string_view::npos) {
    documents.push_back(
        base::fail(ErrorCode::kSyntax, "not UTF-8", "save the file as UTF-8", span_at(bad)));
    return documents;
  }
  // YAML knows no surrogate pairs; only JSON has them, and there every string is double-quoted.
  const std::size_t first = text_.find_first_not_of(" \t\r\n");
  const bool json = first != std::string_view::npos && (text_[first] == '{' || text_[first] == '[');
  const std::string repaired = json ? with_yaml_surrogates(text_) : std::string{};
  const std::string_view parsed = repaired.empty() ? text_ : std::string_view(repaired);
  positions_.emplace(text_, chunk_.line, !repaired.empty());

  yaml_parser_t parser;
  if (yaml_parser_initialize(&parser) == 0) {
    documents.push_back(base::fail(ErrorCode::kIo, "out of memory"));
    return documents;
  }
  const std::unique_ptr<yaml_parser_t, void (*)(yaml_parser_t*)> guard(&parser, yaml_parser_delete);
  yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
  yaml_parser_set_input_string(&parser, reinterpret_cast<const unsigned char*>(parsed.data()),
                               parsed.size());
  for (;;) {
    Event event;
    if (yaml_parser_parse(&parser, &event.raw) == 0) {
      documents.push_back(base::fail(parser_error(parser)));
      return documents;
    }
    if (event.raw.type == YAML_STREAM_END_EVENT) return documents;
    if (auto error = handle(event.raw)) {
      documents.push_back(base::fail(std::move(*error)));
      return documents;
    }
    if (event.raw.type == YAML_DOCUMENT_END_EVENT) documents.emplace_back(std::move(tree_));
  }
}

std::vector<Chunk> split_documents(std::string_view content) {
  std::vector<Chunk> chunks;
  const auto size = static_cast<std::uint32_t>(content.size());
  std::uint32_t line = 1;
  Chunk current{0, 0, 1};
  bool any_text = false;  // the current chunk holds more than white space and comments
  for (std::uint32_t at = 0; at < size; ++line) {
    const auto* end = static_cast<const char*>(std::memchr(content.data() + at, '\n', size - at));
    const std::uint32_t next =
        end == nullptr ? size : static_cast<std::uint32_t>(end - content.data()) + 1;
    const std::string_view text = content.substr(at, next - at);
    if (!text.empty() && text[0] == '%') return {Chunk{0, size, 1}};
    const bool marker = text.size() >= 3 && text.substr(0, 3) == "---" &&
                        (text.size() == 3 || text[3] == ' ' || text[3] == '\t' || text[3] == '\n' ||
                         text[3] == '\r');
    // Files put together with cat bring their byte order marks along.
    const bool mark = at > 0 && text.substr(0, kByteOrderMark.size()) == kByteOrderMark;
    if (marker || mark) {
      if (any_text) {
        current.end = at;
        chunks.push_back(current);
        current = Chunk{at, 0, line};
      }
      any_text = marker || any_text;
      if (mark) any_text = text.find_first_not_of(" \t\r\n", 3) != std::string_view::npos;
    } else if (!any_text) {
      const auto first = text.find_first_not_of(" \t\r\n");
      any_text = first != std::string_view::npos && text[first] != '#';
    }
    at = next;
  }
  current.end = size;
  if (any_text || chunks.empty()) chunks.push_back(current);
  return chunks;
}

std::vector<Result<Tree>> parse_yaml(FileId file, std::string_view content, const Chunk& chunk,
                                     const Limits& limits) {
  return TreeBuilder(file, content, chunk, limits).run();
}

std::vector<Result<Tree>> parse_yaml(FileId file, std::string_view content, const Limits& limits) {
  return parse_yaml(file, content, Chunk{0, static_cast<std::uint32_t>(content.size()), 1}, limits);
}

}  // namespace wayout::text
