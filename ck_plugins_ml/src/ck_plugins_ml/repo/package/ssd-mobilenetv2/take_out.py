"""Takes the detector out of what MediaPipe's page loads: ``take_out.py SOURCE DIRECTORY``.

A loader names the files that lie behind each other in one, and where each begins and ends.
"""

from __future__ import annotations

import re
import shutil
import sys
from pathlib import Path

LOADER, ASSETS = (
    "objectron_solution_packed_assets_loader.js",
    "objectron_solution_packed_assets.data",
)
MODEL = "object_detection_ssd_mobilenetv2_oidv4_fp16.tflite"
PLACE = re.compile(rf'"filename": "[^"]*/{re.escape(MODEL)}", "start": (\d+), "end": (\d+)')


def main(source: Path, directory: Path) -> None:
    found = PLACE.search((source / LOADER).read_text(encoding="utf-8"))
    if found is None:
        sys.exit(f"{LOADER} does not name {MODEL}: this is another version of the package")
    start, end = map(int, found.groups())
    (directory / "model.tflite").write_bytes((source / ASSETS).read_bytes()[start:end])
    shutil.copyfile(Path(__file__).with_name("model.json"), directory / "model.json")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
