// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <initializer_list>
#include <string_view>
#include <vector>

#include "base/span.hpp"
#include "deploy/platform.hpp"
#include "fact/fact_base.hpp"

namespace wayout::deploy {

/// Adds the facts of container descriptions: what the text says with the certainty of its source
/// (declared in a file, observed in a dump), what it leaves out by the table of its platform.
class FactWriter {
 public:
  FactWriter(fact::FactBase& facts, fact::Certainty said) : facts_(facts), said_(said) {}

  fact::FactBase& facts() { return facts_; }

  void say(fact::Relation relation, std::initializer_list<std::string_view> values,
           const base::Span& span);
  void by_default(fact::Relation relation, std::initializer_list<std::string_view> values,
                  const base::Span& span, std::string_view note);
  void assume(fact::Relation relation, std::initializer_list<std::string_view> values,
              const base::Span& span, fact::AssumptionKind kind, std::string_view assumption);

  /// What holds for `subject` where the text says nothing of `setting`; `span` is where it could.
  void silent(const Platform& platform, std::string_view setting, fact::Relation relation,
              std::string_view subject, const base::Span& span);

  /// One capability that a description adds or drops.
  struct Capability {
    std::string_view name;  ///< as written: any case, with or without CAP_, or ALL
    base::Span span;
  };
  /// The bounding set as Docker computes it: `ALL` added means everything not dropped, else `ALL`
  /// dropped leaves what is added, else the defaults with both applied, additions last. Source:
  /// moby, daemon/pkg/oci/caps/utils.go.
  void capabilities(const Platform& platform, std::string_view container,
                    const std::vector<Capability>& added, const std::vector<Capability>& dropped,
                    const base::Span& span);

 private:
  void add(fact::Relation relation, std::initializer_list<std::string_view> values,
           fact::Certainty certainty, const fact::Origin& origin);

  fact::FactBase& facts_;
  fact::Certainty said_;
};

}  // namespace wayout::deploy
