"""An import only goes down: the floors of docs/architecture.md, held by reading imports."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
CORE = ROOT / "ck_core" / "src" / "ck_core"
FLOORS = {
    **dict.fromkeys(("cli", "web", "ck_api"), 10),
    **dict.fromkeys(("workspace", "testing"), 9),
    "tuning": 8,
    **dict.fromkeys(("publishing", "experiments"), 7),
    "pipeline": 6,
    "dependencies": 5,
    **dict.fromkeys(("stages", "builtin"), 4),
    "context": 3,
    **dict.fromkeys(("plugins", "store", "strategies"), 2),
    **dict.fromkeys(("system", "analysis"), 1),
    **dict.fromkeys(("domain", "schemas"), 0),
    "errors": -1,
}
FILES = sorted(CORE.rglob("*.py"))
PACK_FILES = sorted(ROOT.glob("ck_plugins_*/src/**/*.py"))
PACKS_MAY_USE = {"analysis", "domain", "errors", "system"}


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{name.name}" for name in node.names)
        elif isinstance(node, ast.Import):
            yield from (name.name for name in node.names)


def core_part(module: str) -> str:
    """``stages`` of ``ck_core.stages.run``; empty for the public face."""
    names = module.split(".")
    return names[1] if names[0] == "ck_core" and len(names) > 1 and names[1] in FLOORS else ""


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(CORE)))
def test_core_imports_only_go_down(path: Path) -> None:
    own = path.relative_to(CORE).parts[0].removesuffix(".py")
    for module in imported(path):
        part = core_part(module)
        if not part or part == own or own in {"__init__", "__main__"}:
            continue
        assert FLOORS[part] < FLOORS[own], f"{own} imports {module}"


def test_stages_are_known_floors() -> None:
    names = {path.relative_to(CORE).parts[0].removesuffix(".py") for path in FILES}
    assert names - {"__init__", "__main__"} <= FLOORS.keys()


PACKS_BELOW = {"ck_plugins_ml": {"ck_plugins_datasets"}}
"""What a pack's pyproject.toml says that it needs besides the core."""


@pytest.mark.parametrize("path", PACK_FILES, ids=lambda path: path.name)
def test_packs_use_the_public_face_only(path: Path) -> None:
    own = path.relative_to(ROOT).parts[0]
    for module in imported(path):
        names = module.split(".")
        part = core_part(module)
        assert not part or part in PACKS_MAY_USE, f"{path.name} imports {module}"
        is_pack = names[0].startswith("ck_plugins_")
        assert not is_pack or names[0] in {own, *PACKS_BELOW.get(own, ())}, f"imports {module}"
