"""The environment that installations make."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ck_core.domain.installation import Installation

_LISTS = frozenset(
    {"PATH", "PYTHONPATH", "CLASSPATH", "CPATH", "LIBRARY_PATH", "PKG_CONFIG_PATH"}
    | {"CMAKE_PREFIX_PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH"}
)
"""Variables that hold several paths: what is added stands before what was there."""


def with_installations(
    base: Mapping[str, str], installations: Iterable[Installation]
) -> dict[str, str]:
    """``base`` with everything that the installations set; of two the later wins."""
    variables = dict(base)
    for one in installations:
        for pair in variables_of(one):
            variables = layered(variables, dict([pair]))
    return variables


def layered(base: Mapping[str, str], added: Mapping[str, str]) -> dict[str, str]:
    """``base`` with other variables; what holds several paths keeps those it had, behind."""
    joined = {
        name: f"{value}:{base[name]}" if value and base.get(name) and is_list(name) else value
        for name, value in added.items()
    }
    return {**base, **joined}


def compiler_last(
    installations: Iterable[Installation], compiler: Installation | None
) -> list[Installation]:
    """In the order their variables are set: of a library's and the compiler's the latter's win."""
    return sorted(installations, key=lambda one: one is compiler)  # keeps the others' order


def is_list(name: str) -> bool:
    """Whether a variable holds several paths."""
    return name in _LISTS


def variables_of(one: Installation) -> Iterable[tuple[str, str]]:
    """What an installation sets; a name may come twice."""
    yield from one.environment.items()
    for name, places in (
        ("PATH", one.binary_directories),
        ("LD_LIBRARY_PATH", one.library_directories),
    ):
        if places:
            yield name, ":".join(map(str, places))
