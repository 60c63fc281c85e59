"""Where ckp keeps its files; ``CKP_HOME`` moves every one of them."""

from __future__ import annotations

import os
from pathlib import Path

from ck_core.errors import UsageError


def home_directory() -> Path:
    """Repositories, installations: what should not get lost."""
    if home := os.environ.get("CKP_HOME"):
        return expanded(home)
    import platformdirs  # noqa: PLC0415  # not needed where CKP_HOME is set

    return platformdirs.user_data_path("ckp")


def cache_directory() -> Path:
    """Builds, runs, catalogues: what can be made again."""
    if os.environ.get("CKP_HOME"):
        return home_directory() / "cache"
    import platformdirs  # noqa: PLC0415  # as above

    return platformdirs.user_cache_path("ckp")


def expanded(path: str | Path) -> Path:
    """Absolute, with ``~`` for a home directory; raises UsageError where that is nobody's."""
    try:
        return Path(path).expanduser().absolute()
    except RuntimeError:
        raise UsageError(f"{path} names no directory: there is no such user") from None


def repositories_directory() -> Path:
    """Repositories that ckp made, cloned or unpacked."""
    return home_directory() / "repos"


def local_repository() -> Path:
    return repositories_directory() / "local"


def tools_directory() -> Path:
    """What ckp installed, each thing in a directory of its own."""
    return home_directory() / "tools"
