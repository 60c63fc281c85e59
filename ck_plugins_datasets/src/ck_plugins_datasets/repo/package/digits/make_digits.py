"""scikit-learn's digits.csv.gz as MNIST's files: values 0 to 16 become 0 to 255."""

from __future__ import annotations

import gzip
import struct
import sys
from pathlib import Path

_SIDE, _HIGHEST = 8, 16


def main(source: Path, target: Path) -> None:
    with gzip.open(source / "data" / "digits.csv.gz", "rt", encoding="ascii") as stream:
        rows = [[int(float(value)) for value in line.split(",")] for line in stream]
    pixels = bytes((value * 255 + _HIGHEST // 2) // _HIGHEST for row in rows for value in row[:-1])
    images = struct.pack(">4I", 0x803, len(rows), _SIDE, _SIDE) + pixels
    labels = struct.pack(">2I", 0x801, len(rows)) + bytes(row[-1] for row in rows)
    (target / "digits-images-idx3-ubyte").write_bytes(images)
    (target / "digits-labels-idx1-ubyte").write_bytes(labels)
    (target / "LICENCE.rst").write_bytes((source / "descr" / "digits.rst").read_bytes())


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
