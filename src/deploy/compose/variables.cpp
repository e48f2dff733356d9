// SPDX-License-Identifier: Apache-2.0
#include "deploy/compose/variables.hpp"

#include <algorithm>

namespace wayout::deploy::compose {

namespace {

// Defaults may hold variables with defaults; deeper nesting than this stays as written.
constexpr int kDepth = 8;

bool is_name(char c, bool first) {
  return c == '_' || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
         (!first && c >= '0' && c <= '9');
}

std::size_t name_end(std::string_view text, std::size_t at) {
  std::size_t end = at;
  while (end < text.size() && is_name(text[end], end == at)) ++end;
  return end;
}

/// The place of the brace that closes the one before `at`; npos when none does.
std::size_t closing_brace(std::string_view text, std::size_t at) {
  int depth = 1;
  for (; at < text.size(); ++at) {
    if (text[at] == '{' && text[at - 1] == '$') ++depth;
    if (text[at] == '}' && --depth == 0) return at;
  }
  return std::string_view::npos;
}

class Interpolation {
 public:
  explicit Interpolation(const Variables& variables) : variables_(variables) {}

  void run(std::string_view text, int depth) {
    for (std::size_t at = 0; at < text.size();) {
      const std::size_t dollar = std::min(text.find('$', at), text.size());
      out.value.append(text.substr(at, dollar - at));
      if (dollar + 1 >= text.size()) {
        out.value.append(text.substr(dollar));
        return;
      }
      at = variable(text, dollar, depth);
    }
  }

  Text out;

 private:
  /// Handles what starts with the dollar at `dollar`; returns where the text goes on.
  std::size_t variable(std::string_view text, std::size_t dollar, int depth) {
    const std::size_t at = dollar + 1;
    if (text[at] == '$') {
      out.value += '$';
      return at + 1;
    }
    if (text[at] != '{') {
      const std::size_t end = name_end(text, at);
      if (end == at) {
        out.value += '$';
        return at;
      }
      plain(text.substr(at, end - at));
      return end;
    }
    const std::size_t close = closing_brace(text, at + 1);
    if (close == std::string_view::npos) {
      out.value.append(text.substr(dollar));
      return text.size();
    }
    braced(text.substr(at + 1, close - at - 1), depth);
    return close + 1;
  }

  void plain(std::string_view name) {
    out.substituted = true;
    const auto found = variables_.find(name);
    if (found != variables_.end()) {
      out.value += found->second;
      return;
    }
    out.unresolved = true;
    out.value.append("${").append(name).append("}");
  }

  void braced(std::string_view body, int depth) {
    const std::size_t end = name_end(body, 0);
    const std::string_view name = body.substr(0, end);
    std::string_view rest = body.substr(end);
    if (name.empty() || depth >= kDepth) {
      out.unresolved = true;
      out.value.append("${").append(body).append("}");
      return;
    }
    const bool empty_counts = rest.starts_with(':');
    if (empty_counts) rest.remove_prefix(1);
    const char sign = rest.empty() ? '\0' : rest.front();
    const auto found = variables_.find(name);
    const bool given = found != variables_.end() && !(empty_counts && found->second.empty());
    out.substituted = true;
    if (sign == '-' && !given) {
      run(rest.substr(1), depth + 1);
    } else if (sign == '+') {
      if (given) run(rest.substr(1), depth + 1);
    } else {
      plain(name);
    }
  }

  const Variables& variables_;
};

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kBlank = " \t\r";
  const auto first = text.find_first_not_of(kBlank);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlank) - first + 1);
}

std::string env_value(std::string_view text) {
  if (text.size() >= 2 && (text.front() == '"' || text.front() == '\'')) {
    const auto close = text.find(text.front(), 1);
    if (close != std::string_view::npos) return std::string(text.substr(1, close - 1));
  }
  for (std::size_t at = text.find('#'); at != std::string_view::npos; at = text.find('#', at + 1)) {
    if (at == 0 || text[at - 1] == ' ' || text[at - 1] == '\t') {
      return std::string(trimmed(text.substr(0, at)));
    }
  }
  return std::string(text);
}

}  // namespace

Text interpolate(std::string_view text, const Variables& variables) {
  if (text.find('$') == std::string_view::npos) return {std::string(text), false, false};
  Interpolation interpolation(variables);
  interpolation.run(text, 0);
  return std::move(interpolation.out);
}

std::vector<EnvLine> parse_env(std::string_view content) {
  std::vector<EnvLine> out;
  std::uint32_t number = 0;
  for (std::size_t at = 0; at < content.size();) {
    const std::size_t end = std::min(content.find('\n', at), content.size());
    ++number;
    std::string_view line = trimmed(content.substr(at, end - at));
    const std::size_t begin = at;
    at = end + 1;
    if (line.starts_with("export ")) line = trimmed(line.substr(7));
    const auto equals = line.find('=');
    if (line.empty() || line.front() == '#' || equals == std::string_view::npos) continue;
    const std::string_view name = trimmed(line.substr(0, equals));
    if (name.empty() || name_end(name, 0) != name.size()) continue;
    out.push_back(
        {std::string(name), env_value(trimmed(line.substr(equals + 1))), begin, end, number});
  }
  return out;
}

}  // namespace wayout::deploy::compose
