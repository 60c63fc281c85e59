"""``adb``: which device, and commands for it."""

from __future__ import annotations

import os
import re
import shlex
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ck_core.errors import RunError, UsageError
from ck_core.system.processes import ToolResult, clean_environment, run_tool
from ck_plugins_compilers.android.ndk import sdk_directories

SERIAL_VARIABLE = "ANDROID_SERIAL"
_TIMEOUT_S = 60.0
_TRANSFER_TIMEOUT_S = 1800.0
_STATES = "device|offline|unauthorized|authorizing|connecting|recovery|sideload|bootloader"
_LINE = re.compile(rf"^(?P<serial>\S+)\s+(?P<state>{_STATES}|no permissions)\b", re.MULTILINE)
_REMEDIES = {
    "unauthorized": "unlock it and allow USB debugging from this computer",
    "authorizing": "unlock it and allow USB debugging from this computer",
    "offline": "plug it in anew, or type: adb reconnect offline",
    "no permissions": "this user may not open it: see the udev rules at "
    "https://developer.android.com/studio/run/device",
}


@dataclass(frozen=True, kw_only=True)
class Device:
    """One device and the tool that reaches it."""

    tool: str
    serial: str

    def shell(self, line: str, timeout_s: float = _TIMEOUT_S) -> ToolResult:
        """A line for the device's shell; quoting is the caller's, ``shell_words`` does it."""
        return self._call(["shell", line], timeout_s)

    def property(self, name: str) -> str:
        return self.shell(shlex.join(["getprop", name])).output.strip()

    def push(self, source: Path, place: str) -> None:
        """The contents of a directory into an existing one.

        Raises:
            RunError: not all of it arrived.
        """
        self._transfer(["push", f"{source}/.", place], f"copy {source} to")

    def pull(self, place: str, directory: Path) -> None:
        """A directory into an existing one; raises RunError."""
        self._transfer(["pull", place, str(directory)], f"copy {place} from")

    def _transfer(self, words: Sequence[str], what: str) -> None:
        result = self._call(words, _TRANSFER_TIMEOUT_S)
        if result.status != 0:
            raise RunError(
                f"adb could not {what} device {self.serial}",
                hint="adb devices shows whether it is there; its disk may be full",
                details=result.error_output or result.output,
            )

    def _call(self, words: Sequence[str], timeout_s: float) -> ToolResult:
        return run_tool(
            [self.tool, "-s", self.serial, *words],
            timeout_s=timeout_s,
            environment=_environment(),
        )


def chosen_device() -> Device:
    """The one device there is, or the one that ``ANDROID_SERIAL`` names.

    Raises:
        UsageError: there is none, several, or it cannot be used yet.
    """
    tool = _find_adb()
    result = run_tool([tool, "devices"], timeout_s=_TIMEOUT_S, environment=_environment())
    states = {match["serial"]: match["state"] for match in _LINE.finditer(result.output)}
    if not states:
        raise UsageError(
            "no Android device is connected",
            hint="turn USB debugging on, plug it in, then: adb devices",
        )
    serial = _chosen(states)
    if states[serial] != "device":
        raise UsageError(
            f"Android device {serial} cannot be used: {states[serial]}",
            hint=_REMEDIES.get(states[serial], f"wait until 'adb devices' says device {serial}"),
        )
    return Device(tool=tool, serial=serial)


def _chosen(states: dict[str, str]) -> str:
    named = os.environ.get(SERIAL_VARIABLE, "")
    ready = [serial for serial, state in states.items() if state == "device"]
    known = ", ".join(sorted(states))
    if named and named not in states:
        raise UsageError(
            f"{SERIAL_VARIABLE} names the Android device {named}, which is not connected",
            hint=f"connected: {known}",
        )
    if named or len(states) == 1:
        return named or next(iter(states))
    if len(ready) > 1 or not ready:
        raise UsageError(
            f"several Android devices are connected: {known}",
            hint=f"{SERIAL_VARIABLE}={(ready or sorted(states))[0]} ckp ... takes one",
        )
    return ready[0]


def _find_adb() -> str:
    beside = (str(sdk / "platform-tools" / "adb") for sdk in sdk_directories())
    found = shutil.which("adb") or next((one for one in beside if os.access(one, os.X_OK)), None)
    if found is None:
        raise UsageError(
            "programs for Android run on a device, and there is no adb to reach one",
            hint="apt-get install adb, or Android's platform-tools on PATH; "
            "ckp compile needs no device",
        )
    return found


def _environment() -> dict[str, str]:
    """A server that another variable names is the user's choice as well."""
    own = {name: text for name, text in os.environ.items() if name.startswith(("ADB_", "ANDROID_"))}
    return {**clean_environment(), **own}
