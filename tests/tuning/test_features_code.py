"""Loops of control flow graphs, and readers of intermediate code that is whatever it is."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ck_plugins_compilers.features_code import Block, Function, closed
from ck_plugins_compilers.features_counts import features
from ck_plugins_compilers.features_gimple import read_gimple
from ck_plugins_compilers.features_gimple_types import operands
from ck_plugins_compilers.features_llvm_ir import read_llvm_ir
from ck_plugins_compilers.features_loops import loops_of


def function(edges: Mapping[str, str]) -> Function:
    """``{"a": "bc"}``: a leads to b and c."""
    return Function("f", {name: Block(successors=tuple(to)) for name, to in edges.items()})


@pytest.mark.parametrize(
    ("edges", "loops"),
    [
        ({}, {}),
        ({"a": "bc", "b": "d", "c": "d", "d": ""}, {}),
        ({"a": "a"}, {"a": "a"}),
        ({"a": "b", "b": "cd", "c": "b", "d": ""}, {"b": "bc"}),
        ({"a": "b", "b": "c", "c": "cd", "d": "be", "e": ""}, {"b": "bcd", "c": "c"}),
        ({"a": "b", "b": "cd", "c": "b", "d": "b"}, {"b": "bcd"}),
        ({"a": "bc", "b": "c", "c": "b"}, {}),
        ({"a": "", "b": "c", "c": "b"}, {}),
    ],
    ids=["empty", "diamond", "self", "while", "nested", "one header", "two ways in", "unreachable"],
)
def test_natural_loops(edges: Mapping[str, str], loops: Mapping[str, str]) -> None:
    assert loops_of(function(edges)) == {name: frozenset(body) for name, body in loops.items()}


graphs = st.integers(1, 7).flatmap(
    lambda size: st.lists(
        st.sets(st.integers(0, size - 1), max_size=3), min_size=size, max_size=size
    )
)


def reached(edges: list[set[int]], without: int | None = None) -> set[int]:
    found: set[int] = set()
    waiting = [] if without == 0 else [0]
    while waiting:
        at = waiting.pop()
        if at not in found and at != without:
            found.add(at)
            waiting += edges[at]
    return found


@given(graphs)
def test_headers_are_what_dominates_an_edge_back_to_it(edges: list[set[int]]) -> None:
    """A block dominates another that cannot be reached without it."""
    headers = {
        header
        for block in reached(edges)
        for header in edges[block]
        if block not in reached(edges, without=header)
    }
    names = {str(at): "".join(map(str, sorted(to))) for at, to in enumerate(edges)}
    found = loops_of(function(names))
    assert {int(name) for name in found} == headers
    assert all(header in body for header, body in found.items())


def test_what_is_counted_of_nested_loops() -> None:
    nested = function({"a": "b", "b": "c", "c": "cd", "d": "be", "e": ""})
    for block in nested.blocks.values():
        block.add("loads")
    found = features([nested])
    assert (found["loops"], found["inner_loops"], found["loop_depth"]) == (2, 1, 2)
    assert found["in_loops_share"] == pytest.approx(3 / 5)
    assert found["in_nested_loops_share"] == found["in_inner_loops_share"] == pytest.approx(1 / 5)
    assert found["cfg_edges"] == 6
    assert found["critical_edges"] == 2


def test_calls_are_of_ones_own_functions_or_a_librarys() -> None:
    one, other = Block(), Block()
    one.calls.update(["other", "printf", "printf"])
    found = features([Function("one", {"": one}), Function("other", {"": other})])
    assert (found["direct_calls"], found["library_calls"]) == (1, 2)
    assert found["instructions"] == 3


def test_a_program_without_functions_has_features() -> None:
    assert set(features([]).values()) == {0}


words = st.sampled_from(
    [
        ";; Function f (f, funcdef_no=0)",
        ";;   basic block 2, loop depth 0",
        ";;    succ:       3",
        ";;                2",
        "  gimple_assign <plus_expr, _1, _2, 1.0e+0, NULL>",
        "  gimple_assign <",
        "  gimple_call <>",
        "  # gimple_phi <_1, _2(3)>",
        "  double x_1;",
        "void f (int a, double b)",
        "define void @f() {",
        "  %1 = fadd double %2, %3",
        "  br i1 %1, label %2, label %3",
        "  invoke void @g()",
        "          to label %2 unwind label %3",
        "2:   ; preds = %1",
        "}",
    ]
)
lines = st.lists(st.one_of(words, st.text(max_size=40)), max_size=30)


@given(lines)
def test_whatever_is_read_has_features(text: list[str]) -> None:
    for reader in (read_gimple, read_llvm_ir):
        functions = list(reader(text))
        found = features(functions)
        assert found["functions"] == len(functions)
        assert all(0 <= value <= 1 for name, value in found.items() if name.endswith("_share"))


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("", [""]),
        ("_1, x, NULL", ["_1", "x", "NULL"]),
        ('printf, NULL, "a, \\"b, %d", _1', ["printf", "NULL", '"a, \\"b, %d"', "_1"]),
        ("MEM[(int (*f) (int, int))_3], {1, 2}", ["MEM[(int (*f) (int, int))_3]", "{1, 2}"]),
    ],
)
def test_operands(text: str, parts: list[str]) -> None:
    assert operands(text) == parts


def test_edges_that_lead_nowhere_are_dropped() -> None:
    assert closed(function({"a": "bxb", "b": ""})).blocks["a"].successors == ("b",)
