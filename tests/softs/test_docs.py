"""What docs/softs.md tells people to write and to type works as it stands."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

from ck_core.testing.fixtures import AddComponent, Ckp
from softs.soft_kit import make_static, write

TEXT = (Path(__file__).resolve().parents[2] / "docs/softs.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", TEXT, re.DOTALL)


def test_the_example(ckp: Ckp, add_component: AddComponent, place: Path) -> None:
    make_static(place / "lib")
    write(place / "include/answer.h", '#define ANSWER_VERSION "4.2.0"\nint answer(void);\n')
    add_component("soft", "lib.answer", blocks("json")[0])
    for line in blocks("sh")[0].splitlines():
        done = ckp(*shlex.split(line)[1:])
        assert done.returncode == 0, done.stderr
        assert "answer@4.2.0" in done.stdout


def test_what_it_says_we_ship_is_shipped(ckp: Ckp) -> None:
    shipped = TEXT.partition("## What we ship")[2]
    names = set(re.findall(r"`((?:lib|tool|source|package)[.:][\w.-]+)`", shipped))
    assert len(names) > 12
    for name in names:
        cid = name if name.startswith("package:") else f"soft:{name}"
        done = ckp("load", cid)
        assert done.returncode == 0, done.stderr
