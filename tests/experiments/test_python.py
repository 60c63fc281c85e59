"""``ck_core.experiment``, and CK's ``access`` to experiments."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

import ck_core
from ck_core.domain.metric import Metric
from ck_core.domain.point import Scalar
from ck_core.errors import ComponentNotFoundError, UsageError
from ck_core.store.experiments import POINTS_FILE
from experiments.point_kit import sample
from experiments.recorded_kit import SESSION, failed, measured, record, times
from publishing.picture_kit import HOSTILE, hostile_point


@pytest.fixture
def experiment(ckp_home: Path) -> Path:
    return record(ckp_home, "my-test", [*map(sample, range(10)), failed(10, "crashed")])


def test_an_experiment_is_a_sequence_of_points(ckp_home: Path, experiment: Path) -> None:
    e = ck_core.experiment("my-test")
    assert len(e) == 11
    assert list(e)[:10] == [sample(number) for number in range(10)]
    assert (e[0], e[-2], e[3]) == (sample(0), sample(9), sample(3))
    assert e[2:4] == [sample(2), sample(3)]
    assert e.points[-1].status == "failed"
    for place in (11, -12):
        with pytest.raises(IndexError):
            e[place]
    record(ckp_home, "my-test", [sample(20)])
    assert (len(e), e[-1]) == (12, sample(20))


def test_filters(experiment: Path) -> None:
    e = ck_core.experiment("local:experiment:my-test")
    fast = e.filter("compiler~gcc").filter("wall_s<0.2 and status=ok")
    values = [one.metrics["wall_s"].value for one in fast]
    assert values
    assert all(value is not None and value < 0.2 for value in values)
    assert fast[-1] == fast.points[-1]
    assert len(e) == 11
    with pytest.raises(UsageError, match="no point"):
        e.filter("nothing=1")


def test_points_by_uid(experiment: Path) -> None:
    e = ck_core.experiment("my-test")
    assert e["000000000000000a"].status == "failed"
    assert e["0000000000000003"] == sample(3)
    with pytest.raises(UsageError, match="begins 11 points"):
        e["0000"]
    with pytest.raises(ComponentNotFoundError):
        e["ffff"]


@pytest.mark.parametrize("condition", ["", "uid>='0000000000000004'"])
def test_the_newest(experiment: Path, condition: str) -> None:
    """Before and after there is an index."""
    uids = [f"{number:016x}" for number in range(4, 11)]
    for count, expected in ((0, []), (-1, []), (3, uids[-3:]), (7, uids)):
        e = ck_core.experiment("my-test")
        e = e.filter(condition) if condition else e
        for _ in range(2):
            assert [one.uid for one in e.newest(count)] == expected
            assert len(e)  # asks the index


def test_what_is_no_text_is_told(experiment: Path) -> None:
    with pytest.raises(UsageError, match="a filter is a text, not None"):
        ck_core.experiment("my-test").filter(None)  # type: ignore[arg-type]  # what is tested
    with pytest.raises(UsageError, match="an experiment has a name, not None"):
        ck_core.experiment(None)  # type: ignore[arg-type]  # as above


def test_settings_that_a_benchmark_has_none_of(ckp_home: Path) -> None:
    with pytest.raises(UsageError, match="takes no 'repeat'") as caught:
        ck_core.Workspace().benchmark("program:it", repeat=6)  # type: ignore[call-arg]  # as above
    assert "did you mean repetitions?" in caught.value.hint
    with pytest.raises(UsageError) as other:
        ck_core.Workspace().benchmark("program:it", compiler="gcc")  # type: ignore[call-arg]  # as above
    assert "did you mean compilers?" in other.value.hint


def test_names_that_mean_nothing(experiment: Path) -> None:
    with pytest.raises(ComponentNotFoundError):
        ck_core.experiment("nosuch")
    for name in ("program:my-test", "experiment:*"):
        with pytest.raises(UsageError):
            ck_core.experiment(name)


def test_bad_lines_are_warned_of_once(experiment: Path) -> None:
    with (experiment / POINTS_FILE).open("a", encoding="utf-8") as stream:
        stream.write("nonsense\n")
    e = ck_core.experiment("my-test")
    with pytest.warns(UserWarning, match=r"points.jsonl:12: ") as caught:
        found = (len(e), len(e.points), e[-1].status)
    assert found == (11, 11, "failed")
    assert len(caught) == 1


def test_pandas(experiment: Path) -> None:
    pandas = pytest.importorskip("pandas")
    frame = ck_core.experiment("my-test").to_pandas()
    assert len(frame) == 11
    first = frame.iloc[0]
    assert first["wall_s"] == sample(0).metrics["wall_s"].value
    assert first["wall_s.low"] == sample(0).metrics["wall_s"].low
    assert first["compiler"] == "gcc@12.2.0"
    assert first["governor"] == "performance"
    assert frame["turbo"].dtype == bool
    assert frame["recorded_at"].dt.year.eq(2024).all()
    assert pandas.isna(frame.iloc[-1]["wall_s"])
    repetitions = ck_core.experiment("my-test").repetitions_to_pandas()
    of_first = repetitions[repetitions["uid"] == sample(0).uid]
    assert tuple(of_first["wall_s"]) == sample(0).characteristics["wall_s"]
    assert list(repetitions)[:4] == ["uid", "repetition", "compiler", "level"]
    assert set(of_first["flags"]) == {"-O0"}
    assert len(ck_core.experiment("my-test").filter("flags=-O0").to_pandas()) == 3
    doubles = {"choices.dataset", "choices.command", "metrics.correct"}
    assert not doubles & {*frame}
    assert set(frame["dataset"]) == {"image-1"}


def test_pandas_of_odd_texts(ckp_home: Path) -> None:
    """Halves of characters, and a choice with the name of a raw value."""
    pytest.importorskip("pandas")
    odd: dict[str, Scalar] = {"half \ud800": "value \udc00", "wall_s": "chosen", "grüße": "ja"}
    record(ckp_home, "odd", [replace(sample(1), choices=odd, error="\udc80")])
    e = ck_core.experiment("odd")
    frame, repetitions = e.to_pandas(), e.repetitions_to_pandas()
    assert frame["half ?"][0] == "value ?"
    assert frame["error"][0] == "?"
    assert set(repetitions["choices.wall_s"]) == {"chosen"}
    assert tuple(repetitions["wall_s"]) == sample(1).characteristics["wall_s"]
    assert set(repetitions["grüße"]) == {"ja"}


def test_without_pandas_it_says_what_to_type(experiment: Path, tmp_path: Path) -> None:
    (tmp_path / "hides").mkdir()
    (tmp_path / "hides" / "pandas.py").write_text("raise ImportError('none here')\n")
    code = f"import sys; sys.path.insert(0, {str(tmp_path / 'hides')!r}); import ck_core; "
    code += "ck_core.experiment('my-test').to_pandas()"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert "UsageError: a table of pandas needs the extra 'pandas'" in done.stderr


def test_importing_ck_core_loads_none_of_it() -> None:
    code = "import sys, ck_core; print(sorted(m for m in sys.modules if m.startswith('ck_core')))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "['ck_core']"


class Elements(HTMLParser):
    """The names of all elements and attributes, in order."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, tuple[str, ...]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, tuple(name for name, _ in attrs)))


def elements(text: str) -> Iterator[str]:
    for tag, attributes in Elements(text).found:
        yield tag
        yield from attributes


def test_notebooks_show_tables_and_only_tables(ckp_home: Path) -> None:
    record(ckp_home, "evil", [replace(hostile_point(n), recorded_at="x") for n in range(4)])
    known = {"table", "caption", "thead", "tbody", "tr", "th", "td", "style"}
    e = ck_core.experiment("evil")
    assert set(elements(e._repr_html_())) <= known
    for point in e:
        html = point._repr_html_()
        assert set(elements(html)) <= known
        html.encode("utf-8")
    assert len(HOSTILE) > 4


def test_notebooks_show_what_the_screen_shows(ckp_home: Path) -> None:
    evil = "\x1b]0;x\x07\u202egnp"
    wall = Metric(name="wall_s", value=0.761, low=0.6, high=0.97866)
    points = [
        replace(
            sample(n), uid=f"{n}" * 16, choices={"flags": f"{evil}{n}"}, metrics={"wall_s": wall}
        )
        for n in range(2)
    ]
    record(ckp_home, "it", points)
    e = ck_core.experiment("it")
    whole, point = e._repr_html_(), e["11"]._repr_html_()
    assert ">11111111<" in whole
    assert "761 ms ±28.6 %" in whole
    assert "761 ms  [600 ms, 979 ms]" in point
    assert e[0].metrics["wall_s"]._repr_html_() == "wall_s: 761 ms  [600 ms, 979 ms]"
    assert str(e[0].metrics["wall_s"]) == "wall_s 761 ms ±28.6 %"
    for html in (whole, point):
        assert not {"\x1b", "\x07", "\u202e"} & {*html}
        assert "\\u202egnp" in html


def test_notebooks_show_what_differs(experiment: Path) -> None:
    html = ck_core.experiment("my-test")._repr_html_()
    assert "experiment:my-test: 11 points" in html
    for text in ("flags", "wall_s", "-O3", sample(3).uid):
        assert text in html
    assert "gcc@12.2.0" in sample(0)._repr_html_()
    assert "0 points" in ck_core.experiment("my-test").filter("flags=-O9")._repr_html_()


def test_access_as_ck_had_it(ckp_home: Path, experiment: Path) -> None:
    entry = {"module_uoa": "experiment", "data_uoa": "my-test"}
    listed = ck_core.access({"action": "list_points", **entry})
    assert listed["return"] == 0
    assert listed["points"] == [sample(number).uid for number in range(11)]
    loaded = ck_core.access({"action": "load_point", "point": listed["points"][3], **entry})
    times_3 = loaded["dict"]["flat"]["##characteristics#run#execution_time#all"]
    assert times_3 == list(sample(3).characteristics["wall_s"])
    got = ck_core.access({"action": "get", "limit_size": 2, **entry})
    assert [one["point_uid"] for one in got["points"]] == listed["points"][:2]
    shown = ck_core.access("show experiment:my-test")
    assert shown["points"][2]["uid"] == sample(2).uid
    assert ck_core.access({"action": "load_point", **entry})["return"] == 2
    assert ck_core.access("list_points experiment:no")["return"] == 16


def test_access_compares(ckp_home: Path) -> None:
    points = [measured(n, times(1 + n / 9, n), SESSION, flags=f"-O{n}") for n in (1, 2)]
    record(ckp_home, "it", points)
    by = ck_core.access({"action": "compare", "cid": "experiment:it", "by": "flags"})
    assert by["comparisons"][0]["pairs"][0]["verdict"] == "slower"
    two = ck_core.access("compare experiment:it#flags=-O1 experiment:it#flags=-O2")
    assert two["comparisons"][0]["pairs"][0]["verdict"] == "faster"
