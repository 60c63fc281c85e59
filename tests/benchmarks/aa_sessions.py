"""How often ``ckp benchmark`` and ``ckp compare`` call copies different, and find 2 %.

Each session is a benchmark of two variants of one small program, recorded, then compared. In A/A
sessions the variants do the same: ``variable`` tells them apart by a variable that nobody reads
(one binary), ``copies`` by a macro that nobody uses (two binaries). In A/B sessions the second
does 2 % more work. ``--cpu`` keeps all of it on one CPU. What else ran meanwhile is told by the
load average; 5 % is what is stated.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import comb
from pathlib import Path
from typing import Any

from ck_core import Workspace, access

METRICS = ("wall_s", "user_s")
STATED = 0.05
DIFFERENT = frozenset({"faster", "slower"})
SOURCE = """
#include <stdio.h>
#include <stdlib.h>
int main(void) {
  const char *more = getenv("WORK");
  long rounds = more ? atol(more) : 1000;
  unsigned x = 1;
  for (long n = 0; n < 2500 * rounds; n++) { x ^= x << 13; x ^= x >> 17; x ^= x << 5; }
  printf("%u\\n", x);
  return 0;
}
"""


@dataclass(frozen=True, kw_only=True)
class Kind:
    """How two variants are made; ``by`` is the choice that tells them apart."""

    name: str
    alias: str
    by: str
    flags: tuple[str, ...] = ()
    environment: tuple[tuple[str, tuple[str, str]], ...] = ()


VARIABLE = Kind(
    name="A/A variable", alias="variable", by="env.UNUSED", environment=(("UNUSED", ("a", "b")),)
)
COPIES = Kind(
    name="A/A copies", alias="copies", by="flags", flags=("-O2 -DUNUSED=1", "-O2 -DUNUSED=2")
)
WORK = Kind(name="A/B 2 %", alias="work", by="env.WORK", environment=(("WORK", ("1000", "1020")),))


def add_program(home: Path) -> None:
    place = home / "repos" / "local" / "program" / "aa"
    (place / ".cm").mkdir(parents=True)
    command = {"run_time": {"run_cmd_main": "$#BIN_FILE#$"}}
    meta = {
        "tags": ["lang-c"],
        "source_files": ["main.c"],
        "compile_deps": {"compiler": {"tags": "compiler,lang-c"}},
        "run_cmds": {"default": command},
    }
    (place / ".cm" / "meta.json").write_text(json.dumps(meta))
    (place / "main.c").write_text(SOURCE)


def measured(kind: Kind, number: int, repetitions: int) -> str:
    """The experiment that the session became."""
    name = f"{kind.alias}-{number}"
    found = Workspace().benchmark(
        "program:aa",
        compilers=["gcc"],
        flags=kind.flags or ["-O2"],
        environment=dict(kind.environment),
        repetitions=repetitions,
        record=name,
    )
    if found.failure:
        raise found.failure
    return name


def pair(name: str, by: str, metric: str) -> dict[str, Any]:
    """What ``ckp compare --by`` says of the one pair."""
    request = {"action": "compare", "cid": f"experiment:{name}", "by": by, "metric": metric}
    answer = access(request)
    if answer["return"]:
        raise SystemExit(str(answer["error"]))
    (comparison,) = answer["comparisons"]
    (found,) = comparison["pairs"]
    assert found["paired"]
    one: dict[str, Any] = found
    return one


def sessions(kind: Kind, count: int, repetitions: int) -> dict[str, list[str]]:
    """The verdicts, for each metric."""
    verdicts: dict[str, list[str]] = {metric: [] for metric in METRICS}
    for number in range(count):
        name = measured(kind, number, repetitions)
        for metric in METRICS:
            verdicts[metric].append(pair(name, kind.by, metric)["verdict"])
    return verdicts


def at_least(found: int, count: int, rate: float) -> float:
    """The probability of so many or more, where each has this rate."""
    return sum(
        comb(count, one) * rate**one * (1 - rate) ** (count - one)
        for one in range(found, count + 1)
    )


def interval(found: int, count: int) -> tuple[float, float]:
    """95 %, exact (Clopper and Pearson, 1934); good to a thousandth."""
    rates = [one / 1000 for one in range(1001)]
    low = [rate for rate in rates if at_least(found, count, rate) > 0.025]
    high = [rate for rate in rates if 1 - at_least(found + 1, count, rate) > 0.025]
    return low[0], high[-1]


def show(kind: Kind, verdicts: dict[str, list[str]]) -> bool:
    """A row for each metric; whether the stated rate may be true of all."""
    holds = True
    for metric, found in verdicts.items():
        counts = Counter(found)
        different = sum(one in DIFFERENT for one in found)
        share, (low, high) = different / len(found), interval(different, len(found))
        chance = at_least(different, len(found), STATED)
        print(
            f"| {kind.name} | `{metric}` | {len(found)} | {different} | {share:.1%}"
            f" | {low:.1%} to {high:.1%} | {counts['faster']}, {counts['slower']}"
            f" | {'' if kind is WORK else f'{chance:.3g}'} |",
            flush=True,
        )
        holds = holds and (kind is WORK or chance > 0.01)
    return holds


def report(kinds: Sequence[tuple[Kind, int]], repetitions: int) -> bool:
    print(f"load average {os.getloadavg()[0]:.2f}; {repetitions} blocks a session\n")
    print("| sessions | metric | n | different | rate | 95 % interval | faster, slower | p |")
    print("|---|---|---|---|---|---|---|---|", flush=True)
    shown = [show(kind, sessions(kind, count, repetitions)) for kind, count in kinds if count]
    print(f"\nload average {os.getloadavg()[0]:.2f} at the end")
    print(f"A/A rates may be the stated {STATED:.0%} (p > 0.01): {'yes' if all(shown) else 'NO'}")
    return all(shown)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--variable", type=int, default=200, help="A/A sessions of one binary")
    parser.add_argument("--copies", type=int, default=100, help="A/A sessions of two binaries")
    parser.add_argument("--work", type=int, default=50, help="A/B sessions")
    parser.add_argument("--repetitions", type=int, default=20)
    parser.add_argument("--cpu", type=int, help="keep everything on this CPU")
    parser.add_argument("--keep", type=Path, help="an empty directory for the experiments")
    given = parser.parse_args()
    if given.cpu is not None:
        os.sched_setaffinity(0, {given.cpu})
    with tempfile.TemporaryDirectory() as name:
        home = given.keep or Path(name)
        os.environ["CKP_HOME"] = str(home)
        add_program(home)
        began = time.monotonic()
        kinds = [(VARIABLE, given.variable), (COPIES, given.copies), (WORK, given.work)]
        holds = report(kinds, given.repetitions)
        print(f"{time.monotonic() - began:.0f} s")
    return 0 if holds else 1


if __name__ == "__main__":
    sys.exit(main())
