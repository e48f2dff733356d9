// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ostream>

#include "report/report.hpp"
#include "report/view.hpp"

namespace wayout::report {

// One function for each format; report.cpp chooses.
void write_terminal(const View& view, const ReportOptions& options, std::ostream& out);
void write_json(const View& view, std::ostream& out);
void write_sarif(const View& view, std::ostream& out);
void write_markdown(const View& view, std::ostream& out);
void write_junit(const View& view, std::ostream& out);

}  // namespace wayout::report
