"""What is read around a repetition: a CPU's clock, files that monitors have named."""

from __future__ import annotations

import os
from contextlib import suppress

_LONGEST = 1 << 20


def frequency_hz(cpu: int | None, root: str = "/") -> float | None:
    """The current clock of a CPU; None where the system does not tell."""
    if cpu is None:
        return None
    khz = _text(os.path.join(root, f"sys/devices/system/cpu/cpu{cpu}/cpufreq/scaling_cur_freq"))
    if khz.strip().isdigit():
        return float(khz) * 1e3
    return _from_cpuinfo(cpu, _text(os.path.join(root, "proc/cpuinfo")))


def _from_cpuinfo(cpu: int, text: str) -> float | None:
    number = None
    for line in text.splitlines():
        key, _, value = line.partition(":")
        if key.strip() == "processor":
            number = value.strip()
        elif key.strip() == "cpu MHz" and number == str(cpu):
            return _positive(value)
    return None


def _positive(mhz: str) -> float | None:
    try:
        value = float(mhz)
    except ValueError:
        return None
    return value * 1e6 if 0 < value < 1e6 else None


def read_all(files: dict[str, str]) -> dict[str, str]:
    """Texts by name; what cannot be read is left out."""
    texts = {name: _text(path) for name, path in files.items()}
    return {name: text for name, text in texts.items() if text}


def collect(files: dict[str, str]) -> dict[str, str]:
    """The same, and the files are gone afterwards: the next repetition writes its own."""
    texts = read_all(files)
    for path in files.values():
        with suppress(OSError):  # nobody has written it
            os.unlink(path)
    return texts


def _text(path: str) -> str:
    """Empty where it cannot be read; not waited for where it is a pipe."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    except OSError:
        return ""
    try:
        parts, size = [], 0
        while size < _LONGEST and (part := os.read(descriptor, 1 << 16)):
            parts.append(part)
            size += len(part)
        return b"".join(parts).decode(errors="replace")
    except OSError:
        return ""
    finally:
        os.close(descriptor)
