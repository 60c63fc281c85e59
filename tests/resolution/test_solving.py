"""The resolver against every combination, and the cases people meet."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from itertools import product
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from ck_core.analysis.solving import solve
from ck_core.domain.explanation import explain
from ck_core.domain.package import Package
from ck_core.domain.requirement import Requirement, here
from ck_core.domain.resolution import Conflict, Option, Plan, rank, refusal
from resolution.resolution_kit import CROSS, HERE, installed, need, package

COMPILER = need("compiler", tags="compiler", sort=0)
LIB = need("lib", tags="zlib", sort=10)
GCC = installed("gcc", "12", "compiler", priority=40)
CLANG = installed("clang", "19", "compiler", priority=30)


def test_what_is_here_comes_before_what_a_package_makes_even_if_older() -> None:
    old, newer = installed("zlib", "1.2"), package("zlib", "1.3")
    assert solve([LIB], {"lib": [newer, old]}, HERE).choices == {"lib": old}


def test_the_newest_is_taken_by_number_not_by_text() -> None:
    found = [installed("zlib", version) for version in ("1.9", "1.10", "1.2.11")]
    assert solve([LIB], {"lib": found}, HERE).choices["lib"].version == "1.10"


def test_a_library_made_with_another_compiler_makes_the_resolver_go_back() -> None:
    with_clang = installed("zlib", "1.3", made_with={"compiler": CLANG.uid})
    plan = solve([COMPILER, LIB], {"compiler": [GCC, CLANG], "lib": [with_clang]}, HERE)
    assert plan.choices == {"compiler": CLANG, "lib": with_clang}


def test_a_library_that_is_independent_goes_with_any_compiler() -> None:
    with_clang = installed("zlib", "1.3", made_with={"compiler": CLANG.uid})
    lib = need("lib", tags="zlib", skip_pruning_by_other_deps="yes")
    plan = solve([COMPILER, lib], {"compiler": [GCC, CLANG], "lib": [with_clang]}, HERE)
    assert plan.choices["compiler"] is GCC


def test_what_it_was_made_with_counts_only_where_it_is_needed_too() -> None:
    with_clang = installed("zlib", "1.3", made_with={"compiler": CLANG.uid})
    assert solve([LIB], {"lib": [with_clang]}, HERE).choices == {"lib": with_clang}


def test_a_package_brings_its_own_needs_and_comes_after_them() -> None:
    deps = {"cmake": {"tags": "cmake", "version_from": [3, 20]}, "compiler": {"tags": "compiler"}}
    zlib, cmake = package("zlib", deps=deps), package("cmake", "3.25")
    plan = solve([COMPILER, LIB], {"compiler": [GCC], "lib": [zlib], "cmake": [cmake]}, HERE)
    assert list(plan.choices) in (["compiler", "cmake", "lib"], ["cmake", "compiler", "lib"])


def test_two_packages_that_want_one_tool_agree_on_its_version() -> None:
    one = package("one", deps={"cmake": {"tags": "cmake", "version_to": [3, 99]}})
    two = package("two", deps={"cmake": {"tags": "cmake", "version_from": [3, 20]}})
    tools = [installed("cmake", version) for version in ("3.10", "3.25", "4.1")]
    plan = solve(
        [need("one", tags="one"), need("two", tags="two")],
        {"one": [one], "two": [two], "cmake": tools},
        HERE,
    )
    assert plan.choices["cmake"].version == "3.25"


def test_an_older_package_is_taken_where_the_newer_needs_what_is_not_here() -> None:
    newer = package("zlib", "2", deps={"cmake": {"tags": "cmake", "version_from": [9]}})
    older = package("zlib", "1")
    found: dict[str, list[Option]] = {
        "lib": [newer, older],
        "cmake": [installed("cmake", "3.25")],
    }
    assert solve([LIB], found, HERE).choices["lib"] is older


def test_packages_that_need_each_other_are_named() -> None:
    one = package("one", deps={"two": {"tags": "two"}})
    two = package("two", deps={"one": {"tags": "one"}})
    plan = solve([need("one", tags="one")], {"one": [one], "two": [two]}, HERE)
    assert plan.cycle in (("one@1", "two@1", "one@1"), ("two@1", "one@1", "two@1"))


def test_a_dependency_of_a_package_that_does_not_count_here_is_left_out() -> None:
    deps = {"sdk": {"tags": "sdk", "only_for_target_os_tags": ["windows"]}}
    assert solve([LIB], {"lib": [package("zlib", deps=deps)]}, HERE).is_whole


def test_the_explanation_names_who_needs_what_and_why_each_is_refused() -> None:
    deps = {"cmake": {"tags": "cmake", "version_from": [9], "name": "CMake"}}
    found: dict[str, list[Option]] = {
        "lib": [package("zlib", "2", deps=deps)],
        "cmake": [installed("cmake", "3.25")],
    }
    plan = solve([LIB], found, HERE)
    text = explain("program:it", plan, found, HERE)
    assert text.splitlines() == [
        "program:it",
        "└─ lib (zlib)",
        "   └─ package:zlib-2 (zlib@2): would fit; it needs",
        "      └─ CMake (cmake, version from 9)",
        "         └─ cmake@3.25 at /opt/cmake/3.25: is version 3.25, older than 9",
    ]


def test_the_explanation_says_what_a_library_was_made_with() -> None:
    with_clang = installed("zlib", "1.3", made_with={"compiler": CLANG.uid})
    compiler = need("compiler", tags="compiler,gcc")
    found = {"compiler": [GCC, CLANG], "lib": [with_clang]}
    text = explain("program:it", solve([compiler, LIB], found, HERE), found, HERE)
    assert "zlib@1.3 at /opt/zlib/1.3 was made with compiler clang@19" in text


def test_the_explanation_ends_for_packages_that_need_each_other() -> None:
    one = package("one", deps={"two": {"tags": "two"}})
    two = package("two", deps={"one": {"tags": "one", "version_from": [5]}})
    found = {"one": [one], "two": [two]}
    plan = solve([need("one", tags="one")], found, HERE)
    assert "version from 5" in explain("program:it", plan, found, HERE)


def test_a_compiler_for_another_machine_is_no_candidate() -> None:
    native = installed("gcc", "12", "compiler", target="x86_64-linux-gnu")
    cross = installed("gcc", "11", "compiler", target="aarch64-linux-gnu")
    found = {"compiler": [native, cross]}
    assert solve([COMPILER], found, HERE).choices["compiler"] is native
    assert solve([COMPILER], found, CROSS).choices["compiler"] is cross


# --- against every combination ------------------------------------------------------------

_PRODUCTS = ("a", "b", "c")
_VERSIONS = st.sampled_from(["1", "2", "3"])
_LIMITS = st.fixed_dictionaries(
    {"tags": st.sampled_from(_PRODUCTS)},
    optional={"version_from": _VERSIONS, "version_to": _VERSIONS},
)


@st.composite
def _worlds(draw: st.DrawFn) -> tuple[list[Requirement], dict[str, list[Option]]]:
    """Requirements under the names of products, and options that depend on each other."""
    found: dict[str, list[Option]] = {}
    uids: list[str] = []
    for name in _PRODUCTS:
        made = [
            installed(name, version, made_with=draw(_made_with(uids)))
            for version in draw(st.lists(_VERSIONS, unique=True, max_size=3))
        ]
        uids = uids or [one.uid for one in made]
        found[name] = [*made, *draw(_packages(name))]
    keys = draw(st.lists(st.sampled_from(_PRODUCTS), unique=True, min_size=1))
    return [need(key, **{**draw(_LIMITS), "tags": key}) for key in keys], found


def _made_with(uids: list[str]) -> st.SearchStrategy[dict[str, str]]:
    nothing: st.SearchStrategy[dict[str, str]] = st.just({})
    return nothing | st.sampled_from(uids).map(lambda uid: {"a": uid}) if uids else nothing


@st.composite
def _packages(draw: st.DrawFn, name: str) -> list[Package]:
    others = st.sampled_from([one for one in _PRODUCTS if one != name])
    keys = draw(st.lists(others, unique=True))
    deps = {key: {**draw(_LIMITS), "tags": key} for key in keys}
    return draw(st.lists(_VERSIONS.map(lambda one: package(name, one, deps=deps)), max_size=1))


@given(_worlds())
@settings(max_examples=300, deadline=None)
def test_the_resolver_agrees_with_trying_everything(
    world: tuple[list[Requirement], dict[str, list[Option]]],
) -> None:
    needs, found = world
    plan = solve(needs, found, HERE)
    possible = _all_solutions(needs, found)
    assert plan.conflicts == () or not possible
    if plan.is_whole:
        assert _holds(needs, plan.choices)
    if len(needs) == 1 and possible:  # nothing to weigh against each other: the best is taken
        best = max((one[needs[0].key] for one in possible), key=rank)
        assert plan.cycle or rank(plan.choices[needs[0].key]) == rank(best)


def _all_solutions(
    needs: Sequence[Requirement], found: Mapping[str, Sequence[Option]]
) -> list[Mapping[str, Option]]:
    pools = [[(key, one) for one in options] + [None] for key, options in found.items()]
    combinations = (dict(filter(None, pick)) for pick in product(*pools))
    return [one for one in combinations if _holds(needs, one)]


def _holds(needs: Sequence[Requirement], chosen: Mapping[str, Option]) -> bool:
    own = {one.key for one in needs}
    every: list[Any] = list(needs)
    for option in chosen.values():
        if isinstance(option, Package):
            every += here(option.requirements, HERE)
        else:
            every += [need(k, uoa=uid) for k, uid in option.dependencies.items() if k in own]
    return all(one.key in chosen and not refusal(one, chosen[one.key], HERE) for one in every)


def test_a_plan_without_requirements_is_empty() -> None:
    assert solve([], {}, HERE) == Plan()


def test_a_package_for_the_host_is_judged_by_the_host() -> None:
    tool = package("cmake", deps={"python": {"tags": "python"}}, only_for_target_os_tags=["x86_64"])
    lib = package("zlib", deps={"cmake": {"tags": "cmake", "force_target_as_host": "yes"}})
    found: dict[str, list[Option]] = {
        "lib": [lib, package("zlib", "2", only_for_target_os_tags=["windows"])],
        "cmake": [tool],
        "python": [package("python")],
    }
    plan = solve([LIB], found, CROSS)
    assert plan.choices["lib"] is lib
    assert plan.for_host == {"cmake", "python"}


def _pigeons(count: int) -> tuple[list[Requirement], dict[str, list[Option]]]:
    """Each wants a hole of its own, and there is one hole less."""
    holes = range(count - 1)
    found: dict[str, list[Option]] = {
        f"hole{hole}": [package(f"hole{hole}", str(one)) for one in range(1, count + 1)]
        for hole in holes
    }
    for one in range(1, count + 1):
        limits = {"version_from": str(one), "version_to": str(one)}
        found[f"pigeon{one}"] = [
            package(
                f"pigeon{one}", str(hole), deps={f"hole{hole}": {**limits, "tags": f"hole{hole}"}}
            )
            for hole in holes
        ]
    keys = [f"pigeon{one}" for one in range(1, count + 1)]
    return [need(key, tags=key) for key in keys], found


def test_what_cannot_be_tried_to_the_end_is_given_up() -> None:
    needs, found = _pigeons(8)
    begin = time.monotonic()
    plan = solve(needs, found, HERE)
    assert plan.given_up
    assert not plan.is_whole
    assert time.monotonic() - begin < 30


def test_a_long_chain_of_packages_is_solved_and_explained() -> None:
    length = 1050
    found: dict[str, list[Option]] = {
        f"p{i}": [package(f"p{i}", deps={f"p{i + 1}": {"tags": f"p{i + 1}"}})]
        for i in range(length)
    }
    needs = [need("p0", tags="p0")]
    missing = Conflict(requirement=need(f"p{length}", tags="none"), needed_by=None)
    plan = Plan(requirements=tuple(needs), conflicts=(missing,))
    text = explain("program:it", plan, found, HERE)
    assert "and so on" in text
    found[f"p{length}"] = [package(f"p{length}")]
    assert len(solve(needs, found, HERE).choices) == length + 1


def test_an_explanation_of_very_many_paths_ends() -> None:
    """Twelve packages of each of twelve kinds, each needing the next three kinds."""
    found: dict[str, list[Option]] = {}
    for kind in range(12):
        nexts = range(kind + 1, kind + 4)
        deps = {f"k{one}": {"tags": f"k{one}"} for one in nexts}
        found[f"k{kind}"] = [package(f"k{kind}", str(v), deps=deps) for v in range(12)]
    needs = [need("k0", tags="k0")]
    missing = need("k14", tags="k14")
    plan = Plan(
        requirements=tuple(needs), conflicts=(Conflict(requirement=missing, needed_by=None),)
    )
    text = explain("program:it", plan, found, HERE)
    assert "as above" in text
    assert len(text.splitlines()) <= 121
