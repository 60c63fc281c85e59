"""Finds values that change results though they are offered without --allow-inexact.

Random configurations of what a search may vary are built; what each prints must equal, byte by
byte, what the program prints at -O1 without fused operations. Where it does not, the configuration
is reduced to the fewest values that make the difference. Those found alone are left out from then
on, so that they hide no others. ``--always`` passes words to each build, such as
``-march=native -ffp-contract=off``. Profiles (--pgo) are not tried.

python tests/benchmarks/exactness.py --compiler gcc@12 [--configurations 100] [--values 30]
    [--programs kernels-double,fft] [--always WORDS] [--seed 1]
"""

from __future__ import annotations

import argparse
import json
import os
import shlex
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

from ck_core.context import Context, SilentReporter
from ck_core.domain.build import Level
from ck_core.domain.cid import Cid
from ck_core.domain.component import Component
from ck_core.domain.options import BuildOptions, RunOptions
from ck_core.domain.query import Query
from ck_core.domain.tuning.options import TuningOptions
from ck_core.domain.tuning.parameter import Parameter, Place
from ck_core.pipeline import tuning_session
from ck_core.tuning.spaces import space_of

KERNELS = Path(__file__).with_name("exactness_kernels.c")
TYPES = {"kernels-float": "float", "kernels-double": "double", "kernels-long": "long double"}
PROGRAMS = (
    *(*TYPES, "fft", "matmul", "jacobi", "nbody"),
    *("sort", "csv-parse", "dijkstra", "lz", "jpeg-dct", "image-corners", "sha256"),
    "string-search",
)
PLAIN = ("-O1", "-ffp-contract=off")
FAILED = "! build"
LIMIT_S = 120
"""A compiler that takes longer, or a program, has failed."""


@dataclass
class Subject:
    """A program and its compiler.

    Attributes:
        command: all of a build but flags and the binary's name.
        runs: arguments, each of one run.
    """

    name: str
    command: Sequence[str]
    after: Sequence[str]
    runs: Sequence[Sequence[str]]
    parameters: Sequence[Parameter]
    directory: Path
    builds: int = 0
    known: dict[tuple[str, ...], str] = field(default_factory=dict)

    def printed(self, flags: Sequence[str]) -> str:
        """What all its runs print; how it failed, where it does, begins with ``!``."""
        key = tuple(sorted(flags))
        if key not in self.known:
            self.known[key] = self._built_and_run(flags)
        return self.known[key]

    def _built_and_run(self, flags: Sequence[str]) -> str:
        self.builds += 1
        words = [word for one in flags for word in shlex.split(one)]
        binary = self.directory / "a.out"
        binary.unlink(missing_ok=True)
        built = self._called([*self.command, *words, *self.after, "-o", str(binary)])
        if built.startswith("!") or not binary.exists():
            return FAILED
        return "".join(self._called([str(binary), *one]) for one in self.runs)

    def _called(self, command: Sequence[str]) -> str:
        try:
            done = subprocess.run(
                command, capture_output=True, cwd=self.directory, timeout=LIMIT_S, check=False
            )
        except subprocess.TimeoutExpired:
            return "! time"
        return f"! status {done.returncode}" if done.returncode else done.stdout.decode("latin-1")


def subject_of(name: str, given: argparse.Namespace, directory: Path) -> Subject:
    context = Context(SilentReporter())
    program = Cid("program", "fft" if name in TYPES else name)
    build = BuildOptions(program=program, compiler=given.compiler, level=Level.DEFAULT)
    options = TuningOptions(run=RunOptions(build=build), groups=("flags",))
    session = tuning_session(options.run, context, options.groups)
    meta = content_of(session.program.component)
    compiler = session.program.compiler_of(session.resolved)
    assert compiler is not None
    root = session.program.component.path
    sources = [KERNELS] if name in TYPES else [root / one for one in meta["source_files"]]
    return Subject(
        name=name,
        command=[*shlex.split(compiler.environment[meta["compiler_env"]]), "-w", *given.always],
        after=[f"-DREAL={TYPES.get(name)}", *map(str, sources), "-lm"],
        runs=[[]] if name in TYPES else [*runs_of(meta, context)],
        parameters=[*offered(space_of(session, options).parameters)],
        directory=directory,
    )


def content_of(component: Component) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(component.meta_file.read_text(encoding="utf-8"))
    return found


def runs_of(meta: Mapping[str, Any], context: Context) -> Iterator[Sequence[str]]:
    for command in meta["run_cmds"].values():
        words = command["run_time"]["run_cmd_main"].split()[1:]
        tags = frozenset(command["dataset_tags"])
        for data in context.store.search(Query(cid=Cid("dataset"), tags=tags)):
            files = content_of(data)["dataset_files"]
            yield [filled(one, data.path, files) for one in words]


def filled(word: str, path: Path, files: Sequence[str]) -> str:
    word = word.replace("$#dataset_path#$", f"{path}{os.sep}")
    word = word.replace("$#dataset_filename#$", files[0])
    return word.replace("$#dataset_filename_1#$", files[-1])


def offered(parameters: Sequence[Parameter]) -> Iterator[Parameter]:
    """Not -march, by which compilers fuse operations unless told otherwise."""
    yield from (one for one in parameters if one.place is Place.FLAG and one.name != "-march")


def fewest(flags: Sequence[str], differs: Callable[[Sequence[str]], bool]) -> list[str]:
    """A. Zeller, R. Hildebrandt, Simplifying and Isolating Failure-Inducing Input, 2002."""
    left, parts = list(flags), 2
    while left:
        size = max(-(-len(left) // parts), 1)
        pieces = (left[:at] + left[at + size :] for at in range(0, len(left), size))
        smaller = next((one for one in pieces if differs(one)), None)
        if smaller is not None:
            left, parts = smaller, max(parts - 1, 2)
        elif size == 1:
            break
        else:
            parts *= 2
    return left


def checked(subject: Subject, given: argparse.Namespace) -> None:
    expected = subject.printed(PLAIN)
    assert not expected.startswith("!"), (subject.name, expected)
    source = Random(f"{given.seed} {subject.name}")
    guilty: set[str] = set()
    failed = 0
    for number in range(given.configurations):
        level, *rest = drawn(subject.parameters, given.values, number, source)
        flags = [one for one in rest if one not in guilty]
        found = subject.printed([level, *flags])
        failed += found == FAILED
        if found not in (FAILED, expected):
            least = fewest(flags, partial(differs, subject, level, expected))
            guilty |= {*least} if len(least) == 1 else set()
            report(subject, [level, *least], expected)
    print(f"{subject.name}: {subject.builds} builds, {failed} of the configurations fail to build")
    sys.stdout.flush()


def drawn(parameters: Sequence[Parameter], count: int, number: int, source: Random) -> list[str]:
    """A level first: -O3, in each fourth any; the first has that alone, each fourth half of all."""
    (level,) = (one for one in parameters if one.name == "-O")
    others = [one for one in parameters if one is not level]
    first = source.choice(level.values) if number % 4 == 1 else level.default
    count = min(count, len(others)) if number % 4 else len(others) // 2 * bool(number)
    return [first, *(source.choice(one.others) for one in source.sample(others, count))]


def differs(subject: Subject, level: str, expected: str, flags: Sequence[str]) -> bool:
    return subject.printed([level, *flags]) not in (FAILED, expected)


def report(subject: Subject, flags: Sequence[str], expected: str) -> None:
    lines = zip(expected.splitlines(), subject.printed(flags).splitlines(), strict=False)
    first = next((f"{a:.60} -> {b:.60}" for a, b in lines if a != b), "length")
    print(f"{subject.name}: {' '.join(flags)}: {first}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--compiler", required=True)
    parser.add_argument("--programs", default=",".join(PROGRAMS))
    parser.add_argument("--configurations", type=int, default=100)
    parser.add_argument("--values", type=int, default=30)
    parser.add_argument("--always", type=shlex.split, default=[])
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    for name in given.programs.split(","):
        with TemporaryDirectory(prefix="ckp-exactness-") as directory:
            checked(subject_of(name, given, Path(directory)), given)


if __name__ == "__main__":
    main()
