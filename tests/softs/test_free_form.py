"""Whatever a stranger writes into a soft: a soft, or one clear error."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ck_core.builtin import softs
from ck_core.domain.soft import Soft
from ck_core.errors import BadComponentError
from ck_core.testing.samples import LINUX, requirement
from softs.soft_kit import soft

NAMES = st.sampled_from(
    ["libz.a", "z", "$#sep#$", "a$#file_ext_dll#$", "..", "/", "", "*", "\0", "x" * 300]
)
VALUES = st.one_of(
    NAMES,
    st.text(max_size=8),
    st.none(),
    st.integers(),
    st.floats(),
    st.booleans(),
    st.lists(NAMES),
)
OBJECTS = st.one_of(VALUES, st.dictionaries(st.sampled_from(["linux", "win", "a"]), VALUES))
CUSTOMIZE_KEYS = (
    *("env_prefix", "soft_file", "soft_file_universal", "limit_recursion_dir_search"),
    *("soft_version_cmd", "include_file", "only_for_host_os_tags", "add_to_path"),
    *("search_numeric_ext_on_linux", "version_module_name"),
)
CUSTOMIZE = st.dictionaries(
    st.sampled_from(CUSTOMIZE_KEYS),
    OBJECTS,
)
DETECT = st.dictionaries(
    st.sampled_from(["files", "library", "headers", "directories", "link", "version", "x"]),
    st.one_of(
        OBJECTS,
        st.dictionaries(st.sampled_from(["command", "header", "after", "pkg_config"]), VALUES),
    ),
)
META = st.fixed_dictionaries(
    {"tags": st.just(["lib", "free"])},
    optional={
        "customize": CUSTOMIZE,
        "detect": DETECT,
        "auto_detect": VALUES,
        "env": OBJECTS,
        "version": OBJECTS,
        "soft_name": VALUES,
        "priority": VALUES,
    },
)


def parsed(meta: dict[str, Any]) -> Soft | None:
    try:
        return soft("lib.free", meta)
    except BadComponentError:
        return None


@pytest.mark.parametrize(
    "detect",
    [
        {"library": ["x" * 300]},
        {"files": ["x" * 300 + "/y", "[", "lib/[a-"]},
        {"files": ["zlib.h"], "directories": ["x" * 300, "[*", "*/" + "x" * 300, "*" * 1]},
        {"files": ["zlib.h"], "headers": ["x" * 300]},
        {"files": ["zlib.h"], "version": {"header": "x" * 300, "pkg_config": "y" * 300}},
    ],
)
def test_names_that_no_file_system_takes(detect: dict[str, Any]) -> None:
    one = soft("lib.free", {"tags": ["lib", "free"], "detect": detect})
    assert all(each.version == "" for each in softs.detect(requirement("free"), LINUX, [one], ()))


@given(META)
def test_a_soft_is_read_or_refused_and_looked_for_without_an_error(meta: dict[str, Any]) -> None:
    one = parsed(meta)
    if one is not None:
        for found in softs.detect(requirement("lib", "free"), LINUX, [one], ()):
            assert found.path.is_file()
