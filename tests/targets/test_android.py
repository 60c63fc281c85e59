"""Android without a device: a stand-in for the NDK, recorded words of adb, a local disk."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ck_core.domain.installation import Installation
from ck_core.domain.target import parse_target_name
from ck_core.errors import CkpError, RunError, RunTimeoutError, UsageError
from ck_core.testing.executables import write_executable
from ck_core.testing.fixtures import AddComponent, Ckp
from ck_core.testing.samples import LINUX, requirement
from ck_plugins_compilers import android
from targets.target_kit import here, program_meta, run_for

BANNER = (
    "Android (10552028, +pgo, +bolt, +lto, -mlgo, based on r487747d) clang version 17.0.2 "
    "(https://android.googlesource.com/toolchain/llvm-project "
    "d9f89f4d16663d5012e5c09495f3b30ece3d2362)\n"
    "Target: x86_64-unknown-linux-gnu\nThread model: posix\n"
    "InstalledDir: /opt/android-ndk/toolchains/llvm/prebuilt/linux-x86_64/bin"
)
ONE = "R58M123ABC\tdevice"
COUNT = """\
#include <stdio.h>
#include <stdlib.h>
int main(int count, char **words)
{
    FILE *file = fopen(words[count - 1], "r");
    int c, lines = 0;
    while (file && (c = getc(file)) != EOF)
        lines += c == '\\n';
    printf("%d %s\\n", lines, getenv("OF_THE_USER") ? getenv("OF_THE_USER") : "");
    return 0;
}
"""
ANDROID = replace(LINUX, target=parse_target_name("android-arm64"))


class FakeDevice:
    """What is connected, and its disk."""

    def __init__(self, state: Path) -> None:
        self._state = state
        self.disk = state / "disk"
        self.disk.mkdir(parents=True)
        self.set()

    def set(
        self, devices: str = ONE, *, abi: str = "arm64-v8a", api: str = "34", **more: Any
    ) -> None:
        properties = {"ro.product.cpu.abilist": abi, "ro.build.version.sdk": api}
        settings = {"devices": devices, "properties": properties, **more}
        (self._state / "settings.json").write_text(json.dumps(settings), encoding="utf-8")

    @property
    def log(self) -> str:
        return (self._state / "log").read_text(encoding="utf-8")


@pytest.fixture
def ndk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An NDK whose wrappers pass everything on to the machine's own compiler."""
    real = here("cc") or here("gcc")
    if real is None:
        pytest.skip("no C compiler on this machine")
    tools = tmp_path / "ndk" / "toolchains" / "llvm" / "prebuilt" / "linux-x86_64" / "bin"
    write_executable(tools, "clang", f"cat <<'EOF'\n{BANNER}\nEOF")
    for api in (21, 30, 34):
        asked = f'[ "$1" = -dumpmachine ] && echo aarch64-unknown-linux-android{api} && exit\n'
        for tool in ("clang", "clang++"):
            script = f'{asked}exec {shlex.quote(real)} "$@"'
            write_executable(tools, f"aarch64-linux-android{api}-{tool}", script)
    monkeypatch.setenv("ANDROID_NDK_HOME", str(tmp_path / "ndk"))
    return tools


@pytest.fixture
def device(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FakeDevice:
    fake = FakeDevice(tmp_path / "device")
    script = Path(__file__).with_name("fake_adb.py")
    words = shlex.join([sys.executable, str(script), str(tmp_path / "device")])
    place = write_executable(tmp_path / "adb", "adb", f'exec {words} "$@"').parent
    monkeypatch.setenv("PATH", f"{place}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.delenv("ANDROID_SERIAL", raising=False)
    return fake


def compilers() -> list[Installation]:
    return list(android.detect(requirement("compiler", "lang-c"), ANDROID))


def test_the_highest_api_comes_first(ndk: Path) -> None:
    found = sorted(compilers(), key=lambda one: one.priority)
    assert [one.environment["CK_ANDROID_API"] for one in found] == ["21", "30", "34"]
    best = found[-1]
    assert best.version == "17.0.2"
    assert best.plugin == "llvm"
    assert "needs Android API 34" in best.name
    expected = {"ndk", "clang", "lang-cpp", "target-os-android", "target-arch-aarch64"}
    assert expected | {"android-api-34"} <= best.tags
    assert best.environment["CK_CXX"] == str(ndk / "aarch64-linux-android34-clang++")


def test_nobody_is_asked_where_android_is_not_the_target(ndk: Path) -> None:
    assert android.detect(requirement("compiler", "lang-c"), LINUX) == ()
    assert android.detect(requirement("compiler", "gcc"), ANDROID) == ()


def test_an_ndk_in_the_sdk_is_found(
    ndk: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ANDROID_NDK_HOME")
    sdk = tmp_path / "sdk"
    shutil.copytree(tmp_path / "ndk", sdk / "ndk" / "26.1.10909125")
    monkeypatch.setenv("ANDROID_HOME", str(sdk))
    assert len([one for one in compilers() if one.path.is_relative_to(sdk)]) == 3


def test_an_ndk_that_says_nothing_is_none(ndk: Path) -> None:
    write_executable(ndk, "clang", "echo hello")
    assert compilers() == []


@pytest.mark.usefixtures("whole_machine")  # with a clang, or that is what is missing
@pytest.mark.parametrize("tool", ["ndk", "device"])
def test_what_is_missing_is_said(
    tool: str,
    tmp_path: Path,
    add_component: AddComponent,
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
) -> None:
    request.getfixturevalue(tool)
    if tool == "ndk" and here("adb"):
        pytest.skip("this machine has an adb")
    add_component("program", "it", program_meta(), {"it.c": COUNT})
    with pytest.raises(CkpError) as caught:
        run_for("android-arm64", "it", "clang")
    said = f"{caught.value.message} {caught.value.hint} {caught.value.details}"
    assert ("apt-get install adb" if tool == "ndk" else "android-arm64") in said


@pytest.fixture
def counting(add_component: AddComponent) -> None:
    """A program that counts the lines of a dataset's file, and its reference."""
    dataset = {"tags": ["lines"], "dataset_files": ["three lines.txt"]}
    add_component("dataset", "three", dataset, {"three lines.txt": "1\n2\n3\n"})
    meta = program_meta()
    command = meta["run_cmds"]["default"]
    command["dataset_tags"] = ["lines"]
    line = '$#BIN_FILE#$ "$#dataset_path#$$#dataset_filename#$"'
    command["run_time"]["run_cmd_main"] = line
    files = {"it.c": COUNT, "reference/default/three/stdout.txt": "3 a 'b'\n"}
    add_component("program", "it", meta, files)


@pytest.mark.usefixtures("ndk", "counting")
def test_a_program_runs_on_the_device(device: FakeDevice) -> None:
    outcome = run_for(
        "android-arm64", "it", "", repetitions=2, environment={"OF_THE_USER": "a 'b'"}
    )
    assert outcome.correct is True
    assert outcome.built.emulator is None
    first, second = outcome.run.repetitions
    assert 0 < first.wall_s < 5
    assert second.user_s is not None
    assert outcome.metrics["peak_memory_bytes"].value is None
    assert outcome.run.notes["device"] == "R58M123ABC"
    assert list(device.disk.iterdir()) == []  # nothing is left there


@pytest.mark.usefixtures("ndk", "counting")
def test_the_report_says_what_is_unknown(device: FakeDevice, ckp: Ckp) -> None:
    arguments = ("run", "program:it", "--target=android-arm64", "--repeat=2")
    found = ckp(*arguments, "--env.OF_THE_USER=a 'b'")
    assert found.returncode == 0, found.stderr
    assert "android-arm64" in found.stdout
    assert "unknown" in found.stdout  # the peak memory
    assert "yes, as the reference" in found.stdout


@pytest.mark.usefixtures("ndk", "counting")
def test_the_users_own_variables_alone_reach_the_device(
    device: FakeDevice, monkeypatch: pytest.MonkeyPatch, add_component: AddComponent
) -> None:
    meta = program_meta()
    meta["run_cmds"]["default"]["run_time"]["run_cmd_main"] = "env"
    add_component("program", "env", meta, {"it.c": COUNT})
    monkeypatch.setenv("SECRET_TOKEN", "hidden")
    outcome = run_for("android-arm64", "env", "", environment={"OF_THE_USER": "1"})
    assert "hidden" not in device.log
    assert outcome.run.repetitions[0].exit_status == 0


@pytest.mark.usefixtures("ndk")
@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("int main(void) { return 3; }\n", "exited with status 3"),
        ("int main(void) { *(volatile int *)0 = 1; }\n", "killed by signal 11"),
    ],
)
def test_how_it_ended_is_kept(
    source: str, message: str, device: FakeDevice, add_component: AddComponent
) -> None:
    add_component("program", "it", program_meta(), {"it.c": source})
    with pytest.raises(RunError, match=message):
        run_for("android-arm64", "it", "")
    assert list(device.disk.iterdir()) == []


@pytest.mark.usefixtures("ndk")
def test_past_its_time_it_is_killed_on_the_device(
    device: FakeDevice, add_component: AddComponent
) -> None:
    source = "#include <unistd.h>\nint main(void) { for (;;) sleep(1); }\n"
    add_component("program", "it", program_meta(target_file="sleeper-of-ckp"), {"it.c": source})
    with pytest.raises(RunTimeoutError):
        run_for("android-arm64", "it", "", timeout_s=2)
    time.sleep(0.2)
    running = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True)
    assert f"{device.disk}" not in running.stdout
    assert list(device.disk.iterdir()) == []


@pytest.mark.usefixtures("ndk", "counting")
@pytest.mark.parametrize(
    ("devices", "message", "hint"),
    [
        ("", "no Android device is connected", "adb devices"),
        ("A1\tdevice\nB2\tdevice", "several Android devices are connected: A1, B2", "SERIAL=A1"),
        ("A1\tunauthorized", "A1 cannot be used: unauthorized", "allow USB debugging"),
        ("A1\toffline", "A1 cannot be used: offline", "adb reconnect offline"),
        (
            "????????????\tno permissions (user in plugdev group; are your udev rules wrong?)",
            "cannot be used: no permissions",
            "udev",
        ),
    ],
)
def test_devices_that_cannot_be_used(
    device: FakeDevice, devices: str, message: str, hint: str
) -> None:
    device.set(devices)
    with pytest.raises(UsageError) as caught:
        run_for("android-arm64", "it", "")
    assert message in caught.value.message
    assert hint in caught.value.hint


@pytest.mark.usefixtures("ndk", "counting")
def test_the_user_names_one_of_several(device: FakeDevice, monkeypatch: pytest.MonkeyPatch) -> None:
    device.set("A1\tdevice\nemulator-5554\tdevice\nC3\toffline")
    monkeypatch.setenv("ANDROID_SERIAL", "emulator-5554")
    outcome = run_for("android-arm64", "it", "", environment={"OF_THE_USER": "a 'b'"})
    assert outcome.run.notes["device"] == "emulator-5554"
    assert "-s A1" not in device.log
    monkeypatch.setenv("ANDROID_SERIAL", "D4")
    with pytest.raises(UsageError, match="D4, which is not connected"):
        run_for("android-arm64", "it", "")


@pytest.mark.usefixtures("ndk", "counting")
def test_a_device_of_another_processor_or_age(device: FakeDevice) -> None:
    device.set(abi="x86_64,x86")
    with pytest.raises(UsageError, match="runs programs for x86_64, x86, not for arm64-v8a"):
        run_for("android-arm64", "it", "")
    device.set(api="29")
    with pytest.raises(UsageError, match="has Android API 29") as caught:
        run_for("android-arm64", "it", "")
    assert "--dep-tags.compiler=android-api-" in caught.value.hint


@pytest.mark.usefixtures("ndk", "counting")
def test_a_cable_that_comes_out_is_an_error(device: FakeDevice) -> None:
    device.set(lost=True)
    with pytest.raises(RunError, match="did not tell how the program ended") as caught:
        run_for("android-arm64", "it", "")
    assert "device not found" in caught.value.details
