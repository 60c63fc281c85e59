"""Pages opened in headless Chromium: pictures appear, nothing is said, nothing is asked for."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from ck_core.publishing.rendering import render
from ck_core.publishing.report.writing import write_report
from experiments.point_kit import sample
from publishing.browser_kit import CHROMIUM, visit
from publishing.picture_kit import every_picture, hostile_point, material, variants

pytest.importorskip("vl_convert", reason='needs the extra: pip install "ck-core[plots]"')
pytest.importorskip("jinja2", reason='needs the extra: pip install "ck-core[plots]"')
pytestmark = pytest.mark.skipif(not CHROMIUM, reason="Chromium is not installed")

_PROBE = """
<script type="module">
const root = document.documentElement;
const wait = setInterval(() => {
  if (root.dataset.drawn !== "yes") return;
  clearInterval(wait);
  const seen = new Set();
  for (const mark of document.querySelectorAll(".live svg path[aria-roledescription]")) {
    const box = mark.getBoundingClientRect();
    for (const kind of ["pointerover", "pointermove", "mouseover", "mousemove"]) {
      mark.dispatchEvent(new MouseEvent(kind, {bubbles: true, clientX: box.x, clientY: box.y}));
    }
    const tip = document.getElementById("vg-tooltip-element");
    if (tip?.querySelector("img, script, a, h2")) root.dataset.injected = tip.innerHTML;
    if (tip) seen.add(tip.textContent);
  }
  root.dataset.tips = seen.size;
  root.dataset.tip = [...seen].join("\\n");
}, 50);
</script>
"""


def with_last(page: str, element: str) -> str:
    """At the end of the body; the library has such a tag in a text of its own."""
    before, _, after = page.rpartition("</body>")
    return f"{before}{element}</body>{after}"


def check_live(page: str, pictures: int) -> None:
    """All pictures are drawn by script and none is wider than its place."""
    assert 'data-drawn="yes"' in page
    assert len(re.findall(r'<svg [^>]*class="marks"', page)) == pictures
    assert len(re.findall(r"<img [^>]*hidden", page)) == pictures


@pytest.mark.parametrize(("width", "dark"), [(1200, False), (1200, True), (500, False)])
def test_a_report_draws_itself(tmp_path: Path, width: int, *, dark: bool) -> None:
    write_report(material([sample(number) for number in range(12)]), tmp_path / "report.html")
    found = visit(tmp_path / "report.html", tmp_path, width=width, dark=dark)
    check_live(found.page, 4)
    assert found.console == []
    assert found.requests == []
    ground = "rgb(27, 31, 39)" if dark else "rgb(255, 255, 255)"
    assert found.page.count(f"background-color: {ground}") == 4


_WIDTH = """
<script type="module">
const table = document.getElementById("points").parentElement;
document.documentElement.dataset.over = table.scrollWidth - table.clientWidth;
</script>
"""


def test_the_table_fits_the_page_of_a_laptop(tmp_path: Path) -> None:
    """Long flags wrap; nothing is reached by scrolling sideways alone. The probe is ours."""
    flags = " ".join(f"-fno-such-optimisation-as-{number}" for number in range(12))
    points = [
        replace(sample(n), choices={**sample(n).choices, "flags": f"{flags} -O{n}"})
        for n in range(8)
    ]
    points[3] = replace(points[3], status="failed", stage="run", error="a long reason " * 20)
    page = tmp_path / "report.html"
    write_report(material(points), page)
    text = re.sub(r"<meta http-equiv=[^>]*>", "", page.read_text(encoding="utf-8"))
    page.write_text(with_last(text, _WIDTH), encoding="utf-8")
    found = visit(page, tmp_path, width=1280)
    assert 'data-over="0"' in found.page
    assert found.console == []


def test_hostile_texts_do_nothing(tmp_path: Path) -> None:
    points = [hostile_point(number) for number in range(20)]
    write_report(material(points), tmp_path / "report.html")
    found = visit(tmp_path / "report.html", tmp_path)
    check_live(found.page, found.page.count("<figure>"))
    assert "<figure>" in found.page
    assert "<title>pwned" not in found.page
    assert found.console == []
    assert found.requests == []


@pytest.mark.slow  # five browsers
def test_tooltips_are_only_text(tmp_path: Path) -> None:
    """Every mark is pointed at. The probe is a script of ours, so the policy is taken out."""
    tips = 0
    for number, picture in enumerate(every_picture(variants(12, hostile=True))):
        room = tmp_path / str(number)
        page = room / "a.html"
        room.mkdir()
        render(picture, page)
        text = re.sub(r"<meta http-equiv=[^>]*>", "", page.read_text(encoding="utf-8"))
        page.write_text(with_last(text, _PROBE), encoding="utf-8")
        found = visit(page, room)
        assert "data-injected" not in found.page
        assert "<title>pwned" not in found.page
        assert found.requests == []
        assert found.console == []
        tips += int("".join(re.findall(r'data-tips="(\d+)"', found.page)) or 0)
    assert tips > 60


_OVER = """
<script type="module">
const wait = setInterval(() => {
  if (document.documentElement.dataset.drawn !== "yes") return;
  clearInterval(wait);
  const places = [...document.querySelectorAll(".live")];
  const over = places.map((place) => place.scrollWidth - place.clientWidth);
  document.documentElement.dataset.over = Math.max(...over);
}, 50);
</script>
"""


def test_pictures_fit_a_telephone(tmp_path: Path) -> None:
    """420 pixels: long names, values beside the bars and a legend; nothing to scroll for."""
    points = [
        replace(sample(n), choices={"flags": f"-O{n} -fsome-very-long-option-of-number-{n} -lm"})
        for n in range(8)
    ]
    page = tmp_path / "report.html"
    write_report(material(points), page)
    text = re.sub(r"<meta http-equiv=[^>]*>", "", page.read_text(encoding="utf-8"))
    page.write_text(with_last(text.replace("<body>", '<body style="width:420px">'), _OVER), "utf-8")
    found = visit(page, tmp_path, width=500)
    assert 'data-over="0"' in found.page
    assert found.console == []


def test_the_browser_would_tell(tmp_path: Path) -> None:
    """An error on the console, a script that is not the page's, and an address are all seen."""
    page = tmp_path / "a.html"
    page.write_text(
        "<title>a</title><script>document.title='pwned'; console.error('trouble')</script>"
        "<img src='http://localhost:9/a.png'>",
        encoding="utf-8",
    )
    found = visit(page, tmp_path)
    assert "<title>pwned" in found.page
    assert any("trouble" in line for line in found.console)
    assert "http://localhost:9/a.png" in found.requests


def test_a_foreign_script_is_kept_from_running(tmp_path: Path) -> None:
    """Even where one got onto the page."""
    page = tmp_path / "report.html"
    write_report(material([sample(1)]), page)
    text = page.read_text(encoding="utf-8")
    foreign = "<script>document.title='pwned'</script><img src='http://localhost:9/a.png'>"
    page.write_text(with_last(text, foreign), encoding="utf-8")
    found = visit(page, tmp_path)
    assert "<title>pwned" not in found.page
    assert found.requests == []
    assert len(found.console) >= 2
