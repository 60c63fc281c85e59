"""What docs/packages.md shows works as it stands."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import pytest

from ck_core.context import Context, SilentReporter
from ck_core.domain.recipe import BUILD_TOOLS
from ck_core.errors import InstallError
from ck_core.testing.fixtures import AddComponent, Ckp
from packages.kit import find_package, install

GUIDE = (Path(__file__).resolve().parents[2] / "docs" / "packages.md").read_text("utf-8")
METAS = [json.loads(text) for text in re.findall(r"```json\n(.*?)```", GUIDE, re.DOTALL)]
SOURCES = {
    "src/greeting.h": "const char *greeting(void);\n",
    "src/greeting.c": '#include "greeting.h"\nconst char *greeting(void) { return "hi"; }\n',
    "src/Makefile": "libgreeting.a: greeting.o\n\tar rcs $@ greeting.o\n"
    "install: libgreeting.a\n\tmkdir -p $(PREFIX)/lib $(PREFIX)/include\n"
    "\tcp libgreeting.a $(PREFIX)/lib\n\tcp greeting.h $(PREFIX)/include\n",
}


def test_its_first_package_is_installed_by_its_commands(
    ckp: Ckp, ckp_home: Path, add_component: AddComponent
) -> None:
    add_component("package", "greeting-1.0", METAS[0], SOURCES)
    commands = re.findall(r"```sh\n(.*?)```", GUIDE, re.DOTALL)[0]
    for line in commands.splitlines():
        done = ckp(*shlex.split(line)[1:])
        assert done.returncode == 0, done.stderr
    assert "greeting" in done.stdout
    assert list(ckp_home.glob("tools/greeting-1.0-*/lib/libgreeting.a"))


@pytest.mark.parametrize("meta", METAS, ids=lambda meta: str(meta["data_name"]))
def test_each_of_its_packages_can_be_read(
    ckp: Ckp, add_component: AddComponent, meta: dict[str, object]
) -> None:
    add_component("package", "it", meta)
    assert find_package("it", Context(SilentReporter())).recipe is not None
    done = ckp("check", "package:it")
    assert done.returncode == 0, done.stdout


def test_its_variations_are_installed_by_its_commands(
    ckp: Ckp, ckp_home: Path, add_component: AddComponent
) -> None:
    (meta,) = (one for one in METAS if "variations" in one)
    script = 'echo "$GREETING" > "$INSTALL_DIR/said"\n'
    add_component("package", "greeting-in", meta, {"src/a": "", "install.sh": script})
    for line in re.findall(r"```sh\n(.*?)```", GUIDE, re.DOTALL)[1].splitlines():
        done = ckp(*shlex.split(line)[1:])
        assert done.returncode == 0, done.stderr
    said = {file.read_text().strip() for file in ckp_home.glob("tools/*/said")}
    assert said == {"Guten Tag", "Sehr geehrte Damen und Herren"}


def test_its_system_package_is_shown_and_not_run(
    add_component: AddComponent, tmp_path: Path
) -> None:
    (one,) = (one for one in METAS if "system" in one["recipe"])
    add_component("package", "it", one)
    with pytest.raises(InstallError, match="package:it is installed by"):
        install("it")


def test_every_build_tool_is_told() -> None:
    table = re.findall(r"^\| `(\w+)` \|", GUIDE.split("## How it is built")[1], re.MULTILINE)
    assert set(BUILD_TOOLS) <= set(table)
