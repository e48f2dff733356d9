// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <fstream>
#include <stdlib.h>
#include <string>
#include <utility>
#include <vector>

namespace wayout::deploy::testing {

/// A folder of its own below the temporary one, filled with files and removed in the end.
class ScratchFolder {
 public:
  explicit ScratchFolder(const std::vector<std::pair<std::string, std::string>>& files = {}) {
    std::string name = (std::filesystem::temp_directory_path() / "wayout-test-XXXXXX").string();
    if (::mkdtemp(name.data()) != nullptr) path_ = name;
    for (const auto& [file, content] : files) write(file, content);
  }
  ~ScratchFolder() {
    std::error_code error;
    if (!path_.empty()) std::filesystem::remove_all(path_, error);
  }
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;

  void write(const std::string& file, const std::string& content) const {
    const auto path = path_ / file;
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << content;
  }
  const std::filesystem::path& path() const { return path_; }
  std::string string() const { return path_.string(); }

 private:
  std::filesystem::path path_;
};

}  // namespace wayout::deploy::testing
