// SPDX-License-Identifier: Apache-2.0
// Each test looks only at rows that share the rarest column of a row, or at columns that share the
// shortest row of a column, so hubs that thousands of rows have in common are looked at seldom.
#include "reason/hitting_reduce.hpp"

#include <algorithm>
#include <map>
#include <numeric>

namespace wayout::reason {

namespace {

using Row = std::vector<std::uint32_t>;

class Reducer {
 public:
  Reducer(std::vector<Row> rows, const std::vector<std::uint32_t>& costs)
      : rows_(std::move(rows)), costs_(costs), columns_(costs.size()) {
    std::sort(rows_.begin(), rows_.end());
    rows_.erase(std::unique(rows_.begin(), rows_.end()), rows_.end());
  }

  ReducedInstance run() {
    bool changed = true;
    while (changed) {
      rebuild();
      changed = take_forced();
      changed = drop_rows() || changed;
      changed = drop_columns() || changed;
    }
    ReducedInstance out;
    std::sort(forced_.begin(), forced_.end());
    out.forced = std::move(forced_);
    split(out);
    return out;
  }

 private:
  /// Compacts the rows that are left and lists them by column.
  void rebuild() {
    std::erase_if(rows_, [](const Row& row) { return row.empty(); });
    std::sort(rows_.begin(), rows_.end());
    rows_.erase(std::unique(rows_.begin(), rows_.end()), rows_.end());
    for (auto& column : columns_) column.clear();
    for (std::uint32_t r = 0; r < rows_.size(); ++r) {
      for (const auto c : rows_[r]) columns_[c].push_back(r);
    }
  }
  bool take_forced() {
    bool any = false;
    for (std::uint32_t r = 0; r < rows_.size(); ++r) {
      if (rows_[r].size() != 1) continue;
      const auto column = rows_[r].front();
      forced_.push_back(column);
      for (const auto other : columns_[column]) rows_[other].clear();
      any = true;
    }
    if (any) rebuild();
    return any;
  }
  bool drop_rows() {
    bool any = false;
    for (std::uint32_t r = 0; r < rows_.size(); ++r) {
      const Row& row = rows_[r];
      if (row.empty()) continue;
      const auto rarest = *std::min_element(row.begin(), row.end(), [&](auto a, auto b) {
        return columns_[a].size() < columns_[b].size();
      });
      for (const auto other : columns_[rarest]) {
        Row& longer = rows_[other];
        if (other == r || longer.size() <= row.size()) continue;
        if (!std::includes(longer.begin(), longer.end(), row.begin(), row.end())) continue;
        longer.clear();
        any = true;
      }
    }
    if (any) rebuild();
    return any;
  }
  bool replaces(std::uint32_t better, std::uint32_t column) const {
    const auto& more = columns_[better];
    const auto& few = columns_[column];
    if (better == column || more.size() < few.size() || costs_[better] > costs_[column]) {
      return false;
    }
    const bool twin = more.size() == few.size() && costs_[better] == costs_[column];
    if (twin && better > column) return false;
    return std::includes(more.begin(), more.end(), few.begin(), few.end());
  }
  bool drop_columns() {
    std::vector<std::uint32_t> drop;
    for (std::uint32_t c = 0; c < columns_.size(); ++c) {
      if (columns_[c].empty()) continue;
      const auto shortest =
          *std::min_element(columns_[c].begin(), columns_[c].end(),
                            [&](auto a, auto b) { return rows_[a].size() < rows_[b].size(); });
      const Row& row = rows_[shortest];
      if (std::any_of(row.begin(), row.end(), [&](auto other) { return replaces(other, c); })) {
        drop.push_back(c);
      }
    }
    for (const auto c : drop) {
      for (const auto r : columns_[c]) {
        rows_[r].erase(std::lower_bound(rows_[r].begin(), rows_[r].end(), c));
      }
    }
    return !drop.empty();
  }
  void split(ReducedInstance& out) {
    std::vector<std::uint32_t> leader(columns_.size());
    std::iota(leader.begin(), leader.end(), 0u);
    const auto find = [&](std::uint32_t c) {
      while (leader[c] != c) c = leader[c] = leader[leader[c]];
      return c;
    };
    for (const Row& row : rows_) {
      for (const auto c : row) leader[find(c)] = find(row.front());
    }
    std::map<std::uint32_t, std::size_t> part_of;
    for (Row& row : rows_) {
      const auto [part, is_new] = part_of.try_emplace(find(row.front()), out.parts.size());
      if (is_new) out.parts.emplace_back();
      out.parts[part->second].push_back(std::move(row));
    }
  }

  std::vector<Row> rows_;
  const std::vector<std::uint32_t>& costs_;
  std::vector<std::vector<std::uint32_t>> columns_;  ///< rows by column
  std::vector<std::uint32_t> forced_;
};

}  // namespace

ReducedInstance reduce(std::vector<std::vector<std::uint32_t>> rows,
                       const std::vector<std::uint32_t>& costs) {
  return Reducer(std::move(rows), costs).run();
}

}  // namespace wayout::reason
