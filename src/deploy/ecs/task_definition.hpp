// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "deploy/platform.hpp"
#include "fact/fact_base.hpp"
#include "text/tree.hpp"

namespace wayout::deploy::ecs {

/// Whether a document holds ECS task definitions: one as registered or described by the AWS CLI, or
/// a CloudFormation template with AWS::ECS::TaskDefinition resources.
bool recognises(text::NodeRef root);

/// Adds the facts of every task definition of the document.
void add_tasks(const text::Tree& tree, const Platforms& platforms, fact::FactBase& facts);

}  // namespace wayout::deploy::ecs
