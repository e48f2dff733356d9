// SPDX-License-Identifier: Apache-2.0
// Columnar storage: a fact is a row of symbols in its relation's table plus a few bytes of header.
// Rows are found again through one open-addressing hash table over all facts.
#include "fact/fact_base.hpp"

#include <array>
#include <cstring>
#include <unordered_map>

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

std::uint64_t hash_row(Relation relation, std::span<const Symbol> values) {
  std::uint64_t hash = static_cast<std::uint64_t>(relation) + 1;
  for (const Symbol value : values) hash = mix(hash, value.value);
  return hash ^ (hash >> 32);
}

std::uint64_t hash_origin(const Origin& origin) {
  std::uint64_t hash = mix(origin.span.file.value, origin.span.begin);
  hash = mix(hash, origin.span.end);
  hash = mix(hash, origin.note.value);
  return mix(hash, static_cast<std::uint64_t>(origin.assumes));
}

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
  std::unordered_map<std::string_view, Symbol> symbols;

  std::vector<Origin> origins;
  std::unordered_multimap<std::uint64_t, OriginId> origin_index;

  std::array<Table, kRelationCount> tables;
  std::vector<Header> headers;
  std::vector<std::uint32_t> slots;  // fact index + 1, 0 when free; size is a power of two

  std::span<const Symbol> row(const Header& header) const {
    const std::size_t arity = info(header.relation).arity;
    const auto& table = tables[static_cast<std::size_t>(header.relation)];
    return {table.cells.data() + header.row * arity, arity};
  }
  /// The slot of an equal fact, or the free slot where it belongs.
  std::size_t slot_for(Relation relation, std::span<const Symbol> values) const {
    const std::size_t mask = slots.size() - 1;
    for (std::size_t slot = hash_row(relation, values) & mask;; slot = (slot + 1) & mask) {
      if (slots[slot] == 0) return slot;
      const Header& header = headers[slots[slot] - 1];
      if (header.relation != relation) continue;
      const auto other = row(header);
      if (std::memcmp(other.data(), values.data(), values.size_bytes()) == 0) return slot;
    }
  }
  void grow() {
    std::vector<std::uint32_t> old(slots.size() * 2, 0);
    old.swap(slots);
    const std::size_t mask = slots.size() - 1;
    for (const std::uint32_t fact : old) {
      if (fact == 0) continue;
      const Header& header = headers[fact - 1];
      std::size_t slot = hash_row(header.relation, row(header)) & mask;
      while (slots[slot] != 0) slot = (slot + 1) & mask;
      slots[slot] = fact;
    }
  }
  FactId insert(Relation relation, std::span<const Symbol> values, bool& is_new) {
    if ((headers.size() + 1) * 2 > slots.size()) grow();
    const std::size_t slot = slot_for(relation, values);
    is_new = slots[slot] == 0;
    if (!is_new) return FactId(slots[slot] - 1);
    Table& table = tables[static_cast<std::size_t>(relation)];
    const FactId id(headers.size());
    Header header;
    header.relation = relation;
    header.row = static_cast<std::uint32_t>(table.ids.size());
    table.cells.insert(table.cells.end(), values.begin(), values.end());
    table.ids.push_back(id);
    headers.push_back(header);
    slots[slot] = id.value + 1;
    return id;
  }
};

FactBase::FactBase() : impl_(std::make_unique<Impl>()) {
  impl_->slots.resize(1024);
}
FactBase::~FactBase() = default;
FactBase::FactBase(FactBase&&) noexcept = default;
FactBase& FactBase::operator=(FactBase&&) noexcept = default;

Symbol FactBase::intern(std::string_view text) {
  if (const auto found = impl_->symbols.find(text); found != impl_->symbols.end()) {
    return found->second;
  }
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
  impl_->symbols.emplace(kept, symbol);
  return symbol;
}

Symbol FactBase::find_symbol(std::string_view text) const {
  const auto found = impl_->symbols.find(text);
  return found == impl_->symbols.end() ? Symbol{} : found->second;
}

std::string_view FactBase::text(Symbol symbol) const {
  return symbol.valid() ? impl_->texts[symbol.index()] : std::string_view{};
}

std::size_t FactBase::symbol_count() const {
  return impl_->texts.size();
}

OriginId FactBase::origin(const Origin& origin) {
  const std::uint64_t hash = hash_origin(origin);
  const auto [first, last] = impl_->origin_index.equal_range(hash);
  for (auto it = first; it != last; ++it) {
    if (impl_->origins[it->second.index()] == origin) return it->second;
  }
  const OriginId id(impl_->origins.size());
  impl_->origins.push_back(origin);
  impl_->origin_index.emplace(hash, id);
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
  const std::uint32_t slot = impl_->slots[impl_->slot_for(relation, values)];
  return slot == 0 ? FactId{} : FactId(slot - 1);
}

std::uint32_t FactBase::find_row(Relation relation, std::span<const Symbol> values) const {
  const std::uint32_t slot = impl_->slots[impl_->slot_for(relation, values)];
  return slot == 0 ? kNoRow : impl_->headers[slot - 1].row;
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
