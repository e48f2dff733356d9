// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <functional>

namespace wayout::base {

/// Runs `produce(i)` for i in [0, count) on `threads` threads (0: one per core) and calls
/// `consume(i)` on the calling thread in ascending order, each as soon as its turn is ready.
/// At most `window` produced items wait unconsumed, which bounds memory. Neither callable may
/// throw. With one thread everything happens on the calling thread.
void parallel_in_order(std::size_t count, std::size_t window, unsigned threads,
                       const std::function<void(std::size_t)>& produce,
                       const std::function<void(std::size_t)>& consume);

/// The number of threads that `threads == 0` stands for.
unsigned default_threads();

}  // namespace wayout::base
