"""What the plugins share: asking an executable who it is, describing what it answered."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from ck_core.domain.installation import Installation
from ck_core.domain.requirement import Requirement
from ck_core.domain.target import Target, parse_target
from ck_core.domain.version import Version
from ck_core.system.processes import clean_environment, run_tool
from ck_plugins_compilers.banners import Banner, parse_banner
from ck_plugins_compilers.search import DriverSet, find_driver_sets

PROBE_TIMEOUT_S = 10.0

VARIABLES = {"c": "CK_CC", "cpp": "CK_CXX", "fortran": "CK_FC"}
LANGUAGE_TAGS = {
    "c": frozenset({"lang-c"}),
    "cpp": frozenset({"lang-cpp"}),
    "fortran": frozenset({"lang-fortran", "lang-f77", "lang-f90"}),
}
NATIVE_TAGS = frozenset[str]().union(*LANGUAGE_TAGS.values())
_PRODUCT_TAGS = frozenset(
    {"gcc", "llvm", "clang", "flang", "intel", "icc", "icx", "oneapi", "zig"}
    | {"java", "lang-java", "python", "lang-python"}
)

GNU_LIKE_VARIABLES = {
    "CK_OPT_SPEED": "-O3",
    "CK_OPT_SIZE": "-Os",
    "CK_FLAGS_CREATE_OBJ": "-c",
    "CK_FLAGS_OUTPUT": "-o ",
    "CK_FLAGS_CREATE_ASM": "-S",
    "CK_FLAGS_DLL": "-shared -fPIC",
    "CK_FLAG_PREFIX_VAR": "-D",
    "CK_FLAG_PREFIX_INCLUDE": "-I",
    "CK_FLAG_PREFIX_LIB_DIR": "-L",
    "CK_EXTRA_LIB_M": "-lm",
    "CK_COMPILER_FLAG_STD90": "-std=c90",
    "CK_COMPILER_FLAG_STD99": "-std=c99",
    "CK_COMPILER_FLAG_CPP11": "-std=c++11",
    "CK_COMPILER_FLAGS_OBLIGATORY": "",
    "CK_OBJ_EXT": ".o",
}


@dataclass(frozen=True, kw_only=True)
class Identity:
    """What distinguishes one product's installations from another's."""

    product: str
    title: str
    tags: frozenset[str]
    plugin: str
    priority: int
    soft: str


def concerns(requirement: Requirement, own_tags: frozenset[str]) -> bool:
    """Whether looking is worth the time: False when plainly something else is wanted."""
    wanted = requirement.tags
    if requirement.no_tags & (own_tags & _PRODUCT_TAGS | {"compiler"}):
        return False
    return bool(wanted & (own_tags | {"compiler"})) and not wanted & (_PRODUCT_TAGS - own_tags)


def ask(path: Path, *arguments: str) -> str:
    """An executable's answer, or nothing when it fails, hangs or is not one."""
    result = run_tool(
        [str(path), *arguments], timeout_s=PROBE_TIMEOUT_S, environment=clean_environment()
    )
    failed = result.timed_out or result.status != 0
    return "" if failed else f"{result.output}\n{result.error_output}".strip()


def detect_native(
    languages: Mapping[str, str], identify: Callable[[Banner, DriverSet], Identity | None]
) -> Iterator[Installation]:
    """Installations of the driver sets whose banner ``identify`` recognises."""
    for driver_set in find_driver_sets(languages):
        banner = parse_banner(ask(driver_set.main, "--version"))
        identity = identify(banner, driver_set) if banner else None
        if banner and identity:
            yield describe(identity, banner, driver_set)


def describe(identity: Identity, banner: Banner, driver_set: DriverSet) -> Installation:
    triple = ask(driver_set.main, "-dumpmachine").split("\n", 1)[0] or banner.target or ""
    drivers = driver_set.drivers
    commands = {VARIABLES[language]: str(path) for language, path in drivers.items()}
    language_tags = frozenset[str]().union(*(LANGUAGE_TAGS[language] for language in drivers))
    return Installation(
        name=f"{identity.title} {banner.version}{_for_target(driver_set)}",
        product=identity.product,
        version=banner.version,
        path=driver_set.main,
        tags=installation_tags(identity, banner.version, triple) | language_tags | driver_set.tools,
        environment=commands | GNU_LIKE_VARIABLES | variables_for(parse_target(triple)),
        target=triple,
        plugin=identity.plugin,
        priority=identity.priority,
        soft=identity.soft,
    )


def variables_for(target: Target) -> dict[str, str]:
    """What differs from a Unix compiler's variables."""
    if target.system == "windows":  # its libraries are not on other Windows machines
        return {"CK_COMPILER_FLAGS_OBLIGATORY": "-static"}
    return {}


def installation_tags(identity: Identity, version: str, triple: str = "") -> frozenset[str]:
    target_tags = parse_target(triple).tags if triple else frozenset[str]()
    return identity.tags | {"compiler", identity.product} | Version(version).tags | target_tags


def _for_target(driver_set: DriverSet) -> str:
    return f" for {driver_set.prefix.rstrip('-')}" if driver_set.prefix else ""
