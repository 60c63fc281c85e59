"""Recipes: each form is read, each mistake names file and key, and the schema agrees."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ck_core.domain.component import Component
from ck_core.domain.package import Package, parse_package
from ck_core.domain.recipe import (
    Archive,
    Build,
    GitCommit,
    OwnFiles,
    PythonRecipe,
    SourceDistribution,
    SourceRecipe,
    SystemRecipe,
)
from ck_core.errors import BadComponentError
from ck_core.store.schemas import check_meta

SHA = "0123456789abcdef" * 4
COMMIT = "0123456789" * 4
ARCHIVE = {"archive": ["https://a.org/x.tar.gz", "/mirror/x.tar.gz"], "sha256": SHA}


def package(recipe: Any, **more: Any) -> Package:
    values = {"tags": ["lib"], "customize": {"version": "1.2"}, **more}
    values |= {"recipe": recipe} if recipe is not None else {}
    path = Path("/repo/package/thing")
    component = Component(
        repository="r", kind="package", alias="thing", uid="0" * 16, path=path, values=values
    )
    return parse_package(component)


@pytest.mark.parametrize(
    ("recipe", "expected"),
    [
        (
            {
                "source": ARCHIVE,
                "directory": "x-1",
                "build": {"with": "cmake", "options": ["-DA=1,2"]},
            },
            SourceRecipe(
                source=Archive(
                    locations=("https://a.org/x.tar.gz", "/mirror/x.tar.gz"), sha256=SHA
                ),
                build=Build(tool="cmake", options=("-DA=1,2",)),
                directory="x-1",
            ),
        ),
        (
            {"source": {"git": "https://a.org/x.git", "commit": COMMIT}},
            SourceRecipe(
                source=GitCommit(url="https://a.org/x.git", commit=COMMIT), build=Build(tool="copy")
            ),
        ),
        (
            {
                "source": {"sdist": "zstandard==0.23.0", "sha256": SHA},
                "build": {"with": "make", "targets": ["a"]},
            },
            SourceRecipe(
                source=SourceDistribution(project="zstandard", version="0.23.0", sha256=SHA),
                build=Build(tool="make", targets=("a",)),
            ),
        ),
        (
            {"source": {"files": "src"}, "build": {"with": "script", "script": "i.sh"}},
            SourceRecipe(
                source=OwnFiles(directory="src"), build=Build(tool="script", script="i.sh")
            ),
        ),
        (
            {
                "python": {
                    "requirements": ["a[b,c]>=1,<2; python_version < '3.13'"],
                    "may_build": "yes",
                }
            },
            PythonRecipe(requirements=("a[b,c]>=1,<2; python_version < '3.13'",), may_build=True),
        ),
        (
            {"python": {"requirements": ["a==1"], "hashes": [f"sha256:{SHA}"], "detect": True}},
            PythonRecipe(
                requirements=("a==1",), hashes={"a==1": (f"sha256:{SHA}",)}, is_detected=True
            ),
        ),
        (
            {"system": {"apt": ["g++", "libx-dev"], "brew": ["x@2"]}},
            SystemRecipe(packages={"apt": ("g++", "libx-dev"), "brew": ("x@2",)}),
        ),
    ],
)
def test_each_form_is_read(recipe: Any, expected: Any) -> None:
    assert package(recipe).recipe == expected
    assert package(recipe).problem == ""
    assert not check_meta("package", json.dumps({"recipe": recipe}), "meta.json")


WRONG: list[tuple[str, Any, bool]] = [
    ("recipe", {}, True),
    ("recipe", [], True),
    ("recipe", {"source": ARCHIVE, "python": {"requirements": ["a"]}}, True),
    ("recipe.source", {"source": {}}, True),
    ("recipe.source", {"source": {**ARCHIVE, "git": "x"}}, True),
    ("recipe.source.sha256", {"source": {"archive": ["/a"]}}, True),
    ("recipe.source.sha256", {"source": {**ARCHIVE, "sha256": "12"}}, True),
    ("recipe.source.archive", {"source": {**ARCHIVE, "archive": []}}, False),
    ("recipe.source.archive", {"source": {**ARCHIVE, "archive": ["ftp://a.org/x"]}}, False),
    ("recipe.source.archive", {"source": {**ARCHIVE, "archive": ["../x.tar"]}}, False),
    ("recipe.source.archive", {"source": {**ARCHIVE, "archive": ["--output=x"]}}, False),
    ("recipe.source.commit", {"source": {"git": "x", "commit": "main"}}, True),
    ("recipe.source.sdist", {"source": {"sdist": "zstandard", "sha256": SHA}}, True),
    ("recipe.source.sdist", {"source": {"sdist": "a==1; rm -rf /", "sha256": SHA}}, True),
    ("recipe.source.sdist", {"source": {"sdist": "a==1\n--index-url=x", "sha256": SHA}}, True),
    ("recipe.source.files", {"source": {"files": "../.."}}, False),
    ("recipe.source.files", {"source": {"files": "/etc"}}, False),
    ("recipe.directory", {"source": ARCHIVE, "directory": "../x"}, False),
    ("recipe.build.with", {"source": ARCHIVE, "build": {"with": "bazel"}}, True),
    ("recipe.build.script", {"source": ARCHIVE, "build": {"with": "script"}}, False),
    ("recipe.build.script", {"source": ARCHIVE, "build": {"script": "a.sh"}}, False),
    (
        "recipe.build.script",
        {"source": ARCHIVE, "build": {"with": "script", "script": "/bin/sh"}},
        False,
    ),
    ("recipe.build.options", {"source": ARCHIVE, "build": {"options": [1]}}, True),
    ("recipe.build", {"source": ARCHIVE, "build": "cmake"}, True),
    ("recipe.python.requirements", {"python": {}}, True),
    ("recipe.python.requirements", {"python": {"requirements": ["--index-url=http://x"]}}, False),
    ("recipe.python.requirements", {"python": {"requirements": ["a==1 --no-deps"]}}, False),
    ("recipe.python.requirements", {"python": {"requirements": ["a==1\n-r /etc/x"]}}, False),
    ("recipe.python.requirements", {"python": {"requirements": ["a @ file:///x"]}}, False),
    ("recipe.python.requirements", {"python": {"requirements": ["/a/x.whl"]}}, False),
    (
        "recipe.python.constraints",
        {"python": {"requirements": ["a"], "constraints": ["-c x"]}},
        False,
    ),
    ("recipe.python.hashes", {"python": {"requirements": ["a"], "hashes": ["md5:12"]}}, False),
    (
        "recipe.python.hashes",
        {"python": {"requirements": ["a", "b"], "hashes": [f"sha256:{SHA}"]}},
        False,
    ),
    ("recipe.python.hashes", {"python": {"requirements": ["a"], "hashes": 3}}, True),
    ("recipe.system", {"system": {}}, True),
    ("recipe.system", {"system": {"pacman": ["a"]}}, True),
    ("recipe.system.apt", {"system": {"apt": ["-o Dir=/x"]}}, False),
    ("recipe.system.apt", {"system": {"apt": ["libc6-"]}}, False),
    ("recipe.system.apt", {"system": {"apt": ["a; rm -rf /"]}}, False),
    ("recipe.system.apt", {"system": {"apt": "/a/evil.deb"}}, False),
]


@pytest.mark.parametrize(("key", "recipe", "in_schema"), WRONG)
def test_each_mistake_names_file_and_key(key: str, recipe: Any, *, in_schema: bool) -> None:
    with pytest.raises(BadComponentError) as caught:
        package(recipe)
    assert caught.value.message.startswith("/repo/package/thing/.cm/meta.json: ")
    assert f"'{key}" in caught.value.message
    assert caught.value.hint
    mistakes = check_meta("package", json.dumps({"recipe": recipe}), "meta.json")
    assert bool(mistakes) is in_schema


@pytest.mark.parametrize(
    ("more", "problem"),
    [
        ({"process_script": "install"}, "needs CK's script 'install', which ckp does not run"),
        (
            {"use_scripts_from_another_entry": {"module_uoa": "script", "data_uoa": "download"}},
            "needs CK's script 'download', which ckp does not run",
        ),
        ({}, "has no 'recipe' that says how it is installed"),
    ],
)
def test_packages_of_ck_say_what_they_need(more: dict[str, Any], problem: str) -> None:
    assert package(None, **more).recipe is None
    assert package(None, **more).problem == problem


KEYS = st.sampled_from(
    (
        *("source", "python", "system", "build", "archive", "git", "sdist", "files", "sha256"),
        *("commit", "with", "options", "script", "directory", "requirements", "hashes", "apt"),
    )
)
JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)


@given(recipe=JSON_VALUES)
def test_any_json_is_a_recipe_or_a_clear_mistake(recipe: Any) -> None:
    said = ""
    try:
        package(recipe)
    except BadComponentError as error:
        said = error.message
    assert not said or "'recipe" in said


@given(text=st.text(max_size=30))
def test_no_requirement_is_two_words_of_pips(text: str) -> None:
    """What gets through has no line break and no option: pip reads one requirement a line."""
    try:
        recipe = package({"python": {"requirements": [text]}}).recipe
    except BadComponentError:
        return
    assert isinstance(recipe, PythonRecipe)
    assert len(text.splitlines()) == 1
    assert not any(word.startswith("-") for word in text.split())
