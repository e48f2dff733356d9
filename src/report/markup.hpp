// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace wayout::report {

/// Text of a stranger for Markdown, tables included: no mark-up, link, mention or tag survives.
std::string markdown_text(std::string_view text);
/// The same as a code span.
std::string markdown_code(std::string_view text);
/// The same for XML and HTML, text and attributes.
std::string markup_text(std::string_view text);

}  // namespace wayout::report
