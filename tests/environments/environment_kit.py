"""A plugin that finds widgets and installs gadgets, and components that need them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

PLUGIN = """
import os
from pathlib import Path

from ck_core import hookimpl
from ck_core.domain.installation import Installation


@hookimpl
def detect(requirement):
    if "widget" not in requirement.tags:
        return []
    places = filter(None, os.environ.get("WIDGET_DIRECTORIES", "").split(":"))
    return [widget(file) for place in places for file in sorted(Path(place).glob("widget-*"))]


def widget(file):
    version = file.name.partition("-")[2]
    return Installation(
        name=f"Widget {version}", product="widget", version=version, path=file,
        tags=frozenset({"widget", "tool"}), environment={"WIDGET": str(file)},
        binary_directories=(file.parent,), plugin="widgets",
    )


@hookimpl(tryfirst=True)
def install(request):
    package = request.package
    if package is None or package.product != "gadget":
        return None
    file = request.directory / "gadget.txt"
    file.write_text(package.version)
    return Installation(
        name=f"Gadget {package.version}", product="gadget", version=package.version, path=file,
        tags=frozenset({"gadget", "lib"}), environment={"GADGET": str(file)},
        library_directories=(request.directory,), origin="recipe of the test",
        digest="sha256:" + "5" * 64, plugin="widgets",
    )
"""
RUN_TIME = {"run_cmd_main": "printenv WIDGET"}
NEEDS_WIDGET = {
    "backup_data_uid": "0123456789abcdef",
    "run_deps": {"tool": {"name": "a widget", "tags": "widget"}},
    "run_cmds": {"default": {"run_time": RUN_TIME}},
}
NEEDS_GADGET = {
    **NEEDS_WIDGET,
    "run_deps": {"part": {"tags": "gadget"}},
    "run_cmds": {"default": {"run_time": {"run_cmd_main": "cat $<<GADGET>>$"}}},
}
ONCE = ("--repeat=1", "--warmup=0", "--json")


def gadget(version: str, **changes: Any) -> dict[str, Any]:
    """A package of gadgets; ``gadget-2`` needs a widget to be made with."""
    return {
        "product": "gadget",
        "tags": ["gadget", "lib"],
        "customize": {"version": version},
        "recipe": {"source": {"files": "src"}, "build": {"with": "copy"}},
        **changes,
    }


def make_widget(directory: Path, version: str, text: str = "one") -> Path:
    directory.mkdir(parents=True, exist_ok=True)
    file = directory / f"widget-{version}"
    file.write_text(f"#!/bin/sh\necho {text}\n")
    file.chmod(0o755)
    return file
