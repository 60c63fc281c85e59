"""Every command of docs/mlperf.md, in its order, with the real LoadGen."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import pytest

from ml.frameworks import Frameworks
from ml.kit import ROOT, component

PAGE = (ROOT / "docs" / "mlperf.md").read_text("utf-8")
IMAGES = Path("/usr/share/datasets/fashion-mnist")


def commands() -> list[list[str]]:
    blocks = re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL)
    return [shlex.split(line)[1:] for line in "".join(blocks).splitlines()]


@pytest.mark.slow
def test_every_command_does_what_the_page_says(
    frameworks: Frameworks, experiment: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not IMAGES.is_dir():
        pytest.skip("Debian's dataset-fashion-mnist is not here")
    for name in ("litert", "onnxruntime"):
        frameworks.variables(name)
    monkeypatch.chdir(tmp_path)
    assert len(commands()) == 7
    for words in commands():
        own = [re.sub(r"(=|:)mlperf$", rf"\g<1>{experiment}", one) for one in words]
        done = frameworks.ckp(*own)
        assert done.returncode == 0, f"{words}: {done.stderr}"
    points = json.loads(frameworks.ckp("show", f"experiment:{experiment}", "--json").stdout)
    valid = {one["choices"]["scenario"]: one["metrics"]["mlperf_valid"] for one in points}
    assert valid.pop("Server")["value"] in (True, False)  # a busy machine may miss its limit
    assert {scenario: one["value"] for scenario, one in valid.items()} == dict.fromkeys(
        ("SingleStream", "MultiStream", "Offline"), True
    ), valid
    (logs,) = (tmp_path / "mine/open/us/results").glob("*/*/Offline/performance/run_1")
    assert len([*logs.iterdir()]) == 3


def test_every_option_is_told() -> None:
    options = component("program", "mlperf-inference").values["options"]
    assert all(f"`--{name}`" in PAGE for name in options)
