// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <string_view>

namespace wayout::app {

/// One line on a terminal's standard error that says what goes on, from the first half second on.
/// Elsewhere and with `quiet` it says nothing.
class Progress {
 public:
  explicit Progress(bool quiet);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  /// `total` 0: unknown. Cheap enough to be called for every file.
  void show(std::string_view what, std::size_t done, std::size_t total);
  void clear();

 private:
  using Clock = std::chrono::steady_clock;
  bool enabled_ = false;
  bool shown_ = false;
  Clock::time_point next_;
};

}  // namespace wayout::app
