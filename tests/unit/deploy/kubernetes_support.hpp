// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace wayout::deploy {

/// The facts of some relations that a text gives, in order of insertion, as
/// `relation(a, b) certainty line`.
std::vector<std::string> kubernetes_facts(std::string_view text,
                                          const std::vector<std::string_view>& relations);

struct KubernetesCase {
  const char* name;
  const char* text;
  std::vector<std::string_view> relations;
  std::vector<std::string> facts;
};

inline void PrintTo(const KubernetesCase& given, std::ostream* out) {
  *out << given.name;
}

inline std::string case_name(const testing::TestParamInfo<KubernetesCase>& info) {
  return info.param.name;
}

}  // namespace wayout::deploy
