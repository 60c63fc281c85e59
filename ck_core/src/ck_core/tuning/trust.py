"""Settings are strangers' texts: what of them may make other things run is not used unasked."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence

from ck_core.domain.options import RunOptions
from ck_core.domain.tuning.options import TuningOptions
from ck_core.domain.tuning.parameter import Parameter, Place
from ck_core.domain.tuning.space import Space
from ck_core.errors import UsageError
from ck_core.experiments.replay.trust import strange, strange_options
from ck_core.tuning.own_parameters import OWN

_MOST = 5


def check_fixed(run: RunOptions, experiment: str) -> None:
    """What every variant gets; before anything is built with it.

    Args:
        experiment: its cid, for the command that goes on all the same.

    Raises:
        UsageError: flags or variables say, or may say, more than how code is made.
    """
    problems = strange(run.build.flags, run.environment)
    _refuse([*problems, *strange_options(run.launcher_options)], experiment)


def check_varied(space: Space, experiment: str) -> None:
    """What the search was told to vary; raises as ``check_fixed``.

    Values that a compiler, a plugin or the program itself offers are theirs, not the settings'.
    """
    own = (one for one in space.parameters if one.group == OWN)
    _refuse([problem for one in own for problem in _others_of(one)], experiment)


def _refuse(problems: Sequence[str], experiment: str) -> None:
    if problems:
        more = f" and {len(problems) - _MOST} more" if len(problems) > _MOST else ""
        raise UsageError(
            f"this search does not go on unasked, for {', '.join(problems[:_MOST])}{more} may run "
            "other programs, or read and write elsewhere",
            hint="where you trust whoever recorded it: "
            f"ckp autotune --resume {shlex.quote(experiment)} --trust",
        )


def _others_of(parameter: Parameter) -> Iterator[str]:
    for value in filter(None, parameter.values):
        if parameter.place is Place.FLAG:
            yield from strange(shlex.split(value), {})
        elif parameter.place is Place.MACRO:
            yield from strange([f"-D{parameter.name}={value}"], {})
        elif parameter.place is Place.VARIABLE:
            yield from strange([], {parameter.name: value})
        elif parameter.place is Place.LAUNCHER:
            yield from strange_options({parameter.name: value})


def words_set(options: TuningOptions) -> str:
    """What its settings fix, as options of a command line; empty where nothing."""
    return shlex.join(_words(options))


def _words(options: TuningOptions) -> Iterator[str]:
    build = options.run.build
    if build.compiler:
        yield f"--compiler={build.compiler}"
    yield from (f"--deps.{key}={wish}" for key, wish in build.wishes.items())
    yield from (
        f"--dep-tags.{key}={','.join(sorted(tags))}" for key, tags in build.wished_tags.items()
    )
    if build.flags:
        yield f"--flags={shlex.join(build.flags)}"
    yield from (f"--env.{name}={value}" for name, value in options.run.environment.items())
    if options.run.launcher != RunOptions.launcher:
        yield f"--launcher={options.run.launcher}"
    yield from (f"--launcher.{key}={text}" for key, text in options.run.launcher_options.items())
    yield from (f"--param={name}={','.join(values)}" for name, values in options.own.items())
