"""The words of a compiler's command lines."""

from __future__ import annotations

import shlex
from pathlib import Path

from ck_core.domain.build import BuildRequest, Level
from ck_core.domain.target import parse_target
from ck_plugins_compilers.profiles import profile_flags

_LEVEL_VARIABLES = {Level.SPEED: "CK_OPT_SPEED", Level.SIZE: "CK_OPT_SIZE"}
# A user's flag of a family displaces the compiler's own necessary ones of that family.
_FAMILIES = (
    ("-mcpu", "-march"),
    ("-g",),
    ("-fsanitize", "-fno-sanitize"),
    ("-fstack-protector", "-fno-stack-protector"),
)


def compiler_command(request: BuildRequest) -> list[str]:
    """The tool's words: ``CK_CC`` may be several (``zig cc``)."""
    return shlex.split(request.compiler.environment.get(request.compiler_variable, ""))


def linker_command(request: BuildRequest) -> list[str]:
    variable = request.linker_variable or request.compiler_variable
    return shlex.split(request.compiler.environment.get(variable, ""))


def effective_flags(request: BuildRequest) -> tuple[str, ...]:
    """The compiler's own necessary flags, the level's, then the user's."""
    return (*tool_flags(request), *request.flags)


def link_flags(request: BuildRequest) -> tuple[str, ...]:
    """The same, and those of a profile."""
    return (*effective_flags(request), *profile_flags(request))


def tool_flags(request: BuildRequest) -> tuple[str, ...]:
    """Those that stand before the program's: necessary ones, then the level's."""
    variables = request.compiler.environment
    level = shlex.split(variables.get(_LEVEL_VARIABLES.get(request.level, ""), ""))
    chosen = (*level, *request.flags)
    necessary = shlex.split(variables.get("CK_COMPILER_FLAGS_OBLIGATORY", ""))
    displaced = tuple(
        start
        for family in _FAMILIES
        for start in family
        if any(flag.startswith(family) for flag in chosen)
    )
    return (*(flag for flag in necessary if not flag.startswith(displaced)), *level)


def object_path(directory: Path, source: Path) -> Path:
    """Mirrors the source's path, so that ``a/x.c`` and ``b/x.c`` stay apart."""
    parts = ["parent" if part == ".." else part for part in source.parts if part != source.anchor]
    mirrored = directory / "objects" / Path(*parts)
    return mirrored.with_name(f"{mirrored.name}.o")


def artifact_path(request: BuildRequest) -> Path:
    return request.directory / artifact_name(request)


def artifact_name(request: BuildRequest) -> str:
    windows = parse_target(request.compiler.target).system == "windows"
    suffix = ".exe" if windows else ".out"
    return f"{request.target_file}{'' if request.bare_name else suffix}"


def macro_words(request: BuildRequest) -> list[str]:
    """Without those that a flag defines anew, which some compilers complain of."""
    displaced = {one[2:].partition("=")[0] for one in request.flags if one.startswith("-D")}
    kept = {name: value for name, value in request.macros.items() if name not in displaced}
    return [f"-D{name}={value}" if value else f"-D{name}" for name, value in kept.items()]


def program_words(request: BuildRequest) -> list[str]:
    """In CK's order: the component's directory, macros, the program's flags, other directories."""
    local = [request.source_root] if request.local_include else []
    others = (request.source_root / directory for directory in request.include_directories)
    return [
        *(f"-I{directory}" for directory in local),
        *macro_words(request),
        *request.program_flags,
        *(f"-I{directory}" for directory in others),
    ]
