"""Installs that are killed, fail, run out of space or happen twice: whole, or not there."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from ck_core.context import Context, SilentReporter
from ck_core.errors import CkpError, InstallError
from ck_core.stages.install_package import install_package
from ck_core.testing.fixtures import AddComponent
from ck_core.testing.namespaces import can_mount, in_namespace
from packages.kit import find_package, install, meta, registered

TESTS = Path(__file__).parent.parent
_INSTALL = """
import sys
from ck_core.errors import CkpError
from packages.kit import install
try:
    print(install().path)
except CkpError as error:
    sys.exit(f"{type(error).__name__}: {error.message} | {error.hint}")
"""


def start() -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", _INSTALL],
        cwd=TESTS, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def add_script(add_component: AddComponent, script: str, **more: Any) -> Path:
    recipe = {"source": {"files": ""}, "build": {"with": "script", "script": "i.sh"}}
    return add_component("package", "thing", meta(recipe, **more), {"i.sh": script})


def waited_for(pattern: str, home: Path) -> Path:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        if found := list(home.glob(pattern)):
            return found[0]
        time.sleep(0.01)
    raise AssertionError(f"no {pattern} came")


def ended(pid: int) -> bool:
    """Within a while: who is killed as an orphan is there until init has seen it."""
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.01)
    return False


def test_a_killed_install_is_begun_anew_when_its_tools_have_ended(
    ckp_home: Path, tmp_path: Path, add_component: AddComponent
) -> None:
    """The first attempt's script goes on after ckp is dead, and writes once more."""
    script = f"""
        echo begun >> {tmp_path}/attempts
        echo half > "$INSTALL_DIR/half"
        test $(wc -l < {tmp_path}/attempts) -gt 1 || {{ sleep 2; echo late > "$INSTALL_DIR/late"; }}
        echo whole > "$INSTALL_DIR/whole"
    """
    add_script(add_component, script)
    process = start()
    waited_for("tools/*/half", ckp_home)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert not registered()
    made = install()
    time.sleep(0.2)
    names = {path.name for path in made.path.iterdir()}
    assert names == {"half", "whole", "ckp-install.json"}
    assert (tmp_path / "attempts").read_text() == "begun\nbegun\n"
    assert install().uid == made.uid
    assert (tmp_path / "attempts").read_text() == "begun\nbegun\n"


def test_ctrl_c_leaves_nothing_and_kills_the_tools(
    ckp_home: Path, add_component: AddComponent
) -> None:
    add_script(add_component, 'echo $$ > "$INSTALL_DIR/pid"; sleep 60')
    process = start()
    file = waited_for("tools/*/pid", ckp_home)
    while not (pid := file.read_text().strip()):
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=20)
    assert ended(int(pid))
    assert not registered()
    assert [list(place.iterdir()) for place in (ckp_home / "tools").iterdir()] == [[]]


def test_processes_at_once_install_once(
    ckp_home: Path, tmp_path: Path, add_component: AddComponent
) -> None:
    add_script(add_component, f'echo x >> {tmp_path}/times; sleep 1; touch "$INSTALL_DIR/a"')
    processes = [start() for _ in range(3)]
    answers = {process.communicate(timeout=60) for process in processes}
    assert len(answers) == 1
    assert (tmp_path / "times").read_text() == "x\n"
    assert len(registered()) == 1


def test_a_failure_registers_nothing_and_the_next_attempt_works(
    ckp_home: Path, tmp_path: Path, add_component: AddComponent
) -> None:
    script = f'touch "$INSTALL_DIR/a"; mkdir "$INSTALL_DIR/d"; test -f {tmp_path}/now'
    add_script(add_component, script)
    with pytest.raises(InstallError, match="sh exited with 1") as caught:
        install()
    assert "the log is" in caught.value.hint
    assert not registered()
    assert not list(ckp_home.glob("tools/*/*"))
    (tmp_path / "now").touch()
    assert install().path.is_dir()


def test_what_no_longer_is_there_is_installed_again(add_component: AddComponent) -> None:
    """Its directory says that it is complete, but its main file is gone."""
    recipe = {"source": {"files": ""}, "build": {"with": "script", "script": "i.sh"}}
    add_component("package", "thing", meta(recipe), {"i.sh": 'touch "$INSTALL_DIR/a"'})
    made = install()
    (made.path / "a").unlink()
    marker = made.path / "ckp-install.json"
    marker.write_text(marker.read_text().replace(str(made.path), f"{made.path}/gone", 1))
    again = install()
    assert (again.path / "a").exists()


def test_another_recipe_or_target_has_a_directory_of_its_own(add_component: AddComponent) -> None:
    add_script(add_component, 'touch "$INSTALL_DIR/a"')
    first = install()
    add_script(add_component, 'touch "$INSTALL_DIR/a"', version="2.0")
    second = install()
    assert first.directory != second.directory
    assert {one.version for one in registered()} == {"1.0", "2.0"}


def test_a_package_of_cks_own_is_never_run(tmp_path: Path, add_component: AddComponent) -> None:
    values = meta(None, process_script="install")
    del values["recipe"]
    add_component("package", "thing", values, {"install.sh": f"touch {tmp_path}/run"})
    context = Context(SilentReporter())
    package = find_package("thing", context)
    assert package.problem == "needs CK's script 'install', which ckp does not run"
    with pytest.raises(CkpError, match="no plugin installs package:thing"):
        install_package(package, {}, context)
    assert not (tmp_path / "run").exists()
    assert not registered()


@pytest.mark.skipif(not can_mount(), reason="this system gives users no namespaces")
@pytest.mark.parametrize(
    ("recipe", "words"),
    [
        (
            {"source": {"archive": ["https://pypi.org/x.zip"], "sha256": "0" * 64}},
            "from its address",
        ),
        ({"source": {"sdist": "zstandard==0.23.0", "sha256": "0" * 64}}, "is where pip looks"),
        ({"source": {"git": "https://pypi.org/x.git", "commit": "0" * 40}}, "cannot clone"),
        ({"python": {"requirements": ["idna==3.7"]}}, "exited with 1"),
    ],
    ids=["archive", "sdist", "git", "python"],
)
def test_without_any_network_each_source_says_what_to_check(
    tmp_path: Path, add_component: AddComponent, recipe: object, words: str
) -> None:
    add_component("package", "thing", meta(recipe))
    result = subprocess.run(
        ["unshare", "--map-root-user", "--net", sys.executable, "-c", _INSTALL],
        cwd=TESTS, capture_output=True, text=True, check=False,
        env={**os.environ, "PIP_RETRIES": "0", "PIP_CONFIG_FILE": "/dev/null", "PIP_FIND_LINKS": ""}
    )  # fmt: skip
    assert "InstallError: " in result.stderr
    assert words in result.stderr
    assert "network" in result.stderr
    assert not registered()


@pytest.mark.skipif(not can_mount(), reason="this system lets users mount nothing")
@pytest.mark.parametrize("where", ["tools", "cache/logs"])
def test_a_full_disk_is_told_and_registers_nothing(
    ckp_home: Path, tmp_path: Path, add_component: AddComponent, where: str
) -> None:
    """In the middle of a copy, and of the tool's output."""
    recipe = {
        "tools": {"source": {"files": "src"}},
        "cache/logs": {"source": {"files": ""}, "build": {"with": "script", "script": "i.sh"}},
    }[where]
    files = {"src/big": "x" * 600_000, "i.sh": "head -c 600000 /dev/zero; touch $INSTALL_DIR/a"}
    add_component("package", "thing", meta(recipe), files)
    place, script = ckp_home / where, tmp_path / "install.py"
    place.mkdir(parents=True)
    script.write_text(f"import sys; sys.path.insert(0, {str(TESTS)!r})\n{_INSTALL}")
    result = in_namespace(
        f"mount -t tmpfs -o size=512k none {place} && {sys.executable} {script}"
        f"; find {ckp_home}/tools -mindepth 2"
    )
    assert "StorageError: cannot" in result.stderr
    assert "No space left" in result.stderr
    assert "Traceback" not in result.stderr
    assert result.stdout == ""
    assert not registered()


def test_old_logs_go_when_a_new_one_comes(ckp_home: Path, add_component: AddComponent) -> None:
    add_script(add_component, 'touch "$INSTALL_DIR/a"')
    old = ckp_home / "cache" / "logs" / "old.log"
    old.parent.mkdir(parents=True)
    old.touch()
    os.utime(old, (0, 0))
    install()
    assert [path.name.split("-")[0] for path in old.parent.iterdir()] == ["thing"]
