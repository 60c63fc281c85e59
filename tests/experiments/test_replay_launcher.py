"""The launcher that executed a point executes it again where it can; else this machine does."""

from __future__ import annotations

from pathlib import Path

import pytest

from ck_core.testing.fixtures import AddComponent, Ckp
from experiments.replay_kit import add_program, change_point, names, only, points, replayed
from experiments.replay_kit import recorded as record
from plugins.fake_distribution import install_fake
from targets.target_kit import program_meta
from targets.test_android import FakeDevice, device, ndk

__all__ = ["device", "ndk"]
FAR = """
import os
from dataclasses import replace

from ck_core import hookimpl
from ck_core.errors import UsageError


@hookimpl
def run(request):
    if request.launcher != "far":
        return None
    with open(os.environ["FAR_LOG"], "a") as log:
        log.write(" ".join(request.arguments) + "\\n")
    if "FAR_IS_DOWN" in os.environ:
        raise UsageError("the cluster sleeps")
    from ck_core.system.measuring import measure

    return measure(replace(request, launcher="local", session=None))
"""


@pytest.fixture
def far(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, add_component: AddComponent, ckp: Ckp
) -> Path:
    """A launcher by that name, and a point that it has executed; what it was given to run."""
    install_fake(tmp_path / "site", "far", FAR)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "site"))
    monkeypatch.setenv("FAR_LOG", str(tmp_path / "log"))
    add_program(add_component, ckp)
    record(ckp, "program:it", "--launcher=far", "--env.N=1,2")
    assert points(ckp)[-1]["features"]["launcher"] == "far"
    (tmp_path / "log").unlink()
    return tmp_path / "log"


def test_it_is_used_again(ckp: Ckp, far: Path) -> None:
    for point in replayed(ckp, 0, "--record")["points"]:
        assert point["substitutions"] == []
        assert "launcher" not in names(point)
    assert points(ckp)[-1]["features"]["launcher"] == "far"
    lines = far.read_text().splitlines()
    assert lines.count("/bin/sh -c exit 0") == 1  # tried once, then trusted
    assert len(lines) == 1 + 2 * 4


@pytest.mark.parametrize(
    ("environment", "why"),
    [({"FAR_IS_DOWN": "1"}, "the cluster sleeps"), ({"PYTHONPATH": ""}, "no plugin here knows it")],
)
def test_where_it_cannot_be_used_this_machine_runs(
    ckp: Ckp, far: Path, environment: dict[str, str], why: str
) -> None:
    for point in replayed(ckp, 0, **environment)["points"]:
        said = f"launcher 'far' cannot be used here ({why}): local runs it"
        assert point["substitutions"] == [said]
        assert "launcher" in names(point)


def test_a_launcher_that_only_looks_like_one(ckp: Ckp, far: Path) -> None:
    change_point(ckp, {"features": {"launcher": "../../far\n" * 20}})
    (said,) = only(replayed(ckp, 0, f"--point={points(ckp)[-1]['uid']}"))["substitutions"]
    assert said.startswith("launcher '../../far\\n../../far")
    assert len(said) < 120


@pytest.mark.usefixtures("ndk")
def test_a_device_is_used_again_while_it_is_there(
    device: FakeDevice,
    ckp: Ckp,
    add_component: AddComponent,
) -> None:
    """Else the program is built for this machine: no emulator takes a device's place."""
    source = "int main(void) { return 0; }\n"
    add_component("program", "it", program_meta(), {"it.c": source})
    record(ckp, "program:it", "--target=android-arm64")
    assert points(ckp)[-1]["features"]["launcher"] == "adb"
    point = only(replayed(ckp, 14, "--record"))
    assert point["substitutions"] == []
    assert points(ckp)[-1]["choices"]["target"] == "android-arm64"
    device.set(devices="")
    told = only(replayed(ckp, 14, f"--point={point['point']}"))["substitutions"]
    said = "launcher 'adb' cannot be used here (no Android device is connected): local runs it"
    assert told[0] == said
    assert told[1].startswith("it ran on a machine of android-arm64")
