#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Checks the direction of includes between the folders of src/, and that a third-party header is
included by the one folder that owns it. The tables below are the architecture; see ARCHITECTURE.md."""
import pathlib
import re
import sys

# folder -> folders it may include besides itself
MAY_INCLUDE = {
    "base": set(),
    "text": {"base"},
    "fact": {"base"},
    "deploy": {"base", "text", "fact"},
    "reason": {"base", "text", "fact"},
    "finding": {"base", "text", "fact", "reason"},
    "report": {"base", "fact", "reason", "finding"},
    "app": {"base", "text", "fact", "deploy", "reason", "finding", "report"},
}
# third-party header prefix -> owning folder
OWNER = {"yaml.h": "text", "coin/": "reason", "sqlite3.h": "app", "CLI/": "app", "tl/": "base"}

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')


def complaints(root):
    for path in sorted((root / "src").rglob("*.[hc]pp")):
        folder = path.relative_to(root / "src").parts[0]
        if folder not in MAY_INCLUDE:
            yield f"{path}: folder '{folder}' is not in the table of .ci/check_includes.py"
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            match = INCLUDE.match(line)
            if not match:
                continue
            header = match.group(2)
            for prefix, owner in OWNER.items():
                if header.startswith(prefix) and folder != owner:
                    yield f"{path}:{number}: {header} belongs to src/{owner} alone"
            target = header.split("/")[0]
            if match.group(1) == '"' and target in MAY_INCLUDE:
                if target != folder and target not in MAY_INCLUDE[folder]:
                    yield f"{path}:{number}: src/{folder} must not include src/{target}"


def main():
    root = pathlib.Path(__file__).resolve().parent.parent
    found = list(complaints(root))
    for complaint in found:
        print(complaint)
    print(f"include check: {len(found)} complaints")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
