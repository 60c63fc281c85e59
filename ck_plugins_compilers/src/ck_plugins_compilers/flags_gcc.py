"""A gcc's tuning flags, read from its own ``--help``."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ck_core.domain.installation import Installation
from ck_core.domain.tuning.parameter import Parameter
from ck_plugins_compilers.drivers import ask
from ck_plugins_compilers.flags import NO_TUNING, choice, numbers, steps, switch

_SWITCH = re.compile(r"^\s+(-f[a-z][\w-]*)\s*(?:\[(?:enabled|disabled)\])?\s*$", re.MULTILINE)
_ENUMERATION = re.compile(r"^\s+(-f[\w-]+)=\[([\w|-]+)\]", re.MULTILINE)
_FOR_PARAMS = ("-O3", "-Q", "--help=params")
"""Some defaults are others at other levels; a search begins at -O3."""
_NUMBER = re.compile(
    r"^\s+--param=(?P<name>[\w-]+)=(?:<(?P<low>-?\d+),(?P<high>-?\d+)>)?\s+(?P<default>\d+)\s*$",
    re.MULTILINE,
)
NO_TUNING_PARAMETER = re.compile(
    # Checks, sanitizers, messages and debugging: no tuning.
    r"[ah]san|tsan|use-after-scope|analyzer|verif|diagnostic|debug|uninit|protect|ssp-|stack-frame"
    r"|var-?track|min-pagesize|interference-size"
    # The compiler's own memory and types: the code stays as it is.
    r"|ggc|lto-|integer-share-limit|use-canonical-types|gimple-fe|ranger|evrp|rpo-vn|modref"
    # Without Graphite, OpenACC, transactions, threads, delay slots or a profile: no effect.
    r"|graphite|isl-|loop-block|openacc|parloops|^tm-|delay-slot|profile|feedback|bb-count"
)


def gcc_parameters(compiler: Installation) -> Iterator[Parameter]:
    """Candidates; not every one is taken by every target."""
    help_text = ask(compiler.path, "-Q", "--help=optimizers")
    source = f"{compiler.label} --help=optimizers"
    for flag in _SWITCH.findall(help_text):
        if not NO_TUNING.search(flag):
            yield switch(flag, source)
    for name, values in _ENUMERATION.findall(help_text):
        if not NO_TUNING.search(name):
            yield choice(name, tuple(f"{name}={value}" for value in values.split("|")), source)
    yield from _numbers(compiler)


def _numbers(compiler: Installation) -> Iterator[Parameter]:
    source = f"{compiler.label} {' '.join(_FOR_PARAMS)}"
    for match in _NUMBER.finditer(ask(compiler.path, *_FOR_PARAMS)):
        if not NO_TUNING_PARAMETER.search(match["name"]):
            yield _number(match, source)


def _number(match: re.Match[str], source: str) -> Parameter:
    low, high = (int(limit) if limit else None for limit in (match["low"], match["high"]))
    default = int(match["default"])
    return numbers(f"--param={match['name']}", steps(default, low, high), default, source)
