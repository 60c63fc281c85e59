"""Measures inside a job: a script run as ``python3 -I -S inside.py ENTRIES PACK NUMBER``.

ENTRIES is a JSON list of directories, of which those from PACK * NUMBER on are this job's, PACK of
them, one after the other. In each, ``job.json`` is what the measuring process is asked;
``answers.jsonl`` appears when all has been answered, and not before. Standard library only: here
runs whatever Python the node has.
"""

from __future__ import annotations

import json
import os
import platform
import shutil
import subprocess
import sys
import time
from pathlib import Path

TYPE_CHECKING = False  # typing itself would cost start-up time
if TYPE_CHECKING:
    from typing import Any

ASKED, ANSWERS, NODE = "job.json", "answers.jsonl", "node.json"
MANAGERS = ("SLURM", "FLUX", "PMI", "MUNGE")
"""Beginnings of variables by which what starts ranks finds its manager."""


def main(entries_file: str, pack: int, number: int) -> int:
    """The job's exit status: 0 where all has been answered."""
    entries = json.loads(Path(entries_file).read_text(encoding="utf-8"))
    statuses = [measured(Path(entry)) for entry in entries[pack * number : pack * (number + 1)]]
    return max(statuses, default=0)


def measured(entry: Path) -> int:
    """1, and why on stderr, where it could not be: others of this job shall be."""
    try:
        return measure(entry)
    except (OSError, ValueError) as error:
        sys.stderr.write(f"{entry}: {error}\n")
        return 1


def measure(entry: Path) -> int:
    asked = json.loads((entry / ASKED).read_text(encoding="utf-8"))
    write(entry / NODE, json.dumps(node()))
    question = dict(asked["question"])
    question["environment"] = {**of_manager(), **question["environment"]}
    question["arguments"] = [found(question), *question["arguments"][1:]]
    question["key"] = json.dumps([question["arguments"], question["directory"]])
    partial = entry / f"{ANSWERS}.part"
    with partial.open("w", encoding="utf-8") as answers:
        done = subprocess.run(
            [sys.executable, "-I", "-S", asked["measured_by"]],
            input=json.dumps(question) + "\n",
            text=True,
            stdout=answers,
            check=False,
            env={"PATH": os.environ.get("PATH", os.defpath)},  # a program can read its parent's
        )
        answers.flush()
        os.fsync(answers.fileno())
    if partial.stat().st_size or not done.returncode:
        partial.replace(entry / ANSWERS)
    return int(done.returncode != 0)


def found(question: dict[str, Any]) -> str:
    """What a bare name means on this node: the measuring process starts paths only."""
    name: str = question["arguments"][0]
    path = question["environment"].get("PATH", os.defpath)
    return name if os.sep in name else shutil.which(name, path=path) or name


def of_manager() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name.startswith(MANAGERS)}


def node() -> dict[str, Any]:
    """Of the first node of the job; its clock may be another than the submitter's."""
    return {
        "node": platform.node(),
        "kernel": platform.release(),
        "architecture": platform.machine(),
        "cpu": cpu_model(),
        "clock": time.time(),
    }


def cpu_model() -> str:
    try:
        text = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
    names = [line for line in text.splitlines() if line.startswith("model name")]
    return names[0].partition(":")[2].strip() if names else ""


def write(path: Path, text: str) -> None:
    partial = path.with_name(f"{path.name}.part")
    partial.write_text(text, encoding="utf-8")
    partial.replace(path)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))
