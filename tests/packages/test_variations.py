"""``variations``: one package that says how several similar things are installed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ck_core.context import Context, SilentReporter
from ck_core.domain.component import Component
from ck_core.domain.package import parse_packages
from ck_core.errors import BadComponentError
from ck_core.stages.looking import packages
from ck_core.testing.fixtures import AddComponent, Ckp
from packages.kit import UID, meta

SCRIPT = 'echo "$GREETING to $WHOM" > "$INSTALL_DIR/said"\n'
VARIATIONS: dict[str, Any] = {
    "low": {"extra_env": {"GREETING": "hi"}, "on_by_default": "yes"},
    "loud": {"extra_env": {"GREETING": "HI"}, "extra_tags": ["noisy"], "version": "2.0"},
    "formal": {"product": "letter", "tags": ["-thing"], "deps": {"gone": {"tags": "nowhere"}}},
}
PROGRAM = {
    "tags": ["test"],
    "no_compile": "yes",
    "run_deps": {"said": {"name": "What is said", "tags": "greeting"}},
    "run_cmds": {"default": {"run_time": {"run_cmd_main": "true"}}},
}


@pytest.fixture
def greeting(add_component: AddComponent) -> Path:
    recipe = {"source": {"files": "src"}, "build": {"with": "script", "script": "install.sh"}}
    values = meta(recipe, extra_env={"WHOM": "you"}, variations=VARIATIONS)
    values["tags"] = ["lib", "thing", "greeting"]
    return add_component("package", "it", values, {"src/a": "", "install.sh": SCRIPT})


def said(ckp: Ckp, *tags: str) -> str:
    done = ckp("run", "program:says", "--repeat=1", "--json", *tags)
    assert done.returncode == 0, done.stderr
    path = json.loads(done.stdout)["resolved"]["said"]["path"]
    return (Path(path) / "said").read_text().strip()


@pytest.mark.usefixtures("greeting")
def test_a_requirements_tags_choose(ckp: Ckp, add_component: AddComponent) -> None:
    add_component("program", "says", PROGRAM)
    assert said(ckp, "--dep-tags.said=loud") == "HI to you"
    assert said(ckp, "--dep-tags.said=low") == "hi to you"
    assert said(ckp, "--dep-tags.said=noisy") == "HI to you"


@pytest.mark.usefixtures("greeting")
def test_the_usual_one_is_taken_of_one_version(ckp: Ckp, add_component: AddComponent) -> None:
    add_component("program", "says", PROGRAM)
    assert said(ckp, "--dep-tags.said=-noisy") == "hi to you"


@pytest.mark.usefixtures("greeting")
def test_each_is_installed_by_name(ckp: Ckp) -> None:
    for tags, variation in ((), "low"), (("--tags=noisy",), "loud"):
        done = ckp("install", "package:it", *tags)
        assert done.returncode == 0, done.stderr
        (one,) = json.loads(ckp("show", "env", f"--tags=greeting,{variation}", "--json").stdout)
        assert f"package:it {variation}\n" in ckp("show", f"env:{one['uid']}").stdout


@pytest.mark.usefixtures("greeting")
def test_tags_that_choose_none_are_told_with_all_names(ckp: Ckp) -> None:
    done = ckp("install", "package:it", "--tags=whispered")
    assert done.returncode == 2
    assert "0 variations of package:it have the tags whispered" in done.stderr
    assert "low, loud, formal" in done.stderr


def test_several_and_none_is_usual(ckp: Ckp, add_component: AddComponent) -> None:
    recipe = {"source": {"files": "src"}}
    add_component("package", "it", meta(recipe, variations={"a": {}, "b": {}}), {"src/a": ""})
    done = ckp("install", "package:it")
    assert done.returncode == 2
    assert "2 variations of package:it are there" in done.stderr
    assert ckp("install", "package:it", "--tags=b").returncode == 0


@pytest.mark.usefixtures("greeting")
def test_what_a_variation_says_completes_the_rest(ckp_home: Path) -> None:
    found = {one.variation: one for one in packages(Context(SilentReporter()))}
    loud, formal = found["loud"], found["formal"]
    assert {"lib", "thing", "greeting", "loud", "noisy"} <= loud.tags
    assert (loud.product, loud.version) == ("thing", "2.0")
    assert loud.environment == {"WHOM": "you", "GREETING": "HI"}
    assert (formal.label, formal.title) == ("letter@1.0", "package:it (formal)")
    assert "thing" not in formal.tags
    assert [one.key for one in formal.requirements] == ["gone"]


def test_a_lock_tells_them_apart(
    ckp: Ckp,
    add_component: AddComponent,
    greeting: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Another variation is another package: what changes in it changes nothing here."""
    monkeypatch.chdir(tmp_path)
    add_component("program", "says", PROGRAM)
    assert ckp("lock", "program:says", "--dep-tags.said=loud").returncode == 0
    lock = json.loads((tmp_path / "says.lock.json").read_text())
    assert lock["resolved"]["said"]["package"]["variation"] == "loud"
    assert said(ckp, "--lock-file=says.lock.json") == "HI to you"
    file = greeting / ".cm" / "meta.json"
    values = json.loads(file.read_text())
    values["variations"]["low"]["extra_env"]["GREETING"] = "hello"
    file.write_text(json.dumps(values))
    assert said(ckp, "--lock-file=says.lock.json") == "HI to you"


@pytest.mark.usefixtures("greeting")
def test_a_point_is_replayed_with_its_own(ckp: Ckp, add_component: AddComponent) -> None:
    add_component("program", "says", PROGRAM)
    words = ("benchmark", "program:says", "--dep-tags.said=low", "--repeat=2", "--record")
    assert ckp(*words, "--record_uoa=kept").returncode == 0
    assert ckp("install", "package:it", "--tags=loud").returncode == 0
    done = ckp("replay", "experiment:kept", "--metrics=correct,peak_memory_bytes", "--json")
    assert done.returncode in (0, 10, 14), done.stderr
    assert "has changed since" not in done.stdout + done.stderr
    (point,) = json.loads(done.stdout)["points"]
    assert point["substitutions"] == []


json_values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=8)),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)
KEYS = ("extra_env", "extra_customize", "extra_tags", "on_by_default", "version", "deps", "recipe")
edited = st.dictionaries(st.sampled_from(KEYS), json_values, max_size=4)


@given(st.dictionaries(st.text(min_size=1, max_size=8), edited | json_values) | json_values)
def test_whatever_they_say_is_read_or_refused(variations: Any) -> None:
    component = Component(
        repository="r",
        kind="package",
        alias="thing",
        uid=UID,
        path=Path("/repo/package/thing"),
        values=meta({"source": {"files": "src"}}, variations=variations),
    )
    try:
        found = parse_packages(component)
    except BadComponentError:
        return
    assert len(found) == max(1, len(variations))
