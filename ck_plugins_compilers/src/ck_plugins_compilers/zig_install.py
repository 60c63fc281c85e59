"""Installing zig: its wheel from PyPI by pip, pinned by version and hash, once."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path

from filelock import FileLock

from ck_core.domain.install import InstallRequest
from ck_core.domain.target import Platform
from ck_core.errors import InstallError
from ck_core.system.files import storage_errors
from ck_core.system.processes import ToolResult, clean_environment, run_tool
from ck_core.system.trees import new_directory

VERSION = "0.17.1"
ORIGIN = f"PyPI ziglang {VERSION}"
_TIMEOUT_S = 1800.0
# The Linux wheels are for glibc and musl alike.
WHEEL_HASHES: Mapping[str, str] = {
    "x86_64-linux": "ea6cc5d87b033cf0aedfbc8f9549a908cae6c50ac31f1698188fa48a74524b54",
    "aarch64-linux": "b7c5f02fccd40f89b999ee16a1f5ddced56e6182370f8affe494bcf8a28cf07e",
    "x86_64-darwin": "4e0b4b9c02b8d0d220e9948010f860b62ff11d96abb39762eca5fa2ef3f7bc97",
    "aarch64-darwin": "09953b6af7f64168b915180a42774f520f92d86ef6331b28e33915c7e1f0bb23",
}
_PIP_OPTIONS = (
    "--no-deps",
    "--require-hashes",
    "--only-binary=:all:",
    "--no-compile",
    "--no-input",
    "--disable-pip-version-check",
    "--progress-bar=off",
)
# Where the user told pip and its network layer to fetch from; nothing else of theirs.
_PIP_VARIABLES = frozenset(
    {"HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"}
    | {"SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE"}
    | {"HOME", "TMPDIR", "XDG_CONFIG_HOME", "XDG_CONFIG_DIRS"}
)


def is_available_for(platform: Platform) -> bool:
    return str(platform.host) in WHEEL_HASHES


def binary_path(request: InstallRequest) -> Path:
    return _directory(request) / "ziglang" / "zig"


def install(request: InstallRequest) -> None:
    """Does nothing where it is installed; two processes install it once.

    Raises:
        InstallError: pip is missing or failed; its last lines are in ``details``.
        StorageError: the directory cannot be written.
    """
    final = _directory(request)
    with storage_errors("create", request.root):
        request.root.mkdir(parents=True, exist_ok=True)
    with FileLock(request.root / f".{final.name}.lock"):
        if not final.exists():
            with new_directory(final) as temporary:
                _install_wheel(temporary, request.platform)


def requirements_text() -> str:
    """One line for pip; it takes the wheel that fits the machine, if its hash is here."""
    hashes = " ".join(f"--hash=sha256:{value}" for value in WHEEL_HASHES.values())
    return f"ziglang=={VERSION} {hashes}\n"


def _directory(request: InstallRequest) -> Path:
    return request.root / f"zig-{VERSION}-{request.platform.host}"


def _install_wheel(directory: Path, platform: Platform) -> None:
    requirements = directory / "requirements.txt"
    requirements.write_text(requirements_text(), encoding="utf-8")
    result = _pip("install", *_PIP_OPTIONS, "--target", str(directory), "-r", str(requirements))
    if result.timed_out or result.status != 0:
        raise _failure(result)
    if not (directory / "ziglang" / "zig").is_file():
        raise InstallError(f"the wheel of zig {VERSION} holds no zig for {platform.host}")


def _pip(*arguments: str) -> ToolResult:
    kept = {
        name: value
        for name, value in os.environ.items()
        if name.startswith("PIP_") or name.upper() in _PIP_VARIABLES
    }
    command = [sys.executable, "-m", "pip", *arguments]
    return run_tool(command, timeout_s=_TIMEOUT_S, environment={**clean_environment(), **kept})


def _failure(result: ToolResult) -> InstallError:
    said = f"{result.output}\n{result.error_output}".strip().splitlines()
    missing = any("No module named pip" in line for line in said)
    ending = f"ran past {_TIMEOUT_S:g} s" if result.timed_out else f"exited with {result.status}"
    return InstallError(
        f"cannot install zig {VERSION}: {'there is no pip' if missing else f'pip {ending}'}",
        hint=f"{sys.executable} -m ensurepip"
        if missing
        else f"check the network and pip's index (python3 -m pip download ziglang=={VERSION}), "
        "or install a compiler yourself",
        details="\n".join(said[-20:]),
    )
