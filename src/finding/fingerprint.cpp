// SPDX-License-Identifier: Apache-2.0
#include "finding/fingerprint.hpp"

#include <algorithm>
#include <unordered_map>

namespace wayout::finding {

namespace {

using fact::Relation;

/// Relations whose values say which instance is meant. States such as uid or seccomp are left out:
/// they may turn from a default into a written value without the finding becoming another one.
bool is_telling(Relation relation) {
  switch (relation) {
    case Relation::kMounts:
    case Relation::kMountsVolume:
    case Relation::kMountsSecret:
    case Relation::kDevice:
    case Relation::kDeviceRule:
    case Relation::kGrantedCapability:
    case Relation::kHostNamespace:
    case Relation::kJoinsNamespace:
    case Relation::kSysctl:
    case Relation::kUnset:
    case Relation::kPublishes:
    case Relation::kReaches:
    case Relation::kExposedBy:
    case Relation::kServiceAccount:
    case Relation::kRoleGrants:
    case Relation::kBound:
    case Relation::kCloudRole:
    case Relation::kTaskRole:
    case Relation::kEnvCredential:
    case Relation::kImageCredential:
    case Relation::kHeldIn:
    case Relation::kCopiesIntoImage:
    case Relation::kImageRuns:
    case Relation::kComponentFlag:
      return true;
    default:
      return false;
  }
}

void add_telling_values(const Assessment& assessment, std::vector<fact::FactId> leaves,
                        Fingerprint& fingerprint) {
  const fact::FactBase& facts = *assessment.facts;
  std::erase_if(leaves, [&](fact::FactId leaf) { return !is_telling(facts.relation(leaf)); });
  std::vector<std::string> lines;
  lines.reserve(leaves.size());
  for (const fact::FactId leaf : leaves) {
    std::string line(fact::info(facts.relation(leaf)).name);
    for (const fact::Symbol value : facts.values(leaf)) {
      line += '\x1f';
      line += facts.text(value);
    }
    lines.push_back(std::move(line));
  }
  std::sort(lines.begin(), lines.end());  // independent of the order in which facts were read
  for (const std::string& line : lines) fingerprint.add(line);
}

std::string_view file_of(const Assessment& assessment, const std::vector<fact::FactId>& leaves) {
  for (const fact::FactId leaf : leaves) {
    const base::Span& span = assessment.facts->origin(assessment.facts->origin_of(leaf)).span;
    if (span.valid()) return assessment.sources->path(span.file);
  }
  return {};
}

/// Tells equal hashes apart by their order of appearance.
class Ordinals {
 public:
  std::uint64_t distinct(std::uint64_t hash) {
    const std::uint32_t earlier = seen_[hash]++;
    return earlier == 0 ? hash : Fingerprint().add(hex(hash)).add(std::to_string(earlier)).value();
  }

 private:
  std::unordered_map<std::uint64_t, std::uint32_t> seen_;
};

}  // namespace

Fingerprint& Fingerprint::add(std::string_view text) {
  constexpr std::uint64_t kPrime = 0x100000001b3u;
  for (const char c : text) hash_ = (hash_ ^ static_cast<unsigned char>(c)) * kPrime;
  hash_ = (hash_ ^ 0xffu) * kPrime;  // no byte of UTF-8: "ab","c" is not "a","bc"
  return *this;
}

std::string hex(std::uint64_t fingerprint) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string out(16, '0');
  for (std::size_t i = out.size(); i-- > 0; fingerprint >>= 4) out[i] = kDigits[fingerprint & 15];
  return out;
}

void number_findings(const Assessment& assessment, std::vector<Finding>& findings) {
  Ordinals ordinals;
  for (Finding& finding : findings) {
    Fingerprint fingerprint;
    fingerprint.add((*assessment.rules)[finding.rule].id)
        .add(file_of(assessment, finding.evidence))
        .add(assessment.facts->text(finding.subject));
    add_telling_values(assessment, finding.evidence, fingerprint);
    finding.fingerprint = ordinals.distinct(fingerprint.value());
  }
}

std::vector<WayMark> number_ways_out(const Assessment& assessment,
                                     const reason::WaysOut& ways_out) {
  Ordinals ordinals;
  std::vector<WayMark> marks;
  marks.reserve(ways_out.all.size());
  for (const reason::WayOut& way : ways_out.all) {
    Fingerprint fingerprint;
    for (const fact::FactId end : {way.entry, way.goal}) {
      if (!end.valid()) continue;
      for (const fact::Symbol value : assessment.facts->values(end)) {
        fingerprint.add(assessment.facts->text(value));
      }
    }
    for (const reason::Step& step : way.steps) {
      fingerprint.add((*assessment.rules)[step.technique].id)
          .add(assessment.facts->text(step.subject));
    }
    add_telling_values(assessment, way.leaves, fingerprint);
    marks.push_back({ordinals.distinct(fingerprint.value()), std::nullopt, {}});
  }
  return marks;
}

}  // namespace wayout::finding
