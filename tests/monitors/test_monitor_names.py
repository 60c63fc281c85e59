"""``--monitor NAME``: a name that nobody knows is refused before anything is built."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from ck_core.context import Context, SilentReporter
from ck_core.domain.cid import Cid
from ck_core.domain.options import BenchmarkOptions, BuildOptions, RunOptions
from ck_core.errors import UsageError
from ck_core.experiments.measuring.benchmark import benchmark
from ck_core.system.energy.meter import missing_here
from ck_core.system.perf import uncountable
from ck_core.testing.executables import write_executable
from ck_core.testing.fixtures import AddComponent, Ckp
from monitors.monitor_kit import write_tree
from monitors.test_energy import DISCHARGING, TWO_SOCKETS
from plugins.fake_distribution import install_fake

SCRIPT = {"run_cmds": {"default": {"run_time": {"run_cmd_main": "true"}}}}
HEAD = """
from dataclasses import replace
from ck_core import hookimpl

@hookimpl(wrapper=True)
def run(request):
"""
OFFERED = "    request.instruments.offers['mine'] = lambda: {reason}\n"
SILENT = "    return (yield)\n"
PREFIXED = """
    if "mine" in request.monitors:
        request.instruments.prefix += ["/usr/bin/env"]
    return (yield)
"""
RECKONING = """
    result = yield
    if "mine" not in request.monitors:
        return result
    return replace(result, notes={**result.notes, "mine": f"of {len(result.repetitions)}"})
"""
DOCS = Path(__file__).resolve().parents[2] / "docs" / "plugins.md"


@pytest.fixture(autouse=True)
def program(add_component: AddComponent) -> None:
    add_component("program", "it", SCRIPT)


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where a stranger's plugins are installed."""
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "site"))
    return tmp_path / "site"


@pytest.mark.parametrize("command", ["run", "benchmark"])
def test_an_unknown_name_is_refused_first(ckp: Ckp, ckp_home: Path, command: str) -> None:
    done = ckp(command, "program:it", "--repeat=1", "--monitor=counters,enrgy")
    assert done.returncode == 2
    assert "no plugin measures 'enrgy' (--monitor)" in done.stderr
    assert "did you mean energy? there are: counters (" in done.stderr
    assert re.search(r"energy \((usable here|not here: .+)\)", done.stderr)
    assert "running" not in done.stderr + done.stdout
    assert not (ckp_home / "cache" / "runs").exists()


@pytest.mark.usefixtures("ckp_home")
def test_from_python_too() -> None:
    run = RunOptions(build=BuildOptions(program=Cid("program", "it")), monitors=frozenset({"x"}))
    with pytest.raises(UsageError, match="no plugin measures 'x'"):
        benchmark(BenchmarkOptions(run=run), Context(SilentReporter()))


@pytest.mark.parametrize(
    ("reason", "told"),
    [
        ("''", "mine (usable here)"),
        ("'no sensor'", "mine (not here: no sensor)"),
        ("1 / 0", "mine (cannot tell whether it works here: ZeroDivisionError: division by zero)"),
    ],
)
def test_a_stranger_s_monitor_is_told_with_its_reason(
    ckp: Ckp, site: Path, reason: str, told: str
) -> None:
    install_fake(site, "strange", HEAD + OFFERED.format(reason=reason) + SILENT)
    done = ckp("run", "program:it", "--repeat=1", "--monitor=nine")
    assert done.returncode == 2
    assert told in done.stderr


@pytest.mark.parametrize(
    "source",
    [OFFERED.format(reason="''") + SILENT, PREFIXED, RECKONING],
    ids=["offered", "known by its prefix", "known by its failure"],
)
def test_a_stranger_s_monitor_is_called(ckp: Ckp, site: Path, source: str) -> None:
    install_fake(site, "strange", HEAD + source)
    done = ckp("run", "program:it", "--repeat=1", "--monitor=mine")
    assert done.returncode == 0, done.stderr
    assert ckp("run", "program:it", "--repeat=1", "--monitor=nine").returncode == 2
    silent = "mine: nothing was measured, and its plugin does not say why"
    told = ckp("benchmark", "program:it", "--repeat=1", "--monitor=mine").stdout
    assert (silent in told) is (source != RECKONING)
    assert ("mine: of 1" in told) is (source == RECKONING)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="there is /proc/stat")
def test_the_documented_monitor_is_known(ckp: Ckp, site: Path) -> None:
    code = re.search(r"```python\n# my_pack/interrupts.py\n(.*?)```", DOCS.read_text(), re.DOTALL)
    assert code
    install_fake(site, "interrupts", code[1])
    done = ckp("run", "program:it", "--repeat=1", "--monitor=interrupts")
    assert done.returncode == 0, done.stderr
    assert "machine_interrupts" in done.stdout


def test_why_there_is_no_energy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    assert "no RAPL" in missing_here(tmp_path / "nothing")
    assert "no nvidia-smi" in missing_here(tmp_path / "nothing")
    for name, tree in (("sockets", TWO_SOCKETS), ("laptop", DISCHARGING)):
        assert missing_here(write_tree(tmp_path / name, tree)) == ""
    write_executable(tmp_path / "bin", "nvidia-smi", "true")
    assert missing_here(tmp_path / "nothing") == ""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="Linux counts them")
def test_counters_are_offered_where_something_is_counted(ckp: Ckp) -> None:
    done = ckp("run", "program:it", "--repeat=1", "--monitor=counters")
    assert done.returncode == 0
    assert ("task_clock_s" in done.stdout) is (uncountable() == "")
