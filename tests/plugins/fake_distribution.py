"""Distributions that look installed: a dist-info directory and a module."""

from __future__ import annotations

from pathlib import Path

SOUND = """
from ck_core import hookimpl
from ck_core.domain.metric import Metric

@hookimpl
def postprocess(request, result):
    return {"sound": Metric(name="sound", value=1.0)}
"""


def install_fake(
    site: Path, name: str, source: str, *, plugin: str = "", value: str = "", version: str = "1.0"
) -> Path:
    """Announces plugin ``plugin`` of distribution ``name``; its module holds ``source``."""
    module = name.replace("-", "_")
    information = site / f"{module}-{version}.dist-info"
    information.mkdir(parents=True)
    (information / "METADATA").write_text(
        f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
    )
    entry = f"[ckp]\n{plugin or name} = {value or module}\n"
    (information / "entry_points.txt").write_text(entry)
    (site / f"{module}.py").write_text(source)
    return information
