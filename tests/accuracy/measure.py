#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Recall and precision of wayout against the labels of a KICS-layout tree.

Each query of mapping.yaml has test files: positive files, which must yield one of our rules for the
query, and negative ones, which must yield none. Every file is scanned alone, so that no neighbour
lends it facts. A pair (file, query) counts once, however many objects of the file are labelled.
Nothing of the tree is copied.
"""
import argparse
import concurrent.futures
import json
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field

import yaml

HERE = os.path.dirname(os.path.abspath(__file__))
CASE_EXTENSIONS = (".yaml", ".yml", ".json", ".dockerfile")


@dataclass
class Case:
    query: str
    path: str
    positive: bool
    rules: list
    fired: list = field(default_factory=list)
    error: str = ""

    @property
    def outcome(self):
        hit = bool(set(self.rules) & set(self.fired))
        if self.positive:
            return "found" if hit else "missed"
        return "false alarm" if hit else "quiet"


def labelled_files(folder):
    """Names of the positive files that carry a label; None when labels name no file."""
    with open(os.path.join(folder, "positive_expected_result.json"), encoding="utf-8") as labels:
        rows = json.load(labels)
    names = {row.get("fileName") or row.get("filename") for row in rows}
    return None if None in names else names


def collect(tree, mapping):
    cases, absent = [], []
    for query, row in sorted(mapping["queries"].items()):
        folder = os.path.join(tree, query, "test")
        if not os.path.isdir(folder):
            absent.append(query)
            continue
        labelled = labelled_files(folder)
        for name in sorted(os.listdir(folder)):
            lower = name.lower()
            if lower == "positive_expected_result.json":
                continue
            if not lower.endswith(CASE_EXTENSIONS) and "dockerfile" not in lower:
                continue
            path = os.path.join(folder, name)
            if lower.startswith("positive") and (labelled is None or name in labelled):
                cases.append(Case(query, path, True, row["rules"]))
            elif lower.startswith("negative"):
                cases.append(Case(query, path, False, row["rules"]))
    return cases, absent


def scan(wayout, case, keep):
    """Scans one file alone; a Dockerfile gets a name that says what it is."""
    name = os.path.basename(case.path)
    target, folder = case.path, None
    if case.query.startswith("dockerfile/") and not name.lower().startswith("dockerfile"):
        folder = tempfile.mkdtemp(prefix="wayout-accuracy-")
        target = shutil.copy(case.path, os.path.join(folder, "Dockerfile"))
    try:
        done = subprocess.run([wayout, "scan", target, "--format", "json"], capture_output=True,
                              timeout=60, check=False)
        report = json.loads(done.stdout)
        case.fired = sorted({f["rule"] for f in report["findings"]})
        if keep:
            case.error = "; ".join(f"{n['file']}: {n['why']}" for n in report["not_analysed"])
    except (subprocess.TimeoutExpired, ValueError, KeyError) as problem:
        case.error = f"{type(problem).__name__}: {problem}"
    finally:
        if folder:
            shutil.rmtree(folder)
    return case


def ratio(part, whole):
    return f"{part / whole:6.3f}" if whole else "     -"


def counts(cases):
    tally = {"found": 0, "missed": 0, "quiet": 0, "false alarm": 0}
    for case in cases:
        tally[case.outcome] += 1
    return tally


def line(name, cases):
    t = counts(cases)
    found, missed, alarms = t["found"], t["missed"], t["false alarm"]
    return (f"{name:<66} {found:>5} {missed:>6} {t['quiet']:>5} {alarms:>5} "
            f"{ratio(found, found + missed)} {ratio(found, found + alarms)}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("tree", help="folder that holds k8s/, dockerCompose/ and dockerfile/")
    parser.add_argument("wayout", help="the program")
    parser.add_argument("--mapping", default=os.path.join(HERE, "mapping.yaml"))
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--require", type=float, default=0.0, metavar="RATIO",
                        help="exit 1 when recall or precision is lower")
    args = parser.parse_args()

    with open(args.mapping, encoding="utf-8") as text:
        mapping = yaml.safe_load(text)
    cases, absent = collect(args.tree, mapping)
    if not cases:
        sys.exit(f"no test files of mapped queries below {args.tree}")
    wayout = os.path.abspath(args.wayout)
    with concurrent.futures.ThreadPoolExecutor(args.jobs) as pool:
        cases = list(pool.map(lambda case: scan(wayout, case, True), cases))

    print(f"{'query':<66} {'found':>5} {'missed':>6} {'quiet':>5} {'alarm':>5} recall  prec.")
    for query in sorted({case.query for case in cases}):
        print(line(query, [case for case in cases if case.query == query]))
    print()
    for platform in sorted({case.query.split("/")[0] for case in cases}):
        print(line(platform, [c for c in cases if c.query.startswith(platform + "/")]))
    print(line("all", cases))

    wrong = [case for case in cases if case.outcome in ("missed", "false alarm")]
    print(f"\n{len(wrong)} disagreements")
    for case in wrong:
        name = os.path.relpath(case.path, args.tree)
        print(f"  {case.outcome:<11} {name}  wanted {'one' if case.positive else 'none'} of "
              f"{' '.join(case.rules)}")
        if case.error:
            print(f"              {case.error}")
    for query in absent:
        print(f"  not in this tree: {query}")

    total = counts(cases)
    found = total["found"]
    recall = found / max(1, found + total["missed"])
    precision = found / max(1, found + total["false alarm"])
    return 1 if min(recall, precision) < args.require else 0


if __name__ == "__main__":
    sys.exit(main())
