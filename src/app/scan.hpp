// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "app/progress.hpp"
#include "base/result.hpp"
#include "deploy/target.hpp"
#include "finding/finding.hpp"

namespace wayout::app {

/// Rules and the texts of platform tables, loaded once and shared by scans.
struct Knowledge {
  base::Sources sources;  ///< what spans of rules point into
  reason::RuleSet rules;
  std::vector<base::FileId> platform_tables;  ///< built in
  std::vector<base::FileId> platform_files;   ///< the user's, which override
};

/// Built-in knowledge, then `rule_directories`, then `platform_files`. Every error of every file is
/// in the message, one a line.
base::Result<std::unique_ptr<Knowledge>> load_knowledge(
    const std::vector<std::string>& rule_directories,
    const std::vector<std::string>& platform_files);

struct ScanSettings {
  std::vector<std::string> targets;
  std::string config;    ///< wayout.yaml to read; empty: the one in each target directory
  std::string baseline;  ///< JSON report; empty: none
  std::string today;     ///< ISO date that expiry dates are compared with
  bool blocked = false;
  deploy::ReadOptions read;
};

/// One scan and everything that its assessment points into.
struct Scan {
  std::shared_ptr<const Knowledge> knowledge;
  base::Sources sources;
  deploy::Platforms platforms;  ///< its spans point into `sources`, as those of all facts do
  fact::FactBase facts;
  reason::Evaluation evaluation;
  finding::Assessment assessment;
};

/// Reads, reasons, assesses. Fails when nothing could be read or a setting is wrong.
base::Result<std::unique_ptr<Scan>> run_scan(std::shared_ptr<const Knowledge> knowledge,
                                             const ScanSettings& settings, Progress& progress);

/// The facts of the targets with all rules applied, without assessment; for `query` and the tests
/// of rules.
base::Result<std::unique_ptr<Scan>> read_and_reason(std::shared_ptr<const Knowledge> knowledge,
                                                    const ScanSettings& settings,
                                                    Progress& progress);

/// "file:line:column: message (hint)" as far as known.
std::string describe(const base::Error& error, const base::Sources& sources);

}  // namespace wayout::app
