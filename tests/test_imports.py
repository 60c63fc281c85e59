"""What is imported where it is used can be imported first, as when a command begins.

Most tests call ckp in processes that have imported all of it (``forked.ckp_server``): there, what
works only after other imports would go unseen.
"""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import entry_points
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PLACES = (ROOT / "ck_core" / "src", ROOT / "ck_plugins_compilers" / "src")
COMMANDS = ROOT / "ck_core" / "src" / "ck_core" / "cli" / "commands"
ALONE = """
import importlib, os, sys, traceback
for name in sys.argv[1:]:
    if os.fork() == 0:
        try:
            importlib.import_module(name)
        except BaseException:
            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    if os.wait()[1]:
        print(name)
"""
"""Names the modules that cannot be imported by a process that has imported none of ours."""
OTHERS = "import click, importlib_metadata, pluggy, requests, rich.table, jsonschema\n"
"""Of others, once for all."""


def test_every_late_import_can_be_the_first() -> None:
    late = {name for place in PLACES for name in late_imports(place)}
    plugins = {one.value for one in entry_points(group="ckp") if one.value.startswith("ck_")}
    commands = {f"ck_core.cli.commands.{file.stem}" for file in COMMANDS.glob("[a-z]*.py")}
    assert min(map(len, (late, plugins, commands))) > 10
    names = sorted(late | plugins | commands)
    done = subprocess.run(
        [sys.executable, "-c", OTHERS + ALONE, *names], capture_output=True, text=True, check=True
    )
    assert done.stdout == "", done.stderr


def late_imports(place: Path) -> Iterator[str]:
    for file in place.glob("ck_*/**/*.py"):
        for function in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(function, ast.FunctionDef):
                yield from own_modules(function, place)


def own_modules(function: ast.FunctionDef, place: Path) -> Iterator[str]:
    for node in ast.walk(function):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("ck_"):
            yield str(node.module)
            names = (f"{node.module}.{name.name}" for name in node.names)
            yield from (name for name in names if is_module(name, place))


def is_module(name: str, place: Path) -> bool:
    return place.joinpath(*name.split(".")).with_suffix(".py").is_file()
