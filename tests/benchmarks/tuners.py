"""ckp's strategies, OpenTuner, Optuna and random search on the shipped programs.

All search the same flags and are built and measured by the same code, one program at a time. After
50 and after 200 evaluations the best configuration so far is taken; both are measured again beside
-O3 in random blocks. What is done is kept in ``--results``; calling it again goes on. The
objective is the time on the core, which others on the machine disturb least.

python tests/benchmarks/tuners.py run --results FILE [--programs a,b] [--strategies x,y]
    [--seeds 1,2,3] [--opentuner PYTHON] [--objective cpu_s] [--allow-inexact]
python tests/benchmarks/tuners.py table --results FILE
"""

from __future__ import annotations

import argparse
import json
import math
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from statistics import geometric_mean, mean, median
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from benchmarks.peers.opentuner_strategy import OpenTuner
from benchmarks.peers.plain_optuna import PlainOptuna
from ck_core.analysis.comparison import compare
from ck_core.context import Context, SilentReporter
from ck_core.domain.build import Level
from ck_core.domain.cid import Cid
from ck_core.domain.names import new_uid
from ck_core.domain.options import BuildOptions, RecordOptions, RunOptions
from ck_core.domain.repeat_variable import REPEAT_VARIABLE
from ck_core.domain.tuning.objective import Objective
from ck_core.domain.tuning.options import Budget, Care, TuningOptions
from ck_core.domain.tuning.parameter import Configuration
from ck_core.domain.tuning.strategy import Problem, Strategy
from ck_core.errors import ComponentNotFoundError
from ck_core.experiments.measuring.features import features_of
from ck_core.experiments.recording.point_making import SessionFacts
from ck_core.experiments.recording.recording import Recorder
from ck_core.store import editing
from ck_core.system.machine import detect_machine
from ck_core.system.measuring import measuring_session
from ck_core.tuning.candidates import Candidate
from ck_core.tuning.finals import compared, measured_beside
from ck_core.tuning.journal import Journal
from ck_core.tuning.memory import Finding, Memory
from ck_core.tuning.plan import Plan, planned
from ck_core.tuning.search import Search
from ck_core.tuning.workshop import Workshop

PROGRAMS = (
    "csv-parse,dijkstra,fft,image-corners,jacobi,jpeg-dct,lz,matmul,nbody,sha256,sort,string-search"
)
REPETITIONS = 100
SHORTER = 16
"""So many times fewer repetitions of each kernel than usual: a run takes some 20 ms.

Noise of a run is as large a part of a long one as of a short one, of which there can be more.
"""
OPENTUNER, PLAIN_OPTUNA = "opentuner", "plain-optuna-tpe"
PEERS = (OPENTUNER, PLAIN_OPTUNA)


@dataclass(frozen=True, kw_only=True)
class Row:
    """One search.

    Attributes:
        gains: over -O3 after each budget, measured again.
        bests: of each that was the best so far, the second of the search and its gain by the
            search's own runs.
        evaluations: that the search came to.
        spent_s: of the search; built_s and ran_s of it were compilers and programs at work.
    """

    program: str
    strategy: str
    seed: int
    gains: dict[str, float]
    bests: list[tuple[float, float]]
    evaluations: int
    failed: int
    spent_s: float
    built_s: float
    ran_s: float

    @property
    def overhead_s(self) -> float:
        return (self.spent_s - self.built_s - self.ran_s) / self.evaluations

    def gain_within(self, limit_s: float) -> float:
        return max((gain for spent_s, gain in self.bests if spent_s <= limit_s), default=1.0)


class Bests:
    """Told of each trial when it has ended."""

    def __init__(self) -> None:
        self.found: list[tuple[float, float]] = []
        self._began = time.perf_counter()

    def told(self, memory: Memory) -> None:
        best = memory.best
        if best and best is memory.findings[-1]:
            gain = memory.findings[0].trial.cost / best.trial.cost
            self.found.append((time.perf_counter() - self._began, gain))


@dataclass
class Clocks:
    """What compilers and programs took: builds are one at a time here."""

    built_s: float = 0.0
    ran_s: float = 0.0


class TimedJournal(Journal):
    """Adds up what each trial's programs took."""

    clocks: Clocks

    def trial(self, candidate, *rest):  # type: ignore[no-untyped-def]
        self.clocks.ran_s += ran_s(candidate)
        return super().trial(candidate, *rest)


class TimedWorkshop(Workshop):
    """Adds up what compilers took, for what candidates run in turn with, too."""

    clocks: Clocks

    def built(self, configurations: Sequence[Configuration]) -> list[Candidate]:
        found = super().built(configurations)
        self.clocks.built_s += sum(one.build_s for one in found)
        return found


def ran_s(candidate: Candidate) -> float:
    """Of all its runs and those in turn with it, of which only times on the core are known."""
    runs = candidate.series.repetitions
    own_s = sum(one.wall_s for one in runs)
    if not candidate.beside:
        return own_s
    others = (*candidate.beside.values, *candidate.beside.as_it_is)
    return own_s + sum(others) * own_s / sum(one.cpu_s or one.wall_s for one in runs)


def shorter(program: str, context: Context) -> Cid:
    """A copy, so that runs which make a profile are shorter too."""
    copied = Cid("program", f"short-{program}")
    with suppress(ComponentNotFoundError):
        context.store.get(copied)
        return copied
    component = context.store.get(Cid("program", program))
    editing.update(editing.copy(component, context.local, "program", copied.name), less_repeated)
    return copied


def less_repeated(meta: Mapping[str, Any]) -> Mapping[str, Any]:
    variables = meta["run_vars"]
    count = max(1, int(variables[REPEAT_VARIABLE]) // SHORTER)
    return {**meta, "run_vars": {**variables, REPEAT_VARIABLE: str(count)}}


def options_of(
    program: str, strategy: str, seed: int, given: argparse.Namespace, context: Context
) -> TuningOptions:
    build = BuildOptions(
        program=shorter(program, context), compiler=given.compiler, level=Level.DEFAULT
    )
    return TuningOptions(
        run=RunOptions(build=build),
        groups=("flags",),
        strategy="random" if strategy in PEERS else strategy,
        objectives=(Objective(metric=given.objective),),
        budget=Budget(evaluations=max(given.budgets)),
        allow_inexact=given.allow_inexact,
        care=Care(builds=1, repetitions=5),
        seed=seed,
        record=RecordOptions(experiment=Cid("experiment", f"tuners-{program}-{strategy}-{seed}")),
        from_scratch=True,
    )


def search_of(
    options: TuningOptions, plan: Plan, context: Context
) -> Iterator[tuple[Search, Clocks]]:
    with measuring_session() as launcher:
        workshop = TimedWorkshop.opened(options, plan.space, context, launcher)
        journal = TimedJournal(
            uid=new_uid(),
            strategy=options.strategy,
            facts=SessionFacts(
                uid="", seed=options.seed or 0, features=features_of(detect_machine())
            ),
            contexts=workshop.contexts,
            recorder=Recorder.of(options.record, context),
        )
        assert isinstance(workshop, TimedWorkshop)
        journal.clocks = workshop.clocks = Clocks()
        yield Search(options, plan, workshop, journal), journal.clocks


def measured(program: str, strategy: str, seed: int, given: argparse.Namespace) -> Row:
    context = Context(SilentReporter())
    options = options_of(program, strategy, seed, given, context)
    plan = planned(options, context)
    if strategy in PEERS:
        problem = Problem(space=plan.space, seed=seed, evaluations=max(given.budgets))
        plan = replace(plan, strategy=peer(strategy, problem, given))
    for search, clocks in search_of(options, plan, context):
        began, bests = time.perf_counter(), Bests()
        search.run(bests.told)
        spent_s = time.perf_counter() - began
        findings = search.memory.findings
        return Row(
            program=program,
            strategy=strategy,
            seed=seed,
            gains=gains_of(search, given.budgets),
            bests=bests.found,
            evaluations=len(findings),
            failed=sum(bool(one.trial.failure) for one in findings),
            spent_s=spent_s,
            built_s=clocks.built_s,
            ran_s=clocks.ran_s,
        )
    raise AssertionError


def peer(name: str, problem: Problem, given: argparse.Namespace) -> Strategy:
    return OpenTuner(problem, given.opentuner) if name == OPENTUNER else PlainOptuna(problem)


def gains_of(search: Search, budgets: Sequence[int]) -> dict[str, float]:
    """Of what was the best after each budget; of the same one only once."""
    findings = search.memory.findings
    best = {str(count): best_of(findings[:count]) for count in budgets}
    different = {str(dict(one)): one for one in best.values() if one}
    roles = {f"best {at}": one for at, one in enumerate(different.values())}
    finalists = measured_beside({"-O3": {}, **roles}, REPETITIONS, search.workshop, search.journal)
    found = {str({}): 1.0}
    objective = search.options.objectives[0]
    for one in finalists[1:]:
        effect = None if one.failed else compared(one, finalists[0], objective).comparison.effect
        found[str(dict(one.configuration))] = effect.estimate if effect else math.nan
    return {count: found[str(dict(one))] for count, one in best.items()}


def best_of(findings: Sequence[Finding]) -> Configuration:
    memory = Memory()
    for one in findings:
        memory.add(one)
    assert memory.best is not None
    return memory.best.trial.configuration


def run(given: argparse.Namespace) -> None:
    done = {(one.program, one.strategy, one.seed) for one in rows_in(given.results)}
    for seed in map(int, given.seeds.split(",")):
        for program in given.programs.split(","):
            for strategy in given.strategies.split(","):
                if (program, strategy, seed) in done:
                    continue
                row = measured(program, strategy, seed, given)
                with given.results.open("a", encoding="utf-8") as file:
                    file.write(json.dumps(asdict(row)) + "\n")
                print(program, strategy, seed, row.gains, f"{row.spent_s:.0f} s", flush=True)


def rows_in(results: Path) -> list[Row]:
    if not results.exists():
        return []
    return [Row(**json.loads(line)) for line in results.read_text(encoding="utf-8").splitlines()]


def table(given: argparse.Namespace) -> None:
    """Only searches of programs and seeds that every strategy has done.

    The same time is for each of these searches what the quickest strategy took for all of its
    evaluations; these gains are not measured again, so that they are those of lucky runs.
    """
    by_strategy = common_rows(rows_in(given.results))
    searches = next(iter(by_strategy.values()))
    limits = [min(one.spent_s for one in same) for same in zip(*by_strategy.values(), strict=True)]
    programs = sorted({one.program for one in searches})
    print(f"{len(searches)} searches each: {', '.join(programs)}\n")
    gained = (*(f"gain at {count}" for count in given.budgets), "in the same time, own runs")
    head = ("strategy", *gained, "evaluations a minute", "overhead, ms", "failed")
    print_row(head)
    print_row(["---"] * len(head))
    for strategy, rows in by_strategy.items():
        print_row([f"`{strategy}`", *cells_of(rows, limits, given.budgets)])
    print()
    print_duels(by_strategy, given)


def common_rows(rows: Sequence[Row]) -> dict[str, list[Row]]:
    """By strategy, in the same order of programs and seeds."""
    by_strategy: dict[str, dict[tuple[str, int], Row]] = {}
    for one in rows:
        by_strategy.setdefault(one.strategy, {})[one.program, one.seed] = one
    common = sorted(set.intersection(*(set(one) for one in by_strategy.values())))
    return {name: [own[one] for one in common] for name, own in sorted(by_strategy.items())}


def cells_of(rows: Sequence[Row], limits: Sequence[float], budgets: Sequence[int]) -> Iterator[str]:
    for count in budgets:
        yield f"{geometric_mean([one.gains[str(count)] for one in rows]):.3f}"
    timed = [one.gain_within(limit_s) for one, limit_s in zip(rows, limits, strict=True)]
    yield f"{geometric_mean(timed):.3f}"
    yield f"{median(60 * one.evaluations / one.spent_s for one in rows):.0f}"
    yield f"{median(1000 * one.overhead_s for one in rows):.0f}"
    yield f"{mean(one.failed / one.evaluations for one in rows):.0%}"


def print_duels(by_strategy: dict[str, list[Row]], given: argparse.Namespace) -> None:
    """How many times better the first of ``--strategies`` is than each other, by paired gains."""
    ours, *others = [one for one in given.strategies.split(",") if one in by_strategy]
    print_row([f"`{ours}` over", *(f"at {count}" for count in given.budgets)])
    print_row(["---"] * (1 + len(given.budgets)))
    for one in others:
        ratios = [duel(by_strategy[ours], by_strategy[one], count) for count in given.budgets]
        print_row([f"`{one}`", *ratios])


def duel(ours: Sequence[Row], theirs: Sequence[Row], count: int) -> str:
    """With its interval; of variants' times over those of -O3, as smaller is better."""
    own, other = ([1 / one.gains[str(count)] for one in rows] for rows in (ours, theirs))
    effect = compare(own, other, paired=True).effect
    return f"{effect.estimate:.3f} [{effect.low:.3f}, {effect.high:.3f}]" if effect else "nothing"


def print_row(cells: Sequence[str]) -> None:
    print(f"| {' | '.join(cells)} |")


def counts(text: str) -> tuple[int, ...]:
    return tuple(map(int, text.split(",")))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("action", choices=("run", "table"))
    parser.add_argument("--results", type=Path, required=True)
    parser.add_argument("--programs", default=PROGRAMS)
    parser.add_argument("--strategies", default="screening,plain-optuna-tpe,opentuner,random")
    parser.add_argument("--seeds", default="1,2,3")
    parser.add_argument("--budgets", type=counts, default=(50, 200))
    parser.add_argument("--compiler", default="gcc@12")
    parser.add_argument("--objective", default="cpu_s")
    parser.add_argument("--allow-inexact", action="store_true")
    parser.add_argument("--opentuner", default=sys.executable, help="Python that has OpenTuner")
    given = parser.parse_args()
    (run if given.action == "run" else table)(given)


if __name__ == "__main__":
    main()
