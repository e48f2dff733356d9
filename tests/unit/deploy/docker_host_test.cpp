// SPDX-License-Identifier: Apache-2.0
#include "deploy/docker_host.hpp"

#include <gtest/gtest.h>

namespace wayout::deploy {
namespace {

TEST(DockerHost, OnlyTheNodeWithoutTls) {
  for (const auto* yes : {"tcp://10.0.0.5:2375", "tcp://172.17.0.1", "tcp://$(NODE_IP):2375",
                          "tcp://host.docker.internal:2375"}) {
    EXPECT_TRUE(names_docker_of_a_node(yes)) << yes;
  }
  for (const auto* no : {"", "tcp://", "unix:///var/run/docker.sock", "tcp://docker:2375",
                         "tcp://127.0.0.1:2375", "tcp://10.0.0.5:2376", "tcp://$(NAME):2375"}) {
    EXPECT_FALSE(names_docker_of_a_node(no)) << no;
  }
}

}  // namespace
}  // namespace wayout::deploy
