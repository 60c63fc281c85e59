"""Conditions are read as they are written, and mean the same in Python and in SQL."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ck_core.analysis.filter_parsing import parse_filter
from ck_core.analysis.filter_units import in_units
from ck_core.analysis.filters import (
    OPERATORS,
    All,
    Comparison,
    Expression,
    Not,
    Some,
    literal_number,
    names_in,
)
from ck_core.domain.point_names import unknown_names
from ck_core.errors import UsageError
from ck_core.store.experiments.filter_sql import condition
from ck_core.store.experiments.index_sql import Columns, connect

ROW: dict[str, Any] = {
    "uid": "00000000000000aa",
    "status": "ok",
    "choices.compiler": "gcc",
    "choices.framework": "tflite@2.14.0",
    "choices.flags": "-O3 -march=native",
    "choices.env.OMP_NUM_THREADS": "4",
    "metrics.wall_s": 0.15,
    "metrics.wall_s.low": 0.14,
    "metrics.correct": True,
    "features.compiler": "shadowed",
    "features.kernel": "6.1",
    "resolved.compiler.version": "12.10",
}


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("compiler=gcc and wall_s<0.2", True),
        ("compiler == gcc", True),
        ("compiler=clang or wall_s<0.2", True),
        ("compiler=clang or wall_s<0.2 and status=failed", False),
        ("(compiler=clang or wall_s<0.2) and not status=failed", True),
        ("not not status=ok", True),
        ('flags="-O3 -march=native"', True),
        ("framework=tflite", True),
        ("framework!=tflite", False),
        ("framework=tflite@2.14.0", True),
        ("framework=tflite@2.14", False),
        ("framework!=tf", True),
        ('framework="tflite"', False),
        ("flags~march", True),
        ("flags~'O3 -m'", True),
        ("flags~MARCH", False),
        ("env.OMP_NUM_THREADS<=4", True),
        ("env.OMP_NUM_THREADS=4.0", True),
        ('env.OMP_NUM_THREADS="4"', True),
        ('env.OMP_NUM_THREADS="4.0"', False),
        ("choices.env.OMP_NUM_THREADS>3", True),
        ("correct=true", True),
        ("correct=1", True),
        ("correct=false", False),
        ("wall_s.low<wall_s", False),
        ("compiler.version=12.1", True),
        ('compiler.version="12.1"', False),
        ("kernel>=6", True),
        ("missing=1", False),
        ("missing!=1", False),
        ("not missing=1", True),
        ("compiler!=clang", True),
        ("compiler<1", False),
        ("compiler!=1", True),
        ("wall_s=gcc", False),
        ("wall_s!=gcc", True),
        ("wall_s<gcc", False),
        ("wall_s~1", False),
        ("wall_s>=1.5e-1", True),
        ("features.compiler=shadowed", True),
        ("compiler=shadowed", False),
    ],
)
def test_what_conditions_mean(text: str, *, holds: bool) -> None:
    expression = parse_filter(text)
    assert expression.holds(ROW) is holds
    assert in_sql(expression, [ROW]) == [holds]


def in_sql(expression: Expression, rows: list[dict[str, Any]]) -> list[bool]:
    """What SQLite says of rows that lie in the columns of an index."""
    database = connect(":memory:")
    columns = Columns(database)
    for row in rows:
        columns.add(database, columns.lacking(name for name in row if name != "uid"))
    for number, row in enumerate(rows, 1):
        values = [number, 0, 0, 0, row["uid"], *columns.row(row)]
        marks = ", ".join("?" * len(values))
        database.execute(f"INSERT INTO point VALUES ({marks})", values)  # noqa: S608  # no values
    sql = condition(expression, columns.value)
    question = f"SELECT {sql.text} FROM point ORDER BY line"  # noqa: S608  # what is tested
    found = database.execute(question, sql.parameters)
    answers = [value for (value,) in found.fetchall()]
    database.close()
    assert {0, 1}.issuperset(answers)
    return [bool(value) for value in answers]


names = st.sampled_from(["a", "b", "a.low", "status", "features.a", "nobody", "uid"])
full_names = st.sampled_from(
    ["choices.a", "metrics.a", "metrics.a.low", "features.a", "features.b", "resolved.b", "status"]
)
texts = st.text(st.characters(blacklist_categories=["Cs"]), max_size=4)
numbers = st.one_of(
    st.integers(-(10**20), 10**20),
    st.integers(-2, 2),
    st.integers(2**53 - 2, 2**53 + 2),
    st.sampled_from([2.0**53, 2.0**63, -0.0, 1e308, 5e-324]),
    st.floats(allow_nan=False, allow_infinity=False),
)
number_texts = st.one_of(
    numbers.map(str), st.sampled_from(["4", "4.0", "+4", "04", ".5", "1e400", "true", "false", "٤"])
)
labels = st.sampled_from(["gcc", "gcc@12", "gcc12", "gcc@", "a@1", "@gcc"])
scalars = st.one_of(texts, number_texts, labels, numbers, st.booleans())
words = st.one_of(number_texts, st.sampled_from(["true", "false", "gcc", "a"]))


@st.composite
def comparisons(draw: st.DrawFn) -> Comparison:
    bare = draw(st.booleans())
    text = draw(words if bare else st.one_of(texts, number_texts))
    number = literal_number(text) if bare else None
    return Comparison(
        name=draw(names),
        operator=draw(st.sampled_from(OPERATORS)),
        text=text,
        number=number,
        is_word=bare and number is None,
    )


def joined(parts: st.SearchStrategy[Expression]) -> st.SearchStrategy[Expression]:
    several = st.lists(parts, min_size=2, max_size=3).map(tuple)
    return st.one_of(
        several.map(lambda of: All(parts=of)),
        several.map(lambda of: Some(parts=of)),
        parts.map(lambda of: Not(part=of)),
    )


expressions: st.SearchStrategy[Expression] = st.recursive(comparisons(), joined, max_leaves=6)


def indexed(value: Any) -> Any:
    """As the index stores it: integers beyond 64 bits as floats."""
    large = isinstance(value, int) and not -(2**63) <= value < 2**63
    return float(value) if large else value


rows = st.dictionaries(full_names, scalars.map(indexed), max_size=7)


@settings(max_examples=200, deadline=None)
@given(expressions, st.lists(rows, min_size=1, max_size=4))
def test_python_and_sql_agree(expression: Expression, found: list[dict[str, Any]]) -> None:
    points = [{**row, "uid": f"{number:016x}"} for number, row in enumerate(found)]
    assert in_sql(expression, points) == [expression.holds(point) for point in points]


def written(expression: Expression) -> str:
    match expression:
        case Comparison():
            quote = "'" if '"' in expression.text else '"'
            bare = expression.number is not None or expression.is_word
            value = expression.text if bare else f"{quote}{expression.text}{quote}"
            return f'"{expression.name}" {expression.operator} {value}'
        case Not():
            return f"not ({written(expression.part)})"
        case All():
            return " and ".join(f"({written(part)})" for part in expression.parts)
        case Some():
            return " or ".join(f"({written(part)})" for part in expression.parts)


def can_be_written(expression: Expression) -> bool:
    """A text with both kinds of quotes cannot."""
    match expression:
        case Comparison():
            return not {"'", '"'} <= set(expression.text)
        case Not():
            return can_be_written(expression.part)
        case All() | Some():
            return all(map(can_be_written, expression.parts))


@given(expressions.filter(can_be_written))
def test_what_is_written_is_read(expression: Expression) -> None:
    assert parse_filter(written(expression)) == expression


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "column 1: expected a name, found the end"),
        ("   ", "column 1: expected a name, found the end"),
        ("wall_s", "column 7: expected one of"),
        ("wall_s <", "column 9: expected a value, found the end"),
        ("wall_s < < 3", "column 10: expected a value, found '<'"),
        ("wall_s < 3 compiler=gcc", "column 12: expected 'and' or 'or', found 'compiler'"),
        ("(wall_s < 3", "column 12: expected ')', found the end"),
        ("wall_s < 3)", "column 11: expected 'and' or 'or', found ')'"),
        ("and wall_s < 3", "column 1: expected a name, found 'and'"),
        ("flags='-O3", "column 7: "),
        ("a ! b", "column 3: "),
        ("(" * 11 + "a=1" + ")" * 11, "column 11: nests deeper than 10"),
        (" or ".join(["a=1"] * 201), "has more than 200 comparisons"),
    ],
)
def test_what_is_no_condition_is_told_where(text: str, problem: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_filter(text)
    assert problem in caught.value.message
    assert "compiler=gcc and wall_s<0.2" in caught.value.hint


METRICS = {"metrics.wall_s", "metrics.wall_s.low", "metrics.size_bytes", "metrics.ipc"}
KNOWN = {*METRICS, "features.memory_bytes", "features.cpu", "choices.time_s", "choices.ipc"}


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("wall_s<2s", 2),
        ("metrics.wall_s>=200ms", 0.2),
        ("wall_s.low<.5us", 5e-7),
        ("wall_s!='3 µs'", 3e-6),
        ("size_bytes>1.5kB", 1500),
        ("memory_bytes>=8GB", 8e9),
    ],
)
def test_a_number_may_have_the_unit_of_its_name(text: str, number: float) -> None:
    (one,) = compared_in(in_units(parse_filter(f"not ({text} and uid~a or 1=1)"), KNOWN))[:1]
    assert one.number == pytest.approx(number, rel=1e-12)


def compared_in(expression: Expression) -> list[Comparison]:
    match expression:
        case Comparison():
            return [expression]
        case Not():
            return compared_in(expression.part)
        case _:
            return [one for part in expression.parts for one in compared_in(part)]


@pytest.mark.parametrize(
    ("text", "said", "hint"),
    [
        ("wall_s<2x", "'2x' is no number", "ns, µs, ms, s"),
        ("not wall_s>='fast'", "'fast' is no number", "wall_s>=2"),
        ("size_bytes<1s", "'1s' is no number", "B, kB, MB, GB, TB"),
        ("metrics.ipc<2s", "'2s' is no number", "it has no unit"),
    ],
)
def test_a_metric_is_compared_with_numbers(text: str, said: str, hint: str) -> None:
    with pytest.raises(UsageError, match=said) as caught:
        in_units(parse_filter(text), KNOWN)
    assert hint in caught.value.hint


@pytest.mark.parametrize("text", ["time_s<2s", "cpu='2 GHz'", "wall_s~2s", "ipc<2s", "wall_s=x"])
def test_what_may_be_a_text_stays_one(text: str) -> None:
    assert in_units(parse_filter(text), KNOWN) == parse_filter(text)


@given(st.text())
def test_any_text_is_a_condition_or_a_usage_error(text: str) -> None:
    try:
        expression = parse_filter(text)
    except UsageError:
        return
    assert in_sql(expression, [ROW]) == [expression.holds(ROW)]


def test_the_longest_condition_is_answered() -> None:
    for text in (
        " or ".join(["not (a=1 and b=2)"] * 100),
        "not " * 10 + "compiler=gcc",
        "a=1 or b=1 and (" * 10 + "compiler=gcc" + ")" * 10,
        "a=1 or b=1 and not " * 10 + "compiler<=4",
    ):
        expression = parse_filter(text)
        assert in_sql(expression, [ROW]) == [expression.holds(ROW)]


def test_values_never_become_sql() -> None:
    for text in ("x'; DROP TABLE point; --", '" OR 1=1', "?", "%"):
        expression = Comparison(name=text, operator="=", text=text)
        row = {**ROW, "uid": "00000000000000bb", f"choices.{text}": text}
        assert in_sql(expression, [row, ROW]) == [True, False]


def test_names_that_nobody_has_come_with_the_nearest() -> None:
    asked = [*names_in(parse_filter("wal_s<1 and compiler=gcc or not choices.flag~O3 or xyz=1"))]
    assert unknown_names(asked, ROW) == {
        "wal_s": "wall_s",
        "choices.flag": "choices.flags",
        "xyz": "",
    }
