"""What a terminal shows of a session that lasts: how much is known, and how long it may take."""

from __future__ import annotations

import re
import sys
from pathlib import Path

from ck_core.testing.fixtures import AddComponent
from environments.terminal import on_terminal
from experiments.script_kit import add_script


def test_a_terminal_tells_how_far_it_is(add_component: AddComponent, ckp_home: Path) -> None:
    add_script(add_component, "sleep 0.05; say $N")
    command = ("benchmark", "program:it", "--env.N=1,2", "--metric=kernel_s", "--warmup=0")
    text = on_terminal([sys.executable, "-m", "ck_core", *command], columns=160)
    assert "measuring 2 variants (at most 2 x 60 s; --max-time shortens it)" in text
    found = re.findall(r"(\d+) repetitions, at most (\d+) s left; medians known", text)
    assert found
    assert max(int(count) for count, _ in found) <= 20
    assert all(int(left) <= 120 for _, left in found)
    assert "0 of 2" in text


def test_a_number_of_repetitions(add_component: AddComponent, ckp_home: Path) -> None:
    add_script(add_component, "sleep 0.05")
    command = ("benchmark", "program:it", "--env.N=1,2", "--repeat=6", "--warmup=0")
    text = on_terminal([sys.executable, "-m", "ck_core", *command], columns=160)
    assert "measuring 2 variants (12 repetitions)" in text
    assert re.search(r"\d+ repetitions, about \d+ s left; ended", text)
