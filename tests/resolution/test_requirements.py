"""CK's dependency dictionary, key by key (CK_FORMAT section 1d)."""

from __future__ import annotations

import pytest

from ck_core.domain.requirement import narrowed
from ck_core.domain.resolution import refusal
from resolution.resolution_kit import CROSS, HERE, installed, need, package

GCC = installed("gcc", "12.2.0", "compiler", "lang-c")


@pytest.mark.parametrize(
    ("wish", "reason"),
    [
        ({"tags": "compiler,lang-c"}, ""),
        ({"tags": ["compiler", "lang-ada"]}, "lacks tags lang-ada"),
        ({"tags": "compiler", "no_tags": "gcc"}, "has unwanted tags gcc"),
        ({"tags": "compiler", "or_tags": "clang;gcc"}, ""),
        ({"tags": "compiler", "or_tags": "clang;icc,intel"}, "has none of the tags"),
        ({"tags": "compiler", "or_tags": "gcc,~lang-c"}, "has none of the tags"),
        ({"tags": "compiler", "or_tags": "clang;~lang-ada"}, ""),
        ({"tags": "compiler", "or_tags": ["clang", "gcc,lang-c"]}, ""),
        ({"tags": "compiler", "version_from": [12]}, ""),
        ({"tags": "compiler", "version_from": [12, 3]}, "older than 12.3"),
        ({"tags": "compiler", "version_from": "13"}, "older than 13"),
        ({"tags": "compiler", "version_to": [12, 2, 0]}, ""),
        ({"tags": "compiler", "version_to": [12, 1]}, "newer than 12.1"),
        ({"tags": "compiler", "uoa": GCC.uid}, ""),
        ({"tags": "compiler", "uoa": "0123456789abcdef"}, "is not the installation"),
        ({"tags": "compiler", "package_uoa": "gcc-source"}, "is not installed by package"),
        ({}, ""),
    ],
)
def test_an_installation_fits_or_is_refused_with_a_reason(
    wish: dict[str, object], reason: str
) -> None:
    said = need("compiler", **wish).refusal(GCC)
    assert (reason in said) if reason else said == ""


def test_package_uoa_takes_what_that_package_made() -> None:
    made = installed("zlib", "1.3", package="00112233aabbccdd", package_alias="zlib-1.3")
    for name in ("00112233aabbccdd", "zlib-1.3"):
        assert need("lib", tags="zlib", package_uoa=name).refusal(made) == ""
    assert need("lib", tags="zlib", package_uoa="zlib-1.2").refusal(made)


@pytest.mark.parametrize(
    ("wish", "environment", "counts"),
    [
        ({}, {}, True),
        ({"enabled": "yes"}, {}, True),
        ({"enable_if_env": {"USE": "YES"}}, {}, False),
        ({"enable_if_env": {"USE": "YES"}}, {"USE": "YES"}, True),
        ({"enable_if_env": [{"USE": ["YES", "ON"], "N": "1"}]}, {"USE": "ON", "N": "1"}, True),
        ({"enable_if_env": [{"USE": ["YES", "ON"], "N": "1"}]}, {"USE": "ON"}, False),
        ({"enable_if_env": [{"A": "1"}, {"B": "1"}]}, {"B": "1"}, True),
        ({"enable_if_env": {"USE": "YES"}, "enabled": "yes"}, {}, True),
        ({"disable_if_env": {"SKIP": "YES"}}, {"SKIP": "YES"}, False),
        ({"disable_if_env": {"SKIP": "YES"}}, {}, True),
        ({"disable_if_env": {"SKIP": ""}}, {}, False),  # CK: what is unset equals the empty text
        ({"only_for_host_os_tags": ["windows"]}, {}, False),
        ({"only_for_host_os_tags": ["windows", "linux"]}, {}, True),
        ({"only_for_target_os_tags": ["android"]}, {}, False),
        ({"only_for_target_os_tags": ["linux-64"]}, {}, True),
    ],
)
def test_a_dependency_counts_by_platform_and_environment(
    wish: dict[str, object],
    environment: dict[str, str],
    counts: bool,  # noqa: FBT001  # parametrized
) -> None:
    requirement = need("lib", tags="zlib", **wish)
    assert (requirement.for_platform(HERE, environment) is not None) == counts


@pytest.mark.parametrize(
    ("wish", "environment", "added"),
    [
        ({"update_tags_if_env": {"cuda,fast": {"GPU": "YES"}}}, {"GPU": "YES"}, {"cuda", "fast"}),
        ({"update_tags_if_env": {"cuda": {"GPU": "YES"}}}, {}, set()),
        ({"update_tags_by_host_platform": {"linux": "unix-like"}}, {}, {"unix-like"}),
        ({"update_tags_by_host_platform2": {"macos": "apple"}}, {}, set()),
        ({"update_tags_by_target_platform": {"linux": "a"}}, {}, {"a"}),
        ({"update_tags_by_target_platform2": {"linux": "b", "win": "c"}}, {}, {"b"}),
        ({"update_tags_by_target_os_uoa": {"linux-64": "wide"}}, {}, {"wide"}),
    ],
)
def test_tags_are_added_by_platform_and_environment(
    wish: dict[str, object], environment: dict[str, str], added: set[str]
) -> None:
    requirement = need("lib", tags="zlib", **wish).for_platform(HERE, environment)
    assert requirement is not None
    assert requirement.tags == {"zlib"} | added


def test_a_tool_for_the_host_is_no_tool_for_the_target() -> None:
    native = installed("gcc", "12", "compiler", target="x86_64-linux-gnu")
    cross = installed("gcc", "12", "compiler", target="aarch64-linux-gnu")
    for_target = need("compiler", tags="compiler")
    for_host = need("host-compiler", tags="compiler", force_target_as_host="yes")
    assert refusal(for_target, cross, CROSS) == refusal(for_host, native, CROSS) == ""
    assert refusal(for_target, native, CROSS) == "is for linux-x86_64, not for linux-arm64"
    assert refusal(for_host, cross, CROSS) == "is for linux-arm64, not for linux-x86_64"


@pytest.mark.parametrize(
    ("spec", "fits", "refused"),
    [
        ("gcc", GCC, installed("clang", "19", "compiler", "lang-c")),
        ("GCC@12", GCC, installed("gcc", "11.3.0", "compiler", "lang-c")),
        ("gcc@12.2", GCC, installed("gcc", "12.20", "compiler", "lang-c")),
        ("@12", GCC, installed("gcc", "13", "compiler", "lang-c")),
        (GCC.uid, GCC, installed("gcc", "12.2.1", "compiler", "lang-c")),
    ],
)
def test_what_a_user_names_narrows(spec: str, fits: object, refused: object) -> None:
    requirement = narrowed(need("compiler", tags="compiler,lang-c"), spec)
    assert requirement.refusal(fits) == ""  # type: ignore[arg-type]  # parametrized
    assert requirement.refusal(refused) != ""  # type: ignore[arg-type]  # likewise


def test_a_package_that_ckp_cannot_install_is_refused_with_its_reason() -> None:
    foreign = package("zlib", process_script="install", recipe=None)
    assert "script" in refusal(need("lib", tags="zlib"), foreign, HERE)


def test_a_package_for_another_system_is_refused() -> None:
    windows = package("zlib", only_for_target_os_tags=["windows"])
    assert "is not for linux-x86_64" in refusal(need("lib", tags="zlib"), windows, HERE)
