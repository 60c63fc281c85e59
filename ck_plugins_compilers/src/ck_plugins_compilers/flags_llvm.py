"""A clang's tuning flags: those of the tables below that it lists in its own ``--help``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from ck_core.domain.installation import Installation
from ck_core.domain.tuning.parameter import Parameter
from ck_plugins_compilers.drivers import ask
from ck_plugins_compilers.flags import choice, numbers, switch

_DOCUMENTED = re.compile(r"^\s+(-f(?:no-)?[a-z][\w-]*)(?:\s|$)", re.MULTILINE)
_HIDDEN = re.compile(r"^\s+--?([\w-]+)(.*)", re.MULTILINE)
_DEFAULT = re.compile(r"^\s+--?([\w-]+)\s+= .*\(default: (-?\d+)\)", re.MULTILINE)
_NEVER_ON = frozenset({"enable-gvn-hoist", "enable-gvn-sink"})
"""Passes that LLVM itself has off at every level: as with experimental ones, results may change."""
# Clang's --help names some 650 -f options, most of them about the language and its tools.
_OPTIMISATION = re.compile(
    r"-f(?:no-)?(?:unroll-loops|vectorize|slp-vectorize|inline-functions|inline-hint-functions"
    r"|strict-aliasing|omit-frame-pointer|finite-loops|jump-tables|plt"
    r"|optimize-sibling-calls|math-errno|fast-math|reciprocal-math|associative-math"
    r"|finite-math-only|signed-zeros|approx-func|trapping-math|unsafe-math-optimizations"
    r"|honor-nans|honor-infinities|delete-null-pointer-checks"
    r"|rounding-math|cx-limited-range|cx-fortran-rules|experimental-loop-fusion"
    r"|loop-interchange)"
)
# Options of optimisation passes; the values lie around LLVM's defaults.
_PASS_NUMBERS: dict[str, tuple[int, ...]] = {
    "inline-threshold": (25, 100, 400, 1000),
    "inlinehint-threshold": (100, 650, 1300),
    "inlinecold-threshold": (0, 100, 225),
    "inline-instr-cost": (1, 10, 20),
    "inline-call-penalty": (5, 50, 100),
    "unroll-threshold": (50, 150, 600, 1200),
    "unroll-partial-threshold": (50, 300, 600),
    "unroll-max-count": (2, 4, 8, 16),
    "unroll-max-upperbound": (4, 16, 32),
    "unroll-max-percent-threshold-boost": (100, 200, 800),
    "force-vector-width": (2, 4, 8, 16),
    "force-vector-interleave": (1, 2, 4),
    "vectorizer-min-trip-count": (4, 8, 32),
    "slp-threshold": (-10, 10, 50),
    "slp-max-vf": (2, 4, 8),
    "slp-recursion-max-depth": (4, 24),
    "licm-max-num-uses-traversed": (2, 32),
    "jump-threading-threshold": (2, 12, 24),
    "loop-distribute-scev-check-threshold": (2, 32),
    "loop-interchange-threshold": (-5, 5),
    "memdep-block-scan-limit": (25, 400),
    "available-load-scan-limit": (2, 24),
    "phi-node-folding-threshold": (1, 4, 8),
    "bonus-inst-threshold": (2, 4),
    "max-nested-scalar-reduction-interleave": (1, 4),
    "tail-dup-size": (1, 4, 8),
    "min-jump-table-entries": (2, 8, 16),
    "align-all-functions": (4, 5, 6),
    "align-all-nofallthru-blocks": (4, 5),
}
_PASS_SWITCHES = (
    "enable-loopinterchange",
    "enable-unroll-and-jam",
    "enable-loop-distribute",
    "enable-loop-flatten",
    "enable-gvn-hoist",
    "enable-gvn-sink",
    "enable-dfa-jump-thread",
    "enable-load-pre",
    "enable-cond-stores-vec",
    "enable-interleaved-mem-accesses",
    "enable-masked-interleaved-mem-accesses",
    "enable-epilogue-vectorization",
    "extra-vectorizer-passes",
    "unroll-runtime",
    "unroll-runtime-epilog",
    "unroll-allow-partial",
    "unroll-allow-peeling",
    "unroll-allow-remainder",
    "unroll-runtime-multi-exit",
    "vectorize-loops",
    "vectorize-slp",
    "slp-vectorize-hor",
    "hoist-common-insts",
    "sink-common-insts",
    "aggressive-ext-opt",
    "interleave-small-loop-scalar-reduction",
    "inline-enable-cost-benefit-analysis",
)


def clang_parameters(compiler: Installation) -> Iterator[Parameter]:
    """Candidates; the probe drops what a version or target refuses."""
    source = f"{compiler.label} --help"
    flags = filter(_OPTIMISATION.fullmatch, _DOCUMENTED.findall(ask(compiler.path, "--help")))
    switches = {parameter.name: parameter for parameter in (switch(flag, source) for flag in flags)}
    yield from switches.values()
    yield from _pass_parameters(compiler)


def _pass_parameters(compiler: Installation) -> Iterator[Parameter]:
    listed = dict(_HIDDEN.findall(_told(compiler, "--help-hidden")))
    defaults = dict(_DEFAULT.findall(_told(compiler, "-print-all-options")))
    source = f"{compiler.label} -mllvm --help-hidden"
    for name in _PASS_SWITCHES:
        if name in listed:
            yield _pass(name, listed[name], source)
    for name, values in _PASS_NUMBERS.items():
        if name in listed:
            default = int(defaults[name]) if name in defaults else None
            yield numbers(f"-mllvm -{name}", values, default, source)


def _told(compiler: Installation, question: str) -> str:
    nothing = ("-x", "c", "/dev/null", "-c", "-o", "/dev/null")
    return ask(compiler.path, "-O3", "-mllvm", question, *nothing)


def _pass(name: str, words: str, source: str) -> Parameter:
    texts = tuple(f"-mllvm -{name}={value}" for value in ("false", "true"))
    found = choice(f"-mllvm -{name}", texts, source)
    unsafe = "experimental" in words or name in _NEVER_ON
    return replace(found, inexact=frozenset(texts[1:])) if unsafe else found
