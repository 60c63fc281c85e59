"""Calls the functions of a component's script that CK calls; a script of its own process.

Run as ``python -B ck_script_child.py JOB`` with any Python 3.8 or newer: standard library only.
The answer is written to a file, because the script may print.
"""

from __future__ import annotations

import json
import runpy
import subprocess
import sys
from pathlib import Path
from typing import Any, NoReturn

_ASKING = "import json, sys, ck_core; json.dump(ck_core.access(json.load(sys.stdin)), sys.stdout)"


class Kernel:
    """The functions of CK's kernel that such scripts use; each answers CK's way."""

    def __init__(self, ckp: str) -> None:
        self._ckp = ckp

    def __getattr__(self, name: str) -> NoReturn:
        raise AttributeError(f"ckp has no '{name}' of CK's kernel")

    def out(self, text: object) -> None:
        sys.stdout.write(f"{text}\n")

    def eout(self, text: object) -> None:
        sys.stderr.write(f"{text}\n")

    def load_text_file(self, i: dict[str, Any]) -> dict[str, Any]:
        text = Path(i["text_file"]).read_text(encoding=i.get("encoding") or "utf-8")
        lines = {"lst": text.splitlines()} if i.get("split_to_list") == "yes" else {}
        return {"return": 0, "string": text, **lines}

    def save_text_file(self, i: dict[str, Any]) -> dict[str, Any]:
        Path(i["text_file"]).write_text(i["string"], encoding="utf-8")
        return {"return": 0}

    def load_json_file(self, i: dict[str, Any]) -> dict[str, Any]:
        return {"return": 0, "dict": json.loads(Path(i["json_file"]).read_text(encoding="utf-8"))}

    def save_json_to_file(self, i: dict[str, Any]) -> dict[str, Any]:
        text = json.dumps(i["dict"], indent=2, sort_keys=i.get("sort_keys") == "yes")
        Path(i["json_file"]).write_text(text, encoding="utf-8")
        return {"return": 0}

    def merge_dicts(self, i: dict[str, Any]) -> dict[str, Any]:
        merge(i["dict1"], i["dict2"])
        return {"return": 0, "dict1": i["dict1"]}

    def access(self, i: dict[str, Any]) -> dict[str, Any]:
        """CK's own comparison of numbers here; the rest is asked of ckp."""
        if i.get("action") == "check_numerical":
            return self._check_numerical(i)
        asked = subprocess.run(
            [self._ckp, "-c", _ASKING],
            input=json.dumps(i).encode(),
            stdout=subprocess.PIPE,
            check=False,
        )
        if asked.returncode:
            return {"return": 1, "error": f"ckp could not be asked for {i.get('action')}"}
        answer: dict[str, Any] = json.loads(asked.stdout.decode())
        return answer

    def _check_numerical(self, i: dict[str, Any]) -> dict[str, Any]:
        """Two lists of numbers, within ``abs_threshold``."""
        found, expected = (
            self.load_json_file({"json_file": i[name]})["dict"] for name in ("file1", "file2")
        )
        limit = float(i.get("abs_threshold") or 0)
        if len(found) != len(expected):
            reason = f"different length ({len(found)}, expected {len(expected)})"
            return {"return": 0, "failed": True, "fail_reason": reason}
        pairs = ((n, one, expected[n]) for n, one in enumerate(found))
        wrong = [f"{n}) {one} vs {right}" for n, one, right in pairs if abs(one - right) > limit]
        return {"return": 0, "failed": bool(wrong), "fail_reason": "\n".join(wrong)}


def merge(one: dict[str, Any], other: dict[str, Any]) -> None:
    for key, value in other.items():
        if isinstance(value, dict) and isinstance(one.get(key), dict):
            merge(one[key], value)
        else:
            one[key] = value


def main() -> None:
    job = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    try:
        answer = answered(job)
    except BaseException as problem:  # noqa: BLE001  # whatever the script does is an answer
        answer = {"error": f"{type(problem).__name__}: {problem}"}
    text = json.dumps(answer, default=str)
    Path(job["answer_file"]).write_text(text, encoding="utf-8")


def answered(job: dict[str, Any]) -> dict[str, Any]:
    """Of the functions that the script has: what they answer."""
    sys.path.insert(0, str(Path(job["script"]).parent))
    code = runpy.run_path(job["script"], run_name="ck_script")
    given = {**job["input"], "ck_kernel": Kernel(job["ckp"])}
    answer: dict[str, Any] = {"checks": {}}
    if job["function"] in code:
        answer["called"] = code[job["function"]](given)
    elif job["must_have"]:
        raise LookupError(f"it has no function {job['function']}")
    if "ck_check_output" in code:
        for name, (found, reference) in job["compared"].items():
            compared = {**given, "file1": found, "file2": reference}
            answer["checks"][name] = code["ck_check_output"](compared)
    return answer


if __name__ == "__main__":
    main()
