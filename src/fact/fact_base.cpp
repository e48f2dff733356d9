// SPDX-License-Identifier: Apache-2.0
// Columnar storage: a fact is a row of symbols in its relation's table plus a few bytes of header.
// Rows are found again through one hash table per relation: most are small enough for the caches.
#include "fact/fact_base.hpp"

#include <algorithm>
#include <array>
#include <cstring>

#include "fact/slot_table.hpp"

namespace wayout::fact {

namespace {

constexpr std::array<std::string_view, 4> kCertaintyNames = {"observed", "declared", "default",
                                                             "assumed"};
constexpr std::array<std::string_view, 9> kAssumptionNames = {
    "none", "lsm", "cgroup", "kernel", "runtime", "cluster", "network", "config", "image"};

std::uint32_t tag_of_row(std::span<const Symbol> values) {
  std::uint64_t hash = values.size();
  std::size_t i = 0;
  for (; i + 2 <= values.size(); i += 2) {
    hash = mix(hash, std::uint64_t{values[i].value} << 32 | values[i + 1].value);
  }
  if (i < values.size()) hash = mix(hash, values[i].value);
  return tag_of(hash);
}

std::uint32_t tag_of_origin(const Origin& origin) {
  std::uint64_t hash = mix(origin.span.file.value, origin.span.begin);
  hash = mix(hash, std::uint64_t{origin.span.end} << 32 | origin.note.value);
  return tag_of(mix(hash, static_cast<std::uint64_t>(origin.assumes)));
}

bool same_row(const Symbol* a, std::span<const Symbol> b) {
  for (std::size_t i = 0; i < b.size(); ++i) {
    if (a[i] != b[i]) return false;
  }
  return true;
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
    SlotTable rows;
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
  SlotTable symbols;

  std::vector<Origin> origins;
  SlotTable origin_index;

  std::array<Table, kRelationCount> tables;
  std::vector<Header> headers;

  const Table& table(Relation relation) const { return tables[static_cast<std::size_t>(relation)]; }
  std::span<const Symbol> row(const Header& header) const {
    const std::size_t arity = info(header.relation).arity;
    return {table(header.relation).cells.data() + header.row * arity, arity};
  }
  std::uint32_t find_row(const Table& in, std::uint32_t tag, std::span<const Symbol> values) const {
    return in.rows.find(tag, [&](std::uint32_t row) {
      return same_row(in.cells.data() + row * values.size(), values);
    });
  }
  FactId insert(Relation relation, std::span<const Symbol> values, bool& is_new) {
    Table& in = tables[static_cast<std::size_t>(relation)];
    const std::uint32_t tag = tag_of_row(values);
    const std::uint32_t found = find_row(in, tag, values);
    is_new = found == SlotTable::kNone;
    if (!is_new) return in.ids[found];
    const FactId id(headers.size());
    Header header;
    header.relation = relation;
    header.row = static_cast<std::uint32_t>(in.ids.size());
    in.rows.insert(tag, header.row);
    in.cells.insert(in.cells.end(), values.begin(), values.end());
    in.ids.push_back(id);
    headers.push_back(header);
    return id;
  }
  std::string_view keep(std::string_view text);
};

std::string_view FactBase::Impl::keep(std::string_view text) {
  constexpr std::size_t kBlock = 64 * 1024;
  if (text.size() > block_left) {
    block_left = std::max(kBlock, text.size());
    blocks.push_back(std::make_unique<char[]>(block_left));
    block = blocks.back().get();
  }
  if (!text.empty()) std::memcpy(block, text.data(), text.size());
  const std::string_view kept{block, text.size()};
  block += text.size();
  block_left -= text.size();
  return kept;
}

FactBase::FactBase() : impl_(std::make_unique<Impl>()) {}
FactBase::~FactBase() = default;
FactBase::FactBase(FactBase&&) noexcept = default;
FactBase& FactBase::operator=(FactBase&&) noexcept = default;

Symbol FactBase::intern(std::string_view text) {
  const std::uint32_t tag = tag_of(text);
  const std::uint32_t found =
      impl_->symbols.find(tag, [&](std::uint32_t number) { return impl_->texts[number] == text; });
  if (found != SlotTable::kNone) return Symbol(found);
  const Symbol symbol(impl_->texts.size());
  impl_->texts.push_back(impl_->keep(text));
  impl_->symbols.insert(tag, symbol.value);
  return symbol;
}

Symbol FactBase::find_symbol(std::string_view text) const {
  const std::uint32_t found = impl_->symbols.find(
      tag_of(text), [&](std::uint32_t number) { return impl_->texts[number] == text; });
  return found == SlotTable::kNone ? Symbol{} : Symbol(found);
}

std::string_view FactBase::text(Symbol symbol) const {
  return symbol.valid() ? impl_->texts[symbol.index()] : std::string_view{};
}

std::size_t FactBase::symbol_count() const {
  return impl_->texts.size();
}

OriginId FactBase::origin(const Origin& origin) {
  const std::uint32_t tag = tag_of_origin(origin);
  const std::uint32_t found = impl_->origin_index.find(
      tag, [&](std::uint32_t number) { return impl_->origins[number] == origin; });
  if (found != SlotTable::kNone) return OriginId(found);
  const OriginId id(impl_->origins.size());
  impl_->origins.push_back(origin);
  impl_->origin_index.insert(tag, id.value);
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
  const std::uint32_t row = find_row(relation, values);
  return row == kNoRow ? FactId{} : impl_->table(relation).ids[row];
}

std::uint32_t FactBase::find_row(Relation relation, std::span<const Symbol> values) const {
  return impl_->find_row(impl_->table(relation), tag_of_row(values), values);
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
  return impl_->table(relation).ids;
}
std::span<const Symbol> FactBase::rows(Relation relation) const {
  return impl_->table(relation).cells;
}

}  // namespace wayout::fact
