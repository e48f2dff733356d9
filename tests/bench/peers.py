#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Wayout beside its peers: the same files, one run, one machine.

  peers.py LABELLED_TREE WAYOUT [--checkov PATH] [--kube-score PATH]
           [--kics PATH --kics-queries DIR] [--also DIR] [--files 1000]

Prints for each set of files how many of them a tool reads in a second and how much memory it
takes, then how many of the tree's escape-relevant labels each tool finds (selection and our rules:
tests/accuracy/mapping.yaml; the peers' checks: peers.yaml), and every label that a peer finds and
Wayout misses. With --also, does the last for a tree without labels. Nothing of a tree is copied
beyond a temporary directory.
"""
import argparse
import concurrent.futures
import glob
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time

import yaml

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "accuracy"))
import measure  # noqa: E402  the selection of labelled files is one and the same

CASE = re.compile(r"case-\d{4}")


class Tool:
    """One program: how it is run over a folder, and which checks it reports where."""
    name = ""
    reads = ("k8s", "dockerfile", "dockerCompose")

    def __init__(self, path, checks):
        self.path, self.checks = path, checks

    def version(self):
        return ""

    def command(self, files, folder, out):
        raise NotImplementedError

    def reported(self, output, out):
        """Pairs (path, check id) of what one run printed or wrote."""
        raise NotImplementedError

    def scan(self, files, folder):
        out = tempfile.mkdtemp(prefix="peers-")
        try:
            done = subprocess.run(self.command(files, folder, out), capture_output=True, check=False)
            return set(self.reported(done.stdout.decode(errors="replace"), out))
        finally:
            shutil.rmtree(out)

    def tree(self, files, folder):
        """What is reported for a whole tree."""
        return self.scan(files, folder)

    def finds(self, cases):
        """(case path, check) pairs; each file is scanned alone."""
        def one(case):
            return {(case.path, check) for _, check in self.scan([case.staged], case.folder)}
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            return set().union(*pool.map(one, cases))


class Wayout(Tool):
    name = "wayout"

    def version(self):
        return subprocess.run([self.path, "version"], capture_output=True, text=True,
                              check=False).stdout.split()[1]

    def command(self, files, folder, out):
        return [self.path, "scan", folder, "--format", "json"]

    def reported(self, output, out):
        for finding in json.loads(output)["findings"]:
            for evidence in finding["evidence"]:
                yield evidence["file"], finding["rule"]


class Checkov(Tool):
    name = "checkov"
    reads = ("k8s", "dockerfile")

    def version(self):
        return subprocess.run([self.path, "--version"], capture_output=True, text=True,
                              check=False).stdout.strip()

    def command(self, files, folder, out):
        return [self.path, "-d", folder, "--framework", "kubernetes", "dockerfile", "--quiet",
                "--compact", "--skip-download", "-o", "json"]

    def reported(self, output, out):
        reports = json.loads(output)
        for report in reports if isinstance(reports, list) else [reports]:
            for check in report.get("results", {}).get("failed_checks", []):
                yield check["file_abs_path"], check["check_id"]

    def finds(self, cases):
        """Starting takes seconds, so all files at once; each lies in a folder of its own."""
        root = os.path.dirname(os.path.dirname(cases[0].folder))
        paths = {os.path.basename(case.folder): case.path for case in cases}
        found = set()
        for path, check in self.scan([case.staged for case in cases], root):
            folder = CASE.findall(path)
            if folder and folder[-1] in paths:
                found.add((paths[folder[-1]], check))
        return found


class KubeScore(Tool):
    name = "kube-score"
    reads = ("k8s",)

    def version(self):
        return subprocess.run([self.path, "version"], capture_output=True, text=True,
                              check=False).stdout.split()[2].strip(",")

    def command(self, files, folder, out):
        return [self.path, "score", "-o", "json", "--enable-optional-test",
                "container-seccomp-profile", *files]

    def reported(self, output, out):
        if not output.strip():  # a file it cannot read
            return
        for scored in json.loads(output) or []:
            for check in scored["checks"] or []:
                if not check["skipped"] and check["grade"] <= 5:
                    yield scored["file_name"], check["check"]["id"]


    def tree(self, files, folder):
        """File by file: it stops at the first file that it cannot read."""
        return set().union(*(self.scan([file], folder) for file in files))


class Kics(Tool):
    name = "kics"

    def __init__(self, path, queries, tree, mapped):
        super().__init__(path, {})
        self.queries = queries
        for query in mapped:
            with open(os.path.join(tree, query, "metadata.json"), encoding="utf-8") as text:
                self.checks[query] = [json.load(text)["id"]]

    def version(self):
        found = re.search(r"kics/v\d+@v([\d.]+)", self.queries)
        return found.group(1) if found else ""

    def command(self, files, folder, out, only=None):
        sources = os.path.join(self.queries, only.split("/")[0]) if only else self.queries
        chosen = ["-i", self.checks[only][0]] if only else ["-t", "Kubernetes,DockerCompose,Dockerfile"]
        return [self.path, "scan", "-p", folder, "-q", sources, "-b",
                os.path.join(self.queries, "..", "libraries"), "-o", out, "--report-formats", "json",
                "--disable-secrets", "--ignore-on-exit", "all", "--ci", *chosen]

    def reported(self, output, out):
        path = os.path.join(out, "results.json")
        if not os.path.exists(path):
            return
        with open(path, encoding="utf-8") as text:
            for query in json.load(text)["queries"]:
                for file in query["files"]:
                    yield file["file_name"], query["query_id"]

    def finds(self, cases):
        """Each file alone with its own query: compiling all of them takes seconds."""
        def one(case):
            out = tempfile.mkdtemp(prefix="peers-")
            try:
                done = subprocess.run(self.command([], case.folder, out, case.query),
                                      capture_output=True, text=True, check=False)
                return {(case.path, check) for _, check in self.reported(done.stdout, out)}
            finally:
                shutil.rmtree(out)
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            return set().union(*pool.map(one, cases))


def run(command, limit):
    """Wall and user seconds and peak MB of one run; None when it took longer than `limit`."""
    start = time.monotonic()
    with open(os.devnull, "wb") as nowhere:
        # Not through subprocess.run: wait4 gives the usage of this one child.
        child = subprocess.Popen(command, stdout=nowhere, stderr=nowhere)
        while True:
            done, _, usage = os.wait4(child.pid, os.WNOHANG)
            if done:
                child.returncode = 0
                break
            if time.monotonic() - start > limit:
                child.kill()
                os.wait4(child.pid, 0)
                child.returncode = 0
                return None
            time.sleep(0.001)
    return time.monotonic() - start, usage.ru_utime, usage.ru_maxrss / 1024


def stage(cases, root):
    """Copies each labelled file into a folder of its own, with a name that every tool knows."""
    for number, case in enumerate(cases):
        case.folder = os.path.join(root, case.query.split("/")[0], f"case-{number:04d}")
        os.makedirs(case.folder)
        name = os.path.basename(case.path)
        if case.query.startswith("dockerfile/"):
            name = "Dockerfile"
        elif case.query.startswith("dockerCompose/"):
            name = "docker-compose" + os.path.splitext(name)[1]
        case.staged = shutil.copy(case.path, os.path.join(case.folder, name))


def generate(root, count):
    """`count` Deployments of generate.py, one a file."""
    stream = subprocess.run([sys.executable, os.path.join(HERE, "generate.py"), "deployments",
                             "--count", str(count)], capture_output=True, text=True, check=True)
    os.makedirs(root)
    files = []
    for number, document in enumerate(stream.stdout.split("---\n")):
        files.append(os.path.join(root, f"{number:05d}.yaml"))
        with open(files[-1], "w", encoding="utf-8") as out:
            out.write(document)
    return files


def print_speed(title, tools, files, folder, limit, runs):
    print(f"\n{title}: {len(files)} file{'s' if len(files) > 1 else ''}")
    print(f"  {'':<12} {'wall s':>9} {'user s':>9} {'files/s':>9} {'peak MB':>8}  wayout is")
    base = None
    for tool in tools:
        out = tempfile.mkdtemp(prefix="peers-")
        measured = [run(tool.command(files, folder, out), limit)
                    for _ in range(runs if tool.name in ("wayout", "kube-score") else 1)]
        shutil.rmtree(out)
        if None in measured:
            print(f"  {tool.name:<12} more than {limit} s")
            continue
        wall, user, peak = sorted(measured)[len(measured) // 2]
        base = base or (wall, user)
        times = ""
        if tool.name != "wayout":
            times = f"{wall / base[0]:8.1f}x faster by wall"
            if base[1] >= 0.02:  # the clock counts user time in ticks
                times += f", {user / base[1]:.1f}x by user time"
        print(f"  {tool.name:<12} {wall:>9.3f} {user:>9.3f} {len(files) / wall:>9.0f} {peak:>8.0f}{times}",
              flush=True)


def print_labels(tools, cases, tree):
    positive = [case for case in cases if case.positive]
    negative = [case for case in cases if not case.positive]
    print(f"\n{len(positive)} labelled files, {len(negative)} files that must stay quiet")
    print(f"  {'':<12} {'has a check for':>16} {'finds':>6} {'of all':>7} {'fires in quiet files':>21}")
    hits = {}
    for tool in tools:
        mine = [case for case in cases
                if case.query.split("/")[0] in tool.reads and case.query in tool.checks]
        found = tool.finds(mine)
        hit = {case.query + " " + case.path for case in mine
               if any((case.path, check) in found for check in tool.checks[case.query])}
        hits[tool.name] = hit
        able = sum(case.positive for case in mine)
        count = sum(case.query + " " + case.path in hit for case in positive)
        alarms = sum(case.query + " " + case.path in hit for case in negative)
        print(f"  {tool.name:<12} {able:>16} {count:>6} {count / len(positive):>7.3f} {alarms:>21}",
              flush=True)
    print("\nLabels that a peer finds and wayout misses:")
    total = 0
    for case in positive:
        key = case.query + " " + case.path
        who = [name for name, hit in hits.items() if key in hit]
        if who and "wayout" not in who:
            total += 1
            print(f"  {os.path.relpath(case.path, tree)}: {', '.join(who)}")
    print(f"  {total} in all")


def told_by():
    """Rules that tell what a rule says better, so that it is left out beside them."""
    better = {}
    for path in glob.glob(os.path.join(HERE, "..", "..", "rules", "checks", "*.yaml")):
        with open(path, encoding="utf-8") as text:
            rule = yaml.safe_load(text)
        better[rule["id"]] = rule.get("told_by", [])
    return better


def print_also(tools, folder):
    """What peers report in a tree without labels and wayout does not, in terms of the queries."""
    better = told_by()
    files = [os.path.join(base, name) for base, _, names in os.walk(folder)
             for name in names if name.endswith((".yaml", ".yml"))]
    seen = {}
    for tool in tools:
        by_check = {}
        for query, checks in tool.checks.items():
            for check in checks:
                for same in [check, *better.get(check, ())]:
                    by_check.setdefault(same, set()).add(query)
        pairs = set()
        for path, check in tool.tree(files, folder):
            places = [path, os.path.join(folder, path)]
            full = next((place for place in places if os.path.exists(place)), path)
            for query in by_check.get(check, ()):
                pairs.add((os.path.relpath(full, folder), query))
        seen[tool.name] = pairs
    print(f"\n{os.path.basename(folder)}: pairs of file and query")
    for name, pairs in seen.items():
        if name == "wayout":
            continue
        missed = sorted(pairs - seen["wayout"])
        print(f"  reported by {name}, not by wayout: {len(missed)}")
        for query in sorted({query for _, query in missed}):
            print(f"    {query}: {' '.join(file for file, of in missed if of == query)}")


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("tree", help="folder that holds k8s/, dockerCompose/ and dockerfile/")
    parser.add_argument("wayout")
    parser.add_argument("--checkov")
    parser.add_argument("--kube-score")
    parser.add_argument("--kics")
    parser.add_argument("--kics-queries", help="assets/queries of KICS, with libraries beside it")
    parser.add_argument("--also", action="append", default=[], metavar="DIR")
    parser.add_argument("--files", type=int, default=1000, help="generated files for the speed")
    parser.add_argument("--limit", type=float, default=600, help="seconds for one run")
    parser.add_argument("--runs", type=int, default=5, help="median of, for the fast tools")
    parser.add_argument("--skip", choices=["speed", "labels"], action="append", default=[])
    args = parser.parse_args()

    with open(os.path.join(HERE, "..", "accuracy", "mapping.yaml"), encoding="utf-8") as text:
        mapping = yaml.safe_load(text)
    with open(os.path.join(HERE, "peers.yaml"), encoding="utf-8") as text:
        checks = yaml.safe_load(text)
    cases, absent = measure.collect(args.tree, mapping)
    if not cases:
        sys.exit(f"no test files of mapped queries below {args.tree}")
    rules = {query: row["rules"] for query, row in mapping["queries"].items()}
    tools = [Wayout(os.path.abspath(args.wayout), rules)]
    if args.kube_score:
        tools.append(KubeScore(args.kube_score, checks["kube-score"]))
    if args.kics:
        mapped = [query for query in mapping["queries"] if query not in absent]
        tools.append(Kics(args.kics, os.path.abspath(args.kics_queries), args.tree, mapped))
    if args.checkov:
        tools.append(Checkov(args.checkov, checks["checkov"]))
    print("  ".join(f"{tool.name} {tool.version()}" for tool in tools))

    with tempfile.TemporaryDirectory(prefix="peers-files-") as root:
        stage(cases, root)
        if "speed" not in args.skip:
            for platform in ("k8s", "dockerfile", "dockerCompose"):
                files = [case.staged for case in cases if case.query.startswith(platform + "/")]
                print_speed(f"labelled {platform}", [t for t in tools if platform in t.reads], files,
                            os.path.join(root, platform), args.limit, args.runs)
            folder = os.path.join(root, "generated")
            files = generate(folder, args.files)
            print_speed("generated Deployments", tools, files, folder, args.limit, args.runs)
            shutil.rmtree(folder)
            stream = os.path.join(root, "stream.yaml")
            with open(stream, "wb") as out:
                subprocess.run([sys.executable, os.path.join(HERE, "generate.py"), "deployments"],
                               stdout=out, check=True)
            streamers = [tool for tool in tools if tool.name in ("wayout", "kube-score")]
            print_speed("12,794 Deployments in one stream", streamers, [stream], stream, args.limit, 3)
            os.remove(stream)
        if "labels" not in args.skip:
            print_labels(tools, cases, args.tree)
        for folder in args.also:
            print_also(tools, os.path.abspath(folder))


if __name__ == "__main__":
    main()
