"""Flags that say how code is made and nothing else; any other may run programs or touch files.

Of a stranger's flags only these are given to a compiler unseen. The list says what is allowed,
since compilers learn new ways to load, run and write with every release: ``-wrapper``,
``-fplugin=``, ``-specs=``, ``@FILE``, ``-Wl,``, ``-Xlinker``, ``-fmodule-mapper=``, ... A word
holds no character that a shell or make reads, for some programs build themselves by scripts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

_WORD = re.compile(r"[A-Za-z0-9_=+,.:-]+")
_ALLOWED = re.compile(
    r"-O([0-3gsz]|fast)?"
    r"|-g([0-3]|gdb[0-3]?|dwarf(-[2-5]|32|64)?|line-tables-only|mlt|z(=[a-z]+)?)?"
    r"|-g(no-)?(strict-dwarf|column-info|variable-location-views|statement-frontiers|pubnames)"
    r"|--?std=[a-z0-9+:]+|-ansi|-pedantic(-errors)?"
    r"|-w|-W([a-z][a-z0-9+-]*(=[a-z0-9-]+)?)?"  # a comma would hand words to another tool
    r"|-D[A-Za-z_]\w*(=[\w+,.:-]*)?|-U[A-Za-z_]\w*"
    r"|--param=[a-z][a-z0-9-]*=[a-z0-9-]+"
    r"|-pipe|-pthreads?|-static(-libgcc|-libstdc\+\+)?|-(no-)?pie|-s|-rdynamic",
    re.ASCII,
)
_PAIRS = {
    "-D": re.compile(r"[A-Za-z_]\w*(=[\w+,.:-]*)?", re.ASCII),
    "-U": re.compile(r"[A-Za-z_]\w*", re.ASCII),
    "--param": re.compile(r"[a-z][a-z0-9-]*=[a-z0-9-]+"),
}
"""Flags whose value is the next word."""
_CODE = re.compile(r"-f(?:no-)?([A-Za-z][a-zA-Z0-9-]*)(?:=([A-Za-z0-9_.,+:][A-Za-z0-9_.,+:-]*))?")
_MACHINE = re.compile(r"-m([a-z0-9][A-Za-z0-9._-]*)(?:=([A-Za-z0-9_.,+:][A-Za-z0-9_.,+:-]*))?")
_LLVM = re.compile(r"-([a-z][a-z0-9-]*)(?:=(-?[a-z0-9]+(?:[.-][0-9a-z]+)*))?")
_NOT_CODE = re.compile(
    r"plugin|pass-plugin|module|prebuilt|profile|auto-profile|branch-prob|cs-profile|memory-profile"
    r"|test-coverage|coverage|dump|opt-info|.*optimization-record|compare-debug|offload|use-ld"
    r"|time-trace|callgraph-info|stack-usage|xray|apinotes|build-session|ltrans|wpa|resolution"
    r"|proc-stat|crash|diagnostics-(add|set)|input-charset|exec-charset|wide-exec-charset"
    r"|syntax-only|save-|working-directory|pch|preprocessed|embed-|rtl|gimple"
    r"|ilelist|ramework|orce|(.*-)?(file|list|prefix-map|dir|directory)($|-)|.*-path$"
)
"""Names behind ``-f`` of what reads, writes, loads or runs; also ``-framework`` and its like."""
_NOT_MACHINE = re.compile(r"llvm|mlir|odule|ulti_|ultiply|ain-file|link-|sys-|specs|acosx-plugin")
_NOT_LLVM = re.compile(
    r"load($|-pass)|.*(plugin|file|output|view|dump|print|remark|path|list|export|import|directory"
    r"|profile|pgo|gcov|trace|stats|record|debug|summary|save|module|thinlto)"
    r"|(.*-)?(dir|read|write)($|-)"
)
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?([:,][0-9]+)*")
_WITH_A_WORD = frozenset(
    {
        "abi-version",
        "align-functions",
        "align-jumps",
        "align-labels",
        "align-loops",
        "blas-matmul-limit",
        "cf-protection",
        "coarray",
        "constexpr-depth",
        "convert",
        "cx-method",
        "denormal-fp-math",
        "denormal-fp-math-f32",
        "excess-precision",
        "fp-contract",
        "fp-eval-method",
        "fp-exception-behavior",
        "fp-int-builtin-inexact",
        "fp-model",
        "init-integer",
        "init-local-zero",
        "init-logical",
        "init-real",
        "ira-algorithm",
        "ira-region",
        "lax-vector-conversions",
        "live-patching",
        "lto",
        "lto-partition",
        "openmp",
        "openmp-simd",
        "pack-struct",
        "reorder-blocks-algorithm",
        "rounding-mode",
        "sanitize",
        "sanitize-recover",
        "sanitize-trap",
        "sched-stalled-insns",
        "simd-cost-model",
        "sso-struct",
        "stack-protector",
        "stack-reuse",
        "strict-flex-arrays",
        "tls-model",
        "trivial-auto-var-init",
        "vec-lib",
        "veclib",
        "vect-cost-model",
        "visibility",
        "vtable-verify",
        "zero-call-used-regs",
    }
)
"""Names behind ``-f`` whose value is a word that no compiler takes for a file."""


def other_flags(flags: Sequence[str]) -> tuple[str, ...]:
    """Those that say, or may say, more than how code is made; each with the word it takes."""
    return tuple(_others(list(flags)))


def _others(words: list[str]) -> Iterator[str]:
    rest = iter(words)
    for word in rest:
        if word in _PAIRS or word == "-mllvm":
            value = next(rest, "")
            if not _is_pair_of_code(word, value):
                yield f"{word} {value}".rstrip()
        elif not _is_of_code(word):
            yield word


def _is_pair_of_code(word: str, value: str) -> bool:
    if word in _PAIRS:
        return _PAIRS[word].fullmatch(value) is not None
    found = _LLVM.fullmatch(value)
    return found is not None and not _NOT_LLVM.match(found[1])


def _is_of_code(word: str) -> bool:
    if not _WORD.fullmatch(word):
        return False
    if _ALLOWED.fullmatch(word):
        return True
    if found := _CODE.fullmatch(word):
        return not _NOT_CODE.match(found[1]) and _is_setting(found[1], found[2])
    found = _MACHINE.fullmatch(word)
    return found is not None and not _NOT_MACHINE.match(found[1])


def _is_setting(name: str, value: str | None) -> bool:
    return value is None or name in _WITH_A_WORD or _NUMBER.fullmatch(value) is not None
