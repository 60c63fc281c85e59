"""Mounts of a test's own: a small disk to fill, a directory that is read-only."""

from __future__ import annotations

import shutil
import subprocess


def in_namespace(command: str) -> subprocess.CompletedProcess[str]:
    """Runs a shell line of the test's own with mounts that end with it (Linux)."""
    arguments = ["unshare", "--map-root-user", "--mount", "sh", "-c", command]
    return subprocess.run(arguments, capture_output=True, text=True, check=False)


def can_mount() -> bool:
    """Whether this machine lets users do so."""
    if shutil.which("unshare") is None:
        return False
    return in_namespace("mount -t tmpfs none /mnt").returncode == 0
