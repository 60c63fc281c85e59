from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ck_core.domain.json_place import line_of

MARK = "the value looked for"
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text()
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=12
)


@dataclass(frozen=True)
class Layout:
    indent: int | str | None
    separators: tuple[str, str]
    ensure_ascii: bool
    before: str

    def format(self, value: Any) -> str:
        text = json.dumps(
            value,
            indent=self.indent,
            separators=self.separators,
            ensure_ascii=self.ensure_ascii,
        )
        return f"{self.before}{text}\n"


LAYOUTS = st.builds(
    Layout,
    indent=st.none() | st.integers(0, 4) | st.sampled_from(["\t", "\r"]),
    separators=st.tuples(
        st.sampled_from([",", ", ", ",\n", "\n, ", "\r\n,"]),
        st.sampled_from([":", ": ", " \n:\t\n"]),
    ),
    ensure_ascii=st.booleans(),
    before=st.sampled_from(["", "\n\n ", "\t"]),
)


def paths_of(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    yield path
    if isinstance(value, (dict, list)):
        for step, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from paths_of(inner, (*path, step))


def marked(value: Any, path: tuple[str | int, ...]) -> Any:
    """The same with a mark in place of the value at that path; the text before it stays."""
    if not path:
        return MARK
    copy = value.copy()
    copy[path[0]] = marked(value[path[0]], path[1:])
    return copy


@given(VALUES, LAYOUTS)
def test_every_value_is_on_the_line_where_a_mark_in_its_place_is(value: Any, at: Layout) -> None:
    text = at.format(value)
    for path in paths_of(value):
        before = at.format(marked(value, path)).partition(f'"{MARK}"')[0]
        assert line_of(text, path) == before.count("\n") + 1


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ((), 2),
        (("a",), 6),
        (("a", "b"), 6),
        (("a", "x"), 6),
        (("x",), 2),
        (("x", "y"), 2),
        (("list",), 4),
        (("list", 1), 5),
        (("list", 2), 4),
        (("list", "1"), 4),
        (("list", 0, "deeper"), 4),
    ],
)
def test_missing_keys_and_keys_that_stand_twice(path: tuple[str | int, ...], line: int) -> None:
    text = '\n{\n  "a": {"b": 1},\n  "list": [10,\n  11],\n  "\\u0061": {"b": 2}\n}'
    assert line_of(text, path) == line


@pytest.mark.parametrize("text", ["3", " null ", '"{"', "[]", "{}"])
def test_what_holds_nothing(text: str) -> None:
    assert line_of(text, ["a", 0]) == 1
