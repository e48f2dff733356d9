// SPDX-License-Identifier: Apache-2.0
// The only file that knows CBC (COIN-OR branch and cut).
#include "reason/cut_solver.hpp"

#include <algorithm>
#include <cmath>
#include <memory>
#include <string>

#include <coin/Cbc_C_Interface.h>

namespace wayout::reason {

SolverAnswer solve_integer(const std::vector<std::vector<std::uint32_t>>& rows,
                           const std::vector<std::uint32_t>& costs, double seconds) {
  struct Deleter {
    void operator()(Cbc_Model* model) const { Cbc_deleteModel(model); }
  };
  const std::unique_ptr<Cbc_Model, Deleter> owner(Cbc_newModel());
  Cbc_Model* model = owner.get();
  Cbc_setLogLevel(model, 0);
  Cbc_setParameter(model, "log", "0");
  for (std::size_t c = 0; c < costs.size(); ++c) {
    const std::string name = "c" + std::to_string(c);
    Cbc_addCol(model, name.c_str(), 0, 1, static_cast<double>(costs[c]), 1, 0, nullptr, nullptr);
  }
  for (std::size_t r = 0; r < rows.size(); ++r) {
    const std::vector<int> columns(rows[r].begin(), rows[r].end());
    const std::vector<double> ones(columns.size(), 1.0);
    const std::string name = "r" + std::to_string(r);
    Cbc_addRow(model, name.c_str(), static_cast<int>(columns.size()), columns.data(), ones.data(),
               'G', 1.0);
  }
  Cbc_setObjSense(model, 1);
  Cbc_setMaximumSeconds(model, seconds);
  // Costs are whole numbers: a gap below one leaves nothing to gain.
  Cbc_setAllowableGap(model, 0.999);
  Cbc_solve(model);

  SolverAnswer answer;
  constexpr double kTolerance = 1e-6;
  const double* values = Cbc_bestSolution(model);
  if (values != nullptr) {
    for (std::uint32_t c = 0; c < costs.size(); ++c) {
      if (values[c] > 0.5) answer.chosen.push_back(c);
    }
  }
  const double bound = Cbc_getBestPossibleObjValue(model);
  if (std::isfinite(bound) && bound > 0 && bound < 1e15) {
    answer.lower_bound = static_cast<std::uint64_t>(std::ceil(bound - kTolerance));
  }
  if (Cbc_isProvenOptimal(model) != 0) {
    std::uint64_t cost = 0;
    for (const auto c : answer.chosen) cost += costs[c];
    answer.lower_bound = cost;
  }
  return answer;
}

}  // namespace wayout::reason
