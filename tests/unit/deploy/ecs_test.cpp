// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "deploy/ecs/task_definition.hpp"
#include "read_files.hpp"

namespace wayout::deploy {
namespace {

using testing::facts_text;
using testing::read_files;

constexpr const char* kTask = R"({
  "family": "shop",
  "pidMode": "host", "ipcMode": "task", "networkMode": "bridge",
  "taskRoleArn": "arn:aws:iam::1:role/shop",
  "requiresCompatibilities": ["EC2"],
  "volumes": [{"name": "sock", "host": {"sourcePath": "/var/run/docker.sock"}}, {"name": "data"}],
  "containerDefinitions": [
    {"name": "web", "image": "x", "privileged": true, "user": "0",
     "mountPoints": [
       {"sourceVolume": "sock", "containerPath": "/var/run/docker.sock", "readOnly": true},
       {"sourceVolume": "data", "containerPath": "/data"}],
     "linuxParameters": {
       "capabilities": {"add": ["SYS_PTRACE"], "drop": ["ALL"]},
       "devices": [{"hostPath": "/dev/sda", "permissions": ["read", "write", "mknod"]}]},
     "dockerSecurityOptions": ["apparmor:unconfined", "no-new-privileges"],
     "portMappings": [{"containerPort": 80, "hostPort": 8080}, {"containerPort": 81}],
     "environment": [{"name": "DB_PASSWORD", "value": "s3cret-x9"}],
     "secrets": [{"name": "API_TOKEN", "valueFrom": "arn:aws:ssm:::parameter/t"}]},
    {"name": "log", "image": "y", "readonlyRootFilesystem": true}]
})";

TEST(Ecs, TaskDefinition) {
  struct Case {
    const char *relation, *expected;
  };
  const Case cases[] = {
      {"privileged", " (declared) 8\n"},
      {"uid", "root (declared) 8\n"},
      {"host_namespace", "pid (declared) 3\n"},
      {"mounts", "/var/run/docker.sock, /run/docker.sock (declared) 6\n"},
      {"mount_mode", "/var/run/docker.sock, ro (declared) 10\n/data, rw (default) 11\n"},
      {"mounts_volume", "/data, ecs:shop:volumes/data (declared) 11\n"},
      {"granted_capability", "SYS_PTRACE (declared) 13\n"},
      {"device", "/dev/sda, rwm (declared) 14\n"},
      {"apparmor", "unconfined (declared) 15\n"},
      {"seccomp", "confined (default) 8\n"},
      {"privilege_escalation", "false (declared) 15\n"},
      {"publishes", "0.0.0.0, 8080, 80 (default) 16\n0.0.0.0, random, 81 (default) 16\n"},
      {"task_role", "arn:aws:iam::1:role/shop (declared) 4\n"},
      {"launch_type", "EC2 (declared) 5\n"},
      {"runs_on", "host (default) 8\n"},
      {"same_segment", " (default) 8\n"},
      {"env_credential",
       "DB_PASSWORD, literal (declared) 17\nAPI_TOKEN, secretRef (declared) 18\n"},
  };
  for (const char* wrapper : {"%", "{\"taskDefinition\": %}"}) {
    std::string text = wrapper;
    text.replace(text.find('%'), 1, kTask);
    const auto read = read_files({{"task.json", text}});
    EXPECT_EQ(read.skipped(), "");
    for (const Case& c : cases) {
      EXPECT_EQ(facts_text(read.facts, c.relation, "ecs:shop/web"), c.expected) << c.relation;
    }
    EXPECT_EQ(facts_text(read.facts, "read_only_root", "ecs:shop/log"), "true (declared) 19\n");
    EXPECT_EQ(facts_text(read.facts, "workload"), "ecs:shop, task,  (declared) 1\n");
  }
}

TEST(Ecs, FargateHasNoHostToReach) {
  const auto read = read_files({{"task.json", R"({"family": "f", "pidMode": "host",
    "requiresCompatibilities": ["FARGATE"], "networkMode": "awsvpc",
    "containerDefinitions": [{"name": "c", "image": "x"}]})"}});
  EXPECT_EQ(facts_text(read.facts, "runs_on"), "");
  EXPECT_EQ(facts_text(read.facts, "host_namespace"), "");
  EXPECT_EQ(facts_text(read.facts, "user_namespace", "ecs:f/c"), "private (default) 3\n");
  EXPECT_EQ(facts_text(read.facts, "reaches", "ecs:f/c"), "internet (default) 3\n");
}

TEST(Ecs, CloudFormation) {
  const auto read = read_files({{"stack.yaml",
                                 "Resources:\n"
                                 "  Task:\n"
                                 "    Type: AWS::ECS::TaskDefinition\n"
                                 "    Properties:\n"
                                 "      NetworkMode: host\n"
                                 "      TaskRoleArn: !GetAtt Role.Arn\n"
                                 "      Volumes: [{Name: v, Host: {SourcePath: /}}]\n"
                                 "      ContainerDefinitions:\n"
                                 "        - Name: c\n"
                                 "          Image: !Sub '${Repo}:1'\n"
                                 "          Privileged: true\n"
                                 "          MountPoints: [{SourceVolume: v, ContainerPath: /h}]\n"
                                 "  Other: {Type: AWS::S3::Bucket}\n"}});
  EXPECT_EQ(read.skipped(), "");
  EXPECT_EQ(facts_text(read.facts, "privileged"), "ecs:Task/c (declared) 11\n");
  EXPECT_EQ(facts_text(read.facts, "mounts"), "ecs:Task/c, /h, / (declared) 7\n");
  EXPECT_EQ(facts_text(read.facts, "host_namespace"), "ecs:Task/c, net (declared) 5\n");
  EXPECT_EQ(facts_text(read.facts, "task_role"), "ecs:Task/c, (from the template) (declared) 6\n");
  EXPECT_EQ(facts_text(read.facts, "uses_image"), "");
}

}  // namespace
}  // namespace wayout::deploy
