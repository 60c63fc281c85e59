"""``ckp detect platform`` on this machine, through the real command line."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from ck_core.system.machine import detect_machine
from ck_core.testing.executables import write_executable
from ck_core.testing.fixtures import Ckp

linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="as Linux tells it")
SECTIONS = ("system", "processor", "memory", "load", "unstable timing")


def recorded(home: Path) -> list[Path]:
    return sorted((home / "repos/local/platform").glob("*/.cm/meta.json"))


def test_it_is_shown_and_recorded_once(ckp: Ckp, ckp_home: Path) -> None:
    for _ in range(2):
        done = ckp("detect", "platform")
        assert done.returncode == 0, done.stderr
        lines = done.stdout.splitlines()
        assert all(section in lines for section in SECTIONS)
    (file,) = recorded(ckp_home)
    meta = json.loads(file.read_text())
    name = file.parent.parent.name
    assert name in done.stdout
    assert f"local:platform:{name}" in done.stderr
    assert meta["features"]["cpu"]["model"] in done.stdout
    assert "platform" in meta["tags"]
    assert ckp("ls", "platform").stdout == f"{name}\n"
    loaded = json.loads(ckp("load", f"platform:{name}", "--json").stdout)
    assert loaded["uid"] == name


def test_json_and_what_somebody_adds(ckp: Ckp, ckp_home: Path) -> None:
    told = json.loads(ckp("detect", "platform", "--json").stdout)
    name = told["fingerprint"]
    assert told["cpu"]["threads"] >= told["cpu"]["cores"] >= 1
    assert told["memory"]["total_bytes"] > 0
    assert all(one["what"] and one["fix"] for one in told["noise"])
    assert ckp("update", f"platform:{name}", "--tags=mine", "--dict.room=12").returncode == 0
    file = ckp_home / f"repos/local/platform/{name}/.cm/meta.json"
    meta = json.loads(file.read_text())
    file.write_text(json.dumps({**meta, "seen": "2001-01-01T00:00:00+00:00"}))
    assert json.loads(ckp("detect", "platform", "--json").stdout)["fingerprint"] == name
    renewed = json.loads(file.read_text())
    assert renewed["room"] == "12"
    assert "mine" in renewed["tags"]
    assert renewed["seen"] > "2020"


def test_several_processes_record_one_component(ckp: Ckp, ckp_home: Path) -> None:
    with ThreadPoolExecutor(6) as pool:
        for done in pool.map(lambda _: ckp("detect", "platform", PATH=""), range(12)):
            assert done.returncode == 0, done.stderr
    assert len(recorded(ckp_home)) == 1


@linux
def test_archspec_agrees() -> None:
    archspec = pytest.importorskip("archspec.cpu", reason="the core depends on it")
    family = str(archspec.host().family)
    if family not in {"x86_64", "ppc64le"}:
        pytest.skip(f"of {family} only exact names are told")
    assert detect_machine().cpu.microarchitecture == archspec.host().name


@linux
def test_lscpu_agrees() -> None:
    if shutil.which("lscpu") is None:
        pytest.skip("needs lscpu")
    command = ["lscpu", "--parse=CPU,CORE,SOCKET"]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    rows = [line.split(",") for line in said.splitlines() if line and line[0] != "#"]
    cpu = detect_machine().cpu
    assert len({(row[1], row[2]) for row in rows}) == cpu.cores
    assert len({row[2] for row in rows}) == cpu.sockets


def test_no_name_of_user_or_machine_is_recorded(tmp_path: Path) -> None:
    """On a machine and for a user whose names are nobody else's."""
    home = tmp_path / "planted-user" / "home"
    command = [sys.executable, "-m", "ck_core", "detect", "platform"]
    rename = ["unshare", "--map-root-user", "--uts", "sh", "-c", 'hostname planted-host; exec "$@"']
    if subprocess.run([*rename, "sh", "true"], capture_output=True, check=False).returncode:
        pytest.skip("this machine lets nobody rename it for a test")
    user = {"USER": "planted-user", "LOGNAME": "planted-user", "HOME": str(home.parent)}
    done = subprocess.run(
        [*rename, "sh", *command],
        env={**os.environ, **user, "CKP_HOME": str(home)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    (file,) = recorded(home)
    kept = "".join(path.read_text() for path in file.parent.iterdir())
    assert "planted" not in kept + done.stdout


def test_load_changes_no_fingerprint(ckp: Ckp) -> None:
    before = json.loads(ckp("detect", "platform", "--json").stdout)
    burner = subprocess.Popen([sys.executable, "-c", "while True: pass"])
    try:
        time.sleep(1)
        after = json.loads(ckp("detect", "platform", "--json").stdout)
    finally:
        burner.kill()
        burner.wait()
    assert after["fingerprint"] == before["fingerprint"]


def test_other_machines_are_refused(ckp: Ckp) -> None:
    done = ckp("detect", "platform:mine")
    assert done.returncode == 2
    assert "this machine only" in done.stderr
    assert ckp("detect", "platform", "--tags=x").returncode == 2


def test_a_broken_record_is_named(ckp: Ckp, ckp_home: Path) -> None:
    ckp("detect", "platform")
    (file,) = recorded(ckp_home)
    file.write_text("{")
    done = ckp("detect", "platform")
    assert done.returncode == 4
    assert "Traceback" not in done.stderr
    assert str(file.parent.parent) in done.stderr
    assert "processor" in done.stdout, "it is shown nevertheless"


def test_a_tool_that_shows_control_characters(ckp: Ckp, tmp_path: Path) -> None:
    script = r"printf '0, evil\033[2Jcard, 1, 2\n'"
    tools = write_executable(tmp_path / "bin", "nvidia-smi", script).parent
    done = ckp("detect", "platform", PATH=f"{tools}{os.pathsep}{os.environ['PATH']}")
    assert "evil" in done.stdout
    assert "\033" not in done.stdout


def test_it_is_quick(ckp: Ckp) -> None:
    """About 0.2 s here; a driver that must wake up may need more."""
    ckp("detect", "platform")
    began = time.monotonic()
    ckp("detect", "platform", PATH=str(Path(sys.executable).parent))
    assert time.monotonic() - began < 3
