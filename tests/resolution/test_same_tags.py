"""Choices for two keys that must be alike: a model, and images labelled in its classes."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ck_core.analysis.solving import solve
from ck_core.domain.explanation import explain
from ck_core.domain.resolution import Option
from resolution.resolution_kit import HERE, installed, need, package

MODEL = need("model", tags="model", sort=1, same_tags={"images": "of-"})
IMAGES = need("images", tags="images", sort=2)


def model(name: str, *tags: str, priority: int = 0) -> Option:
    return package(name, tags=["model", *tags], priority=priority)


def images(name: str, *tags: str, priority: int = 0) -> Option:
    return installed(name, "1", "images", *tags, priority=priority)


def chosen(models: list[Option], pictures: list[Option]) -> dict[str, Option]:
    return dict(solve([MODEL, IMAGES], {"model": models, "images": pictures}, HERE).choices)


def test_what_is_alike_comes_before_what_is_preferred() -> None:
    clothes, animals = model("c", "of-clothes", priority=9), model("a", "of-animals")
    coats, cats = images("coats", "of-clothes"), images("cats", "of-animals", priority=9)
    assert chosen([clothes, animals], [coats, cats]) == {"model": clothes, "images": coats}
    assert chosen([clothes, animals], [cats]) == {"model": animals, "images": cats}


def test_what_has_no_such_tag_goes_with_anything() -> None:
    clothes, plain = model("c", "of-clothes"), images("holiday")
    assert chosen([clothes], [plain]) == {"model": clothes, "images": plain}
    unsure, cats = model("u"), images("cats", "of-animals")
    assert chosen([unsure], [cats]) == {"model": unsure, "images": cats}


def test_one_tag_in_common_is_enough() -> None:
    both, cats = model("b", "of-clothes", "of-animals"), images("cats", "of-animals")
    assert chosen([both], [cats]) == {"model": both, "images": cats}


def test_why_there_is_none_is_told() -> None:
    found = {"model": [model("c", "of-clothes")], "images": [images("cats", "of-animals")]}
    plan = solve([MODEL, IMAGES], found, HERE)
    assert not plan.is_whole
    told = explain("program:it", plan, found, HERE)
    assert "package:c-1 (c@1) goes with images (of-clothes)" in told


def test_another_key_that_nobody_needs_is_left_alone() -> None:
    clothes = model("c", "of-clothes")
    assert dict(solve([MODEL], {"model": [clothes]}, HERE).choices) == {"model": clothes}


kinds = st.lists(st.sampled_from(["of-a", "of-b", "of-c"]), max_size=2).map(tuple)


@given(st.lists(kinds, min_size=1, max_size=4), st.lists(kinds, min_size=1, max_size=4))
def test_it_is_found_where_there_is_any(
    models: list[tuple[str, ...]], pictures: list[tuple[str, ...]]
) -> None:
    left = [model(f"m{n}", *tags) for n, tags in enumerate(models)]
    right = [images(f"i{n}", *tags) for n, tags in enumerate(pictures)]
    exists = any(not a or not b or {*a} & {*b} for a in models for b in pictures)
    found = chosen(left, right)
    assert bool(found) == exists
    if found:
        own, other = ({t for t in one.tags if t.startswith("of-")} for one in found.values())
        assert not own or not other or own & other
