// SPDX-License-Identifier: Apache-2.0
#include <string>
#include <vector>

#include "app/application.hpp"

int main(int argc, char** argv) {
  return wayout::app::run(std::vector<std::string>(argv + 1, argv + argc));
}
