// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "deploy/platform.hpp"
#include "fact/fact_base.hpp"
#include "text/tree.hpp"

namespace wayout::deploy::inspect {

/// Whether a document is the output of `docker inspect` or `podman inspect` for containers.
bool recognises(text::NodeRef root);

/// Adds the facts of every container of the document, observed unless the dump leaves them open.
void add_containers(const text::Tree& tree, const Platforms& platforms, fact::FactBase& facts);

}  // namespace wayout::deploy::inspect
