// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace wayout::deploy {

/// Whether a DOCKER_HOST names a Docker API without TLS on the node or at a fixed address. Any
/// other name, or the loopback address, is usually a daemon in another container, which is none of
/// the node's; port 2376 is the one with TLS.
bool names_docker_of_a_node(std::string_view docker_host);

}  // namespace wayout::deploy
