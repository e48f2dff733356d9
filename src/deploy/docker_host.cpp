// SPDX-License-Identifier: Apache-2.0
#include "deploy/docker_host.hpp"

namespace wayout::deploy {

bool names_docker_of_a_node(std::string_view docker_host) {
  constexpr std::string_view kScheme = "tcp://";
  if (!docker_host.starts_with(kScheme)) return false;
  docker_host.remove_prefix(kScheme.size());
  if (docker_host.starts_with("$(")) return docker_host.find("IP") != std::string_view::npos;
  const std::size_t colon = docker_host.find(':');
  if (colon != std::string_view::npos && docker_host.substr(colon + 1).starts_with("2376")) {
    return false;
  }
  const std::string_view host = docker_host.substr(0, colon);
  if (host == "host.docker.internal") return true;
  if (host.starts_with("127.")) return false;
  return !host.empty() && host.find_first_not_of("0123456789.") == std::string_view::npos;
}

}  // namespace wayout::deploy
