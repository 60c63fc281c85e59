"""ckp plot and ckp report."""

from __future__ import annotations

import json
import struct
from dataclasses import replace
from pathlib import Path

import pytest

from ck_core.testing.fixtures import Ckp
from experiments.recorded_kit import SESSION, failed, measured, record, times
from publishing.browser_kit import CHROMIUM, visit

KINDS = ("distribution", "bars", "pareto", "speedup", "order")


@pytest.fixture
def experiment(ckp_home: Path) -> Path:
    points = [
        measured(n, times(1 + n / 20, n), SESSION, flags=f"-O{n % 4}", compiler=f"gcc@{9 + n // 4}")
        for n in range(8)
    ]
    return record(ckp_home, "it", [*points, failed(99, "crashed")], title="Corners <of> images")


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_picture(ckp: Ckp, experiment: Path, tmp_path: Path, kind: str) -> None:
    file = tmp_path / f"{kind}.png"
    done = ckp("plot", "experiment:it", f"--kind={kind}", "-o", str(file))
    assert done.returncode == 0, done.stderr
    content = file.read_bytes()
    width, height = struct.unpack(">II", content[16:24])
    assert content.startswith(b"\x89PNG")
    assert width > 1000
    assert height > 250


def test_filter_and_baseline(ckp: Ckp, experiment: Path, tmp_path: Path) -> None:
    file = tmp_path / "speedup.svg"
    words = ("plot", "experiment:it", "--kind=speedup", "-o", str(file), "--filter=compiler=gcc@9")
    assert ckp(*words, "--baseline=flags=-O3 and compiler=gcc@9").returncode == 0
    text = file.read_text("utf-8")
    assert "over -O3" in text
    assert "gcc@10" not in text
    several = ckp(*words, "--baseline=compiler=gcc@9")
    assert several.returncode == 2
    assert "means 4 points" in several.stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--metric=wall"], "did you mean wall_s? there are: wall_s,"),
        (["--kind=pareto", "--objectives=wall_s"], "has two objectives"),
        (["--filter=flags=-O9"], "no point of experiment:it is like that"),
        (["--kind=distribution", "--metric=size_bytes"], "nothing to draw"),
        (["--baseline=ffff"], "has no point 'ffff'"),
        (["--kind=convergence"], "needs points of a tuning"),
    ],
)
def test_mistakes_are_named(
    ckp: Ckp, experiment: Path, tmp_path: Path, words: list[str], said: str
) -> None:
    done = ckp("plot", "experiment:it", "-o", str(tmp_path / "x.png"), *words)
    assert done.returncode in {2, 3}
    assert said in done.stderr
    assert not list(tmp_path.glob("x.*"))


def test_without_a_file_it_is_named_after_the_experiment(
    ckp: Ckp, experiment: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for words, name in (
        (["plot", "--kind=order"], "it-order.png"),
        (["report", "--title=Mine"], "it.html"),
    ):
        done = ckp(words[0], "experiment:it", *words[1:])
        assert done.returncode == 0, done.stderr
        assert name in done.stderr
        assert (tmp_path / name).stat().st_size > 10_000


def test_values_too_large_for_an_axis_are_left_out(
    ckp: Ckp, ckp_home: Path, tmp_path: Path
) -> None:
    point = {
        "schema": 1,
        "uid": "00000000000000e3",
        "recorded_at": "2026-01-01T00:00:00+00:00",
        "program": {"cid": "program:a"},
        "metrics": {"wall_s": {"value": 2.0}, "huge": {"value": 1e308, "low": -1e308}},
        "characteristics": {
            "wall_s": [1, 2, 3],
            "block": [0, 1, 2],
            "order": [1e308, -1e308, 5],
            "huge": [1e308, -1e308, 1e308],
        },
    }
    path = record(ckp_home, "huge", [measured(7, times(1, 7))])
    with (path / "points.jsonl").open("a", encoding="utf-8") as stream:
        stream.write(json.dumps(point) + "\n")
    words = ("plot", "experiment:huge", "--filter=program=a")
    file = tmp_path / "order.html"
    assert ckp(*words, "--kind=order", "-o", str(file)).returncode == 0
    assert "2 values or places beyond what can be drawn" in file.read_text("utf-8")
    nothing = ckp(*words, "--metric=huge", "-o", str(tmp_path / "x.svg"))
    assert nothing.returncode == 2
    assert "nothing to draw" in nothing.stderr
    done = ckp("report", "experiment:huge", "-o", str(file))
    assert done.returncode == 0, done.stderr
    assert "1e+308" in file.read_text("utf-8")


def test_formats_that_there_are_none_of(ckp: Ckp, experiment: Path, tmp_path: Path) -> None:
    assert ckp("plot", "experiment:it", "-o", str(tmp_path / "x.jpg")).returncode == 2
    done = ckp("report", "experiment:it", "-o", str(tmp_path / "x.pdf"))
    assert done.returncode == 2
    assert "-o report.html" in done.stderr


def test_svg_and_pages_on_standard_output(ckp: Ckp, experiment: Path) -> None:
    goals = "--minimize=wall_s,size_bytes"
    for words in (("plot", "experiment:it"), ("pareto", "experiment:it", goals)):
        done = ckp(*words, "-o", "-")
        assert done.stdout.startswith("<svg"), done.stderr
        assert done.stdout.rstrip().endswith("</svg>")
    page = ckp("report", "experiment:it", "-o", "-").stdout
    assert page.startswith("<!")
    assert page.rstrip().endswith("</html>")


def test_a_report(ckp: Ckp, experiment: Path, tmp_path: Path) -> None:
    file = tmp_path / "report.html"
    done = ckp("report", "experiment:it", "-o", str(file))
    assert done.returncode == 0, done.stderr
    text = file.read_text("utf-8")
    assert "Corners &lt;of&gt; images" in text
    assert "ckp replay experiment:it" in text
    assert text.count("<figure") == 4  # bars, speed-ups, Pareto, repetitions


def test_the_report_of_a_tuning_shows_how_it_went_on(
    ckp: Ckp, ckp_home: Path, tmp_path: Path
) -> None:
    points = [
        replace(measured(n, times(2 - n / 8, n), flags=f"-f{n}"), extra={"trial": n})
        for n in range(6)
    ]
    record(ckp_home, "tuned", points)
    file = tmp_path / "report.html"
    done = ckp("report", "experiment:tuned", "-o", str(file))
    assert done.returncode == 0, done.stderr
    assert "Best after 6 trials: " in file.read_text("utf-8")


@pytest.mark.skipif(not CHROMIUM, reason="needs chromium")
def test_a_report_in_a_browser(ckp: Ckp, experiment: Path, tmp_path: Path) -> None:
    file = tmp_path / "report.html"
    assert ckp("report", "experiment:it", "-o", str(file)).returncode == 0
    (tmp_path / "room").mkdir()
    found = visit(file, tmp_path / "room")
    assert found.console == []
    assert found.requests == []
    assert "crashed" in found.page
