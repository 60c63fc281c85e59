"""Search against a naive reading of the same components, on what hypothesis makes up."""

from __future__ import annotations

import json
import tempfile
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from ck_core.domain.cid import Cid
from ck_core.domain.merging import merged, without
from ck_core.domain.query import Query, holds
from ck_core.store.components import parse_meta
from ck_core.store.editing import NewComponent, add
from ck_core.store.repositories import Repository
from ck_core.store.store import Store
from ck_core.system.files import format_json

TAGS = st.sampled_from(["image", "jpeg", "größe", "v1.2", "a b", "x'y", '"', "%", "_"])
NAMES = st.sampled_from(["a", "b", "ab", "image-1", "image-2", "Über", "x_y", "100%"])
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=8,
)
METAS = st.fixed_dictionaries(
    {"tags": st.lists(TAGS, max_size=4)}, optional={"n": VALUES, "other": VALUES}
)
QUERIES = st.builds(
    Query,
    cid=st.builds(
        Cid, st.just("thing"), NAMES | st.sampled_from(["*", "image-?", "[ax]*", "[!a]*"])
    ),
    tags=st.frozensets(TAGS | TAGS.map("-{}".format), max_size=3),
    words=st.lists(st.sampled_from(["IMAGE", "ü", "jp", "%"]), max_size=2).map(tuple),
)


def naive(query: Query, metas: dict[str, dict[str, Any]]) -> list[str]:
    def fits(name: str, meta: dict[str, Any]) -> bool:
        tags = set(meta["tags"])
        text = f"{name}\n{json.dumps(meta, ensure_ascii=False, separators=(',', ':'))}".casefold()
        return (
            fnmatchcase(name, query.cid.name)
            and query.wanted_tags <= tags
            and not query.unwanted_tags & tags
            and all(word.casefold() in text for word in query.words)
        )

    return sorted(name for name, meta in metas.items() if fits(name, meta))


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(NAMES, METAS, max_size=8), st.lists(QUERIES, min_size=1, max_size=5))
def test_search_answers_as_a_naive_scan(
    metas: dict[str, dict[str, Any]], queries: list[Query]
) -> None:
    with tempfile.TemporaryDirectory() as place:
        path = Path(place, "repo")
        path.mkdir()
        repository = Repository(alias="r", path=path, origin="test", writable=True)
        for name, meta in metas.items():
            add(repository, NewComponent(kind="thing", alias=name, values=meta))
        store = Store([repository], Path(place, "indexes"))
        for query in queries:
            found = store.search(query)
            assert sorted(one.alias for one in found) == naive(query, metas)
            assert sorted(store.names(query)) == naive(query, metas)
            for one in found:
                assert one.values == metas[one.alias]
                assert store.get(Cid("thing", one.uid)).alias == one.alias


@given(st.dictionaries(st.text(), VALUES))
def test_a_meta_survives_being_written(values: dict[str, Any]) -> None:
    text = format_json(values)
    try:
        text.encode()
    except UnicodeEncodeError:
        return
    again = parse_meta(text, "meta.json")
    assert again == values
    assert list(again) == list(values)
    assert format_json(again) == text


@given(VALUES)
def test_everything_holds_itself(value: Any) -> None:
    assert holds(value, value)


@given(st.dictionaries(st.text(max_size=3), VALUES), st.dictionaries(st.text(max_size=3), VALUES))
def test_a_merged_meta_has_every_change(values: dict[str, Any], changes: dict[str, Any]) -> None:
    result = merged(values, changes)
    assert list(result)[: len(values)] == list(values)
    assert merged(result, changes) == result
    assert set(result) == set(values) | set(changes)


def test_merging_and_taking_out() -> None:
    values = {"tags": ["a", "b"], "run_vars": {"N": "1", "M": "2"}, "x": 1}
    changes = {"tags": ["c", "-a"], "run_vars": {"N": "3"}}
    assert merged(values, changes) == {
        "tags": ["b", "c"],
        "run_vars": {"N": "3", "M": "2"},
        "x": 1,
    }
    assert without(values, "run_vars.N")["run_vars"] == {"M": "2"}
    assert "x" not in without(values, "x")
    assert without(values, "nothing.there") == values
