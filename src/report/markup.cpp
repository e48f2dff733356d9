// SPDX-License-Identifier: Apache-2.0
#include "report/markup.hpp"

#include "report/printable.hpp"

namespace wayout::report {

std::string markup_text(std::string_view text) {
  std::string out;
  for (const char c : printable(text)) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

std::string markdown_text(std::string_view text) {
  constexpr std::string_view kMarks = "\\`*_[]()#!|~";
  std::string out;
  for (const char c : printable(text)) {
    if (kMarks.find(c) != std::string_view::npos) {
      out += '\\';
      out += c;
    } else if (c == '<') {
      out += "&lt;";
    } else if (c == '&') {
      out += "&amp;";
    } else if (c == '@') {
      out += "&#64;";
    } else {
      out += c;
    }
  }
  return out;
}

std::string markdown_code(std::string_view text) {
  std::string out = "`";
  for (const char c : printable(text)) {
    if (c == '`') {
      out += '\'';  // nothing escapes in a code span
    } else if (c == '|') {
      out += "\\|";
    } else {
      out += c;
    }
  }
  return out += '`';
}

}  // namespace wayout::report
