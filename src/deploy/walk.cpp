// SPDX-License-Identifier: Apache-2.0
#include "deploy/walk.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <sys/stat.h>
#include <unistd.h>

namespace wayout::deploy {

namespace {

namespace fs = std::filesystem;

// Folders that hold other people's code or a tool's own data, never what is deployed from here.
constexpr std::array<std::string_view, 8> kPassedOver = {
    ".git", ".hg", ".svn", "node_modules", "vendor", ".terraform", "__pycache__", ".venv"};

class Walker {
 public:
  Walker(fs::path root, const base::Limits& limits, Walk& out)
      : root_(std::move(root)), limits_(limits), out_(out) {}

  void directory(const fs::path& absolute, const std::string& relative, std::size_t depth) {
    if (depth > limits_.directory_depth) {
      skip(relative, "folders are nested deeper than " + std::to_string(limits_.directory_depth));
      return;
    }
    std::error_code error;
    std::vector<std::string> names;
    fs::directory_iterator it(absolute, error);
    for (; !error && it != fs::directory_iterator(); it.increment(error)) {
      names.push_back(it->path().filename().string());
    }
    if (error) skip(relative.empty() ? "." : relative, reason(error));
    std::sort(names.begin(), names.end());
    for (const std::string& name : names) {
      if (full_) return;
      entry(absolute / name, relative.empty() ? name : relative + "/" + name, name, depth);
    }
  }

 private:
  void entry(const fs::path& absolute, const std::string& relative, const std::string& name,
             std::size_t depth) {
    struct stat status {};
    if (::lstat(absolute.c_str(), &status) != 0) {
      skip(relative, std::strerror(errno));
    } else if (S_ISREG(status.st_mode)) {
      file(absolute, relative, static_cast<std::uint64_t>(status.st_size));
    } else if (S_ISDIR(status.st_mode)) {
      if (std::find(kPassedOver.begin(), kPassedOver.end(), name) != kPassedOver.end()) {
        ++out_.ignored;
      } else {
        directory(absolute, relative, depth + 1);
      }
    } else if (S_ISLNK(status.st_mode)) {
      link(absolute, relative);
    } else if (S_ISFIFO(status.st_mode)) {
      skip(relative, "a named pipe, not a file");
    } else if (S_ISSOCK(status.st_mode)) {
      skip(relative, "a socket, not a file");
    } else {
      skip(relative, "a device, not a file");
    }
  }

  void file(const fs::path& absolute, const std::string& relative, std::uint64_t size) {
    if (out_.files.size() >= limits_.files) {
      skip(relative, "more than " + std::to_string(limits_.files) + " files in the target");
      full_ = true;
      return;
    }
    out_.files.push_back({relative, absolute.string(), size});
  }

  void link(const fs::path& absolute, const std::string& relative) {
    std::error_code error;
    const fs::path real = fs::canonical(absolute, error);
    if (error) {
      if (error == std::errc::too_many_symbolic_link_levels) {
        skip(relative, "a loop of symbolic links");
      } else {
        ++out_.ignored;  // leads nowhere: there is nothing to analyse
      }
      return;
    }
    const std::string inside = root_.string() == "/" ? "/" : root_.string() + "/";
    if (!real.string().starts_with(inside)) {
      if (real != root_) {
        skip(relative, "a symbolic link that leads out of the target",
             "scan the place it leads to as a target of its own");
      }
      return;
    }
    ++out_.ignored;
    if (fs::is_regular_file(real, error)) {
      out_.links.emplace(relative, real.string().substr(inside.size()));
    }
  }

  void skip(const std::string& file, std::string why, std::string hint = {}) {
    out_.skipped.push_back({file, {}, std::move(why), std::move(hint)});
  }

  static std::string reason(const std::error_code& error) {
    std::string text = error.message();
    if (!text.empty() && text[0] >= 'A' && text[0] <= 'Z')
      text[0] = static_cast<char>(text[0] + 32);
    return text;
  }

  fs::path root_;
  const base::Limits& limits_;
  Walk& out_;
  bool full_ = false;
};

}  // namespace

const FoundFile* Walk::find(std::string_view path) const {
  const auto at = std::lower_bound(
      files.begin(), files.end(), path,
      [](const FoundFile& file, std::string_view wanted) { return file.path < wanted; });
  if (at != files.end() && at->path == path) return &*at;
  const auto link = links.find(std::string(path));
  if (link == links.end() || link->second == path) return nullptr;
  return find(link->second);
}

base::Result<Walk> walk(const std::string& target, const base::Limits& limits) {
  Walk out;
  std::error_code error;
  const fs::path root = fs::canonical(target, error);
  if (error) {
    return base::fail(base::ErrorCode::kUsage, "cannot read '" + target + "': " + error.message(),
                      "name a directory, a file or - for standard input");
  }
  const fs::file_status status = fs::status(root, error);
  if (fs::is_directory(status)) {
    Walker(root, limits, out).directory(root, "", 0);
    std::sort(out.files.begin(), out.files.end(),
              [](const FoundFile& a, const FoundFile& b) { return a.path < b.path; });
  } else if (fs::is_regular_file(status)) {
    out.files.push_back(
        {fs::path(target).filename().string(), root.string(), fs::file_size(root, error)});
  } else {
    return base::fail(base::ErrorCode::kIo, "'" + target + "' is neither a directory nor a file");
  }
  return out;
}

std::optional<std::string> read_file(const std::string& absolute, std::uint64_t most) {
  // O_NONBLOCK: what was a file when the target was walked may be a named pipe by now.
  const int descriptor = ::open(absolute.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW);
  if (descriptor < 0) return std::nullopt;
  struct stat status {};
  std::string content;
  bool good = ::fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode);
  if (good) {
    content.resize(std::min<std::uint64_t>(static_cast<std::uint64_t>(status.st_size), most));
    std::size_t done = 0;
    while (done < content.size()) {
      const ssize_t got = ::read(descriptor, content.data() + done, content.size() - done);
      if (got < 0 && errno == EINTR) continue;
      good = got >= 0;
      if (got <= 0) break;
      done += static_cast<std::size_t>(got);
    }
    content.resize(done);
  }
  ::close(descriptor);
  if (!good) return std::nullopt;
  return content;
}

std::string_view folder_of(std::string_view path) {
  const auto slash = path.rfind('/');
  return slash == std::string_view::npos ? std::string_view{} : path.substr(0, slash);
}

std::string_view name_in(std::string_view path) {
  const auto slash = path.rfind('/');
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

std::optional<std::string> relative_to(std::string_view from, std::string_view path) {
  if (path.starts_with("/")) return std::nullopt;
  std::vector<std::string_view> parts;
  for (const std::string_view text : {folder_of(from), path}) {
    for (std::size_t at = 0; at <= text.size();) {
      const std::size_t end = std::min(text.find('/', at), text.size());
      const std::string_view part = text.substr(at, end - at);
      at = end + 1;
      if (part.empty() || part == ".") continue;
      if (part != "..") {
        parts.push_back(part);
      } else if (parts.empty()) {
        return std::nullopt;
      } else {
        parts.pop_back();
      }
    }
  }
  std::string out;
  for (const std::string_view part : parts) {
    if (!out.empty()) out += '/';
    out += part;
  }
  return out;
}

}  // namespace wayout::deploy
