// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace wayout::deploy::compose {

using Variables = std::map<std::string, std::string, std::less<>>;

/// A text after substitution. A variable whose value nobody gave stays as `${NAME}`.
struct Text {
  std::string value;
  bool substituted = false;  ///< a variable stood in it
  bool unresolved = false;   ///< one of them without a known value
};

/// Substitutes `$X`, `${X}`, `${X:-d}`, `${X-d}`, `${X:?e}`, `${X?e}`, `${X:+a}`, `${X+a}` and
/// `$$`. Source: https://docs.docker.com/reference/compose-file/interpolation/. The environment of
/// whoever starts the project is not known, so only `variables` count.
Text interpolate(std::string_view text, const Variables& variables);

struct EnvLine {
  std::string name;
  std::string value;
  std::size_t begin = 0, end = 0;  ///< byte offsets of the line
  std::uint32_t line = 0;
};

/// The assignments of a `.env` or `env_file`. Lines that are none are passed over, as Compose
/// would refuse the whole file.
std::vector<EnvLine> parse_env(std::string_view content);

}  // namespace wayout::deploy::compose
