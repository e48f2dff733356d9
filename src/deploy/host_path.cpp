// SPDX-License-Identifier: Apache-2.0
#include "deploy/host_path.hpp"

#include <algorithm>

namespace wayout::deploy {

namespace {

bool is_windows(std::string_view path) {
  return path.starts_with("\\\\") || (path.size() >= 2 && path[1] == ':');
}

}  // namespace

std::string clean_container_path(std::string_view path) {
  if (is_windows(path)) return std::string(path);
  std::string out;
  out.reserve(path.size() + 1);
  for (std::size_t at = 0; at < path.size();) {
    const std::size_t end = std::min(path.find('/', at), path.size());
    const std::string_view part = path.substr(at, end - at);
    at = end + 1;
    if (part.empty() || part == ".") continue;
    if (part == "..") {
      out.resize(out.empty() ? 0 : out.rfind('/'));
      continue;
    }
    out += '/';
    out += part;
  }
  if (out.empty()) out = "/";
  return out;
}

std::string clean_host_path(std::string_view path) {
  std::string clean = clean_container_path(path);
  constexpr std::string_view kLink = "/var/run";
  if (clean == kLink || clean.starts_with("/var/run/"))
    clean.erase(0, std::string_view("/var").size());
  return clean;
}

}  // namespace wayout::deploy
