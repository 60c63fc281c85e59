"""Names of targets and the triples that compilers write."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ck_core.domain.target import TARGET_NAMES, Target, parse_target, parse_target_name
from ck_core.errors import UsageError


@pytest.mark.parametrize("name", TARGET_NAMES)
def test_every_name_is_its_targets_name(name: str) -> None:
    assert parse_target_name(name).name == name


@pytest.mark.parametrize(
    ("triple", "name"),
    [
        ("aarch64-linux-gnu", "linux-arm64"),
        ("aarch64-unknown-linux-musl", "linux-arm64"),
        ("arm-linux-gnueabihf", "linux-armhf"),
        ("armv7l-unknown-linux-gnueabihf", "linux-armhf"),
        ("powerpc64le-linux-gnu", "linux-ppc64le"),
        ("i586-linux-gnu", "linux-i686"),
        ("x86_64-w64-mingw32", "windows-x86_64"),
        ("i686-w64-mingw32", "windows-i686"),
        ("x86_64-windows-gnu", "windows-x86_64"),
        ("armv7a-unknown-linux-androideabi21", "android-armhf"),
        ("aarch64-unknown-linux-android34", "android-arm64"),
        ("arm64-apple-darwin25.3.0", "darwin-arm64"),
        ("aarch64-macos", "darwin-arm64"),
    ],
)
def test_triples_of_one_target(triple: str, name: str) -> None:
    assert parse_target(triple) == parse_target_name(name)


@pytest.mark.parametrize(
    ("triple", "name"),
    [("arm-linux-gnueabi", "linux-armhf"), ("x86_64-linux-gnux32", "linux-x86_64")],
)
def test_another_abi_is_another_target(triple: str, name: str) -> None:
    assert parse_target(triple) != parse_target_name(name)


def test_other_ways_to_write_a_name() -> None:
    assert parse_target_name("Linux-AArch64").name == "linux-arm64"
    assert parse_target_name("macos-arm64").name == "darwin-arm64"


def test_a_misspelt_name_is_an_error_with_the_nearest() -> None:
    with pytest.raises(UsageError, match="no target 'linux-amr64'") as caught:
        parse_target_name("linux-amr64")
    assert "did you mean linux-arm64?" in caught.value.hint


@given(st.text(max_size=40))
def test_any_text_is_a_known_target_or_an_error(text: str) -> None:
    try:
        name = parse_target_name(text).name
    except UsageError:
        return
    assert name in TARGET_NAMES


@given(st.text(max_size=60))
def test_any_triple_is_a_target(triple: str) -> None:
    assert isinstance(parse_target(triple), Target)
