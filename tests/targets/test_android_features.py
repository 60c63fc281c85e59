"""Points of programs that a device ran do not claim this machine's processor."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from ck_core.domain.instruments import Observed
from ck_core.domain.point import Scalar
from ck_core.domain.run import Repetition
from ck_core.experiments.measuring.features import features_where_run
from ck_core.testing.fixtures import Ckp
from experiments.benchmark_kit import recorded
from targets.test_android import FakeDevice, counting, device, ndk  # noqa: F401  # fixtures

NEEDED = {"ro.product.cpu.abilist": "arm64-v8a", "ro.build.version.sdk": "34"}
TOLD = {
    "ro.product.manufacturer": "Google",
    "ro.product.model": "Pixel 7",
    "ro.soc.model": "Tensor G2",
    "ro.product.cpu.abi": "arm64-v8a",
    "ro.build.version.release": "14",
}


@pytest.mark.usefixtures("ndk", "counting")
@pytest.mark.parametrize("told", [TOLD, {}], ids=["told", "nothing told"])
def test_the_device_is_what_ran_it(
    device: FakeDevice,  # noqa: F811  # the fixture
    ckp: Ckp,
    ckp_home: Path,
    told: dict[str, str],
) -> None:
    device.set(properties={**NEEDED, **told})
    command = ("benchmark", "program:it", "--target=android-arm64", "--repeat=3")
    done = ckp(*command, "--env.OF_THE_USER=a 'b'", "--record-uoa=mine")
    assert done.returncode == 0, done.stderr
    (point,) = recorded(ckp_home, "mine")
    found = point.features
    assert found["launcher"] == "adb"
    assert {"host.fingerprint", "host.cores", "host.kernel", "host.os"} <= found.keys()
    assert not {"fingerprint", "cores", "kernel", "memory_bytes", "governor"} & found.keys()
    names = ("product", "cpu", "architecture", "os")
    expected = ("Google Pixel 7", "Tensor G2", "aarch64", "Android 14") if told else ()
    assert {name: found[name] for name in names if name in found} == dict(zip(names, expected))  # noqa: B905  # of none where nothing is told
    assert device.log.count("getprop ro.product.model") == 1  # for all repetitions


def repetition(**machine: str) -> Repetition:
    return Repetition(
        wall_s=1, user_s=1, system_s=0, peak_memory_bytes=1, exit_status=0, voluntary_switches=0,
        involuntary_switches=0, major_faults=0, minor_faults=0, timed_out=False,
        directory=Path("/"), observed=Observed(machine=machine),
    )  # fmt: skip


def test_what_several_nodes_tell_is_told_of_all() -> None:
    nodes = [repetition(cpu="A", os="Linux"), repetition(cpu="B"), repetition(cpu="A")]
    found = features_where_run({"cpu": "mine", "load": 1}, "slurm", nodes)
    assert found == {
        "host.cpu": "mine",
        "host.load": 1,
        "cpu": "A, B",
        "os": "Linux",
        "launcher": "slurm",
    }


@pytest.mark.parametrize("launcher", ["local", ""])
def test_this_machine_is_told_of_as_ever(launcher: str) -> None:
    one = replace(repetition(), observed=Observed())
    here: dict[str, Scalar] = {"cpu": "mine", "load": 1}
    assert features_where_run(here, launcher, [one]) == {**here, "launcher": launcher}
