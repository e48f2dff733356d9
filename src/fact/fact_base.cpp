// SPDX-License-Identifier: Apache-2.0
// Columnar storage: a fact is a row of symbols in its relation's table plus a few bytes of header.
// Rows, origins and strings are found again through open-addressing hash tables of small slots.
#include "fact/fact_base.hpp"

#include <array>
#include <cstring>

namespace wayout::fact {

namespace {

constexpr std::array<std::string_view, 4> kCertaintyNames = {"observed", "declared", "default",
                                                             "assumed"};
constexpr std::array<std::string_view, 9> kAssumptionNames = {
    "none", "lsm", "cgroup", "kernel", "runtime", "cluster", "network", "config", "image"};

std::uint64_t mix(std::uint64_t hash, std::uint64_t value) {
  hash ^= value + 0x9E3779B97F4A7C15u + (hash << 6) + (hash >> 2);
  return hash * 0xFF51AFD7ED558CCDu;
}

std::uint32_t folded(std::uint64_t hash) {
  return static_cast<std::uint32_t>(hash ^ (hash >> 32));
}

std::uint32_t hash_row(Relation relation, std::span<const Symbol> values) {
  std::uint64_t hash = static_cast<std::uint64_t>(relation) + 1;
  for (const Symbol value : values) hash = mix(hash, value.value);
  return folded(hash);
}

std::uint32_t hash_origin(const Origin& origin) {
  std::uint64_t hash = mix(origin.span.file.value, origin.span.begin);
  hash = mix(hash, origin.span.end);
  hash = mix(hash, origin.note.value);
  return folded(mix(hash, static_cast<std::uint64_t>(origin.assumes)));
}

std::uint32_t hash_text(std::string_view text) {
  return folded(std::hash<std::string_view>{}(text)*0x9E3779B97F4A7C15u);
}

/// An index over numbered things that somebody else keeps. The hash is stored beside the number, so
/// that growing and most misses touch nothing but the table itself.
class Index {
 public:
  static constexpr std::uint32_t kNone = 0xFFFFFFFFu;

  Index() : slots_(1024) {}

  /// The number of the entry that `equals(number)`, or kNone.
  template <class Equals>
  std::uint32_t find(std::uint32_t hash, const Equals& equals) const {
    const std::size_t mask = slots_.size() - 1;
    for (std::size_t at = hash & mask;; at = (at + 1) & mask) {
      const Slot& slot = slots_[at];
      if (slot.number == kNone) return kNone;
      if (slot.hash == hash && equals(slot.number)) return slot.number;
    }
  }
  /// Adds an entry that is not there yet.
  void insert(std::uint32_t hash, std::uint32_t number) {
    if (++used_ * 2 > slots_.size()) grow();
    place({hash, number});
  }

 private:
  struct Slot {
    std::uint32_t hash = 0;
    std::uint32_t number = kNone;
  };
  void place(Slot slot) {
    const std::size_t mask = slots_.size() - 1;
    std::size_t at = slot.hash & mask;
    while (slots_[at].number != kNone) at = (at + 1) & mask;
    slots_[at] = slot;
  }
  void grow() {
    std::vector<Slot> old(slots_.size() * 2);
    old.swap(slots_);
    for (const Slot& slot : old) {
      if (slot.number != kNone) place(slot);
    }
  }

  std::vector<Slot> slots_;
  std::size_t used_ = 0;
};

}  // namespace

std::string_view name_of(Certainty certainty) {
  return kCertaintyNames[static_cast<std::size_t>(certainty)];
}

std::string_view name_of(AssumptionKind kind) {
  return kAssumptionNames[static_cast<std::size_t>(kind)];
}

std::optional<Relation> relation_named(std::string_view name) {
  for (std::size_t i = 0; i < kRelationCount; ++i) {
    if (kRelations[i].name == name) return static_cast<Relation>(i);
  }
  return std::nullopt;
}

struct FactBase::Impl {
  struct Table {
    std::vector<Symbol> cells;
    std::vector<FactId> ids;
  };
  struct Header {
    Relation relation{};
    Certainty certainty = Certainty::kAssumed;
    std::uint32_t row = 0;
    OriginId origin;
  };

  // Strings live in blocks that never move, so that views into them stay good.
  std::vector<std::unique_ptr<char[]>> blocks;
  char* block = nullptr;
  std::size_t block_left = 0;
  std::vector<std::string_view> texts;
  Index text_index;

  std::vector<Origin> origins;
  Index origin_index;

  std::array<Table, kRelationCount> tables;
  std::vector<Header> headers;
  Index fact_index;

  std::span<const Symbol> row(const Header& header) const {
    const std::size_t arity = info(header.relation).arity;
    const auto& table = tables[static_cast<std::size_t>(header.relation)];
    return {table.cells.data() + header.row * arity, arity};
  }
  FactId find(std::uint32_t hash, Relation relation, std::span<const Symbol> values) const {
    return FactId(fact_index.find(hash, [&](std::uint32_t fact) {
      const Header& header = headers[fact];
      return header.relation == relation &&
             std::memcmp(row(header).data(), values.data(), values.size_bytes()) == 0;
    }));
  }
  FactId insert(Relation relation, std::span<const Symbol> values, bool& is_new) {
    const std::uint32_t hash = hash_row(relation, values);
    const FactId known = find(hash, relation, values);
    is_new = !known.valid();
    if (!is_new) return known;
    Table& table = tables[static_cast<std::size_t>(relation)];
    const FactId id(headers.size());
    Header header;
    header.relation = relation;
    header.row = static_cast<std::uint32_t>(table.ids.size());
    table.cells.insert(table.cells.end(), values.begin(), values.end());
    table.ids.push_back(id);
    headers.push_back(header);
    fact_index.insert(hash, id.value);
    return id;
  }
};

FactBase::FactBase() : impl_(std::make_unique<Impl>()) {}
FactBase::~FactBase() = default;
FactBase::FactBase(FactBase&&) noexcept = default;
FactBase& FactBase::operator=(FactBase&&) noexcept = default;

Symbol FactBase::intern(std::string_view text) {
  const std::uint32_t hash = hash_text(text);
  const std::uint32_t known =
      impl_->text_index.find(hash, [&](std::uint32_t i) { return impl_->texts[i] == text; });
  if (known != Index::kNone) return Symbol(known);
  constexpr std::size_t kBlock = 64 * 1024;
  if (text.size() > impl_->block_left) {
    impl_->block_left = std::max(kBlock, text.size());
    impl_->blocks.push_back(std::make_unique<char[]>(impl_->block_left));
    impl_->block = impl_->blocks.back().get();
  }
  if (!text.empty()) std::memcpy(impl_->block, text.data(), text.size());
  const std::string_view kept{impl_->block, text.size()};
  impl_->block += text.size();
  impl_->block_left -= text.size();
  const Symbol symbol(impl_->texts.size());
  impl_->texts.push_back(kept);
  impl_->text_index.insert(hash, symbol.value);
  return symbol;
}

Symbol FactBase::find_symbol(std::string_view text) const {
  return Symbol(impl_->text_index.find(hash_text(text),
                                       [&](std::uint32_t i) { return impl_->texts[i] == text; }));
}

std::string_view FactBase::text(Symbol symbol) const {
  return symbol.valid() ? impl_->texts[symbol.index()] : std::string_view{};
}

std::size_t FactBase::symbol_count() const {
  return impl_->texts.size();
}

OriginId FactBase::origin(const Origin& origin) {
  auto& origins = impl_->origins;
  // Facts of one place mostly come one after another.
  if (!origins.empty() && origins.back() == origin) return OriginId(origins.size() - 1);
  const std::uint32_t hash = hash_origin(origin);
  const std::uint32_t known =
      impl_->origin_index.find(hash, [&](std::uint32_t i) { return origins[i] == origin; });
  if (known != Index::kNone) return OriginId(known);
  const OriginId id(origins.size());
  origins.push_back(origin);
  impl_->origin_index.insert(hash, id.value);
  return id;
}

const Origin& FactBase::origin(OriginId id) const {
  return impl_->origins[id.index()];
}

FactId FactBase::add(Relation relation, std::span<const Symbol> values, Certainty certainty,
                     OriginId origin) {
  bool is_new = false;
  const FactId id = impl_->insert(relation, values, is_new);
  Impl::Header& header = impl_->headers[id.index()];
  if (!header.origin.valid() || certainty < header.certainty) {
    header.certainty = certainty;
    header.origin = origin;
  }
  return id;
}

FactId FactBase::add(Relation relation, std::initializer_list<Symbol> values, Certainty certainty,
                     OriginId origin) {
  return add(relation, std::span<const Symbol>(values.begin(), values.size()), certainty, origin);
}

FactId FactBase::derive(Relation relation, std::span<const Symbol> values, bool& is_new) {
  return impl_->insert(relation, values, is_new);
}

FactId FactBase::find(Relation relation, std::span<const Symbol> values) const {
  return impl_->find(hash_row(relation, values), relation, values);
}

std::uint32_t FactBase::find_row(Relation relation, std::span<const Symbol> values) const {
  const FactId fact = impl_->find(hash_row(relation, values), relation, values);
  return fact.valid() ? impl_->headers[fact.index()].row : kNoRow;
}

std::size_t FactBase::size() const {
  return impl_->headers.size();
}
Relation FactBase::relation(FactId fact) const {
  return impl_->headers[fact.index()].relation;
}
std::span<const Symbol> FactBase::values(FactId fact) const {
  return impl_->row(impl_->headers[fact.index()]);
}
Certainty FactBase::certainty(FactId fact) const {
  return impl_->headers[fact.index()].certainty;
}
OriginId FactBase::origin_of(FactId fact) const {
  return impl_->headers[fact.index()].origin;
}

std::span<const FactId> FactBase::facts(Relation relation) const {
  return impl_->tables[static_cast<std::size_t>(relation)].ids;
}
std::span<const Symbol> FactBase::rows(Relation relation) const {
  return impl_->tables[static_cast<std::size_t>(relation)].cells;
}

}  // namespace wayout::fact
