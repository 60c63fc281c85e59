"""Tuning flags that compilers themselves document, as parameters of a tuning session."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from ck_core.domain.installation import Installation
from ck_core.domain.parameter import Parameter, TuningSession
from ck_plugins_compilers.flag_probe import cached, supported

GROUP = "flags"
# May change results: reassociation, contraction, other rounding, lost errno and traps.
_INEXACT = re.compile(
    r"math|contract|reciprocal|associative|finite-math|signed-zeros|approx-func"
    r"|trapping|rounding|signaling|single-precision|excess-precision|float-store"
    r"|honor-(?:nans|infinities)|cx-(?:limited-range|fortran-rules)|int-builtin-inexact"
)
# Change the ABI, the language, diagnostics, protection or debugging, or need files: no tuning.
NO_TUNING = re.compile(
    r"pack-struct|reg-struct|short-(?:enums|wchar)|common|stack-(?:check|protector|clash|limit)"
    r"|harden|trapv|trap-|exceptions|unwind|var-tracking|record|opt-info|profile|branch-prob"
    r"|live-patching|patchable|threadsafe|rtti|strict-enums|nothrow|parallelize|auto-var-init"
    r"|instrument|sanitize|data-races|gc-roots|print|spec-load-dangerous|lifetime-dse"
    r"|stack-reuse|frontiers|signed-char|dump|debug"
)


def add_compiler_parameters(
    session: TuningSession,
    plugin: str,
    candidates: Callable[[Installation], Iterator[Parameter]],
) -> None:
    """Adds the flags that the plugin's compilers in the session take."""
    own = [compiler for compiler in session.compilers if compiler.plugin == plugin]
    for compiler in own:
        if "CK_CC" in compiler.environment:
            session.add_parameters(*parameters_of(compiler, candidates))


def parameters_of(
    compiler: Installation, candidates: Callable[[Installation], Iterator[Parameter]]
) -> list[Parameter]:
    return cached(compiler, lambda: supported(compiler, candidates(compiler)))


def switch(flag: str, source: str) -> Parameter:
    """``-fname``, ``-fno-name`` or neither."""
    name = flag.removeprefix("-f").removeprefix("no-")
    return choice(f"-f{name}", (f"-f{name}", f"-fno-{name}"), source)


def choice(name: str, values: tuple[str, ...], source: str) -> Parameter:
    return Parameter(
        name=name,
        values=("", *values),
        group=GROUP,
        inexact=bool(_INEXACT.search(name)),
        source=source,
    )


def steps(default: int, low: int | None = None, high: int | None = None) -> list[int]:
    """A few values around the default, within its documented range."""
    tried = {default // 4, default // 2, default * 2, default * 4}
    if default == 0:
        tried = {1, 2, 4, 8}
    tried |= {limit for limit in (low, high) if limit is not None and limit <= 16 * (default + 1)}
    low, high = low if low is not None else 0, high if high is not None else 2**31 - 1
    return sorted(value for value in tried if low <= value <= high and value != default)
