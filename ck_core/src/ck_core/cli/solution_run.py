"""ckp run solution:NAME: its commands, one after the other, in a directory for the results."""

from __future__ import annotations

import os
import shlex
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext, redirect_stdout
from contextvars import ContextVar
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource

from ck_core.cli.console import print_json, printable
from ck_core.context import Context
from ck_core.domain.cid import Cid
from ck_core.domain.solution import FROM_STEP, OUTPUT, Solution, Step, parse_solution
from ck_core.errors import CkpError, UsageError
from ck_core.system.files import storage_errors

_INSIDE = ContextVar("inside a solution", default=False)
_COMMON = frozenset({"cid", "quiet", "as_json"})


def check_only_own() -> None:
    """Raises UsageError for options of ``ckp run`` that would have no effect."""
    context = click.get_current_context()
    for one in context.command.params:
        is_given = context.get_parameter_source(one.name or "") is not ParameterSource.DEFAULT
        if one.name not in _COMMON and is_given:
            raise UsageError(
                f"a solution takes no {one.opts[0]}: its steps say what they run with",
                hint="ckp run solution:NAME --help lists its own options",
            )


@dataclass(frozen=True, kw_only=True)
class Done:
    """A step that has ended well. Attributes: output: what it said, where that is kept."""

    step: Step
    words: tuple[str, ...]
    spent_s: float
    output: str = ""


def run_solution(
    cid: Cid, given: Mapping[str, str], context: Context, *, quiet: bool, as_json: bool
) -> None:
    """What a step prints is shown; with ``as_json`` it is in the answer instead.

    Args:
        quiet: no step asks anything either.

    Raises:
        CkpError, click.ClickException: that of the step that failed, with what goes on from there.
    """
    if _INSIDE.get():
        raise UsageError(f"{cid} is run by a step of a solution, which runs no other")
    solution = parse_solution(context.store.get(cid))
    values = _placed(solution, solution.values(given))
    first, directory = _first(solution, values), _directory(solution, values)
    steps = [(one, one.words({**values, OUTPUT: str(directory)})) for one in solution.steps]
    done = []
    with _inside(directory):
        for number, (step, words) in list(enumerate(steps, start=1))[first - 1 :]:
            place = f"{number} of {len(steps)}"
            context.reporter.note(f"{place}: {step.title}: ckp {shlex.join(words)}")
            again = _again(cid, given, number)
            with _told(f"step {number} ({step.title})", again):
                done.append(_done(step, words, quiet=quiet, silent=as_json))
    _show(solution, done, directory, as_json=as_json)


def _again(cid: Cid, given: Mapping[str, str], number: int) -> str:
    """What goes on from a step, in the same directory and with the same parameters."""
    kept = [f"--{name}={value}" for name, value in given.items() if name != FROM_STEP]
    return shlex.join(["ckp", "run", str(cid), *kept, f"--{FROM_STEP}={number}"])


def _first(solution: Solution, values: Mapping[str, str]) -> int:
    first = int(values[FROM_STEP])
    if not 1 <= first <= len(solution.steps):
        raise UsageError(f"there are steps 1 to {len(solution.steps)}, not {first}")
    return first


def _placed(solution: Solution, values: Mapping[str, str]) -> dict[str, str]:
    """Relative paths are of where ckp was called; the steps run elsewhere."""
    paths = {name: str(Path(values[name]).absolute()) for name in solution.paths}
    return {**values, **paths}


def _directory(solution: Solution, values: Mapping[str, str]) -> Path:
    return Path(values[OUTPUT] or f"{solution.component.alias}-results").absolute()


@contextmanager
def _inside(directory: Path) -> Iterator[None]:
    """What a step writes by a relative name goes there."""
    before, inside = Path.cwd(), _INSIDE.set(True)
    with storage_errors("create", directory):
        directory.mkdir(parents=True, exist_ok=True)
        os.chdir(directory)
    try:
        yield
    finally:
        os.chdir(before)
        _INSIDE.reset(inside)


def _done(step: Step, words: tuple[str, ...], *, quiet: bool, silent: bool) -> Done:
    if not words or words[0].startswith("-"):
        raise UsageError(f"this is no action of ckp's: {shlex.join(words)}")
    said, began = StringIO(), time.monotonic()
    with redirect_stdout(said) if silent else nullcontext():
        _run(words, quiet=quiet)
    spent_s = time.monotonic() - began
    return Done(step=step, words=words, spent_s=spent_s, output=said.getvalue())


def _run(words: tuple[str, ...], *, quiet: bool) -> None:
    from ck_core.cli.main import ckp  # noqa: PLC0415  # it imports the commands, this one among them

    defaults = {words[0]: {"quiet": True}} if quiet else {}
    ckp.main(args=[*words], prog_name="ckp", standalone_mode=False, default_map=defaults)


@contextmanager
def _told(where: str, again: str) -> Iterator[None]:
    """What fails inside says which step it was; its exit code and usage stay."""
    try:
        yield
    except CkpError as error:
        error.message = f"{where}: {error.message}"
        error.hint = f"{error.hint}; {again} goes on from there".removeprefix("; ")
        raise
    except click.ClickException as problem:
        text = f"{where}: {problem.format_message()}\n  -> {again} goes on from there"
        if isinstance(problem, click.UsageError):  # it shows the usage of the step's command
            raise click.UsageError(text, ctx=problem.ctx) from None
        raise click.ClickException(text) from None


def _show(solution: Solution, done: list[Done], directory: Path, *, as_json: bool) -> None:
    results = [str(directory / one) for one in solution.results if (directory / one).exists()]
    if as_json:
        steps = [_json(one) for one in done]
        cid = solution.component.full_cid
        print_json(
            {"solution": cid, "directory": str(directory), "results": results, "steps": steps}
        )
        return
    spent_s = sum(one.spent_s for one in done)
    click.echo(printable(f"- {solution.component.cid}: {len(done)} steps in {spent_s:.0f} s"))
    for result in results:
        click.echo(printable(f"- {result}"))


def _json(done: Done) -> dict[str, Any]:
    return {
        "title": done.step.title,
        "command": shlex.join(["ckp", *done.words]),
        "spent_s": done.spent_s,
        "output": done.output,
    }
