// SPDX-License-Identifier: Apache-2.0
#include "app/progress.hpp"

#include <cstdio>
#include <string>
#include <unistd.h>

namespace wayout::app {

namespace {

constexpr std::chrono::milliseconds kQuietStart{500};
constexpr std::chrono::milliseconds kInterval{100};
constexpr std::size_t kWidth = 78;

}  // namespace

Progress::Progress(bool quiet) : enabled_(!quiet && isatty(STDERR_FILENO) != 0) {
  next_ = Clock::now() + kQuietStart;
}

Progress::~Progress() {
  clear();
}

void Progress::show(std::string_view what, std::size_t done, std::size_t total) {
  if (!enabled_) return;
  const auto now = Clock::now();
  if (now < next_) return;
  next_ = now + kInterval;
  std::string line =
      total == 0 ? std::string{} : std::to_string(done) + "/" + std::to_string(total) + "  ";
  for (const char c : what) line += static_cast<unsigned char>(c) < 0x20 ? '?' : c;
  if (line.size() > kWidth) line = line.substr(0, kWidth - 3) + "...";
  std::fprintf(stderr, "\r\033[K%s", line.c_str());
  std::fflush(stderr);
  shown_ = true;
}

void Progress::clear() {
  if (!shown_) return;
  std::fputs("\r\033[K", stderr);
  std::fflush(stderr);
  shown_ = false;
}

}  // namespace wayout::app
