#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs the program as a user does and checks exit codes, streams and files. usage: command_line.py WAYOUT"""
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

WAYOUT = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else "wayout").resolve()
ROOT = pathlib.Path(__file__).resolve().parent.parent.parent

PRIVILEGED = "services:\n  web:\n    image: nginx\n    user: '0'\n    privileged: true\n"
PLAIN_POD = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  containers: [{name: c, image: i}]\n"


def wayout(*arguments, stdin="", cwd=None, timeout=60):
    return subprocess.run([str(WAYOUT), *arguments], input=stdin, capture_output=True, text=True,
                          timeout=timeout, cwd=cwd, check=False)


class InDirectory(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.dir = pathlib.Path(scratch.name)

    def write(self, name, text):
        path = self.dir / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return str(path)


class ExitCodes(InDirectory):
    def test_finding_something_is_no_failure_without_a_gate(self):
        self.assertEqual(wayout("scan", self.write("compose.yaml", PRIVILEGED)).returncode, 0)

    def test_gate(self):
        path = self.write("compose.yaml", PRIVILEGED)
        failed = wayout("scan", path, "--fail-on", "way-out")
        self.assertEqual(failed.returncode, 1)
        self.assertIn("gate failed", failed.stderr)
        self.assertEqual(wayout("scan", path, "--fail-on", "score=0").returncode, 0)

    def test_usage(self):
        for line in (["scan"], ["scna"], ["scan", "x", "--format", "xml"], ["scan", "/nowhere/at/all"],
                     ["scan", ".", "--fail-on", "sometimes"], ["explain", "NO-SUCH-RULE"],
                     ["scan", ".", "--rules", "/nowhere"], ["scan", ".", "--platform", "/nowhere"]):
            done = wayout(*line, cwd=self.dir)
            self.assertEqual(done.returncode, 2, (line, done.stderr))
            self.assertTrue(done.stderr.startswith("wayout: "), done.stderr)

    def test_incomplete_only_when_asked_or_when_nothing_was_read(self):
        self.write("good.yaml", PLAIN_POD)
        self.write("broken.yaml", "apiVersion: v1\nkind: Pod\n\tmetadata: {\n")
        self.assertEqual(wayout("scan", str(self.dir)).returncode, 0)
        self.assertEqual(wayout("scan", str(self.dir), "--strict").returncode, 3)
        (self.dir / "good.yaml").unlink()
        self.assertEqual(wayout("scan", str(self.dir)).returncode, 3)


class BadInput(InDirectory):
    """The rest is still scanned, and what was not says why."""

    def report(self):
        self.write("good.yaml", PLAIN_POD)
        done = wayout("scan", str(self.dir), "--format", "json")
        self.assertEqual(done.returncode, 0, done.stderr)
        report = json.loads(done.stdout)
        self.assertEqual(report["coverage"]["containers"], 1)
        return report

    def assert_not_analysed(self, name, why):
        entries = [e for e in self.report()["not_analysed"] if e["file"] == name]
        self.assertTrue(entries, f"nothing said of {name}")
        self.assertIn(why, entries[0]["why"])

    def test_alias_bomb(self):
        text = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n"
        for i in range(1, 10):
            text += f"a{i}: &a{i} [" + ", ".join([f"*a{i - 1}"] * 9) + "]\n"
        self.write("bomb.yaml", text)
        self.assert_not_analysed("bomb.yaml", "alias")

    def test_brackets(self):
        self.write("deep.yaml", "[" * 400_000)
        self.assert_not_analysed("deep.yaml", "nested")

    def test_many_keys_are_fine(self):
        data = "".join(f"  key-{i}: value\n" for i in range(50_000))
        self.write("map.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: big}\ndata:\n" + data)
        self.assertEqual(self.report()["not_analysed"], [])

    def test_invalid_utf8(self):
        self.write("latin.yaml", "")
        (self.dir / "latin.yaml").write_bytes(b"apiVersion: v1\nkind: Pod\nmetadata: {name: caf\xe9}\n")
        self.assert_not_analysed("latin.yaml", "UTF-8")

    def test_fifo(self):
        os.mkfifo(self.dir / "pipe.yaml")
        self.assert_not_analysed("pipe.yaml", "pipe")

    def test_symlinks(self):
        outside = tempfile.TemporaryDirectory()
        self.addCleanup(outside.cleanup)
        (pathlib.Path(outside.name) / "secret.yaml").write_text(PRIVILEGED)
        os.symlink(outside.name, self.dir / "out")
        os.symlink(".", self.dir / "loop")
        report = self.report()
        self.assertEqual(report["ways_out"], [])
        self.assertIn("out", [e["file"] for e in report["not_analysed"]])


class Streams(InDirectory):
    def test_standard_input(self):
        done = wayout("scan", "-", "--format", "json", stdin=PRIVILEGED)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertTrue(json.loads(done.stdout)["ways_out"])

    def test_output_file_and_nothing_else(self):
        self.write("in/compose.yaml", PRIVILEGED)
        done = wayout("scan", "in", "--format", "json", "-o", "out.json", cwd=self.dir)
        self.assertEqual((done.returncode, done.stdout), (0, ""))
        json.loads((self.dir / "out.json").read_text())
        self.assertEqual(sorted(os.listdir(self.dir)), ["in", "out.json"])

    def test_same_bytes_every_time(self):
        target = str(ROOT / "examples/django-mtls/vulnerable")
        for form in ("json", "sarif", "junit", "markdown"):
            runs = {wayout("scan", target, "--no-render", "--format", form, "--threads", threads).stdout
                    for threads in ("1", "2", "5")}
            self.assertEqual(len(runs), 1, form)

    def test_no_colour_unless_asked(self):
        path = self.write("compose.yaml", PRIVILEGED)
        self.assertNotIn("\x1b", wayout("scan", path).stdout)
        self.assertIn("\x1b[", wayout("scan", path, "--color", "always").stdout)


class Examples(unittest.TestCase):
    def test_vulnerable_has_ways_out_and_fixed_has_none_and_an_a(self):
        for example in sorted((ROOT / "examples").iterdir()):
            if not (example / "vulnerable").is_dir():
                continue
            bad = json.loads(wayout("scan", str(example / "vulnerable"), "--format", "json").stdout)
            self.assertTrue([w for w in bad["ways_out"] if w["verdict"] == "proved"], example)
            good = json.loads(wayout("scan", str(example / "fixed"), "--format", "json").stdout)
            self.assertEqual(good["ways_out"], [], example)
            self.assertEqual(good["score"]["grade"], "A", example)


class Baselines(InDirectory):
    def test_known_findings_pass_the_gate_and_new_ones_do_not(self):
        path = self.write("compose.yaml", PRIVILEGED)
        old = self.write("old.json", wayout("scan", path, "--format", "json").stdout)
        self.assertEqual(wayout("scan", path, "--baseline", old, "--fail-on", "new").returncode, 0)
        self.write("compose.yaml", "# moved down\n\n" + PRIVILEGED)
        self.assertEqual(wayout("scan", path, "--baseline", old, "--fail-on", "new").returncode, 0)
        self.write("compose.yaml", PRIVILEGED + "    pid: host\n")
        self.assertEqual(wayout("scan", path, "--baseline", old, "--fail-on", "new").returncode, 1)

    def test_diff(self):
        path = self.write("compose.yaml", PRIVILEGED)
        old = self.write("old.json", wayout("scan", path, "--format", "json").stdout)
        self.write("compose.yaml", PRIVILEGED.replace("    privileged: true\n", ""))
        new = self.write("new.json", wayout("scan", path, "--format", "json").stdout)
        self.assertEqual(wayout("diff", old, old).returncode, 0)
        self.assertEqual(wayout("diff", old, new).returncode, 0)
        self.assertEqual(wayout("diff", new, old).returncode, 1)


class Others(InDirectory):
    def test_query(self):
        path = self.write("compose.yaml", PRIVILEGED)
        done = wayout("query", "SELECT container, line FROM privileged", path, "--format", "csv")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(done.stdout.splitlines()[1].split(",")[1], "5")
        self.assertEqual(wayout("query", "DROP TABLE privileged", path).returncode, 2)

    def test_explain_every_rule(self):
        rules = json.loads(wayout("rules", "list", "--format", "json").stdout)
        self.assertGreater(len(rules), 100)
        for rule in rules:
            done = wayout("explain", rule["id"].lower())
            self.assertEqual(done.returncode, 0, rule["id"])
            self.assertIn("Remedy", done.stdout)
            self.assertNotIn("{?", done.stdout.split("Remedy")[1].split("Example")[0], rule["id"])

    def test_version_help_man_and_completions(self):
        self.assertTrue(wayout("version").stdout.startswith("wayout "))
        self.assertIn("scan TARGET", wayout().stdout)
        self.assertIn(".SH SYNOPSIS", wayout("man").stdout)
        script = wayout("completions", "bash").stdout
        check = subprocess.run(["bash", "-n"], input=script, text=True, check=False)
        self.assertEqual(check.returncode, 0)

    def test_rules_of_the_user(self):
        rules = self.dir / "my-rules"
        rules.mkdir()
        (rules / "MY-TTY.yaml").write_text(
            "id: MY-TTY\ntitle: A terminal\nseverity: low\ncategory: container-boundary\nfamily: config\n"
            "subject: ?c\nsubject_kind: container\nwhen: [tty(?c)]\nremedy: Take it away.\nwhy: Test.\n")
        path = self.write("compose.yaml", "services:\n  web:\n    image: nginx\n    tty: true\n")
        done = wayout("scan", path, "--rules", str(rules), "--format", "json")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("MY-TTY", [f["rule"] for f in json.loads(done.stdout)["findings"]])
        title = (rules / "MY-TTY.yaml").read_text().replace("A terminal", "'A \"terminal\"'")
        (rules / "MY-TTY.yaml").write_text(title)
        listed = json.loads(wayout("rules", "list", "--rules", str(rules), "--format", "json").stdout)
        self.assertIn('A "terminal"', [rule["title"] for rule in listed])
        (rules / "BAD.yaml").write_text("id: BAD\nwhen: [nothing(?c)]\n")
        self.assertIn("BAD.yaml:", wayout("scan", path, "--rules", str(rules)).stderr)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
