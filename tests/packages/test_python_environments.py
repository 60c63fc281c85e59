"""Python packages: each in an environment of its own, made with the interpreter that was chosen."""

from __future__ import annotations

import subprocess
import sys
from hashlib import sha256
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

from ck_core.errors import InstallError
from ck_core.testing.executables import write_executable
from ck_core.testing.fixtures import AddComponent
from packages.kit import install, installation, meta, registered, tarball


def wheel(index: Path, name: str, version: str, *, needs: str = "") -> str:
    """A wheel of one module that says its version; answers its SHA-256."""
    information = f"{name}-{version}.dist-info"
    required = f"Requires-Dist: {needs}\n" if needs else ""
    files = {
        f"{name}.py": f"import sys\nversion = {version!r}\npython = sys.version_info[:2]\n",
        f"{information}/METADATA": f"Metadata-Version: 2.1\nName: {name}\n"
        f"Version: {version}\n{required}",
        f"{information}/WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\n"
        "Tag: py3-none-any\n",
        f"{information}/RECORD": "",
    }
    path = index / f"{name}-{version}-py3-none-any.whl"
    with ZipFile(path, "w") as archive:
        for inner, text in files.items():
            archive.writestr(inner, text)
    return sha256(path.read_bytes()).hexdigest()


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """pip looks for wheels in this directory only."""
    place = tmp_path / "index"
    place.mkdir()
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(place))
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    return place


def add(add_component: AddComponent, python: dict[str, Any], **more: Any) -> None:
    add_component("package", "thing", meta({"python": python}, **{"version": "", **more}))


def test_it_is_described_whole(
    index: Path, add_component: AddComponent, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever the user has told pip about other installs."""
    wheel(index, "some_thing", "2.5", needs="inner>=1")
    wheel(index, "inner", "1.1")
    wheel(index, "inner", "1.2")
    monkeypatch.setenv("PIP_USER", "1")
    monkeypatch.setenv("PIP_TARGET", str(index))
    add(add_component, {"requirements": ["Some.Thing>=2"], "constraints": ["inner<1.2"]})
    made = install()
    assert [made.version, made.origin] == ["2.5", "PyPI some-thing 2.5"]
    own = f"python-{sys.version_info.major}.{sys.version_info.minor}"
    assert {"lib", "thing", "v2", "v2.5", own} <= made.tags
    assert made.path == (made.directory or Path()) / "bin" / "python"
    assert made.environment["CK_ENV_THING"] == str(made.directory)
    assert (
        said(made.path, "import some_thing, inner; print(some_thing.version, inner.version)")
        == "2.5 1.1"
    )
    assert (
        said(
            Path(sys.executable),
            "import inner; print(inner.version)",
            made.environment["PYTHONPATH"],
        )
        == "1.1"
    )
    assert [one.uid for one in registered()] == [made.uid]


def said(python: Path, code: str, path: str = "") -> str:
    result = subprocess.run(
        [python, "-c", code], capture_output=True, text=True, check=True, env={"PYTHONPATH": path}
    )
    return result.stdout.strip()


def test_the_digest_is_of_what_was_installed(index: Path, add_component: AddComponent) -> None:
    wheel(index, "some", "1.0")
    add(add_component, {"requirements": ["some"]})
    first = install()
    add(add_component, {"requirements": ["some"]}, data_name="another recipe, the same content")
    assert (second := install()).digest == first.digest
    assert second.directory != first.directory
    wheel(index, "some", "1.1")
    add(add_component, {"requirements": ["some>1.0"]})
    assert install().digest != first.digest


def test_the_chosen_interpreter_makes_it(index: Path, add_component: AddComponent) -> None:
    wheel(index, "some", "1.0")
    add(add_component, {"requirements": ["some==1.0"]})
    others = sorted(Path("~/.pyenv/versions").expanduser().glob("3.1[0-9]*/bin/python"))
    others = [
        one
        for one in others
        if said(one, "import sys; print(sys.version_info[:2])") != str(sys.version_info[:2])
    ]
    if not others:
        pytest.skip("no other Python is here")
    for other in others:
        python = installation("python", other, {"CK_PYTHON": str(other)})
        made = install(made_with={"python": python})
        expected = said(other, "import sys; print(sys.version_info[:2])")
        assert said(made.path, "import some; print(some.python)") == expected
    assert len(registered()) == len(others)


def test_a_missing_interpreter_is_told(index: Path, add_component: AddComponent) -> None:
    wheel(index, "some", "1.0")
    add(add_component, {"requirements": ["some"]})
    gone = installation("python", Path("/none/python3.99"))
    with pytest.raises(InstallError, match=r"/none/python3\.99 cannot be started") as caught:
        install(made_with={"python": gone})
    assert "ckp detect soft --tags=python" in caught.value.hint
    assert not registered()


def test_a_broken_interpreter_is_told(
    index: Path, tmp_path: Path, add_component: AddComponent
) -> None:
    add(add_component, {"requirements": ["some"]})
    broken = write_executable(tmp_path, "python", "echo 'No module named venv' >&2; exit 1")
    with pytest.raises(InstallError, match="python exited with 1") as caught:
        install(made_with={"python": installation("python", broken)})
    assert "No module named venv" in caught.value.details


def test_a_right_hash_is_accepted_and_a_wrong_one_refused(
    index: Path, ckp_home: Path, add_component: AddComponent
) -> None:
    digest = wheel(index, "some", "1.0")
    python = {"requirements": ["some==1.0"], "hashes": [f"sha256:{digest}"]}
    add(add_component, python, version="1.0")
    assert install().version == "1.0"
    (ckp_home / "repos" / "local" / "env").rename(ckp_home / "old")
    add(add_component, {**python, "hashes": {"some==1.0": ["sha256:" + "0" * 64]}})
    with pytest.raises(InstallError, match="exited with 1") as caught:
        install()
    assert "HASHES" in caught.value.details
    assert "compare its 'hashes'" in caught.value.hint
    assert not registered()


def test_what_is_not_hashed_is_refused_where_something_is(
    index: Path, add_component: AddComponent
) -> None:
    digest = wheel(index, "some", "1.0", needs="inner==1.0")
    wheel(index, "inner", "1.0")
    add(add_component, {"requirements": ["some==1.0"], "hashes": [f"sha256:{digest}"]})
    with pytest.raises(InstallError) as caught:
        install()
    assert "inner" in caught.value.details


def test_nothing_is_built_unless_the_recipe_says_so(
    index: Path, tmp_path: Path, add_component: AddComponent
) -> None:
    trap = f"open({str(tmp_path / 'trapped')!r}, 'w')\n"
    tarball(index / "some-1.0.tar.gz", {"setup.py": trap, "PKG-INFO": ""}, top="some-1.0")
    add(add_component, {"requirements": ["some==1.0"]})
    with pytest.raises(InstallError) as caught:
        install()
    assert not (tmp_path / "trapped").exists()
    assert "no wheel" in caught.value.hint


def test_no_wheel_is_an_error_with_pips_words(index: Path, add_component: AddComponent) -> None:
    add(add_component, {"requirements": ["some==1.0"]})
    with pytest.raises(InstallError) as caught:
        install()
    assert "some==1.0" in caught.value.details
    assert "network" in caught.value.hint


def test_another_version_than_the_package_says_is_refused(
    index: Path, add_component: AddComponent
) -> None:
    wheel(index, "some", "1.1")
    add(add_component, {"requirements": ["some"]}, version="1.0")
    with pytest.raises(InstallError, match=r"says it installs 1\.0, but what came is 1\.1"):
        install()
    assert not registered()


@pytest.mark.parametrize("name", ["CK_ENV_LIB_PYTHON_THING"])
def test_the_variable_has_cks_name_where_one_is_given(
    index: Path, add_component: AddComponent, name: str
) -> None:
    wheel(index, "some", "1.0")
    add(add_component, {"requirements": ["some"]}, customize={"env_prefix": name})
    made = install()
    assert made.environment[name] == str(made.directory)


def test_a_python_without_pip_is_told_how_to_get_it(
    tmp_path: Path, ckp_home: Path, add_component: AddComponent
) -> None:
    """ckp itself in an environment that has no pip."""
    add(add_component, {"requirements": ["some"]})
    bare = tmp_path / "bare"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", bare], check=True)
    here = [path for path in sys.path if path]
    script = "from packages.kit import install\ninstall()"
    hidden = tmp_path / "hidden"
    (hidden / "pip").mkdir(parents=True)
    (hidden / "pip" / "__init__.py").write_text("")
    result = subprocess.run(
        [bare / "bin" / "python", "-c", f"import sys; sys.path += {here!r}\n{script}"],
        capture_output=True, text=True, check=False, cwd=Path(__file__).parent.parent,
    )  # fmt: skip
    assert "there is no pip" in result.stderr
