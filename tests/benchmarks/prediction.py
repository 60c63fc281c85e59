"""What predictions are worth: each program's configuration from the others' searches alone.

Every program is searched once, from scratch, so that no search has seen what another found. Then
each model predicts for each program; what is recorded of the program itself it never sees. Answers
are kept in a directory: what is there is not measured again. Gains are over -O3.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from math import exp, log
from pathlib import Path
from typing import Any

PROGRAMS = "fft,image-corners,jpeg-dct,lz,matmul,sha256,sort,string-search"
MODELS = "nearest,tree,svm,forest"


def answer(file: Path, *options: str) -> dict[str, Any]:
    """Of ``ckp autotune``, as JSON; from the file where it is there."""
    if not file.is_file():
        command = [sys.executable, "-m", "ck_core", "autotune", *options, "--json"]
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
        file.write_text(done.stdout, encoding="utf-8")
    found: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return found


def gain(found: dict[str, Any]) -> dict[str, Any]:
    """Over the program as it is, which is -O3."""
    return next(one for one in found["gains"] if one["over"] == "as it is")


def shown(one: dict[str, Any]) -> str:
    mark = {"faster": "+", "slower": "-"}.get(one["verdict"], " ")
    return f"{one['estimate']:.3f}{mark}"


def mean(gains: Sequence[float]) -> float:
    return exp(sum(map(log, gains)) / len(gains))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("directory", type=Path, help="where answers are kept")
    parser.add_argument("--programs", default=PROGRAMS)
    parser.add_argument("--models", default=MODELS)
    parser.add_argument("--compiler", default="gcc@12")
    parser.add_argument("--evaluations", default=12, type=int)
    parser.add_argument("--finals", default=6, type=int)
    given = parser.parse_args()
    given.directory.mkdir(parents=True, exist_ok=True)
    programs, models = given.programs.split(","), given.models.split(",")
    common = [f"--compiler={given.compiler}", f"--finals={given.finals}", "--seed=1", "--quiet"]
    budget = [f"--evaluations={given.evaluations}", "--no-reduction", "--from-scratch"]
    columns: dict[str, list[dict[str, Any]]] = {"search": []}
    for one in programs:
        file = given.directory / f"{one}.search.json"
        columns["search"].append(gain(answer(file, f"program:{one}", *common, *budget)))
    for model in models:
        columns[model] = [
            gain(
                answer(
                    given.directory / f"{one}.{model}.json",
                    *(f"program:{one}", *common, "--predict", f"--model={model}"),
                )
            )
            for one in programs
        ]
    print("load average", " ".join(f"{one:.2f}" for one in os.getloadavg()))
    print(f"{'':16}" + "".join(f"{name:>10}" for name in columns))
    for at, one in enumerate(programs):
        print(f"{one:16}" + "".join(f"{shown(column[at]):>10}" for column in columns.values()))
    means = (mean([one["estimate"] for one in column]) for column in columns.values())
    print(f"{'geometric mean':16}" + "".join(f"{one:>9.3f} " for one in means))


if __name__ == "__main__":
    main()
