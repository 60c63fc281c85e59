"""The monitor in docs/plugins.md works as it stands there."""

from __future__ import annotations

import re
import types
from dataclasses import replace
from pathlib import Path

import pluggy
import pytest

from ck_core.builtin import local
from ck_core.domain.run import RunResult
from ck_core.plugins import hookspecs
from ck_core.plugins.loader import Loader
from ck_core.testing.checks import check_plugin
from monitors.monitor_kit import request

DOCS = Path(__file__).resolve().parents[2] / "docs" / "plugins.md"


@pytest.fixture
def monitor() -> types.ModuleType:
    page = DOCS.read_text(encoding="utf-8")
    code = re.search(r"```python\n# my_pack/interrupts.py\n(.*?)```", page, re.DOTALL)
    assert code
    module = types.ModuleType("interrupts")
    exec(code[1], module.__dict__)  # noqa: S102  # our own page
    return module


def test_it_is_accepted_and_counts(monitor: types.ModuleType, tmp_path: Path) -> None:
    assert check_plugin(monitor) == ("run",)
    manager = pluggy.PluginManager(hookspecs.PROJECT)
    manager.add_hookspecs(hookspecs)
    for plugin, name in ((local, "local"), (monitor, "interrupts")):
        assert not Loader(manager).register(plugin, name)[1]
    asked = request(tmp_path / "run", "sleep", "0.1", monitors=frozenset({"interrupts"}))
    unasked = request(tmp_path / "run", "true", launcher="nobody")
    manager.hook.run(request=unasked)
    assert "interrupts" in unasked.instruments.offers
    result = manager.hook.run(request=asked)
    assert isinstance(result, RunResult)
    assert result.repetitions[0].monitored["machine_interrupts"] > 0
    assert manager.hook.run(request=replace(asked, launcher="nobody")) is None
