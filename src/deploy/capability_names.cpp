// SPDX-License-Identifier: Apache-2.0
#include "deploy/capability_names.hpp"

namespace wayout::deploy {

std::string clean_capability(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  std::string name(text);
  for (char& c : name) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  if (name.starts_with("CAP_")) name.erase(0, 4);
  return name;
}

}  // namespace wayout::deploy
