"""Programs whose points are recorded, and replays of them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from ck_core.testing.fixtures import AddComponent, Ckp
from programs.kit import shell

EXPERIMENT = "experiment:of-test"
FEW = ("--repeat=4", "--warmup=0", "--no-calibration")


def recorded(ckp: Ckp, program: str = "program:it", *options: str, **environment: str) -> str:
    """The UID of the point that one variant of a program became."""
    record = ("--record", "--record-uoa=of-test", "--json")
    done = ckp("benchmark", program, *FEW, *record, *options, **environment)
    assert done.returncode == 0, done.stderr
    return str(points(ckp)[-1]["uid"])


def points_file(ckp: Ckp) -> Path:
    done = ckp("find", EXPERIMENT)
    return Path(done.stdout.strip()) / "points.jsonl"


def points(ckp: Ckp) -> list[dict[str, Any]]:
    return [json.loads(line) for line in points_file(ckp).read_text().splitlines()]


def change_point(ckp: Ckp, change: dict[str, dict[str, Any]]) -> None:
    """Of the last point, as if it had been recorded elsewhere."""
    found = points(ckp)
    for group, values in change.items():
        found[-1][group] = {**found[-1].get(group, {}), **values}
    points_file(ckp).write_text("".join(json.dumps(one) + "\n" for one in found))


def replayed(
    ckp: Ckp, code: int, *options: str, metrics: str = "correct", **environment: str
) -> dict[str, Any]:
    """What a replay says; times are left out unless a test asks for them: others are at work."""
    chosen = (f"--metrics={metrics}",) if metrics else ()
    words = ("--json", "--warmup=0", *chosen, *options)
    done = ckp("replay", EXPERIMENT, *words, **environment)
    assert done.returncode == code, done.stdout + done.stderr
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def only(answer: dict[str, Any]) -> dict[str, Any]:
    (point,) = answer["points"]
    assert point["verdict"] == answer["verdict"]
    found: dict[str, Any] = point
    return found


def verdicts(point: dict[str, Any]) -> dict[str, str]:
    return {one["metric"]: one["verdict"] for one in point["metrics"]}


def names(point: dict[str, Any]) -> list[str]:
    """Of what differs, the likeliest cause first."""
    return [one["name"] for one in point["differences"]]


def add_program(
    add_component: AddComponent,
    ckp: Ckp,
    script: str = "echo same",
    *,
    keys: dict[str, Any] | None = None,
    **run_time: Any,
) -> Path:
    """A script with a reference, which takes no compiler."""
    meta = {**shell("sh ../run.sh", **run_time), **(keys or {})}
    path = add_component("program", "it", meta, {"run.sh": f"{script}\n"})
    done = ckp("run", "program:it", "--repeat=1", "--warmup=0", "--record-reference")
    assert done.returncode == 0, done.stderr
    return path
