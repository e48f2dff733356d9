// SPDX-License-Identifier: Apache-2.0
#include "deploy/dockerfile/dockerfile_facts.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "deploy/dockerfile/build_patterns.hpp"

namespace wayout::deploy {
namespace {

using fact::Relation;

const base::FileId kFile{std::uint32_t{0}};

text::Dockerfile parse(std::string_view content) {
  auto result = text::parse_dockerfile(kFile, content, base::Limits{});
  EXPECT_TRUE(result.has_value());
  return result ? std::move(*result) : text::Dockerfile{};
}

/// Rows of a relation as `a,b,c` sorted and joined by a space, the image's common prefix cut.
std::string rows(std::string_view content, Relation relation, std::string_view target = {}) {
  fact::FactBase facts;
  dockerfile_facts(parse(content), "D", kFile, facts, target);
  std::vector<std::string> lines;
  for (const fact::FactId id : facts.facts(relation)) {
    std::string line;
    for (const fact::Symbol value : facts.values(id)) {
      line += (line.empty() ? "" : ",") + std::string(facts.text(value));
    }
    if (line.starts_with("dockerfile:D")) line.erase(0, 12);
    if (facts.certainty(id) == fact::Certainty::kAssumed) line += "?";
    EXPECT_TRUE(facts.origin(facts.origin_of(id)).span.valid()) << line;
    lines.push_back(line);
  }
  std::sort(lines.begin(), lines.end());
  std::string out;
  for (const std::string& line : lines) out += (out.empty() ? "" : " ") + line;
  return out;
}

struct Case {
  std::string name;
  Relation relation;
  std::string content;
  std::string expected;
};

class DockerfileFacts : public testing::TestWithParam<Case> {};

TEST_P(DockerfileFacts, AreLowered) {
  EXPECT_EQ(rows(GetParam().content, GetParam().relation), GetParam().expected);
}

std::string name_of_case(const testing::TestParamInfo<Case>& info) {
  return info.param.name;
}

INSTANTIATE_TEST_SUITE_P(
    User, DockerfileFacts,
    testing::Values(
        Case{"Unset", Relation::kImageUser, "FROM a", ",unset"},
        Case{"Root", Relation::kImageUser, "FROM a\nUSER root", ",root"},
        Case{"Zero", Relation::kImageUser, "FROM a\nUSER 0:1000", ",root"},
        Case{"ZeroZero", Relation::kImageUser, "FROM a\nUSER 00", ",root"},
        Case{"Name", Relation::kImageUser, "FROM a\nUSER app:root", ",nonroot"},
        Case{"LastWins", Relation::kImageUser, "FROM a\nUSER root\nUSER 7", ",nonroot"},
        Case{"BackToRoot", Relation::kImageUser, "FROM a\nUSER 7\nUSER root", ",root"},
        Case{"Variable", Relation::kImageUser, "FROM a\nUSER $who", ",unknown"},
        Case{"VariableKnown", Relation::kImageUser, "FROM a\nARG who=7\nUSER $who", ",nonroot"},
        Case{"OtherStage", Relation::kImageUser, "FROM a AS b\nUSER 7\nFROM c", ",unset"},
        Case{"ParentStage", Relation::kImageUser, "FROM a AS b\nUSER 7\nFROM b", ",nonroot"},
        Case{"OnbuildIsNotNow", Relation::kImageUser, "FROM a\nONBUILD USER 7", ",unset"},
        Case{"Distroless", Relation::kImageUser, "FROM gcr.io/distroless/static-debian12:nonroot",
             ",nonroot"},
        Case{"DistrolessRoot", Relation::kImageUser, "FROM gcr.io/distroless/static", ",unset"},
        Case{"DistrolessThenRoot", Relation::kImageUser,
             "FROM gcr.io/distroless/static:nonroot\nUSER 0", ",root"}),
    name_of_case);

INSTANTIATE_TEST_SUITE_P(
    Image, DockerfileFacts,
    testing::Values(
        Case{"Kind", Relation::kImage, "FROM a", ",dockerfile"},
        Case{"BaseThroughStages", Relation::kImageBase, "FROM x:1 AS b\nFROM b AS c\nFROM c",
             ",x:1"},
        Case{"Labels", Relation::kImageLabel, "FROM a\nLABEL k=v \"l\"=\"w x\"", ",k,v ,l,w x"},
        Case{"Env", Relation::kImageEnv, "FROM a\nENV A=1 DB_PASSWORD=hunter2", ",A,1"},
        Case{"Workdir", Relation::kImageWorkdir, "FROM a\nWORKDIR /app", ",/app"},
        Case{"Volumes", Relation::kImageVolume, "FROM a\nVOLUME [\"/a\", \"/b\"]\nVOLUME /c",
             ",/a ,/b ,/c"},
        Case{"Exposes", Relation::kImageExposes, "FROM a\nEXPOSE 22 53/udp", ",22 ,53"},
        Case{"Syntax", Relation::kImageSyntax, "# syntax=x/y:1\nFROM a", ",x/y:1"},
        Case{"Copies", Relation::kCopiesIntoImage, "FROM a\nCOPY x y /d/", ",x,/d/ ,y,/d/"},
        Case{"CopyHidesPasswords", Relation::kCopiesIntoImage,
             "FROM a\nADD https://u:hunter2@h/x /d", ",https://h/x,/d"},
        Case{"ChownToSelf", Relation::kImageChowns, "FROM a\nCOPY --chown=p:p a /a\nUSER p", ",p"},
        Case{"ChownToNumber", Relation::kImageChowns, "FROM a\nCOPY --chown=p a /a\nUSER 7", ",p?"},
        Case{"OtherStageKind", Relation::kImage,
             "FROM a AS b\nRUN --network=host x\nFROM c AS d\nRUN y\nFROM e",
             "#b,dockerfile ,dockerfile"},
        Case{"ChownToOther", Relation::kImageChowns, "FROM a\nCOPY --chown=q a /a\nUSER p", ""},
        Case{"ChownToRoot", Relation::kImageChowns, "FROM a\nCOPY --chown=0 a /a\nUSER 0", ""}),
    name_of_case);

INSTANTIATE_TEST_SUITE_P(
    Credentials, DockerfileFacts,
    testing::Values(
        Case{"Env", Relation::kImageCredential, "FROM a\nENV DB_PASSWORD=hunter2",
             ",DB_PASSWORD,env"},
        Case{"ArgDefault", Relation::kImageCredential, "FROM a\nARG NPM_TOKEN=abc123def",
             ",NPM_TOKEN,arg"},
        Case{"ArgPassed", Relation::kImageCredential, "FROM a\nARG NPM_TOKEN",
             ",NPM_TOKEN,build-arg?"},
        Case{"ArgPassedElsewhere", Relation::kImageCredential, "FROM a AS b\nARG NPM_TOKEN\nFROM c",
             ""},
        Case{"EnvElsewhere", Relation::kImageCredential, "FROM a AS b\nENV API_KEY=abc123x\nFROM c",
             "#b,API_KEY,env"},
        Case{"EnvFromArg", Relation::kImageCredential, "FROM a\nARG V\nENV DB_PASSWORD=$V", ""},
        Case{"File", Relation::kImageCredential, "FROM a\nENV DB_PASSWORD_FILE=/run/x", ""},
        Case{"Run", Relation::kImageCredential, "FROM a\nRUN export API_TOKEN=abc123def && x",
             ",API_TOKEN,run"},
        Case{"RunVariable", Relation::kImageCredential, "FROM a\nRUN API_TOKEN=$x y", ""},
        Case{"KeyFile", Relation::kImageCredential, "FROM a\nCOPY .ssh/id_rsa /root/",
             ",.ssh/id_rsa,file?"},
        Case{"PublicKey", Relation::kImageCredential, "FROM a\nCOPY id_rsa.pub /root/", ""},
        Case{"EnvFile", Relation::kImageCredential, "FROM a\nCOPY .env.example .env.prod /x/",
             ",.env.prod,file?"},
        Case{"FromStage", Relation::kImageCredential, "FROM a\nCOPY --from=b .env /x/", ""},
        Case{"Url", Relation::kImageCredential, "FROM a\nADD https://u:hunter2@h/x /d",
             ",https://h/x,run"}),
    name_of_case);

TEST(DockerfileFactsTarget, HasItsOwnEntity) {
  const std::string content = "FROM a AS dev\nUSER 7\nFROM b";
  EXPECT_EQ(rows(content, Relation::kImageUser, "dev"), "#dev,nonroot");
  EXPECT_EQ(rows(content, Relation::kImageUser, "DEV"), "#dev,nonroot");
  EXPECT_EQ(rows(content, Relation::kImageUser, "0"), "#dev,nonroot");
  EXPECT_EQ(rows(content, Relation::kImageUser, "1"), ",unset");
  EXPECT_EQ(rows(content, Relation::kImageUser, "nowhere"), "");
}

struct PatternCase {
  std::string instruction;
  std::string patterns;
};

class BuildPatterns : public testing::TestWithParam<PatternCase> {};

TEST_P(BuildPatterns, AreSeen) {
  const text::Dockerfile file = parse("FROM a\n" + GetParam().instruction + "\n");
  std::string seen;
  for (const auto pattern : build_patterns(file.stages[0].instructions.at(1))) {
    seen += (seen.empty() ? "" : " ") + std::string(pattern);
  }
  EXPECT_EQ(seen, GetParam().patterns) << GetParam().instruction;
}

INSTANTIATE_TEST_SUITE_P(
    Seen, BuildPatterns,
    testing::Values(
        PatternCase{"RUN sudo apt-get update", "sudo"}, PatternCase{"RUN a && sudo b", "sudo"},
        PatternCase{"RUN [\"sudo\", \"x\"]", "sudo"}, PatternCase{"RUN /usr/bin/sudo -E x", "sudo"},
        PatternCase{"RUN if x; then sudo y; fi", "sudo"}, PatternCase{"RUN A=1 sudo y", "sudo"},
        PatternCase{"RUN sh -c \"$(curl x)\" && sudo y", "curl-pipe-shell sudo"},
        PatternCase{"RUN <<E\nsudo x\nE", "sudo"}, PatternCase{"RUN bash <<E\nsudo x\nE", "sudo"},
        PatternCase{"RUN chmod 777 /x", "chmod-777"},
        PatternCase{"RUN sudo chmod -R 0777 /x", "chmod-777 sudo"},
        PatternCase{"RUN chmod a+rwx /x", "chmod-777"},
        PatternCase{"RUN chmod o+w /x", "chmod-777"},
        PatternCase{"RUN chmod u+x,o=rw /x", "chmod-777"},
        PatternCase{"RUN mkdir -m 777 /x", "chmod-777"},
        PatternCase{"COPY --chmod=777 a b", "chmod-777"},
        PatternCase{"ADD --chmod=0777 a.tar b", "chmod-777"},
        PatternCase{"RUN chmod u+s /x", "chmod-setuid"},
        PatternCase{"RUN chmod 4755 /x", "chmod-setuid"},
        PatternCase{"RUN curl -fsSL https://x | sh", "curl-pipe-shell"},
        PatternCase{"RUN wget -qO- https://x | sudo -E bash -", "curl-pipe-shell sudo"},
        PatternCase{"RUN curl x | tee y | bash -s -- -y", "curl-pipe-shell"},
        PatternCase{"RUN bash <(curl -s x)", "curl-pipe-shell"},
        PatternCase{"RUN apt-get install -y openssh-server=1:9", "ssh-server"},
        PatternCase{"RUN apk add --no-cache docker-cli", "docker-cli"},
        PatternCase{"COPY --from=docker:27-cli /usr/local/bin/docker /x", "docker-cli"},
        PatternCase{"RUN usermod -aG docker app", "privileged-group"},
        PatternCase{"RUN adduser app wheel", "privileged-group"},
        PatternCase{"RUN echo 'app ALL=(ALL) NOPASSWD:ALL' > /etc/sudoers", "sudo-nopasswd"},
        PatternCase{"RUN --mount=type=cache,target=/x y", "mount-cache"},
        PatternCase{"RUN --mount=type=secret,id=x --mount=type=ssh y", "mount-secret mount-ssh"},
        PatternCase{"RUN --mount=target=/x y", "mount-bind"},
        PatternCase{"RUN --security=insecure x", "security-insecure"},
        PatternCase{"RUN --network=host x", "network-host"},
        PatternCase{"ADD https://h/x /x", "remote-add"}, PatternCase{"ADD x /x", "local-add"},
        PatternCase{"CMD [\"/usr/sbin/sshd\", \"-D\"]", "ssh-server"}));

INSTANTIATE_TEST_SUITE_P(
    NearMisses, BuildPatterns,
    testing::Values(
        PatternCase{"RUN apt-get install sudo", ""}, PatternCase{"RUN echo sudo x", ""},
        PatternCase{"RUN echo 'a; sudo x'", ""}, PatternCase{"RUN x # sudo y", ""},
        PatternCase{"RUN cat > /x <<E\nsudo x\nE", ""}, PatternCase{"RUN python3 <<E\nsudo\nE", ""},
        PatternCase{"RUN chmod 755 /x", ""}, PatternCase{"RUN chmod 1777 /tmp", ""},
        PatternCase{"RUN chmod +t,a+w /tmp", ""}, PatternCase{"RUN chmod 755 /777", ""},
        PatternCase{"RUN chmod g+s /x", ""}, PatternCase{"RUN chmod 2755 /x", ""},
        PatternCase{"RUN echo chmod 777 /x", ""}, PatternCase{"RUN curl x -o y && sh y", ""},
        PatternCase{"RUN curl x | tar xz", ""},
        PatternCase{"RUN curl x | python3 -m json.tool", ""}, PatternCase{"RUN cat x | sh", ""},
        PatternCase{"RUN apt-get install openssh-client", ""},
        PatternCase{"RUN apt-get remove docker.io", ""}, PatternCase{"RUN addgroup docker", ""},
        PatternCase{"RUN usermod -aG audio app", ""}, PatternCase{"RUN --network=none x", ""},
        PatternCase{"ADD --checksum=sha256:1 https://h/x /x", ""},
        PatternCase{"ADD x.tar.gz /x", ""}, PatternCase{"ADD git@h:x.git /x", ""},
        PatternCase{"COPY --chmod=755 a b", ""}, PatternCase{"COPY x /x", ""}));

}  // namespace
}  // namespace wayout::deploy
