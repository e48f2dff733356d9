// SPDX-License-Identifier: Apache-2.0
#include "deploy/compose/compose.hpp"

#include <gtest/gtest.h>

#include "deploy/compose/variables.hpp"
#include "read_files.hpp"

namespace wayout::deploy {
namespace {

using testing::facts_text;
using testing::read_files;

constexpr const char* kWeb = "compose.yaml:web";

/// One service `web` whose body is `body` (indented by four), and what a relation then says.
struct ServiceCase {
  const char* body;
  const char* relation;
  const char* expected;
};

class ComposeService : public ::testing::TestWithParam<ServiceCase> {};

TEST_P(ComposeService, Says) {
  const ServiceCase& c = GetParam();
  const auto read =
      read_files({{"compose.yaml", "services:\n  web:\n    image: x\n" + std::string(c.body)}});
  EXPECT_EQ(read.error, "");
  EXPECT_EQ(facts_text(read.facts, c.relation, kWeb), c.expected) << c.body;
  EXPECT_EQ(read.skipped(), "");
}

INSTANTIATE_TEST_SUITE_P(
    Storage, ComposeService,
    ::testing::Values(
        ServiceCase{"    volumes: [/var/run/docker.sock:/var/run/docker.sock:ro]\n", "mounts",
                    "/var/run/docker.sock, /run/docker.sock (declared) 4\n"},
        ServiceCase{"    volumes: [/var/run/docker.sock:/var/run/docker.sock:ro]\n", "mount_mode",
                    "/var/run/docker.sock, ro (declared) 4\n"},
        ServiceCase{"    volumes:\n      - /etc//x/../:/host/etc/\n", "mounts",
                    "/host/etc, /etc (declared) 5\n"},
        ServiceCase{"    volumes:\n      - /etc:/e\n", "mount_mode", "/e, rw (default) 5\n"},
        ServiceCase{"    volumes: ['./a:/a', '../b:/b', '~/c:/c', '${HOME}/d:/d', '$PWD/e:/e']\n",
                    "mounts",
                    "/a, ./a (declared) 4\n/b, ../b (declared) 4\n/c, ~/c (declared) 4\n"
                    "/d, ~/d (declared) 4\n/e, ./e (declared) 4\n"},
        ServiceCase{"    volumes: ['${DATA:-/etc}:/x', '${OTHER:?set it}/y:/y:z,ro']\n", "mounts",
                    "/x, /etc (declared) 4\n/y, ${OTHER}/y (declared) 4\n"},
        ServiceCase{"    volumes: ['C:\\Users:/u', '/v:/v:rshared', data:/d, /anonymous]\n",
                    "mounts", "/u, C:\\Users (declared) 4\n/v, /v (declared) 4\n"},
        ServiceCase{"    volumes: ['/v:/v:rshared,z', '/w:/w:slave', '/x:/x:private']\n",
                    "mount_propagation", "/v, shared (declared) 4\n/w, slave (declared) 4\n"},
        ServiceCase{"    volumes: [data:/d, /anonymous]\n", "mounts_volume",
                    "/d, compose.yaml:volumes/data (declared) 4\n"
                    "/anonymous, compose.yaml:web:/anonymous (declared) 4\n"},
        ServiceCase{"    volumes:\n      - type: bind\n        source: /\n        target: /host\n"
                    "        read_only: true\n        bind: {propagation: rslave}\n",
                    "mount_mode", "/host, ro (declared) 5\n"},
        ServiceCase{"    volumes:\n      - {type: tmpfs, target: /run}\n", "mounts_volume",
                    "/run, compose.yaml:web:/run (declared) 5\n"},
        ServiceCase{"    volumes: ['disk:/d']\nvolumes:\n  disk:\n    driver_opts:\n"
                    "      {type: none, o: 'bind,ro', device: /var/lib}\n",
                    "mounts", "/d, /var/lib (declared) 8\n"},
        ServiceCase{"    volumes: ['disk:/d']\nvolumes:\n  disk:\n    driver_opts:\n"
                    "      {type: none, o: 'bind,ro', device: /var/lib}\n",
                    "mount_via", "/d, driver_opts (declared) 8\n"},
        ServiceCase{"    tmpfs: ['/tmp:size=1m', /run]\n", "mounts_volume",
                    "/tmp, compose.yaml:web:/tmp (declared) 4\n"
                    "/run, compose.yaml:web:/run (declared) 4\n"},
        ServiceCase{"    secrets: [key]\nsecrets:\n  key: {file: /etc/ssl/key.pem}\n", "mounts",
                    "/run/secrets/key, /etc/ssl/key.pem (declared) 6\n"},
        ServiceCase{"    secrets:\n      - {source: key, target: /k, mode: 0400}\n",
                    "mounts_secret", "/k, compose.yaml:secrets/key (declared) 5\n"},
        ServiceCase{"    use_api_socket: true\n", "mounts",
                    "/var/run/docker.sock, /run/docker.sock (declared) 4\n"},
        ServiceCase{"    volumes_from: ['db:ro']\n  db:\n    volumes: [/etc:/etc]\n", "mount_mode",
                    "/etc, ro (declared) 6\n"}));

INSTANTIATE_TEST_SUITE_P(
    Boundary, ComposeService,
    ::testing::Values(
        ServiceCase{"    privileged: true\n", "privileged", " (declared) 4\n"},
        ServiceCase{"    privileged: 'false'\n", "privileged", ""},
        ServiceCase{"    cap_add: [cap_sys_admin, NET_ADMIN]\n", "adds_capability",
                    "SYS_ADMIN (declared) 4\nNET_ADMIN (declared) 4\n"},
        ServiceCase{"    cap_drop: [all]\n    cap_add: [SYS_PTRACE]\n", "granted_capability",
                    "SYS_PTRACE (declared) 5\n"},
        ServiceCase{"    user: '0:0'\n", "uid", "root (declared) 4\n"},
        ServiceCase{"    user: '1000'\n", "uid", "nonroot (declared) 4\n"},
        ServiceCase{"    user: nginx\n", "uid", "nonroot (declared) 4\n"},
        ServiceCase{"    user: ${UID}:${GID}\n", "uid", "root (assumed) 4\n"},
        ServiceCase{"", "uid", "root (assumed) 3\n"},
        ServiceCase{"    security_opt: ['seccomp:unconfined']\n", "seccomp",
                    "unconfined (declared) 4\n"},
        ServiceCase{"    security_opt: ['seccomp=unconfined']\n", "seccomp",
                    "unconfined (declared) 4\n"},
        ServiceCase{"    security_opt: ['seccomp=./profile.json']\n", "seccomp",
                    "confined (declared) 4\n"},
        ServiceCase{"", "seccomp", "confined (default) 2\n"},
        ServiceCase{"    security_opt: [apparmor=unconfined]\n", "apparmor",
                    "unconfined (declared) 4\n"},
        ServiceCase{"", "apparmor", "confined (assumed) 2\nunconfined (assumed) 2\n"},
        ServiceCase{"    security_opt: ['label:disable']\n", "selinux",
                    "unconfined (declared) 4\n"},
        ServiceCase{"    security_opt: ['label=type:spc_t']\n", "selinux",
                    "unconfined (declared) 4\n"},
        ServiceCase{"    security_opt: ['no-new-privileges:true']\n", "privilege_escalation",
                    "false (declared) 4\n"},
        ServiceCase{"    security_opt: [no-new-privileges]\n", "privilege_escalation",
                    "false (declared) 4\n"},
        ServiceCase{"    security_opt: ['no-new-privileges=false']\n", "privilege_escalation",
                    "true (declared) 4\n"},
        ServiceCase{"    security_opt: [systempaths=unconfined]\n", "masked_paths",
                    "false (declared) 4\n"},
        ServiceCase{"    pid: host\n    ipc: host\n    uts: host\n    cgroup: host\n"
                    "    network_mode: host\n",
                    "host_namespace",
                    "pid (declared) 4\nipc (declared) 5\nuts (declared) 6\ncgroup (declared) 7\n"
                    "net (declared) 8\n"},
        ServiceCase{"    network_mode: service:db\n    pid: container:other\n"
                    "  db: {image: y, container_name: other}\n",
                    "joins_namespace",
                    "pid, compose.yaml:db (declared) 5\nnet, compose.yaml:db (declared) 4\n"},
        ServiceCase{"    networks: [outside]\nnetworks:\n  outside: {external: true, name: host}\n",
                    "host_namespace", "net (declared) 2\n"},
        ServiceCase{"    userns_mode: host\n", "user_namespace", "host (declared) 4\n"},
        ServiceCase{"", "user_namespace", "host (default) 2\n"},
        ServiceCase{"    devices: ['/dev/sda:/dev/x:r', /dev/kvm, 'vendor.com/gpu=all']\n",
                    "device",
                    "/dev/sda, r (declared) 4\n/dev/kvm, rwm (declared) 4\n"
                    "vendor.com/gpu=all, rwm (declared) 4\n"},
        ServiceCase{"    device_cgroup_rules: ['b *:* rwm']\n", "device_rule",
                    "b *:* rwm (declared) 4\n"},
        ServiceCase{"    sysctls: [net.core.somaxconn=1024]\n", "sysctl",
                    "net.core.somaxconn, 1024 (declared) 4\n"},
        ServiceCase{"    sysctls: {kernel.shm_rmid_forced: 1}\n", "sysctl",
                    "kernel.shm_rmid_forced, 1 (declared) 4\n"},
        ServiceCase{"    read_only: true\n", "read_only_root", "true (declared) 4\n"},
        ServiceCase{"    mem_limit: 1g\n    cpus: 2\n    pids_limit: -1\n", "resource_limit",
                    "memory, 1g (declared) 4\ncpu, 2 (declared) 5\n"},
        ServiceCase{"    deploy: {resources: {limits: {memory: 1g, pids: 9}}}\n", "resource_limit",
                    "memory, 1g (declared) 4\npids, 9 (declared) 4\n"},
        ServiceCase{"    cap_drop: [ALL]\n    user: a\n    security_opt: [no-new-privileges]\n"
                    "    read_only: true\n    mem_limit: 1\n    cpus: 1\n    pids_limit: 1\n"
                    "    userns_mode: host\n    restart: always\n"
                    "    healthcheck: {test: [NONE]}\n",
                    "unset", "healthcheck (declared) 13\n"}));

INSTANTIATE_TEST_SUITE_P(
    Network, ComposeService,
    ::testing::Values(
        ServiceCase{"    ports: ['80:8080', '127.0.0.1:443:8443/tcp', '3000', '[::1]:1:2']\n",
                    "publishes",
                    "0.0.0.0, 80, 8080 (default) 4\n127.0.0.1, 443, 8443 (declared) 4\n"
                    "0.0.0.0, random, 3000 (default) 4\n::1, 1, 2 (declared) 4\n"},
        ServiceCase{"    ports:\n      - {target: 80, published: '8080', host_ip: 127.0.0.1}\n",
                    "publishes", "127.0.0.1, 8080, 80 (declared) 5\n"},
        ServiceCase{"    ports:\n      - {target: 80, published: '127.0.0.1:8080'}\n", "publishes",
                    "127.0.0.1, 8080, 80 (declared) 5\n"},
        ServiceCase{"    expose: ['9000', 9001/udp]\n", "listens",
                    "9000 (declared) 4\n9001 (declared) 4\n"},
        ServiceCase{"  db: {image: y}\n", "same_segment", " (default) 2\n"},
        ServiceCase{"    network_mode: none\n  db: {image: y}\n", "same_segment", ""},
        ServiceCase{"    networks: [a]\n  db: {image: y, networks: [b]}\n", "same_segment", ""},
        ServiceCase{"    networks: [a]\nnetworks: {a: {internal: true}}\n", "reaches", ""},
        ServiceCase{"    environment: ['DOCKER_HOST=tcp://10.0.0.1:2375']\n", "reaches",
                    "internet (default) 2\nmetadata (default) 2\ndocker-tcp (declared) 4\n"},
        ServiceCase{"    environment: ['DOCKER_HOST=tcp://proxy:2375']\n  proxy: {image: y}\n",
                    "reaches", "internet (default) 2\nmetadata (default) 2\n"},
        ServiceCase{"    environment: {DB_PASSWORD: hunter2x, MODE: prod, API_TOKEN: '${T}'}\n",
                    "env_credential", "DB_PASSWORD, literal (declared) 4\n"}));

TEST(Compose, BuildTakesTheUserFromTheDockerfile) {
  struct Case {
    const char *build, *dockerfile, *uid, *built_from;
  };
  const Case cases[] = {
      {".", "FROM alpine\nUSER app\n", "nonroot (declared) 2\n",
       "dockerfile:Dockerfile (declared) 3\n"},
      {".", "FROM alpine\nUSER 0\n", "root (declared) 2\n", "dockerfile:Dockerfile (declared) 3\n"},
      {".", "FROM alpine\n", "root (default) 1\n", "dockerfile:Dockerfile (declared) 3\n"},
      {"{context: ., target: one}", "FROM alpine AS one\nUSER a\nFROM alpine\n",
       "nonroot (declared) 2\n", "dockerfile:Dockerfile#one (declared) 3\n"},
      {"{context: ., dockerfile: other}", "FROM alpine\n", "root (assumed) 2\n", ""},
  };
  for (const Case& c : cases) {
    const auto read = read_files(
        {{"compose.yaml", "services:\n  web:\n    build: " + std::string(c.build) + "\n"},
         {"Dockerfile", c.dockerfile}});
    EXPECT_EQ(facts_text(read.facts, "uid", kWeb), c.uid) << c.dockerfile;
    EXPECT_EQ(facts_text(read.facts, "built_from", kWeb), c.built_from) << c.build;
  }
}

TEST(Compose, MergesAsComposeDoes) {
  const auto read = read_files({
      {"compose.yaml",
       "x-base: &base\n  cap_add: [NET_ADMIN]\n  user: '5'\n"
       "services:\n"
       "  web:\n    <<: *base\n    image: x\n    volumes: ['/a:/data']\n"
       "  job:\n    extends: {service: common, file: shared/common.yaml}\n    pid: host\n"},
      {"compose.override.yaml",
       "services:\n  web:\n    volumes: ['/b:/data', '/c:/c']\n    cap_add: [SYS_ADMIN]\n"
       "    user: root\n"},
      {"shared/common.yaml",
       "services:\n  common:\n    image: y\n    volumes: ['./files:/files']\n    privileged: "
       "true\n"},
  });
  EXPECT_EQ(read.skipped(), "");
  EXPECT_EQ(facts_text(read.facts, "adds_capability", kWeb),
            "NET_ADMIN (declared) 2\nSYS_ADMIN (declared) 4\n");
  EXPECT_EQ(facts_text(read.facts, "mounts", kWeb),
            "/data, /b (declared) 3\n/c, /c (declared) 3\n");
  EXPECT_EQ(facts_text(read.facts, "uid", kWeb), "root (declared) 5\n");
  EXPECT_EQ(facts_text(read.facts, "mounts", "compose.yaml:job"),
            "/files, ./shared/files (declared) 4\n");
  EXPECT_EQ(facts_text(read.facts, "privileged", "compose.yaml:job"), " (declared) 5\n");
  EXPECT_EQ(facts_text(read.facts, "workload"),
            "compose.yaml, compose,  (declared) 4\nshared/common.yaml, compose,  (declared) 1\n");
}

TEST(Compose, FurtherFilesBuildOnTheMainOne) {
  const auto read = read_files({
      {"docker-compose.yml", "services:\n  web: {image: x, user: '7'}\n  db: {image: y}\n"},
      {"docker-compose.prod.yml", "services:\n  web:\n    volumes: ['/etc:/etc']\n"},
  });
  EXPECT_EQ(facts_text(read.facts, "uid", "docker-compose.prod.yml:web"), "nonroot (declared) 2\n");
  EXPECT_EQ(facts_text(read.facts, "container"),
            "docker-compose.prod.yml:web, compose (declared) 2\n"
            "docker-compose.yml:web, compose (declared) 2\n"
            "docker-compose.yml:db, compose (declared) 3\n");
}

TEST(Compose, VariablesComeFromTheEnvFileBeside) {
  const auto read = read_files({
      {"app/compose.yaml",
       "services:\n  web:\n    image: x\n    volumes: ['${DATA}:/d']\n    env_file: [web.env]\n"
       "  other:\n    image: x\n    env_file: ../../outside.env\n"},
      {"app/.env", "# comment\nexport DATA=/etc # the folder\n"},
      {"app/web.env", "MODE=prod\nDB_PASSWORD='s3cr3t-x'\n"},
  });
  EXPECT_EQ(facts_text(read.facts, "mounts"), "app/compose.yaml:web, /d, /etc (declared) 4\n");
  EXPECT_EQ(facts_text(read.facts, "env_credential"),
            "app/compose.yaml:web, DB_PASSWORD, literal (declared) 2\n");
  EXPECT_EQ(read.skipped(),
            "app/compose.yaml:8 the env_file '../../outside.env' is not in the target\n");
}

TEST(Compose, BadReferencesAreReported) {
  struct Case {
    const char *text, *skipped;
  };
  const Case cases[] = {
      {"services:\n  a: {extends: b}\n  b: {extends: a}\n",
       "services extend one another too deeply or in a circle"},
      {"services:\n  a: {image: x, extends: {service: b, file: /etc/x.yaml}}\n",
       "the extended file '/etc/x.yaml' is not in the target"},
      {"services:\n  a: {image: x, extends: nobody}\n",
       "the extended service 'nobody' does not exist"},
      {"include: [../other.yaml]\nservices:\n  a: {image: x}\n",
       "the included file '../other.yaml' is not in the target"},
      {"services:\n  a: {image: x\n", "compose.yaml:"},
  };
  for (const Case& c : cases) {
    const auto read = read_files({{"compose.yaml", c.text}});
    EXPECT_NE(read.skipped().find(c.skipped), std::string::npos) << c.text << read.skipped();
  }
}

TEST(Compose, Interpolates) {
  const compose::Variables variables = {{"A", "1"}, {"EMPTY", ""}};
  struct Case {
    const char *text, *expected;
    bool unresolved;
  };
  const Case cases[] = {
      {"$A-${A}", "1-1", false},
      {"$$A", "$A", false},
      {"${B:-x}", "x", false},
      {"${B-}", "", false},
      {"${EMPTY:-x}", "x", false},
      {"${EMPTY-x}", "", false},
      {"${A:+y}", "y", false},
      {"${B:+y}", "", false},
      {"${B:?no}", "${B}", true},
      {"$B/x", "${B}/x", true},
      {"${B:-${C:-z}}", "z", false},
      {"${", "${", false},
      {"$", "$", false},
      {"a$1", "a$1", false},
      {"${B:-${C:-${D:-/:/}}}", "/:/", false},
  };
  for (const Case& c : cases) {
    const compose::Text text = compose::interpolate(c.text, variables);
    EXPECT_EQ(text.value, c.expected) << c.text;
    EXPECT_EQ(text.unresolved, c.unresolved) << c.text;
  }
}

}  // namespace
}  // namespace wayout::deploy
