// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/source.hpp"
#include "deploy/compose/compose.hpp"
#include "deploy/compose/project.hpp"
#include "deploy/fact_writer.hpp"
#include "deploy/platform.hpp"

namespace wayout::deploy::compose {

/// Turns one service into facts. Each member function covers one group of relations.
class ServiceFacts {
 public:
  struct World {
    FactWriter& writer;
    const Platform& platform;
    const Open& open;
    const base::Sources& sources;
    const base::Limits& limits;
    std::vector<Skipped>& skipped;
  };

  ServiceFacts(World world, const Project& project, const Service& service);

  void structure();  ///< structure.cpp
  void identity();   ///< boundary.cpp: user, capabilities, security options, namespaces, devices
  void limits();     ///< boundary.cpp: resources and what is left unset
  void storage();    ///< storage.cpp
  void network();    ///< network.cpp
  void secrets();    ///< secrets.cpp: environment, env files, build arguments

  const std::string& container() const { return container_; }

 private:
  void user();
  void user_of_image();
  void capabilities();
  void security_options();
  void security_option(const Value& option);
  void namespaces();
  void shared_namespace(std::string_view kind, const Value& value);
  void devices();
  void limit(std::string_view kind, std::string_view unset, const Value& value);

  struct Mount {
    std::string type, source, path;
    bool read_only = false, mode_said = false;
    std::string propagation;
    std::string via = "bind";
    base::Span span;
  };
  std::vector<Mount> mounts_of(const Service& service, std::set<const Service*>& seen) const;
  Mount short_mount(const Value& value) const;
  Mount long_mount(const Value& value) const;
  void through_volume(Mount& mount) const;
  void mount(const Mount& mount);
  void tmpfs(const Value& value);
  void file_grant(std::string_view key, const Definitions& definitions);

  void port(const Value& value);
  void publish(std::string address, std::string host_port, std::string port,
               const base::Span& span);
  void segments();

  void environment();
  void docker_host(const Assignment& variable);
  void env_files();
  void credential(std::string_view variable, std::string_view value, std::string_view how,
                  const std::string& where, const base::Span& span);
  void build_arguments();

  std::string built_image();
  std::string other_service(std::string_view name) const;

  World world_;
  FactWriter& writer_;
  const Project& project_;
  const Service& service_;
  std::string container_;
  std::string image_;  ///< that it is built from, when its Dockerfile was read
};

/// A host path as written in a file of `scope`: absolute ones clean, relative ones as `./PATH` from
/// the target, `~` and `${HOME}` as `~`, `${PWD}` as the folder of the file.
std::string host_path(std::string_view written, const Scope& scope);

}  // namespace wayout::deploy::compose
