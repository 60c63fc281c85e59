"""Monitor ``energy`` on recorded machines, and with a stand-in for ``nvidia-smi``."""

from __future__ import annotations

import os
import shutil
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from ck_core.builtin import energy
from ck_core.domain.instruments import Observed
from ck_core.domain.run import Repetition
from ck_core.system.energy.battery import find_battery
from ck_core.system.energy.meter import EnergyMeter
from ck_core.system.energy.nvidia import PowerSampler, parse_sample
from ck_core.system.energy.rapl import find_rapl
from ck_core.system.measuring import measuring_session
from ck_core.testing.checks import check_plugin
from ck_core.testing.executables import write_executable
from monitors.monitor_kit import claimed, request, write_tree

ENERGY = frozenset({"energy"})
ZONES = "sys/class/powercap/intel-rapl"
RANGE_UJ = 262_143_328_850


def zone(place: str, name: str, energy_uj: str, range_uj: int = RANGE_UJ) -> dict[str, str]:
    files = {"name": name, "energy_uj": energy_uj, "max_energy_range_uj": str(range_uj)}
    return {f"{ZONES}:{place}/{file}": content for file, content in files.items()}


TWO_SOCKETS = {
    "sys/class/powercap/intel-rapl/enabled": "1",
    **zone("0", "package-0", "1000000"),
    **zone("0:0", "core", "400000"),
    **zone("0:1", "dram", "200000", 65_712_999_613),
    **zone("1", "package-1", "5000000"),
    **zone("2", "psys", "9000000"),
}
BATTERY = "sys/class/power_supply/BAT0"
DISCHARGING = {
    "sys/class/power_supply/AC/type": "Mains",
    "sys/class/power_supply/hidpp_battery_0/type": "Battery",
    "sys/class/power_supply/hidpp_battery_0/scope": "Device",
    "sys/class/power_supply/hidpp_battery_0/status": "Discharging",
    f"{BATTERY}/type": "Battery",
    f"{BATTERY}/status": "Discharging",
    f"{BATTERY}/power_now": "8120000",
}


def repetition(
    before: dict[str, str] | None = None, after: dict[str, str] | None = None, **changes: float
) -> Repetition:
    return Repetition(
        wall_s=changes.get("wall_s", 2.0), user_s=1, system_s=0, peak_memory_bytes=1,
        exit_status=0, voluntary_switches=0, involuntary_switches=0, major_faults=0,
        minor_faults=0, timed_out=False, directory=Path("/"),
        began_at=changes.get("began_at", 0.0),
        observed=Observed(before=before or {}, after=after or {}),
    )  # fmt: skip


def readings(files: dict[str, Path]) -> dict[str, str]:
    return {name: path.read_text() for name, path in files.items() if path.exists()}


@pytest.fixture(autouse=True)
def tools(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """All that is on PATH: no ``nvidia-smi`` but a test's own."""
    place = tmp_path / "tools"
    place.mkdir()
    for name in ("sh", "sleep", "true"):
        (place / name).symlink_to(shutil.which(name) or name)
    monkeypatch.setenv("PATH", str(place))
    return place


def test_ckp_accepts_it() -> None:
    assert check_plugin(energy) == ("run",)


def test_packages_and_memory_are_added_and_their_parts_are_not(tmp_path: Path) -> None:
    rapl = find_rapl(write_tree(tmp_path, TWO_SOCKETS))
    assert [one.name for one in rapl.zones] == ["package-0", "dram", "package-1"]
    before = readings(rapl.files)
    later = {**zone("0", "package-0", "4000000"), **zone("0:1", "dram", "300000")}
    write_tree(tmp_path, {**later, **zone("1", "package-1", "5500000")})
    assert rapl.joules(before, readings(rapl.files)) == pytest.approx(3.0 + 0.1 + 0.5)


def test_a_counter_that_began_anew(tmp_path: Path) -> None:
    rapl = find_rapl(write_tree(tmp_path, zone("0", "package-0", str(RANGE_UJ - 1_000_000))))
    before = readings(rapl.files)
    write_tree(tmp_path, zone("0", "package-0", "2000000"))
    assert rapl.joules(before, readings(rapl.files)) == pytest.approx(3.0)


def test_a_zone_that_was_read_once_gives_no_half_sum(tmp_path: Path) -> None:
    rapl = find_rapl(write_tree(tmp_path, TWO_SOCKETS))
    before = readings(rapl.files)
    after = dict(list(before.items())[:-1])
    assert rapl.joules(before, after) is None
    assert rapl.joules({}, {}) is None


@pytest.mark.parametrize("files", [{}, {"sys/class/powercap/intel-rapl:0/name": "package-0"}])
def test_no_rapl(tmp_path: Path, files: dict[str, str]) -> None:
    assert find_rapl(write_tree(tmp_path, files)).missing == (
        "the kernel shows no RAPL counters here"
    )


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="becomes another user")
def test_counters_that_only_root_may_read() -> None:
    """Not below pytest's own directory, which is closed to others."""
    with TemporaryDirectory() as directory:
        root = write_tree(Path(directory), TWO_SOCKETS)
        (root / f"{ZONES}:1/energy_uj").chmod(0o400)
        root.chmod(0o755)
        found = _as_nobody(root)
    assert "sudo chmod a+r /sys/class/powercap/intel-rapl:*/energy_uj allows it" in found


def _as_nobody(root: Path) -> str:
    reading, writing = os.pipe()
    pid = os.fork()
    if not pid:
        os.setuid(65534)
        os.write(writing, find_rapl(root).missing.encode())
        os._exit(0)
    os.close(writing)
    os.waitpid(pid, 0)
    with os.fdopen(reading) as stream:
        return stream.read()


def test_a_battery_that_discharges(tmp_path: Path) -> None:
    battery = find_battery(write_tree(tmp_path, DISCHARGING))
    assert battery.directory == tmp_path / BATTERY
    first = readings(battery.files)
    write_tree(tmp_path, {f"{BATTERY}/power_now": "-10120000"})
    assert battery.watts(first, readings(battery.files)) == pytest.approx(9.12)


def test_a_battery_that_tells_current_and_voltage() -> None:
    texts = {"battery.current_now": "1500000\n", "battery.voltage_now": "12000000\n"}
    battery = find_battery(Path("/nowhere"))
    assert battery.watts(texts, {}) == pytest.approx(18.0)
    assert battery.watts({"battery.power_now": "many"}, {}) is None


@pytest.mark.parametrize(
    ("files", "reason"),
    [
        ({}, "there is no battery"),
        ({f"{BATTERY}/type": "Battery", f"{BATTERY}/status": "Charging"}, "unplug it"),
        ({f"{BATTERY}/type": "Battery"}, "unplug it"),
    ],
)
def test_no_battery(tmp_path: Path, files: dict[str, str], reason: str) -> None:
    assert reason in find_battery(write_tree(tmp_path, files)).missing


@pytest.mark.parametrize(
    ("line", "watts"),
    [
        ("0, 68.53", 68.53),
        ("1, 300.00\n", 300),
        ("0, [N/A]", None),
        ("0, [Unknown Error]", None),
        ("0, nan", None),
        ("NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver.", None),
        ("", None),
    ],
)
def test_lines_of_nvidia_smi(line: str, watts: float | None) -> None:
    sample = parse_sample(line, 1.0)
    assert (sample.watts if sample else None) == watts


def fake_smi(tools: Path, *lines: str) -> None:
    words = " ".join(f"'{line}'" for line in lines)
    script = f"echo $$ >{tools}/pid\nwhile :; do printf '%s\\n' {words}; sleep 0.05; done"
    write_executable(tools, "nvidia-smi", script)


def test_the_power_of_all_accelerators(tmp_path: Path, tools: Path) -> None:
    fake_smi(tools, "0, 70.00", "1, 230.00", "2, [N/A]")
    result = claimed(request(tmp_path / "run", "sleep", "0.4", monitors=ENERGY))
    found = result.repetitions[0]
    assert found.monitored["gpu_energy_j"] == pytest.approx(300 * found.wall_s)
    assert found.monitored["power_w"] >= 300
    assert "accelerators (nvidia-smi)" in result.notes["energy"]
    assert gone(tools)


def test_one_sampler_serves_a_session(tmp_path: Path, tools: Path) -> None:
    fake_smi(tools, "0, 70.00")
    asked = request(tmp_path / "run", "true", monitors=ENERGY)
    pids = set()
    with measuring_session() as session:
        for _ in range(5):
            found = claimed(asked, session).repetitions[0]
            assert found.monitored["gpu_energy_j"] == pytest.approx(70 * found.wall_s)
            pids.add((tools / "pid").read_text())
    assert len(pids) == 1
    assert gone(tools)


def test_samples_of_earlier_claims_are_forgotten(tools: Path) -> None:
    """An hour with eight cards is half a million of them."""
    fake_smi(tools, "0, 70.00", "1, 30.00")
    sampler = PowerSampler()
    began = time.time()
    time.sleep(0.3)
    assert sampler.watts(began, 0.3) == pytest.approx(100)
    sampler.forget(time.time())
    assert sampler.watts(began, 0.3) == pytest.approx(100), "what a run just now may need"
    sampler.forget(time.time() + 60)
    assert sampler.watts(began, 0.01) is None
    sampler.close()


def gone(tools: Path) -> bool:
    try:
        os.kill(int((tools / "pid").read_text()), 0)
    except ProcessLookupError:
        return True
    return False


@pytest.mark.parametrize(
    "script", ["echo No devices were found; exit 6", "exec true", "exec sleep 60"]
)
def test_an_nvidia_smi_that_tells_nothing(tools: Path, script: str) -> None:
    write_executable(tools, "nvidia-smi", script)
    sampler = PowerSampler(first_sample_s=1.0)
    assert sampler.missing == "nvidia-smi tells no power of an accelerator"
    assert sampler.watts(0.0, 1.0) is None
    sampler.close()


def test_why_there_is_no_energy_is_told(tmp_path: Path) -> None:
    meter = EnergyMeter(tmp_path)
    assert meter.note([repetition()]) == (
        "no energy is measured: the kernel shows no RAPL counters here; there is no battery; "
        "there is no nvidia-smi"
    )
    assert not meter.measured(repetition())


def test_processors_make_energy_and_power(tmp_path: Path) -> None:
    meter = EnergyMeter(write_tree(tmp_path, {**TWO_SOCKETS, **DISCHARGING}))
    before = readings(meter.files)
    write_tree(tmp_path, zone("0", "package-0", "9000000"))
    one = repetition(before, readings(meter.files))
    assert meter.measured(one) == pytest.approx(
        {"energy_j": 8.0, "power_w": 4.0, "cpu_energy_j": 8.0, "battery_power_w": 8.12}
    )
    assert meter.note([one]) == (
        "energy is of package-0, dram, package-1 (RAPL), idle power included"
    )


def test_with_a_battery_alone_it_is_the_whole_machine(tmp_path: Path) -> None:
    meter = EnergyMeter(write_tree(tmp_path, DISCHARGING))
    texts = readings(meter.files)
    one = repetition(texts, texts, wall_s=0.05)
    assert meter.measured(one)["energy_j"] == pytest.approx(8.12 * 0.05)
    assert "the whole machine (battery), idle power included; it is inexact" in meter.note([one])


def test_programs_that_run_elsewhere_have_no_energy_of_this_machine(tmp_path: Path) -> None:
    wrapper = energy.run(request(tmp_path / "run", "true", monitors=ENERGY, launcher="adb"))
    next(wrapper)
    with pytest.raises(StopIteration) as end:
        wrapper.send(None)
    assert end.value.value is None
