"""The report of an experiment as a page: what it says, and that its texts are only text."""

from __future__ import annotations

import json
import re
import time
from collections import Counter
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ck_core.domain.metric import Metric
from ck_core.domain.point import Point
from ck_core.domain.trouble import Trouble
from ck_core.errors import UsageError
from ck_core.publishing.naming import names_of, short_uids
from ck_core.publishing.page.embedding import script_json
from ck_core.publishing.page.library import library
from ck_core.publishing.plots import pictures_of_kind
from ck_core.publishing.report.facts import Fact
from ck_core.publishing.report.machine import environment
from ck_core.publishing.report.makers import makers
from ck_core.publishing.report.noise import causes
from ck_core.publishing.report.pictures import pictures_of, tuning
from ck_core.publishing.report.table import table_of
from ck_core.publishing.report.writing import report_page, write_report
from experiments.point_kit import sample
from publishing.picture_kit import HOSTILE, hostile_point, material, texts, with_texts

pytest.importorskip("vl_convert", reason='needs the extra: pip install "ck-core[plots]"')
pytest.importorskip("jinja2", reason='needs the extra: pip install "ck-core[plots]"')

_VOID = {"meta", "link", "img", "input", "br", "wbr"}


class Page(HTMLParser):
    """Elements, attributes and texts of a page; whether each element is closed."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: Counter[str] = Counter()
        self.attributes: set[str] = set()
        self.texts: list[str] = []
        self.scripts: list[str] = []
        self.alternatives: list[str] = []
        self.rows: list[list[str]] = []
        self._open: list[str] = []
        self.feed(text)
        self.close()
        assert not self._open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements[tag] += 1
        self.attributes |= {name for name, _ in attrs}
        self.alternatives += [value or "" for name, value in attrs if name == "alt"]
        if tag not in _VOID:
            self._open.append(tag)
        if tag == "tr":
            self.rows.append([])
        if tag in {"td", "th"}:
            self.rows[-1].append("")

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        where = self._open[-1] if self._open else ""
        if where == "script":
            self.scripts.append(data)
        elif where != "style":
            self.texts.append(data)
            if {"td", "th"} & set(self._open):
                self.rows[-1][-1] += data

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.texts).split())


@pytest.fixture(scope="module")
def dozen() -> list[Point]:
    points = [sample(number) for number in range(12)]
    points[4] = replace(
        points[4],
        status="failed",
        stage="run",
        error="killed by signal 11",
        metrics={},
        characteristics={},
        correct=None,
    )
    points[2] = replace(points[2], notes=("repetition 6 was interrupted 44 times",))
    return points


@pytest.fixture(scope="module")
def page(dozen: list[Point]) -> Page:
    trouble = Trouble(file="points.jsonl", line=13, problem="was cut short")
    return Page(report_page(material(dozen, troubles=(trouble,))))


@pytest.mark.parametrize(
    "said",
    [
        "Corners of images",
        "experiment:my-test, 12 points. Report made 2024-06-01 12:00 UTC by ckp 0.1.0.",
        "program:sample",
        "commit c0ffeec0ffeec0ffeec0ffeec0ffeec0ffeec0ff",
        "dataset:image-1",
        "Imaginary Processor 9000 @ 3.00GHz",
        "gcc 12.2.0",
        "33.55 GB",
        "sha256:" + "ab" * 32,
        "gcc (ck-plugins-compilers 0.1.0)",
        "failed: run killed by signal 11",
        "repetition 6 was interrupted 44 times",
        "points.jsonl:13: was cut short",
        "ckp replay experiment:my-test",
        "ckp benchmark program:sample --record",
        "1 failed",
    ],
)
def test_it_says(page: Page, said: str) -> None:
    assert said in page.text


def test_the_table_has_a_row_for_each_point(dozen: list[Point], page: Page) -> None:
    header = next(row for row in page.rows if row[:2] == ["#", "compiler"])
    rows = [row for row in page.rows if row[-1] in short_uids([point.uid for point in dozen])]
    assert len(rows) == 12
    at = header.index("time (ms)")
    assert rows[0][at].split()[0] == f"{(dozen[0].metrics['wall_s'].value or 0) * 1000:#.4g}"
    assert rows[4][at] == ""
    assert rows[4][header.index("result")].startswith("failed: run")


def test_each_picture_has_words_an_image_and_data(page: Page) -> None:
    assert page.elements["figure"] == page.elements["img"] == 4
    assert page.elements["h1"] == 1
    data = [json.loads(one) for one in page.scripts if one.startswith("{")]
    assert len(data) == 5
    assert page.alternatives[0].startswith("Bars of the time of 11 variants. The best is ")
    assert all(page.alternatives)


def test_nothing_is_loaded_from_anywhere(dozen: list[Point]) -> None:
    text = report_page(material(dozen))
    head, body = text.split("</style>")[0], text.partition("<main>")[2].partition("</main>")[0]
    assert not re.findall(r"(?:src|href|srcset)=\"(?!data:)", head + body)
    assert "@import" not in head
    assert "url(" not in head


@pytest.mark.parametrize("first", range(len(HOSTILE)))
def test_hostile_texts_are_only_text(first: int) -> None:
    """The page has the same elements and attributes as with harmless texts in their places."""
    points = [hostile_point(first + at) for at in range(3)]
    harmless = [
        with_texts(sample(first + at, 8), lambda at, n=at: f"text {at} of {n}") for at in range(3)
    ]
    hostile = Page(report_page(material(points, title=HOSTILE[first], experiment=HOSTILE[first])))
    plain = Page(report_page(material(harmless)))
    assert hostile.attributes == plain.attributes
    for tag in ("script", "img", "style", "figure", "svg", "a", "meta", "h1", "h2", "iframe"):
        assert hostile.elements[tag] == plain.elements[tag], tag
    assert hostile.scripts[-2:] == plain.scripts[-2:]


@settings(max_examples=12, deadline=None)
@given(st.lists(texts, min_size=32, max_size=32))
def test_any_texts_make_a_page(found: list[str]) -> None:
    points = [with_texts(sample(number, 6), found.__getitem__) for number in range(2)]
    text = report_page(material(points, title=found[0]))
    page = Page(text.encode("utf-8").decode("utf-8"))
    assert page.elements["script"] == 2 + 1 + page.elements["figure"]
    for script in page.scripts[:-2]:
        json.loads(script)


@given(st.recursive(st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)))
def test_json_in_a_script_element_ends_nothing(value: object) -> None:
    text = script_json(value)
    assert not set("<>&\u2028\u2029") & set(text)
    assert json.loads(text) == value


def test_no_two_names_are_alike() -> None:
    """Not even where a value looks like a name with a number."""
    values: list[Any] = [4, "4", "4 #2", "4", "4 #2", "4 #2 #2", 5]
    points = [replace(sample(n), choices={"v": value}) for n, value in enumerate(values)]
    found = list(names_of(points).values())
    assert len(set(found)) == len(values)
    assert found[0] == "v=4"


def test_names_say_what_was_chosen_not_how_it_was_measured() -> None:
    points = [replace(sample(0), choices={"flags": f"-O{n}", "repeat": n}) for n in (1, 2)]
    broken = replace(points[1], uid="b" * 16, choices={"flags": "-O3"}, command="", dataset=None)
    first = replace(points[0], uid="a" * 16)
    found = names_of([first, points[1], replace(broken, stage="build", status="failed")])
    assert list(found.values()) == ["-O1", "-O2", "-O3"]


def test_points_are_named_by_what_differs() -> None:
    points = [sample(number) for number in (0, 1, 15)]
    assert list(names_of(points).values()) == [
        "gcc@12.2.0 -O0 OMP_NUM_THREADS=1",
        "gcc@13.2.0 -O1 OMP_NUM_THREADS=2",
        "gcc@12.2.0 -O0 OMP_NUM_THREADS=4",
    ]
    same = [replace(points[0], uid=f"{number:016x}") for number in range(3)]
    assert list(names_of(same).values()) == ["sample", "sample #2", "sample #3"]


def test_an_outlier_is_explained_by_the_counters() -> None:
    point = sample(1, 12)
    wall = [*point.characteristics["wall_s"]]
    switches = [*point.characteristics["involuntary_switches"]]
    wall[5], switches[5] = wall[5] * 1.5, 60.0
    changed = {"wall_s": tuple(wall), "involuntary_switches": tuple(switches)}
    noisy = replace(point, characteristics={**point.characteristics, **changed})
    found = causes(noisy, "wall_s")
    assert set(found) == {5}
    assert "interrupted 60 times" in found[5]
    without = {"wall_s": tuple(wall)}
    assert causes(replace(point, characteristics=without), "wall_s") == {5: ""}
    assert causes(point, "no_such_metric") == {}


def test_strange_points_make_a_page() -> None:
    """Metrics without a number, characteristics of other lengths, nothing at all."""
    odd = replace(
        sample(1, 6),
        metrics={
            "wall_s": Metric(name="wall_s", value=float("nan")),
            "score": Metric(name="score", value=True),
            "size_bytes": Metric(name="size_bytes", value=None, low=1.0),
            "huge": Metric(name="huge", value=1e300, low=float("-inf"), high=float("inf")),
            "negative_s": Metric(name="negative_s", value=-1.0, low=-2.0, high=0.0),
        },
        characteristics={"huge": (1e300, -1e300, float("nan")), "order": (1.0,)},
        recorded_at="",
    )
    for points in ([], [odd], [odd, sample(2, 1)], [replace(odd, uid="f" * 16), odd]):
        assert Page(report_page(material(points))).elements["table"] >= 1


def test_only_the_best_of_many_variants_are_drawn() -> None:
    points = [sample(number, 6) for number in range(60)]
    pictures = pictures_of(material(points, baseline=points[7].uid))
    assert any("The 40 best of 60." in " ".join(one["title"]["subtitle"]) for one in pictures)


@pytest.mark.parametrize("place", ["extra", "features"])
def test_points_of_a_tuning_show_how_it_went_on(place: str) -> None:
    """In the order of the trials, whatever the order of the points; the baseline is a line."""
    marks: list[Any] = [{place: {"trial": 9 - number}} for number in range(4)]
    points = [replace(sample(number), **marks[number]) for number in range(4)]
    last = replace(points[0], status="failed", stage="build", error="no such flag")
    baseline = sample(20)
    (picture,) = tuning(material([last, *points[1:], baseline], baseline=baseline.uid))
    assert picture["title"]["text"][0].startswith("Best after 4 trials: ")
    dots = [one for one in picture["layer"] if one["mark"].get("type") == "circle"]
    table = [row for layer in dots for row in layer["data"]["values"]]
    drawn = sorted((one["trial"], one["value"]) for one in table)
    values = [(point.metrics["wall_s"].value or 0) * 1000 for point in reversed(points[1:])]
    assert drawn == [(at, pytest.approx(value)) for at, value in enumerate(values, start=1)]
    assert "Dashed" in " ".join(picture["title"]["subtitle"])
    assert picture in pictures_of(material([last, *points[1:], baseline], baseline=baseline.uid))


def test_without_trials_there_is_no_such_picture_even_where_it_is_asked_for() -> None:
    """Points of a plain benchmark in their order are noise, and no way to something better."""
    points = [replace(sample(number), extra={"trial": True}) for number in range(3)]
    assert not list(tuning(material(points)))
    with pytest.raises(UsageError, match="needs points of a tuning"):
        pictures_of_kind("convergence", material(points))


def test_what_all_have_in_common_is_said_once() -> None:
    same = {"size_bytes": Metric(name="size_bytes", value=17_000)}
    points = [
        replace(sample(number), metrics={**sample(number).metrics, **same}) for number in range(6)
    ]
    table = table_of(material(points))
    assert ("level", "speed") in [(one.name, one.value) for one in table.common]
    assert ("binary size", "17.00 kB") in [(one.name, one.value) for one in table.common]
    assert not {"level", "result", "correct", "binary size (kB)"} & set(table.columns)
    assert {"compiler", "flags", "time (ms)"} <= set(table.columns)
    page = Page(report_page(material(points)))
    assert "The same for all: program sample command default" in page.text
    alone = table_of(material(points[:1]))
    assert "binary size (kB)" in alone.columns


def test_very_many_choices_share_a_column() -> None:
    points = [
        replace(sample(at), choices={f"env.A_{name}": at for name in range(9)}) for at in range(3)
    ]
    table = table_of(material(points))
    assert "other choices" in table.columns
    assert len(table.columns) < 14
    texts = [" ".join(cell.text for cell in row) for row in table.rows]
    assert all(f"env.A_8={at}" in text for at, text in enumerate(texts))


def test_a_thousand_points(tmp_path: Path) -> None:
    """Under ten seconds and five megabytes; processor time, as others may use the machine."""
    points = [sample(number) for number in range(1000)]
    began = time.process_time()
    write_report(material(points), tmp_path / "report.html")
    assert time.process_time() - began < 10
    assert (tmp_path / "report.html").stat().st_size < 5_000_000


def fact(facts: list[Fact], name: str) -> Fact:
    return next(one for one in facts if one.name == name)


def test_features_have_words_and_units() -> None:
    features: dict[str, Any] = {
        "stolen": 0.000502627109951105,
        "load": 1.2345678,
        "memory_bytes": 33_554_432_000,
        "memory_transparent_huge_pages": "madvise",
        "accelerators": "NVIDIA A100, llvmpipe (LLVM 15.0.6, 256 bits), pthread-AMD EPYC",
        "cpu": "AMD EPYC",
        "host.kernel": "6.1.0",
        "cores": 8,
    }
    found = environment(material([replace(sample(1), features=features)]))
    assert {one.name: one.value for one in found} == {
        "time stolen by the hypervisor": "0.05 %",
        "load, mean of a minute": "1.23",
        "memory": "33.55 GB",
        "transparent huge pages": "madvise",
        "accelerators": features["accelerators"],
        "CPU": "AMD EPYC",
        "host: kernel": "6.1.0",
        "cores": "8",
    }
    assert "are the CPU itself" in fact(found, "accelerators").small
    real = environment(material([replace(sample(1), features={"accelerators": "NVIDIA A100"})]))
    assert real[0].small == ""


def test_what_is_of_the_moment_is_a_range() -> None:
    points = [replace(sample(n), features={"load": 0.5 + n, "cores": 4 + n % 2}) for n in range(9)]
    found = environment(material(points))
    assert fact(found, "load, mean of a minute").value == "0.5 to 8.5"
    assert fact(found, "cores").value == "4 (5), 5 (4)"


def test_it_says_how_often_and_how_exactly_was_measured() -> None:
    points = [replace(sample(n), choices={**sample(n).choices, "repeat": 400}) for n in range(3)]
    point = points[0]
    wall = Metric(name="wall_s", value=1.0, low=0.99, high=1.01)
    points[0] = replace(point, metrics={**point.metrics, "wall_s": wall})
    found = makers(material(points))
    assert fact(found, "repetitions").value == "10"
    assert fact(found, "work repeated in a run").value == "400"
    assert fact(found, "precision reached").value.startswith("±1 % to ±")


def test_points_have_the_uids_that_replay_takes(dozen: list[Point]) -> None:
    table = table_of(material(dozen))
    at = list(table.columns).index("point")
    assert [row[at].text for row in table.rows] == short_uids([one.uid for one in dozen])


def test_the_script_of_a_page_is_kept(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """It takes seconds to make."""
    monkeypatch.setenv("CKP_HOME", str(tmp_path))
    library.cache_clear()
    made = library()
    (kept,) = (tmp_path / "cache" / "pictures").iterdir()
    assert kept.read_text(encoding="utf-8") == made
    kept.write_text("kept", encoding="utf-8")
    library.cache_clear()
    assert library() == "kept"
    library.cache_clear()
