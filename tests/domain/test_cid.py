from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ck_core.domain.cid import Cid, matches, parse_cid
from ck_core.domain.names import check_new_name, is_one_part, is_uid, new_uid, stays_below
from ck_core.errors import UsageError

parts = st.text(st.characters(blacklist_characters=":/\\\0", blacklist_categories=["Cs"])).filter(
    lambda text: text not in {"", ".", ".."}
)


@given(parts, parts, parts)
def test_a_cid_is_read_as_it_is_written(repository: str, kind: str, name: str) -> None:
    assert parse_cid(f"{repository}:{kind}:{name}") == Cid(kind, name, repository)
    assert parse_cid(f"{kind}:{name}") == Cid(kind, name)
    assert parse_cid(str(Cid(kind, name, repository))) == Cid(kind, name, repository)


@given(st.text())
def test_a_cid_never_leads_out_of_a_repository(text: str) -> None:
    try:
        cid = parse_cid(text)
    except UsageError:
        return
    for part in (cid.repository, cid.kind, cid.name):
        assert is_one_part(part)


def test_what_is_left_out_matches_all() -> None:
    assert parse_cid("::x") == Cid("*", "x", "*")
    assert parse_cid("dataset:") == Cid("dataset", "*")
    assert parse_cid("local::") == Cid("*", "*", "local")


@given(parts)
def test_every_name_is_meant_by_itself(name: str) -> None:
    assert matches(name, name)


@pytest.mark.parametrize(
    "name",
    [
        *("", ".", "..", "../x", "/etc", "a/b", "a\\b", "a:b", "a*", "a?"),
        *("nul", "NUL.txt", "com1", "a.", "a ", " a", "-a", ".a"),
        *("a\0", "a\nb", "x" * 201, "\ud800", "é" * 101),
    ],
)
def test_names_that_nothing_new_may_have(name: str) -> None:
    with pytest.raises(UsageError):
        check_new_name(name)


@pytest.mark.parametrize("name", ["a", "a.b-c_d", "über", "nulls", "x" * 200, "0" * 16, "a b"])
def test_names_that_are_fine(name: str) -> None:
    assert check_new_name(name) == name


@given(st.text())
def test_paths_that_stay_below(path: str) -> None:
    if stays_below(path):
        assert not path.startswith("/")
        assert ".." not in path.split("/")


def test_uids() -> None:
    made = {new_uid() for _ in range(100)}
    assert len(made) == 100
    assert all(map(is_uid, made))
