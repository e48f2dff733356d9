// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace wayout::report {

/// A source line with every value in it that could be a credential replaced by
/// `[redacted …wxyz #a1b2]` (last four characters and a short hash of long ones, nothing of short
/// ones). Errs on the side of hiding. `holds_secret`: the line is known to hold one, so everything
/// after its first `=` or `:` goes.
std::string redact(std::string_view line, bool holds_secret);

}  // namespace wayout::report
