// SPDX-License-Identifier: Apache-2.0
#include "deploy/program.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

extern char** environ;  // NOLINT: POSIX

namespace wayout::deploy {

namespace {

using Clock = std::chrono::steady_clock;
constexpr std::size_t kErrorBytes = 64u << 10;

/// The reading end of a pipe whose writing end a child gets.
struct Pipe {
  int read = -1, write = -1;
  std::string text;

  bool open() {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) return false;
    read = ends[0];
    write = ends[1];
    return true;
  }
  void close_write() {
    if (write >= 0) ::close(write);
    write = -1;
  }
  void close_read() {
    if (read >= 0) ::close(read);
    read = -1;
  }
  ~Pipe() {
    close_write();
    close_read();
  }
  /// Takes what is there; closes at the end.
  void take() {
    std::array<char, 64u << 10> block{};
    const ssize_t got = ::read(read, block.data(), block.size());
    if (got > 0) {
      text.append(block.data(), static_cast<std::size_t>(got));
    } else if (got == 0 || errno != EINTR) {
      close_read();
    }
  }
};

enum class Ending { kFinished, kTime, kSize };

Ending collect(Pipe& out, Pipe& err, Clock::time_point deadline, std::size_t most) {
  while (out.read >= 0 || err.read >= 0) {
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now());
    if (left.count() <= 0) return Ending::kTime;
    std::array<pollfd, 2> waiting = {{{out.read, POLLIN, 0}, {err.read, POLLIN, 0}}};
    if (::poll(waiting.data(), waiting.size(), static_cast<int>(left.count())) <= 0) continue;
    if (waiting[0].revents != 0) out.take();
    if (waiting[1].revents != 0) err.take();
    if (out.text.size() > most || err.text.size() > kErrorBytes) return Ending::kSize;
  }
  return Ending::kFinished;
}

std::string last_line(std::string_view text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r' || text.back() == ' ')) {
    text.remove_suffix(1);
  }
  const auto start = text.rfind('\n');
  if (start != std::string_view::npos) text.remove_prefix(start + 1);
  return std::string(text.substr(0, 300));
}

pid_t start(const std::vector<std::string>& command, const Pipe& out, const Pipe& err) {
  std::vector<char*> arguments;
  for (const std::string& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&files, out.write, STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&files, err.write, STDERR_FILENO);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
  posix_spawnattr_setpgroup(&attributes, 0);
  pid_t child = -1;
  if (::posix_spawnp(&child, arguments[0], &files, &attributes, arguments.data(), environ) != 0) {
    child = -1;
  }
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&files);
  return child;
}

}  // namespace

bool is_installed(std::string_view name) {
  const char* path = std::getenv("PATH");
  std::string_view folders = path == nullptr ? "" : path;
  while (!folders.empty()) {
    const std::string_view folder = folders.substr(0, folders.find(':'));
    folders.remove_prefix(std::min(folders.size(), folder.size() + 1));
    const std::string file = std::string(folder) + "/" + std::string(name);
    if (folder.starts_with("/") && ::access(file.c_str(), X_OK) == 0) return true;
  }
  return false;
}

base::Result<std::string> run_program(const std::vector<std::string>& command,
                                      std::chrono::milliseconds time, std::size_t most) {
  using base::ErrorCode;
  Pipe out;
  Pipe err;
  if (!out.open() || !err.open()) return base::fail(ErrorCode::kIo, std::strerror(errno));
  const pid_t child = start(command, out, err);
  if (child < 0) return base::fail(ErrorCode::kIo, "'" + command[0] + "' could not be started");
  out.close_write();
  err.close_write();
  const Ending ending = collect(out, err, Clock::now() + time, most);
  // The group, not only the child: what it started must not stay behind.
  if (ending != Ending::kFinished) ::kill(-child, SIGKILL);
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (ending == Ending::kTime) {
    return base::fail(ErrorCode::kLimit, "'" + command[0] + "' took longer than " +
                                             std::to_string(time.count() / 1000) + " s");
  }
  if (ending == Ending::kSize) {
    return base::fail(ErrorCode::kLimit, "'" + command[0] + "' printed too much");
  }
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
    return base::fail(ErrorCode::kInvalid, "'" + command[0] + "' failed: " + last_line(err.text));
  }
  return std::move(out.text);
}

}  // namespace wayout::deploy
