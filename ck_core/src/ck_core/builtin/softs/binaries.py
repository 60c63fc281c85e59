"""What machine code a file holds, read from its first bytes.

Formats: ELF (System V ABI, chapter 4), PE/COFF object files (Microsoft, "PE Format"), Mach-O
(loader.h) and the ``ar`` archives of static libraries, whose members are such objects.
"""

from __future__ import annotations

import os
import struct
from pathlib import Path

_ELF = {
    (3, 1): "i686",
    (20, 2): "powerpc64",
    (21, 2): "powerpc64",
    (22, 2): "s390x",
    (40, 1): "arm",
    (62, 2): "x86_64",
    (183, 2): "aarch64",
    (243, 1): "riscv32",
    (243, 2): "riscv64",
}
"""By e_machine and class (1: 32 bits, 2: 64 bits)."""
_COFF = {0x8664: "x86_64", 0x14C: "i686", 0xAA64: "aarch64"}
_MACH_O = {0x01000007: "x86_64", 0x0100000C: "aarch64"}
_LINKER_SCRIPT = (b"/* GNU ld script", b"INPUT", b"GROUP", b"OUTPUT_FORMAT")
_MOST_MEMBERS = 64


def machine_of(path: Path) -> str:
    """A triple such as ``aarch64-linux``; empty where the file holds no machine code known here."""
    try:
        with path.open("rb") as stream:
            head = stream.read(64)
            if head.startswith(b"!<arch>\n"):
                return _archive(stream.fileno())
            return _object(head)
    except OSError:
        return ""


def is_linker_script(path: Path) -> bool:
    """Text that stands where a shared library is expected and names others."""
    try:
        with path.open("rb") as stream:
            return stream.read(64).lstrip().startswith(_LINKER_SCRIPT)
    except OSError:
        return False


def _archive(file: int) -> str:
    """Of the first member that is an object: the first ones are the archive's own tables."""
    place = 8
    for _ in range(_MOST_MEMBERS):
        header = os.pread(file, 60, place)
        size = header[48:58].strip()
        if len(header) < 60 or not size.isdigit():
            return ""
        if found := _object(os.pread(file, 64, place + 60)):
            return found
        place += 60 + int(size) + int(size) % 2
    return ""


def _object(head: bytes) -> str:
    if head.startswith(b"\x7fELF") and len(head) >= 20:
        return _elf(head)
    if len(head) < 8:
        return ""
    if head[:4] == b"\xcf\xfa\xed\xfe" and (cpu := struct.unpack_from("<I", head, 4)[0]) in _MACH_O:
        return f"{_MACH_O[cpu]}-darwin"
    machine = struct.unpack_from("<H", head)[0]
    return f"{_COFF[machine]}-windows" if machine in _COFF else ""


def _elf(head: bytes) -> str:
    little = head[5] == 1
    machine = struct.unpack_from("<H" if little else ">H", head, 18)[0]
    name = _ELF.get((machine, head[4]), "")
    if name == "powerpc64":
        name = "ppc64le" if little else "ppc64"
    return f"{name}-linux" if name else ""
