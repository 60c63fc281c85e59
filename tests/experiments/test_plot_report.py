"""ckp plot and ckp report."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest

from ck_core.testing.fixtures import Ckp
from experiments.recorded_kit import SESSION, failed, measured, record, times
from publishing.browser_kit import CHROMIUM, visit

KINDS = ("distribution", "bars", "pareto", "speedup", "convergence", "order")


@pytest.fixture
def experiment(ckp_home: Path) -> Path:
    points = [
        measured(n, times(1 + n / 20, n), SESSION, flags=f"-O{n % 4}", compiler=f"gcc@{9 + n // 4}")
        for n in range(8)
    ]
    return record(ckp_home, "it", [*points, failed(99, "crashed")], title="Corners <of> images")


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_picture(ckp: Ckp, experiment: Path, tmp_path: Path, kind: str) -> None:
    file = tmp_path / "new" / f"{kind}.png"
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
        (["--metric=wall"], "did you mean metrics.wall_s"),
        (["--kind=pareto", "--objectives=wall_s"], "has two objectives"),
        (["--filter=flags=-O9"], "no point of experiment:it is like that"),
        (["--kind=distribution", "--metric=size_bytes"], "nothing to draw"),
        (["--baseline=ffff"], "has no point 'ffff'"),
    ],
)
def test_mistakes_are_named(
    ckp: Ckp, experiment: Path, tmp_path: Path, words: list[str], said: str
) -> None:
    done = ckp("plot", "experiment:it", "-o", str(tmp_path / "x.png"), *words)
    assert done.returncode in {2, 3}
    assert said in done.stderr
    assert not list(tmp_path.glob("x.*"))


def test_formats_that_there_are_none_of(ckp: Ckp, experiment: Path, tmp_path: Path) -> None:
    assert ckp("plot", "experiment:it", "-o", str(tmp_path / "x.jpg")).returncode == 2
    done = ckp("report", "experiment:it", "-o", str(tmp_path / "x.pdf"))
    assert done.returncode == 2
    assert "-o report.html" in done.stderr


def test_a_report(ckp: Ckp, experiment: Path, tmp_path: Path) -> None:
    file = tmp_path / "report.html"
    done = ckp("report", "experiment:it", "-o", str(file))
    assert done.returncode == 0, done.stderr
    text = file.read_text("utf-8")
    assert "Corners &lt;of&gt; images" in text
    assert "ckp replay experiment:it" in text
    assert text.count("<figure") == 4  # bars, speed-ups, Pareto, repetitions


@pytest.mark.skipif(not CHROMIUM, reason="needs chromium")
def test_a_report_in_a_browser(ckp: Ckp, experiment: Path, tmp_path: Path) -> None:
    file = tmp_path / "report.html"
    assert ckp("report", "experiment:it", "-o", str(file)).returncode == 0
    (tmp_path / "room").mkdir()
    found = visit(file, tmp_path / "room")
    assert found.console == []
    assert found.requests == []
    assert "crashed" in found.page
