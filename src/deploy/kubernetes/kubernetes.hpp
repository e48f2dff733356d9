// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <vector>

#include "base/result.hpp"
#include "base/source.hpp"
#include "deploy/platform.hpp"
#include "fact/fact_base.hpp"
#include "text/tree.hpp"

namespace wayout::deploy {

/// Reads Kubernetes objects into facts. What one object shows is added at once; what needs the
/// whole cluster (claims, tokens, policies, services, aggregated roles) is kept in a compact form
/// and added by `finish`. The trees need not outlive `add`.
class KubernetesReader {
 public:
  KubernetesReader(const Platform& platform, fact::FactBase& facts, const base::Sources& sources);
  ~KubernetesReader();
  KubernetesReader(KubernetesReader&&) noexcept;
  KubernetesReader& operator=(KubernetesReader&&) noexcept;

  /// Whether a document is a Kubernetes object or a List of such.
  static bool recognises(text::NodeRef root);

  void add(const text::Tree& tree);
  void finish();

  /// What was left out because a limit was reached; the rest was read.
  const std::vector<base::Error>& problems() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace wayout::deploy
