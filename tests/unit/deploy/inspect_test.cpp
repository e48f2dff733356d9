// SPDX-License-Identifier: Apache-2.0
#include "deploy/inspect/inspect.hpp"

#include <gtest/gtest.h>

#include "read_files.hpp"

namespace wayout::deploy {
namespace {

using testing::facts_text;
using testing::read_files;

constexpr const char* kDocker = R"([{
  "Id": "aaa", "Name": "/web",
  "State": {"Status": "running", "Running": true},
  "AppArmorProfile": "docker-default", "ProcessLabel": "",
  "HostConfig": {
    "NetworkMode": "bridge", "PidMode": "host", "IpcMode": "container:bbb", "UsernsMode": "",
    "Privileged": false, "CapAdd": ["CAP_SYS_ADMIN"], "CapDrop": ["ALL"],
    "SecurityOpt": ["seccomp=unconfined"], "ReadonlyRootfs": true,
    "Memory": 1048576, "NanoCpus": 0, "PidsLimit": null, "CgroupnsMode": "host",
    "Devices": [{"PathOnHost": "/dev/fuse", "PathInContainer": "/dev/fuse", "CgroupPermissions": "rw"}],
    "MaskedPaths": ["/proc/kcore"], "Sysctls": {"net.ipv4.ip_forward": "1"}, "Runtime": "runc"},
  "Mounts": [
    {"Type": "bind", "Source": "/var/run/docker.sock", "Destination": "/s", "RW": false, "Propagation": "rshared"},
    {"Type": "volume", "Name": "data", "Source": "/var/lib/docker/volumes/data/_data", "Destination": "/d", "RW": true}],
  "Config": {"User": "", "Image": "nginx", "Env": ["PATH=/bin", "DB_PASSWORD=hunter2x"], "ExposedPorts": {"80/tcp": {}}},
  "NetworkSettings": {"Ports": {"80/tcp": [{"HostIp": "127.0.0.1", "HostPort": "8080"}]}}
}, {
  "Id": "bbb", "Name": "/db", "State": {"Running": false},
  "AppArmorProfile": "", "HostConfig": {"Privileged": true, "UsernsMode": "host"},
  "Config": {"User": "999:999", "Healthcheck": {"Test": ["CMD", "true"]}}
}])";

TEST(Inspect, Docker) {
  const auto read = read_files({{"dump", kDocker}});
  EXPECT_EQ(read.skipped(), "");
  struct Case {
    const char *subject, *relation, *expected;
  };
  const Case cases[] = {
      {"docker:web", "container", "docker (observed) 2\n"},
      {"docker:web", "uid", "root (observed) 15\n"},
      {"docker:web", "granted_capability", "SYS_ADMIN (observed) 7\n"},
      {"docker:web", "seccomp", "unconfined (observed) 8\n"},
      {"docker:web", "apparmor", "confined (observed) 4\n"},
      {"docker:web", "selinux", "unconfined (observed) 4\n"},
      {"docker:web", "host_namespace", "pid (observed) 6\ncgroup (observed) 9\n"},
      {"docker:web", "joins_namespace", "ipc, docker:db (observed) 6\n"},
      {"docker:web", "mounts", "/s, /run/docker.sock (observed) 13\n"},
      {"docker:web", "mount_mode", "/s, ro (observed) 13\n/d, rw (observed) 14\n"},
      {"docker:web", "mount_propagation", "/s, shared (observed) 13\n"},
      {"docker:web", "mounts_volume", "/d, volume:data (observed) 14\n"},
      {"docker:web", "device", "/dev/fuse, rw (observed) 10\n"},
      {"docker:web", "publishes", "127.0.0.1, 8080, 80 (observed) 16\n"},
      {"docker:web", "resource_limit", "memory, 1048576 (observed) 9\n"},
      {"docker:web", "env_credential", "DB_PASSWORD, literal (observed) 15\n"},
      {"docker:web", "read_only_root", "true (observed) 8\n"},
      {"docker:db", "privileged", " (observed) 19\n"},
      {"docker:db", "uid", "nonroot (observed) 20\n"},
      {"docker:db", "user_namespace", "host (observed) 19\n"},
      {"docker:db", "apparmor", "confined (assumed) 19\nunconfined (assumed) 19\n"},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(facts_text(read.facts, c.relation, c.subject), c.expected)
        << c.subject << " " << c.relation;
  }
}

TEST(Inspect, Podman) {
  const std::string dump = R"([{"Id": "a", "Name": "web", "OCIRuntime": "crun",
    "State": {"Running": true}, "ConmonPidFile": "%/containers/x/conmon.pid",
    "EffectiveCaps": ["CAP_CHOWN", "CAP_KILL"], "BoundingCaps": ["CAP_CHOWN"],
    "HostConfig": {"NetworkMode": "slirp4netns", "Privileged": false},
    "Config": {"User": "app"}, "Mounts": []}])";
  for (const bool rootless : {false, true}) {
    std::string text = dump;
    text.replace(text.find('%'), 1, rootless ? "/run/user/1000" : "/run");
    const auto read = read_files({{"podman.json", text}});
    EXPECT_EQ(facts_text(read.facts, "container", "docker:web"), "podman (observed) 1\n");
    EXPECT_EQ(facts_text(read.facts, "granted_capability", "docker:web"), "CHOWN (observed) 3\n");
    EXPECT_EQ(facts_text(read.facts, "user_namespace", "docker:web"),
              rootless ? "private (default) 1\n" : "host (default) 1\n");
  }
}

TEST(Inspect, OtherObjectsAreIgnored) {
  const auto read = read_files({{"image.json", R"([{"Id": "x", "RepoTags": [], "Config": {}}])"},
                                {"empty.json", R"({"HostConfig": 1})"}});
  EXPECT_EQ(read.result.containers, 0u);
  EXPECT_EQ(read.skipped(), "");
}

}  // namespace
}  // namespace wayout::deploy
