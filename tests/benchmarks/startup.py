"""Start-up with 0, 10, 100 and 400 more plugin distributions: prints milliseconds."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from plugins.fake_distribution import SOUND, install_fake

COMMANDS = (["--version"], ["ls", "program"])


def once(arguments: list[str], environment: dict[str, str]) -> float:
    began = time.perf_counter()
    command = [sys.executable, "-m", "ck_core", *arguments]
    subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - began


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        places = {count: Path(name, f"site{count}") for count in (0, 10, 100, 400)}
        environments = {}
        for count, site in places.items():
            site.mkdir()
            for number in range(count):
                install_fake(site, f"fake-{number}", SOUND)
            home = str(Path(name, f"home{count}"))
            environments[count] = {**os.environ, "PYTHONPATH": str(site), "CKP_HOME": home}
        for arguments in COMMANDS:
            times: dict[int, list[float]] = {count: [] for count in places}
            for _ in range(21):
                for count, environment in environments.items():
                    times[count].append(once(arguments, environment))
            none = median(times[0])
            for count, values in times.items():
                took, more = median(values) * 1e3, (median(values) - none) * 1e3
                print(
                    f"ckp {' '.join(arguments):11} {count:4} plugins: {took:.1f} ms ({more:+.1f})"
                )


if __name__ == "__main__":
    main()
