// SPDX-License-Identifier: Apache-2.0
// Reductions take most instances apart into parts of a few columns. A part is solved by branch and
// bound: branch on the columns of the shortest row not hit yet, bound by the cheapest columns of
// rows that share none. Parts that are too wide or take too long go to the integer solver; if that
// runs out of time too, the best of its answer and the greedy one stands, with its lower bound.
#include "reason/hitting_set.hpp"

#include <algorithm>
#include <bit>
#include <chrono>
#include <optional>

#include "reason/cut_solver.hpp"
#include "reason/hitting_reduce.hpp"

namespace wayout::reason {

namespace {

using Row = HittingSetSolver::Row;

/// A part with its columns renumbered from 0.
struct Part {
  std::vector<Row> rows;
  std::vector<std::uint32_t> costs;
  std::vector<std::uint32_t> names;  ///< the number of each column outside
};

Part renumber(const std::vector<Row>& rows, const std::vector<std::uint32_t>& costs) {
  Part part;
  for (const Row& row : rows) part.names.insert(part.names.end(), row.begin(), row.end());
  std::sort(part.names.begin(), part.names.end());
  part.names.erase(std::unique(part.names.begin(), part.names.end()), part.names.end());
  for (const auto name : part.names) part.costs.push_back(costs[name]);
  for (const Row& row : rows) {
    Row& made = part.rows.emplace_back();
    for (const auto c : row) {
      const auto at = std::lower_bound(part.names.begin(), part.names.end(), c);
      made.push_back(static_cast<std::uint32_t>(at - part.names.begin()));
    }
  }
  return part;
}

std::uint64_t cost_of(const Part& part, const std::vector<std::uint32_t>& chosen) {
  std::uint64_t sum = 0;
  for (const auto c : chosen) sum += part.costs[c];
  return sum;
}

/// Takes the column that hits most rows for its cost, again and again; then drops needless ones.
std::vector<std::uint32_t> greedy(const Part& part) {
  std::vector<std::vector<std::uint32_t>> columns(part.costs.size());
  for (std::uint32_t r = 0; r < part.rows.size(); ++r) {
    for (const auto c : part.rows[r]) columns[c].push_back(r);
  }
  std::vector<std::uint32_t> gain(columns.size());
  std::vector<std::uint32_t> hits(part.rows.size(), 0);
  for (std::size_t c = 0; c < columns.size(); ++c) {
    gain[c] = static_cast<std::uint32_t>(columns[c].size());
  }
  std::vector<std::uint32_t> chosen;
  for (std::size_t left = part.rows.size(); left > 0;) {
    std::uint32_t best = 0;
    for (std::uint32_t c = 1; c < columns.size(); ++c) {
      const auto a = static_cast<std::uint64_t>(gain[c]) * part.costs[best];
      const auto b = static_cast<std::uint64_t>(gain[best]) * part.costs[c];
      if (a > b) best = c;
    }
    chosen.push_back(best);
    for (const auto r : columns[best]) {
      if (hits[r]++ != 0) continue;
      --left;
      for (const auto c : part.rows[r]) --gain[c];
    }
  }
  std::sort(chosen.begin(), chosen.end(), [&](auto a, auto b) {
    return std::pair(part.costs[b], b) < std::pair(part.costs[a], a);
  });
  std::erase_if(chosen, [&](std::uint32_t c) {
    const bool needed =
        std::any_of(columns[c].begin(), columns[c].end(), [&](auto r) { return hits[r] == 1; });
    if (!needed) {
      for (const auto r : columns[c]) --hits[r];
    }
    return !needed;
  });
  return chosen;
}

/// Exact for up to 64 columns, unless it takes more than kMaxNodes branches.
class BranchAndBound {
 public:
  static constexpr std::size_t kMaxColumns = 64;

  explicit BranchAndBound(const Part& part) : columns_(part.costs.size()) {
    // Among cuts of equal cost the one of fewer changes wins: the unit is below any cost.
    for (const auto cost : part.costs) costs_.push_back(std::uint64_t{cost} * 128 + 1);
    for (const Row& row : part.rows) {
      std::uint64_t mask = 0;
      for (const auto c : row) mask |= std::uint64_t{1} << c;
      rows_.push_back(mask);
    }
    std::sort(rows_.begin(), rows_.end(), [](auto a, auto b) {
      return std::pair(std::popcount(a), a) < std::pair(std::popcount(b), b);
    });
  }

  /// Nothing when it gave up.
  std::optional<std::vector<std::uint32_t>> run(const std::vector<std::uint32_t>& start) {
    for (const auto c : start) {
      best_ |= std::uint64_t{1} << c;
      best_cost_ += costs_[c];
    }
    branch(0, 0, 0);
    if (nodes_ > kMaxNodes) return std::nullopt;
    std::vector<std::uint32_t> chosen;
    for (std::uint32_t c = 0; c < columns_; ++c) {
      if ((best_ >> c & 1) != 0) chosen.push_back(c);
    }
    return chosen;
  }

 private:
  static constexpr std::size_t kMaxNodes = 20'000;

  std::uint64_t cheapest_in(std::uint64_t mask) const {
    std::uint64_t cheapest = ~std::uint64_t{0};
    for (; mask != 0; mask &= mask - 1) {
      cheapest = std::min(cheapest, costs_[static_cast<std::size_t>(std::countr_zero(mask))]);
    }
    return cheapest;
  }
  void branch(std::uint64_t chosen, std::uint64_t refused, std::uint64_t cost) {
    if (++nodes_ > kMaxNodes) return;
    std::uint64_t bound = cost;
    std::uint64_t counted = 0;  // columns of rows that the bound counts
    std::uint64_t pick = 0;
    for (const std::uint64_t row : rows_) {
      if ((row & chosen) != 0) continue;
      const std::uint64_t open = row & ~refused;
      if (open == 0) return;
      if (pick == 0 || std::popcount(open) < std::popcount(pick)) pick = open;
      if ((open & counted) != 0) continue;
      counted |= open;
      bound += cheapest_in(open);
    }
    if (bound >= best_cost_) return;
    if (pick == 0) {
      best_ = chosen;
      best_cost_ = cost;
      return;
    }
    for (; pick != 0; pick &= pick - 1) {
      const auto c = static_cast<std::size_t>(std::countr_zero(pick));
      const std::uint64_t bit = std::uint64_t{1} << c;
      branch(chosen | bit, refused, cost + costs_[c]);
      refused |= bit;
    }
  }

  std::size_t columns_;
  std::vector<std::uint64_t> costs_;
  std::vector<std::uint64_t> rows_;
  std::uint64_t best_ = 0;
  std::uint64_t best_cost_ = 0;
  std::size_t nodes_ = 0;
};

}  // namespace

HittingSet HittingSetSolver::solve_part(const std::vector<Row>& rows) {
  const Part part = renumber(rows, costs_);
  std::vector<std::uint32_t> best = greedy(part);
  std::uint64_t bound = 0;
  std::optional<std::vector<std::uint32_t>> exact;
  if (part.costs.size() <= BranchAndBound::kMaxColumns) exact = BranchAndBound(part).run(best);
  if (exact) {
    best = std::move(*exact);
    bound = cost_of(part, best);
  } else {
    const auto begin = std::chrono::steady_clock::now();
    for (const Row& row : part.rows) {  // at least one column, whatever the solver says
      std::uint64_t cheapest = ~std::uint64_t{0};
      for (const auto c : row) cheapest = std::min<std::uint64_t>(cheapest, part.costs[c]);
      bound = std::max(bound, cheapest);
    }
    if (seconds_left_ > 0) {
      SolverAnswer answer = solve_integer(part.rows, part.costs, seconds_left_);
      bound = std::max(bound, answer.lower_bound);
      const bool hits_all = std::all_of(part.rows.begin(), part.rows.end(), [&](const Row& row) {
        return std::any_of(row.begin(), row.end(), [&](auto c) {
          return std::binary_search(answer.chosen.begin(), answer.chosen.end(), c);
        });
      });
      if (hits_all && cost_of(part, answer.chosen) < cost_of(part, best)) {
        best = std::move(answer.chosen);
      }
    }
    const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - begin;
    seconds_left_ -= spent.count();
  }
  HittingSet out;
  out.cost = cost_of(part, best);
  out.lower_bound = std::min(bound, out.cost);
  for (const auto c : best) out.chosen.push_back(part.names[c]);
  return out;
}

HittingSet HittingSetSolver::solve(std::vector<Row> rows) {
  ReducedInstance reduced = reduce(std::move(rows), costs_);
  HittingSet out;
  out.chosen = std::move(reduced.forced);
  for (const auto c : out.chosen) out.cost += costs_[c];
  out.lower_bound = out.cost;
  for (auto& part : reduced.parts) {
    auto known = solved_.find(part);
    if (known == solved_.end()) {
      HittingSet answer = solve_part(part);
      known = solved_.emplace(std::move(part), std::move(answer)).first;
    }
    const HittingSet& answer = known->second;
    out.chosen.insert(out.chosen.end(), answer.chosen.begin(), answer.chosen.end());
    out.cost += answer.cost;
    out.lower_bound += answer.lower_bound;
  }
  std::sort(out.chosen.begin(), out.chosen.end());
  return out;
}

}  // namespace wayout::reason
