// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "finding/finding.hpp"

namespace wayout::finding {

/// A 64-bit FNV-1a hash of a list of texts; the same on every machine and in every version.
class Fingerprint {
 public:
  Fingerprint& add(std::string_view text);
  std::uint64_t value() const { return hash_; }

 private:
  std::uint64_t hash_ = 0xcbf29ce484222325u;
};

/// Sixteen lower-case hexadecimal digits.
std::string hex(std::uint64_t fingerprint);

/// Gives each finding a fingerprint made of rule, file, subject and the values that tell one
/// instance from another (paths, capabilities, accounts), never of lines, so that it survives
/// edits around it. `findings` must be in their final order: equal ones are numbered.
void number_findings(const Assessment& assessment, std::vector<Finding>& findings);

/// The same for ways out: techniques, subjects, entry, goal and the telling values of the proof.
std::vector<WayMark> number_ways_out(const Assessment& assessment, const reason::WaysOut& ways_out);

}  // namespace wayout::finding
