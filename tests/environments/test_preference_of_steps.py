"""A solution's steps ask on a terminal as they do alone, and not where it is told to be quiet."""

from __future__ import annotations

import os
from pathlib import Path

from ck_core.testing.fixtures import AddComponent, Ckp
from environments.environment_kit import make_widget
from environments.test_preference import Terminal


def test_quiet_is_handed_on(
    ckp: Ckp, add_component: AddComponent, needs_widget: str, widgets: Path, tmp_path: Path
) -> None:
    for place in (widgets, tmp_path / "other"):
        make_widget(place, "1")
    ckp("detect", "soft", "--tags=widget")
    steps = [{"run": f"run {needs_widget} --repeat=1 --warmup=0"}]
    add_component("solution", "it", {"steps": steps})
    terminal = Terminal(Path(os.environ["CKP_HOME"]))
    words = ("run", "solution:it", f"--output={tmp_path / 'out'}")
    status, shown = terminal(*words, "--quiet", typed="1\n")
    assert status == 0, shown
    assert "do equally" not in shown
    status, shown = terminal(*words, typed="1\n")
    assert status == 0, shown
    assert "2 installations of widget@1 do equally" in shown
