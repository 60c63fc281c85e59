"""The demo of detection: its manifest by itself, and all of it with real LiteRT."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ck_core.cli.main import ckp as group
from ck_core.domain.program import parse_program
from ck_core.domain.program_options.applying import found_options
from ck_core.domain.solution import OUTPUT, Solution, parse_solution
from ml.frameworks import Frameworks
from ml.kit import component

COCO = "coco2017-val"


@pytest.fixture
def demo() -> Solution:
    return parse_solution(component("solution", "object-detection-demo"))


@pytest.mark.usefixtures("ckp_home")
@pytest.mark.parametrize("given", [{}, {"framework": "tflite", "images": COCO, "count": "500"}])
def test_its_steps_are_commands_that_ckp_has(demo: Solution, given: dict[str, str]) -> None:
    values = {**demo.values(given), OUTPUT: "/somewhere"}
    program = parse_program(component("program", "object-detection"))
    for step in demo.steps:
        action, *words = step.words(values)
        command = group.get_command(group.make_context("ckp", [action]), action)
        assert command, step.title
        parsed = command.make_context(action, words)
        for option, texts in found_options(program, parsed.params.get("own") or {}).items():
            for text in str(texts).split(","):
                option.text(text)


def test_a_step_makes_what_it_promises(demo: Solution) -> None:
    words = {word for step in demo.steps for word in step.words({**demo.values({}), OUTPUT: "o"})}
    assert demo.results == ("boxes", "report.html")
    assert {"o/boxes", "report.html"} <= words


@pytest.mark.slow
def test_from_nothing_to_pictures_and_a_page(
    frameworks: Frameworks, experiment: str, tmp_path: Path
) -> None:
    frameworks.variables("litert")
    words = (f"--experiment={experiment}", f"--output={tmp_path / 'demo'}", "--json")
    done = frameworks.ckp("run", "solution:object-detection-demo", *words)
    assert done.returncode == 0, done.stderr
    results = json.loads(done.stdout)["results"]
    assert results == [str(tmp_path / "demo/boxes"), str(tmp_path / "demo/report.html")]
    page = (tmp_path / "demo/report.html").read_text(encoding="utf-8")
    assert "map 50 95" in page
    assert "best latency" in page
    (pictures,) = (tmp_path / "demo/boxes").iterdir()
    assert pictures.name.startswith("litert-")
    assert len([*pictures.glob("*.png")]) == 4
    points = json.loads(frameworks.ckp("show", f"experiment:{experiment}", "--json").stdout)
    assert {one["choices"]["threads"] for one in points} == {1, 2}
    assert not any("boxes" in one["choices"] for one in points)  # where pictures go is no choice
    columns = ("--columns=map_50,latency_s", "--json")
    for one in json.loads(frameworks.ckp("show", f"experiment:{experiment}", *columns).stdout):
        assert 0.3 < one["map_50"] <= 1
        assert one["latency_s"] > 0
