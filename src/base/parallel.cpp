// SPDX-License-Identifier: Apache-2.0
#include "base/parallel.hpp"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

namespace wayout::base {

unsigned default_threads() {
  return std::clamp(std::thread::hardware_concurrency(), 1u, 16u);
}

void parallel_in_order(std::size_t count, std::size_t window, unsigned threads,
                       const std::function<void(std::size_t)>& produce,
                       const std::function<void(std::size_t)>& consume) {
  if (threads == 0) threads = default_threads();
  if (threads == 1 || count < 2) {
    for (std::size_t i = 0; i < count; ++i) {
      produce(i);
      consume(i);
    }
    return;
  }
  window = std::max<std::size_t>(window, threads);

  std::mutex mutex;
  std::condition_variable room;
  std::condition_variable ready;
  std::size_t next = 0;      // the first item nobody has taken
  std::size_t consumed = 0;  // items the calling thread is done with
  std::vector<char> done(count, 0);

  const auto take_one = [&](std::unique_lock<std::mutex>& lock) {
    const std::size_t item = next++;
    lock.unlock();
    produce(item);
    lock.lock();
    done[item] = 1;
    ready.notify_one();
  };
  const auto work = [&] {
    std::unique_lock lock(mutex);
    for (;;) {
      room.wait(lock, [&] { return next >= count || next < consumed + window; });
      if (next >= count) return;
      take_one(lock);
    }
  };

  std::vector<std::thread> workers;
  for (unsigned t = 1; t < threads; ++t) workers.emplace_back(work);

  // The calling thread consumes in order and produces whenever its next item is not ready yet.
  std::unique_lock lock(mutex);
  while (consumed < count) {
    if (done[consumed]) {
      lock.unlock();
      consume(consumed);
      lock.lock();
      ++consumed;
      room.notify_all();
    } else if (next < count && next < consumed + window) {
      take_one(lock);
    } else {
      ready.wait(lock, [&] { return done[consumed] != 0; });
    }
  }
  lock.unlock();
  room.notify_all();
  for (auto& worker : workers) worker.join();
}

}  // namespace wayout::base
