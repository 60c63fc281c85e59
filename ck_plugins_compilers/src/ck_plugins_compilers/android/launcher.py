"""Programs on an Android device: pushed, run and measured there, their outputs pulled."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from ck_core.domain.instruments import Observed
from ck_core.domain.run import Repetition, RunRequest, RunResult
from ck_core.errors import RunError, UsageError
from ck_core.system.files import read_end, storage_errors
from ck_core.system.processes import ToolResult, clean_environment, last_lines
from ck_plugins_compilers.android.adb import Device, chosen_device
from ck_plugins_compilers.android.ndk import API_VARIABLE

_PLACE = "/data/local/tmp"
_SCRIPT = ".ckp-run.sh"
_PID_FILE = ".ckp-pid"
_SHOWN_LINES = 20
_ABIS = {"aarch64": "arm64-v8a", "arm": "armeabi-v7a", "x86_64": "x86_64", "i686": "x86"}
_PROPERTIES = {
    "maker": "ro.product.manufacturer",
    "model": "ro.product.model",
    "soc": "ro.soc.model",
    "board": "ro.board.platform",
    "abi": "ro.product.cpu.abi",
    "release": "ro.build.version.release",
}
_MEASURED = re.compile(r"^ckp-measured (?P<status>\d+) (?P<begin>\S+) (?P<end>\S+)$", re.MULTILINE)
_TIMES = re.compile(r"^(\d+)m([\d.]+)s (\d+)m([\d.]+)s$", re.MULTILINE)
# The shell's clock of children counts hundredths of a second; `date` tells nanoseconds.
_MEASURING = """\
place={place}
mkdir -p "$place/$1" && cd "$place/$1" || exit 125
{begin_with}
{exports}
begin=$(date +%s%N)
{command} </dev/null >{stdout} 2>{stderr} &
echo $! >"$place/{pid_file}"
wait $!
status=$?
end=$(date +%s%N)
echo "ckp-measured $status $begin $end"
times
"""


def run_on_device(request: RunRequest) -> RunResult:
    """Warm-ups and repetitions, each in a fresh directory, until one fails.

    Raises:
        UsageError: no device fits.
        RunError: the device went away.
    """
    device = chosen_device()
    _check_fits(device, request)
    place = f"{_PLACE}/ckp-{os.getpid()}-{os.urandom(4).hex()}"
    with _copied(request, device, place):
        found = _Session(request=request, device=device, place=place).run()
    observed = Observed(machine=_machine(request, device))
    repetitions = tuple(replace(one, observed=observed) for one in found.repetitions)
    return replace(found, repetitions=repetitions)


def _machine(request: RunRequest, device: Device) -> Mapping[str, str]:
    if request.session is None:
        return _Machine(device).told
    return request.session.kept(f"android {device.serial}", lambda: _Machine(device)).told


class _Machine:
    """What a device says of itself; asked once a session."""

    def __init__(self, device: Device) -> None:
        words = {name: device.property(key) for name, key in _PROPERTIES.items()}
        abis = {abi: architecture for architecture, abi in _ABIS.items()}
        told = {
            "product": f"{words['maker']} {words['model']}".strip(),
            "cpu": words["soc"] or words["board"],
            "architecture": abis.get(words["abi"], words["abi"]),
            "os": f"Android {words['release']}" if words["release"] else "",
        }
        self.told = {name: text for name, text in told.items() if text}

    def close(self) -> None:
        """Nothing is open."""


@contextmanager
def _copied(request: RunRequest, device: Device, place: str) -> Iterator[None]:
    """Everything the run needs is on the device for the length of the block."""
    try:
        if device.shell(shlex.join(["mkdir", "-p", place])).status != 0:
            problem = f"device {device.serial} lets nobody write to {_PLACE}"
            raise RunError(problem, hint="adb shell shows why")
        with TemporaryDirectory(prefix="ckp-android-") as staging:
            _stage(request, Path(staging), place)
            device.push(Path(staging), place)
        yield
    finally:
        device.shell(shlex.join(["rm", "-rf", place]))


def _stage(request: RunRequest, staging: Path, place: str) -> None:
    """Files in place of the links that lead out of the run's directory."""
    with storage_errors("copy", request.directory):
        shutil.copytree(request.directory, staging, dirs_exist_ok=True)
        (staging / _SCRIPT).write_text(_script(request, place), encoding="utf-8", newline="\n")


def _script(request: RunRequest, place: str) -> str:
    def there(text: str) -> str:
        return shlex.quote(text.replace(str(request.directory), place))

    here_only = clean_environment().keys()
    own = {name: text for name, text in request.environment.items() if name not in here_only}
    exports = [f"export {name}={there(text)}" for name, text in own.items() if name.isidentifier()]
    first = "sh" if request.arguments[0] == "/bin/sh" else request.arguments[0]
    copying = f"cp -R {there(f'{request.inputs}/.')} . || exit 125" if request.inputs else ""
    return _MEASURING.format(
        begin_with=copying,
        place=shlex.quote(place),
        exports="\n".join(exports),
        command=" ".join(map(there, (first, *request.arguments[1:]))),
        stdout=there(request.stdout_file),
        stderr=there(request.stderr_file),
        pid_file=_PID_FILE,
    )


def _check_fits(device: Device, request: RunRequest) -> None:
    """A binary for another processor or a later Android would only say that it cannot start."""
    wanted = _ABIS.get(request.target.architecture, "") if request.target else ""
    abis = [one for one in device.property("ro.product.cpu.abilist").split(",") if one]
    if wanted and abis and wanted not in abis:
        names = {abi: architecture for architecture, abi in _ABIS.items()}
        raise UsageError(
            f"device {device.serial} runs programs for {', '.join(abis)}, not for {wanted}",
            hint=f"choose the target of its architecture, {names.get(abis[0], abis[0])}",
        )
    level, needed = device.property("ro.build.version.sdk"), request.environment.get(API_VARIABLE)
    if needed and needed.isdigit() and level.isdigit() and int(level) < int(needed):
        raise UsageError(
            f"device {device.serial} has Android API {level}; the program was built for {needed}",
            hint=f"--dep-tags.compiler=android-api-{level} builds for it",
        )


@dataclass(frozen=True, kw_only=True)
class _Session:
    request: RunRequest
    device: Device
    place: str

    def run(self) -> RunResult:
        request = self.request
        done: list[Repetition] = []
        for number in range(request.warmups + request.repetitions):
            done.append(self._repetition(f"rep-{number:04d}"))
            if error := self._error(done[-1]):
                return self._result(done, error)
        return self._result(done, "")

    def _result(self, done: list[Repetition], error: str) -> RunResult:
        return RunResult(
            repetitions=tuple(done[self.request.warmups :]),
            error=error,
            timed_out=done[-1].timed_out,
            details=self._details(done[-1].directory) if error else "",
            notes={
                "device": self.device.serial,
                "wall_s": "by date +%s%N on the device",
                "user_s, system_s": "by the device's shell, in hundredths of a second",
            },
        )

    def _repetition(self, name: str) -> Repetition:
        words = shlex.join(["sh", f"{self.place}/{_SCRIPT}", name])
        began = time.perf_counter()
        result = self.device.shell(words, self.request.timeout_s)
        elapsed_s = time.perf_counter() - began
        if result.timed_out:
            self._kill()
        measured = _MEASURED.search(result.output)
        if not measured and not result.timed_out:
            raise self._lost(result)
        self.device.pull(f"{self.place}/{name}", self.request.directory)
        directory = self.request.directory / name
        return _repetition(measured, result, elapsed_s, directory)

    def _kill(self) -> None:
        self.device.shell(f"kill -9 $(cat {shlex.quote(f'{self.place}/{_PID_FILE}')})")

    def _lost(self, result: ToolResult) -> RunError:
        return RunError(
            f"device {self.device.serial} did not tell how the program ended",
            hint="adb devices shows whether it is still there",
            details=f"{result.output}\n{result.error_output}".strip(),
        )

    def _error(self, last: Repetition) -> str:
        if last.timed_out:
            return f"ran past its time limit of {self.request.timeout_s:g} s and was killed"
        if last.exit_status == 0 or self.request.ignore_exit_status:
            return ""
        if last.exit_status < 0:
            return f"was killed by signal {-last.exit_status} on the device"
        return f"exited with status {last.exit_status}"

    def _details(self, directory: Path) -> str:
        files = [directory / self.request.stderr_file, directory / self.request.stdout_file]
        texts = [read_end(str(file), 8192) for file in files if file.is_file()]
        return last_lines("\n".join(texts), _SHOWN_LINES)


def _repetition(
    measured: re.Match[str] | None, result: ToolResult, elapsed_s: float, directory: Path
) -> Repetition:
    user_s, system_s = _children_times(result.output)
    return Repetition(
        wall_s=_wall_s(measured, elapsed_s),
        user_s=user_s,
        system_s=system_s,
        exit_status=_exit_status(int(measured["status"])) if measured else -9,
        timed_out=result.timed_out,
        directory=directory,
    )


def _wall_s(measured: re.Match[str] | None, elapsed_s: float) -> float:
    """By the device's clock; from here where that knows no nanoseconds."""
    if measured and measured["begin"].isdigit() and measured["end"].isdigit():
        return (int(measured["end"]) - int(measured["begin"])) / 1e9
    return elapsed_s


def _children_times(text: str) -> tuple[float | None, float | None]:
    """The second line of the shell's ``times``: what its children used."""
    lines = _TIMES.findall(text)
    if len(lines) < 2:
        return None, None
    user_m, user_s, system_m, system_s = map(float, lines[1])
    return 60 * user_m + user_s, 60 * system_m + system_s


def _exit_status(status: int) -> int:
    """A shell tells signal 11 as 139."""
    return 128 - status if 128 < status <= 192 else status
