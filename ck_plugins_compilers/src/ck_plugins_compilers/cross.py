"""Compilers for other machines: what they lack, and where their target's libraries are."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from ck_core.domain.installation import Installation
from ck_core.domain.target import Platform, Target, parse_target
from ck_core.system.processes import clean_environment, run_tool
from ck_plugins_compilers.drivers import LANGUAGE_TAGS, VARIABLES

_TIMEOUT_S = 60.0
_SYSTEMS = frozenset({"linux", "windows", "android"})
"""Where a program is a file that a linker writes without a script of one's own."""
_SMALLEST = {
    "c": ("c", '#include <stdio.h>\nint main(void) { return puts("") < 0; }\n'),
    "cpp": ("cpp", "#include <new>\nint main() { delete new int; }\n"),
    "fortran": ("f90", "print *, 1\nend\n"),
}
TRIPLES = {
    "linux-x86_64": "x86_64-linux-gnu",
    "linux-arm64": "aarch64-linux-gnu",
    "linux-armhf": "arm-linux-gnueabihf",
    "linux-riscv64": "riscv64-linux-gnu",
    "linux-ppc64le": "powerpc64le-linux-gnu",
    "linux-s390x": "s390x-linux-gnu",
    "linux-i686": "i686-linux-gnu",
    "windows-x86_64": "x86_64-w64-mingw32",
    "windows-i686": "i686-w64-mingw32",
}
"""By target: what Debian, GCC and clang call it."""
_DEBIAN_ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64", "arm": "armhf"} | {
    "ppc64le": "ppc64el",
    "i686": "i386",
}


def checked(found: Iterable[Installation], platform: Platform) -> tuple[Installation, ...]:
    """Compilers of other targets as they prove when they make a program; the host's as given."""
    compilers = list(found)
    foreign = [one for one in compilers if _is_foreign(one, platform)]
    if not foreign:
        return tuple(compilers)
    with ThreadPoolExecutor(platform.cores) as pool:
        tried = dict(zip((one.uid for one in foreign), pool.map(_tried, foreign), strict=True))
    return tuple(tried.get(one.uid, one) for one in compilers)


def _is_foreign(compiler: Installation, platform: Platform) -> bool:
    target = parse_target(compiler.target) if compiler.target else platform.host
    return target != platform.host and target.system in _SYSTEMS


def _tried(compiler: Installation) -> Installation:
    """Without languages it makes no program of; of none, with the reason as its problem."""
    languages = [one for one, variable in VARIABLES.items() if variable in compiler.environment]
    problems = {language: _problem(compiler, language) for language in languages}
    broken = frozenset(language for language in languages if problems[language])
    if len(broken) == len(languages):
        return replace(compiler, problem=problems[languages[0]])
    return _with_sysroot(_without(compiler, broken))


def _without(compiler: Installation, languages: frozenset[str]) -> Installation:
    tags = frozenset[str]().union(*(LANGUAGE_TAGS[language] for language in languages))
    variables = {VARIABLES[language] for language in languages}
    kept = {name: text for name, text in compiler.environment.items() if name not in variables}
    return replace(compiler, tags=compiler.tags - tags, environment=kept)


def _problem(compiler: Installation, language: str) -> str:
    """Why the smallest program of a language cannot be made; empty when it can."""
    suffix, source = _SMALLEST[language]
    flags = shlex.split(compiler.environment.get("CK_COMPILER_FLAGS_OBLIGATORY", ""))
    tool = shlex.split(compiler.environment[VARIABLES[language]])
    with TemporaryDirectory(prefix="ckp-cross-") as directory:
        program = Path(directory, "smallest.out")
        source_file = Path(directory, f"smallest.{suffix}")
        source_file.write_text(source, encoding="utf-8")
        result = run_tool(
            [*tool, *flags, str(source_file), "-o", str(program)],
            timeout_s=_TIMEOUT_S,
            directory=source_file.parent,
            environment=clean_environment(),
        )
        if result.status == 0 and program.is_file():
            return ""
        words = result.error_output.replace(f"{directory}/", "")
    return f"makes no program for {_name(compiler)}{_reason(words)}{_remedy(compiler)}"


def _name(compiler: Installation) -> str:
    return parse_target(compiler.target).name


def _reason(words: str) -> str:
    """The line of the compiler's words that says most."""
    lines = [line.strip() for line in words.splitlines() if line.strip()]
    telling = [line for line in lines if "error" in line or "cannot find" in line] or lines
    return f" ({telling[0]:.100})" if telling else ""


def _remedy(compiler: Installation) -> str:
    target = parse_target(compiler.target)
    if packages := debian_packages(target):
        return f"; on Debian: apt-get install {packages}"
    return ""


def debian_packages(target: Target) -> str:
    """What makes a compiler for this target whole on Debian; empty where nothing does."""
    triple = TRIPLES.get(target.name, "")
    if target.system == "windows" and triple:
        return f"g++-mingw-w64-{triple.partition('-')[0].replace('_', '-')}"
    if not triple:
        return ""
    architecture = _DEBIAN_ARCHITECTURES.get(target.architecture, target.architecture)
    return f"g++-{triple.replace('_', '-')} libc6-dev-{architecture}-cross"


def _with_sysroot(compiler: Installation) -> Installation:
    """QEMU's user emulators read this variable: the loader and the libraries lie below it."""
    if parse_target(compiler.target).system != "linux":
        return compiler
    root = next(_sysroots(compiler), None)
    if root is None:
        return compiler
    return replace(compiler, environment={**compiler.environment, "QEMU_LD_PREFIX": str(root)})


def _sysroots(compiler: Installation) -> Iterator[Path]:
    """Directories above the C library that have a loader; the host's own root is none."""
    tool = next(iter(_tools(compiler)))
    result = run_tool([*tool, "-print-file-name=libc.so"], timeout_s=_TIMEOUT_S)
    library = Path(result.output.strip())
    if result.status == 0 and library.is_absolute():
        above = library.resolve().parents
        yield from (one for one in above[:-1] if next(one.glob("lib*/ld*.so*"), None))


def _tools(compiler: Installation) -> Iterator[list[str]]:
    for variable in VARIABLES.values():
        if command := compiler.environment.get(variable):
            yield shlex.split(command)
