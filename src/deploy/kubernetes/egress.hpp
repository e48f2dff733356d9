// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "deploy/kubernetes/cluster.hpp"

namespace wayout::deploy::kubernetes {

/// What the egress rules of one NetworkPolicy let out to, as far as targets outside of pods go.
Grants read_egress(text::NodeRef rules);

}  // namespace wayout::deploy::kubernetes
