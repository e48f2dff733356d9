// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace wayout::deploy {

/// A host path as facts spell it: absolute, without `.`, `..`, doubled or trailing slashes, and
/// with /var/run written as /run, to which it is a link on every distribution in use. Text that
/// starts neither with a slash nor a Windows drive is taken as relative to the root.
std::string clean_host_path(std::string_view path);

/// The same cleaning without the /var/run rule: paths inside a container.
std::string clean_container_path(std::string_view path);

}  // namespace wayout::deploy
