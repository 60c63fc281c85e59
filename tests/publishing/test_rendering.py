"""Pictures as files."""

from __future__ import annotations

import json
import struct
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ck_core.errors import UsageError
from ck_core.publishing.charts.comparison import comparison
from ck_core.publishing.charts.layout import Specification
from ck_core.publishing.charts.pareto import pareto
from ck_core.publishing.charts.stacking import stacked
from ck_core.publishing.charts.values import Axis, Estimate
from ck_core.publishing.drawing import as_svg
from ck_core.publishing.rendering import render
from publishing.picture_kit import HOSTILE, estimates, every_picture, texts, variants

pytest.importorskip("vl_convert", reason='needs the extra: pip install "ck-core[plots]"')
pytest.importorskip("jinja2", reason='needs the extra: pip install "ck-core[plots]"')

_SVG = "{http://www.w3.org/2000/svg}"


def picture() -> Specification:
    return comparison(estimates(variants(3)), "wall_s")


def test_png_has_twice_the_pixels(tmp_path: Path) -> None:
    render(picture(), tmp_path / "a.PNG")
    content = (tmp_path / "a.PNG").read_bytes()
    assert content.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", content[16:24])
    assert width > 2 * 640
    assert height > 2 * 3 * 24


def shown_texts(svg: bytes) -> list[str]:
    root = ElementTree.fromstring(svg)  # noqa: S314  # our own
    return ["".join(one.itertext()) for one in root.iter(f"{_SVG}text")]


def test_svg_shows_names_as_text(tmp_path: Path) -> None:
    render(comparison([Estimate(name=HOSTILE[2], value=1.0)], "wall_s"), tmp_path / "a.svg")
    content = (tmp_path / "a.svg").read_bytes()
    assert any(one.startswith("<img src=x") for one in shown_texts(content))
    assert b"<img" not in content


@pytest.mark.parametrize("count", [1, 3, 12, 40])
@pytest.mark.parametrize("hostile", [False, True])
def test_every_picture_is_drawn(count: int, *, hostile: bool) -> None:
    """The XML is sound, no script or link is in it, and the rows are all there."""
    for one in every_picture(variants(count, hostile=hostile)):
        root = ElementTree.fromstring(as_svg(one))  # noqa: S314  # our own
        tags = {element.tag.removeprefix(_SVG) for element in root.iter()}
        assert not tags & {"script", "a", "image", "foreignObject"}
        assert one["title"]["text"][0] in shown_texts(as_svg(one))


@settings(max_examples=25, deadline=None)
@given(st.lists(texts, min_size=1, max_size=5))
def test_any_name_is_drawn(names: list[str]) -> None:
    found = [Estimate(name=name, value=1.0 + at) for at, name in enumerate(names)]
    svg = as_svg(comparison(found, "wall_s"))
    assert ElementTree.fromstring(svg).tag == f"{_SVG}svg"  # noqa: S314  # our own


def test_nothing_measured_is_drawn(tmp_path: Path) -> None:
    render(pareto([], Axis(metric="a"), Axis(metric="b")), tmp_path / "a.svg")
    assert "0 of 0 points on the Pareto frontier" in (tmp_path / "a.svg").read_text()


def test_html_holds_all_it_needs(tmp_path: Path) -> None:
    render(picture(), tmp_path / "a.html")
    page = (tmp_path / "a.html").read_text(encoding="utf-8")
    assert "default-src &#39;none&#39;" in page
    assert page.count('<script type="module">') == 2
    assert "<h1>Time of 3 variants</h1>" in page


@pytest.mark.parametrize("name", ["a.pdf", "a", ".png", "a.png.txt"])
def test_an_unknown_ending_is_named(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError, match=r"no picture can be written as") as caught:
        render(picture(), tmp_path / name)
    assert ".png, .svg, .html" in caught.value.hint
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", ["a.png", "new/a.png"])
def test_nothing_half_written_where_no_file_can_be(tmp_path: Path, name: str) -> None:
    (tmp_path / "a.png").mkdir()
    with pytest.raises(UsageError, match="directory"):
        render(picture(), tmp_path / name)
    assert [one.name for one in tmp_path.rglob("*")] == ["a.png"]


def test_pictures_below_each_other_keep_their_data_apart() -> None:
    """Two frontiers have datasets of the same names."""
    found = list(every_picture(variants(3)))
    frontier = next(one for one in found if "datasets" in one)
    other = json.loads(json.dumps(frontier).replace("-fone-", "-fother-"))
    picture = stacked([frontier, other, found[0]])
    assert len(picture["datasets"]) == 2 * len(frontier["datasets"])
    shown = " ".join(shown_texts(as_svg(picture)))
    assert "-fone-" in shown
    assert "-fother-" in shown
    assert found[0]["title"]["text"][0] in shown
    assert stacked([frontier]) is frontier


def test_without_the_extra_the_command_to_type_is_told(tmp_path: Path) -> None:
    """A process in which the extra's modules cannot be found."""
    program = (
        "import sys; sys.modules['vl_convert'] = None\n"
        "from pathlib import Path\n"
        "from ck_core.errors import UsageError\n"
        "from ck_core.publishing.charts.comparison import comparison\n"
        "from ck_core.publishing.rendering import render\n"
        "for ending in ('png', 'svg', 'html'):\n"
        "    try:\n"
        "        render(comparison([], 'wall_s'), Path(sys.argv[1]) / f'a.{ending}')\n"
        "    except UsageError as error:\n"
        "        print(error.hint)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path)], capture_output=True, text=True, check=True
    )
    assert done.stdout == 'pip install "ck-core[plots]"\n' * 3
    assert not list(tmp_path.iterdir())


def test_importing_the_charts_imports_no_renderer() -> None:
    program = (
        "import sys, ck_core.publishing.rendering, ck_core.publishing.report.writing\n"
        "print({'vl_convert', 'jinja2'} & sys.modules.keys())\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout == "set()\n"
