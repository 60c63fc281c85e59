"""A stand-in for ``adb`` and the device behind it: a local directory that acts as its disk.

A script: ``adb`` in a test is a wrapper that runs it with the directory of its settings. There,
``settings.json`` holds ``devices`` (what ``adb devices`` prints below its first line),
``properties`` (of the device) and ``lost`` (whether the cable comes out when a program is run);
``disk`` is the device's disk, and ``log`` gets every call.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

PLACE = "/data/local/tmp"


def main() -> int:
    state, words = Path(sys.argv[1]), sys.argv[2:]
    settings = json.loads((state / "settings.json").read_text(encoding="utf-8"))
    with (state / "log").open("a", encoding="utf-8") as log:
        log.write(f"{' '.join(words)}\n")
    if words == ["devices"]:
        print("List of devices attached")
        print(settings["devices"])
        return 0
    if words[:1] == ["-s"]:
        words = words[2:]
    disk = state / "disk"
    if words[0] == "push":
        return push(words[1], on_disk(words[2], disk), disk)
    if words[0] == "pull":
        return pull(on_disk(words[1], disk), words[2])
    return shell(words[1], settings, disk)


def on_disk(text: str, disk: Path) -> str:
    return text.replace(PLACE, str(disk))


def push(source: str, place: str, disk: Path) -> int:
    """``source/.`` is the contents; scripts name the device's own places."""
    shutil.copytree(source, place, dirs_exist_ok=True)
    for script in Path(place).glob(".*.sh"):
        text = script.read_text(encoding="utf-8")
        script.write_text(on_disk(text, disk), encoding="utf-8")
    return 0


def pull(place: str, directory: str) -> int:
    if not Path(place).exists():
        sys.stderr.write(f"adb: error: failed to stat remote object '{place}'\n")
        return 1
    shutil.copytree(place, Path(directory, Path(place).name))
    return 0


def shell(line: str, settings: dict[str, object], disk: Path) -> int:
    if line.startswith("getprop "):
        properties = settings["properties"]
        assert isinstance(properties, dict)
        print(properties.get(line.split()[1], ""))
        return 0
    if settings.get("lost") and ".sh " in line:
        sys.stderr.write("adb: error: device not found\n")
        return 1
    # What runs on a device outlives the adb that started it.
    child = subprocess.Popen(
        ["/bin/sh", "-c", on_disk(line, disk)],
        cwd="/",
        env={"PATH": "/usr/bin:/bin"},
        start_new_session=True,
    )
    return child.wait()


if __name__ == "__main__":
    sys.exit(main())
