"""Tuning flags that compilers themselves document, as parameters of a tuning session."""

from __future__ import annotations

import re
from bisect import bisect
from collections.abc import Callable, Iterable, Iterator

from ck_core.domain.installation import Installation
from ck_core.domain.tuning.parameter import Parameter
from ck_core.domain.tuning.session import TuningSession
from ck_plugins_compilers.flag_probe import cached, supported
from ck_plugins_compilers.general_parameters import (
    GROUP,
    add_general_parameters,
    machine_parameters,
)

# What its documentation says of each family, GCC's unless named otherwise:
_INEXACT = re.compile(
    # "allow optimizations that may violate IEEE or ISO standards": other order, other rounding.
    r"-math|associative|reciprocal|signed-zeros|finite-math-only|approx-func"
    # "assume floating-point operations can trap", "assume default FP rounding", errno.
    r"|trapping|rounding|signaling|math-errno|honor-(?:nans|infinities)|int-builtin-inexact"
    # "forming of fused multiply-add operations", which round once; excess precision.
    r"|fp-contract|-fma-|excess-precision|float-store|single-precision|induction-float"
    # "complex multiplication and division follow Fortran rules", or have no range checks.
    r"|cx-(?:limited-range|fortran-rules)"
    # "This option is experimental": Graphite's loop nests, of which isl makes others.
    r"|graphite|loop-nest-optimize|experimental"
    # LLVM: "when enabling loop hints are provided we allow the vectorizer to change the order of
    # operations" (LoopVectorizeHints::allowReordering); a forced width is such a hint.
    r"|force-vector-width"
    # Off at every level; with -flto and -fno-inline GCC 11 and 12 make image-corners find nothing.
    r"|ipa-pta"
)
NO_TUNING = re.compile(
    # The binary interface: layout of types, calls, common blocks, access to volatile bit-fields.
    r"pack-struct|reg-struct|short-(?:enums|wchar)|common|signed-char|volatile-bitfields"
    # "Allow interposing function (or variables) by ones with different semantics".
    r"|semantic-interposition"
    # The language: overflow, enumerations, exceptions, types at run time, lifetimes.
    r"|wrapv|trapv|strict-enums|exceptions|nothrow|rtti|lifetime-dse|threadsafe|spec-load-dangerous"
    # "Detect paths that trigger erroneous or undefined behavior ... into a trap"; races.
    r"|isolate-erroneous|trap-|data-races|auto-var-init"
    # Protection, sanitizers, instrumentation, unwinding, debugging, messages.
    r"|stack-(?:check|protector|clash|limit|reuse)|harden|sanitize|instrument|unwind|var-tracking"
    r"|record|opt-info|live-patching|patchable|print|dump|debug|gc-roots|frontiers"
    # Without a profile they have no effect; --pgo is a parameter of its own. And threads.
    r"|profile|branch-prob|-fvpt|parallelize"
)


Candidates = Callable[[Installation], Iterator[Parameter]]
"""Parameters that a compiler may take."""


def add_compiler_parameters(session: TuningSession, plugin: str, candidates: Candidates) -> None:
    """Adds the flags that its compilers in the session take, for the program's language."""
    variable = session.program.compiler_variable
    own = [compiler for compiler in session.compilers if compiler.plugin == plugin]
    for compiler in own:
        if "CK_CC" in compiler.environment:
            add_general_parameters(session, compiler)
            session.add_parameters(*parameters_of(compiler, candidates, variable))


def _all(compiler: Installation, candidates: Candidates) -> Iterator[Parameter]:
    yield from machine_parameters(compiler)
    yield from candidates(compiler)


def parameters_of(
    compiler: Installation, candidates: Candidates, variable: str = "CK_CC"
) -> list[Parameter]:
    """Args: variable: names the tool that is asked: flang refuses most of what clang takes."""
    found = _all(compiler, candidates)
    return cached(compiler, variable, lambda: supported(compiler, found, variable))


def switch(flag: str, source: str) -> Parameter:
    """``-fname``, ``-fno-name`` or neither."""
    name = flag.removeprefix("-f").removeprefix("no-")
    return choice(f"-f{name}", (f"-f{name}", f"-fno-{name}"), source)


def choice(name: str, values: tuple[str, ...], source: str) -> Parameter:
    return Parameter(
        name=name,
        values=("", *values),
        group=GROUP,
        inexact=frozenset(values if _INEXACT.search(name) else ()),
        source=source,
    )


def numbers(name: str, values: Iterable[int], default: int | None, source: str) -> Parameter:
    """Of a quantity; passing nothing stands where its default does, or first: it is not known."""
    others = sorted(value for value in values if value != default)
    texts = [f"{name}={value}" for value in others]
    texts.insert(0 if default is None else bisect(others, default), "")
    return Parameter(
        name=name,
        values=tuple(texts),
        group=GROUP,
        ordered=True,
        inexact=frozenset(filter(None, texts) if _INEXACT.search(name) else ()),
        default_told="" if default is None else str(default),
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
