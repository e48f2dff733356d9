// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iosfwd>
#include <string>

#include "base/result.hpp"
#include "base/source.hpp"
#include "fact/fact_base.hpp"

namespace wayout::app {

enum class RowFormat : std::uint8_t { kTable, kCsv, kJson };

/// Exports every fact to an SQLite database in memory and prints the rows of one statement. Only
/// reading is possible: anything else, extension loading included, is refused by an authorizer.
base::Result<void> query_facts(const fact::FactBase& facts, const base::Sources& sources,
                               const std::string& sql, RowFormat format, std::ostream& out);

}  // namespace wayout::app
