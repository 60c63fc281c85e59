"""The script that draws the pictures of a page: made in seconds, kept in the cache."""

from __future__ import annotations

from contextlib import suppress
from functools import lru_cache
from hashlib import sha256
from importlib import metadata
from pathlib import Path

from ck_core.errors import StorageError
from ck_core.system import home
from ck_core.system.extras import extra
from ck_core.system.files import write_atomically

_ENTRY = "window.ckpEmbed = vegaEmbed;"


@lru_cache(maxsize=1)
def library() -> str:
    """Vega, Vega-Lite and Vega-Embed as one script of about 900 kB.

    Raises:
        UsageError: the extra ``plots`` is not installed.
    """
    with extra("plots", "a page with pictures"):
        from vl_convert import javascript_bundle  # noqa: PLC0415  # the extra

    kept = _place()
    with suppress(OSError, UnicodeDecodeError):
        return kept.read_text(encoding="utf-8")
    made = javascript_bundle(_ENTRY)
    with suppress(StorageError):
        write_atomically(kept, made)
    return made


def _place() -> Path:
    """Another one for each renderer and each way it is called."""
    version = metadata.version("vl-convert-python")
    mark = sha256(_ENTRY.encode()).hexdigest()[:8]
    return home.cache_directory() / "pictures" / f"vega-{version}-{mark}.js"
