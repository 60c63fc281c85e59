"""CK 2.6.4 itself and ckp on each other's files; ``CKP_TEST_CK`` names its ``ck``."""

from __future__ import annotations

import json
import os
import subprocess
import venv
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

from ck_core.testing.fixtures import Ckp
from component_kit import HELLO, program_meta

pytestmark = pytest.mark.slow

RELEASE = "ck==2.6.4"
DATASET_META = {"dataset_files": ["a.pgm"], "nested": {"é": [1, 2.5, None, True, "\U0001f600"]}}
UNNAMED_UID = "00aa11bb22cc33dd"
DIFFER_IN_COPIES = {".cm/info.json", ".cm/desc.json", ".cm/updates.json"}

Meta = dict[str, Any]


@dataclass(frozen=True)
class OriginalCk:
    """The real ``ck`` with repositories, tools and home of its own; without network."""

    executable: Path
    directory: Path

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        places = {name: str(self.directory / name.lower()) for name in ("CK_REPOS", "CK_TOOLS")}
        environment = {**os.environ, **places, "HOME": str(self.directory), "LC_ALL": "C.UTF-8"}
        return subprocess.run(
            [self.executable, *arguments],
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
            env=environment,
            cwd=self.directory,
            stdin=subprocess.DEVNULL,
        )

    def __call__(self, *arguments: str) -> str:
        result = self.run(*arguments)
        assert result.returncode == 0, (arguments, result.stdout, result.stderr)
        return result.stdout

    def ask(self, *arguments: str) -> Meta:
        answer: Meta = json.loads(self(*arguments, "--out=json"))
        assert answer["return"] == 0
        return answer

    def lacks(self, cid: str) -> bool:
        return self.run("find", cid).returncode != 0

    def cids(self, cid: str, *options: str) -> set[str]:
        """As ``repo:kind:name`` what a search finds."""
        found = self.ask("search", cid, *options)["lst"]
        return {f"{one['repo_uoa']}:{one['module_uoa']}:{one['data_uoa']}" for one in found}

    def add(self, cid: str, meta: Meta, *options: str) -> None:
        file = self.directory / "meta-to-add.json"
        file.write_text(json.dumps({"dict": meta}), encoding="utf-8")
        self("add", cid, f"@{file}", *options)


def called(ckp: Ckp, *arguments: str) -> str:
    result = ckp(*arguments)
    assert result.returncode == 0, (arguments, result.stdout, result.stderr)
    return result.stdout


def asked(ckp: Ckp, *arguments: str) -> Any:
    return json.loads(called(ckp, *arguments, "--json"))


def ckp_cids(ckp: Ckp, *arguments: str) -> set[str]:
    found = asked(ckp, "search", *arguments)
    return {f"{one['repo']}:{one['kind']}:{one['name']}" for one in found}


def snapshot(directory: Path) -> dict[str, bytes]:
    files = (path for path in directory.rglob("*") if path.is_file())
    return {str(path.relative_to(directory)): path.read_bytes() for path in files}


def own_files(component: Path) -> dict[str, bytes]:
    """What must be the same in every copy of a component, wherever it was made."""
    files = snapshot(component)
    return {name: text for name, text in files.items() if name not in DIFFER_IN_COPIES}


def install(directory: Path) -> Path:
    """CK in a new environment; skips, and says why, where that cannot be had."""
    venv.create(directory, with_pip=True)
    pip = [str(directory / "bin" / "python"), "-m", "pip", "install", "--quiet", RELEASE]
    result = subprocess.run(pip, capture_output=True, text=True, timeout=300, check=False)
    if result.returncode:
        pytest.skip(f"pip cannot install {RELEASE}: {result.stderr.strip()[-300:]}")
    return directory / "bin" / "ck"


@pytest.fixture(scope="session")
def ck_executable(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("original-ck")
    named = os.environ.get("CKP_TEST_CK")
    executable = Path(named).absolute() if named else install(directory / "venv")
    if not executable.is_file():
        pytest.skip(f"there is no {executable}")
    result = OriginalCk(executable, directory).run("ls", "repo")
    if result.returncode:  # it imports what Python 3.12 no longer has
        pytest.skip(f"{executable} does not run: {(result.stdout + result.stderr)[-300:]}")
    return executable


@pytest.fixture
def ck(ck_executable: Path, tmp_path: Path) -> OriginalCk:
    directory = tmp_path / "ck-home"
    directory.mkdir()
    return OriginalCk(ck_executable, directory)


@pytest.fixture
def ours(ckp: Ckp, tmp_path: Path) -> Path:
    """A repository ``x`` in which ckp has done everything it can do to components."""
    place = tmp_path / "ours"
    called(ckp, "add", "repo:x", f"--path={place}")
    add_dataset(ckp, place)
    called(ckp, "cp", "x:dataset:first", "::copied")
    called(ckp, "cp", "x:dataset:first", "::to-move")
    called(ckp, "mv", "x:dataset:to-move", "::moved")
    called(ckp, "cp", "x:dataset:first", "::to-rename")
    called(ckp, "ren", "x:dataset:to-rename", "::renamed")
    called(ckp, "update", "x:dataset:renamed", "--tags=changed,-pgm", "--dict.more=yes")
    called(ckp, "add", "x:dataset:gone")
    called(ckp, "rm", "x:dataset:gone")
    called(ckp, "add", "x:dataset:", f"--data-uid={UNNAMED_UID}", "--tags=unnamed")
    add_program(ckp, place)
    return place


def add_dataset(ckp: Ckp, place: Path) -> None:
    meta = json.dumps(DATASET_META)
    called(ckp, "add", "x:dataset:first", "--tags=image,pgm", f"--dict={meta}", "--data-name=Ünï")
    (place / "dataset" / "first" / "a.pgm").write_bytes(b"P5\n1 1\n255\n\xff")


def add_program(ckp: Ckp, place: Path) -> None:
    called(ckp, "add", "x:program:hello", f"--dict={json.dumps(program_meta())}")
    (place / "program" / "hello" / "main.c").write_text(HELLO)
    called(ckp, "cp", "x:program:hello", "::hello-again")


@pytest.fixture
def ours_in_ck(ours: Path, ck: OriginalCk) -> Path:
    ck("add", "repo:x", f"--path={ours}", "--quiet")
    return ours


@pytest.fixture
def theirs(ck: OriginalCk, tmp_path: Path) -> Path:
    """A repository ``y`` in which CK has done the same."""
    place = tmp_path / "theirs"
    place.mkdir()
    ck("add", "repo:y", f"--path={place}", "--quiet")
    ck.add("y:dataset:first", DATASET_META, "--tags=image,pgm", "--data_name=Ünï")
    (place / "dataset" / "first" / "a.pgm").write_bytes(b"P5\n1 1\n255\n\xff")
    ck("cp", "y:dataset:first", "y:dataset:copied")
    ck("cp", "y:dataset:first", "y:dataset:to-rename")
    ck("ren", "y:dataset:to-rename", "y:dataset:renamed")
    ck("update", "y:dataset:renamed", "--tags=changed")
    ck.add("y:dataset:", {}, f"--data_uid={UNNAMED_UID}", "--tags=unnamed")
    ck.add("y:program:hello", program_meta())
    (place / "program" / "hello" / "main.c").write_text(HELLO)
    return place


@pytest.fixture
def theirs_in_ckp(theirs: Path, ckp: Ckp) -> Path:
    called(ckp, "add", "repo:y", f"--path={theirs}")
    return theirs


def agree(ck: OriginalCk, ckp: Ckp, repository: str) -> None:
    """Both see the same components under alias and UID, with the same meta and place."""
    listed = asked(ckp, "search", f"{repository}:*:*")
    assert {f"{repository}:{one['kind']}:{one['name']}" for one in listed} == ck.cids(
        f"{repository}:*:*"
    )
    for one in listed:
        assert_same(ck, ckp, repository, one)


def assert_same(ck: OriginalCk, ckp: Ckp, repository: str, listed: Meta) -> None:
    for name in {listed["name"], listed["uid"]}:
        cid = f"{repository}:{listed['kind']}:{name}"
        one, other = asked(ckp, "load", cid), ck.ask("load", cid)
        assert one["meta"] == other["dict"]
        assert (one["uid"], one["path"]) == (other["data_uid"], other["path"])
        assert (one["kind"], one["name"]) == (other["module_uoa"], other["data_uoa"])
        assert called(ckp, "find", cid).strip() == ck("find", cid).strip()


def test_ck_opens_all_that_ckp_writes(ours_in_ck: Path, ck: OriginalCk, ckp: Ckp) -> None:
    agree(ck, ckp, "x")
    names = {"first", "copied", "moved", "renamed", UNNAMED_UID}
    assert set(ck("ls", "x:dataset:*").split()) == names
    assert set(ck("ls", "x:program:*").split()) == {"hello", "hello-again"}


@pytest.mark.parametrize("name", ["to-move", "to-rename", "gone"])
def test_ck_finds_no_name_that_ckp_gave_up(ours_in_ck: Path, ck: OriginalCk, name: str) -> None:
    assert ck.lacks(f"x:dataset:{name}")


def test_ck_searches_tags_that_ckp_wrote(ours_in_ck: Path, ck: OriginalCk) -> None:
    cids = {tags: ck.cids("x:dataset:*", f"--tags={tags}") for tags in ("changed", "image,pgm")}
    assert cids["changed"] == {"x:dataset:renamed"}
    assert cids["image,pgm"] == {"x:dataset:first", "x:dataset:copied", "x:dataset:moved"}
    assert ck.cids("x:*:*", "--tags=lang-c") == {"x:program:hello", "x:program:hello-again"}


def test_a_copy_by_ckp_is_an_entry_of_its_own_to_ck(ours_in_ck: Path, ck: OriginalCk) -> None:
    cids = ("x:program:hello", "x:program:hello-again")
    first, second = (ck.ask("load", cid) for cid in cids)
    assert first["data_uid"] != second["data_uid"]
    assert second["dict"] == {**first["dict"], "backup_data_uid": second["data_uid"]}
    assert (ours_in_ck / "program" / "hello-again" / "main.c").read_text() == HELLO


def test_ck_knows_title_uid_and_kind_that_ckp_gave(ours_in_ck: Path, ck: OriginalCk) -> None:
    loaded = ck.ask("load", "x:dataset:first")
    assert loaded["data_name"] == "Ünï"
    assert loaded["info"]["backup_module_uid"] == loaded["module_uid"]
    assert loaded["info"]["backup_data_uid"] == loaded["data_uid"]


def test_ck_goes_on_where_ckp_stopped(ours_in_ck: Path, ck: OriginalCk, ckp: Ckp) -> None:
    ck("update", "x:dataset:first", "--tags=from-ck")
    ck("ren", "x:dataset:copied", "x:dataset:renamed-by-ck")
    ck("rm", "x:dataset:moved", "--force")
    ck("cp", "x:program:hello", "x:program:copied-by-ck")
    agree(ck, ckp, "x")
    assert ckp_cids(ckp, "x:dataset:", "--tags=from-ck") == {"x:dataset:first"}
    assert ckp("find", "x:dataset:copied").returncode == 3
    assert ckp("find", "x:dataset:moved").returncode == 3


def test_looking_changes_nothing_that_ck_wrote(theirs_in_ckp: Path, ckp: Ckp) -> None:
    before = snapshot(theirs_in_ckp)
    for action in ("ls", "search", "check"):
        called(ckp, action, "y:*:*")
    for action in ("find", "load", "info"):
        called(ckp, action, "y:dataset:first")
    called(ckp, "doctor")
    assert snapshot(theirs_in_ckp) == before


def test_ckp_opens_all_that_ck_writes(theirs_in_ckp: Path, ck: OriginalCk, ckp: Ckp) -> None:
    agree(ck, ckp, "y")
    assert ckp_cids(ckp, "y:dataset:") == {
        *(f"y:dataset:{name}" for name in ("first", "copied", "renamed", UNNAMED_UID))
    }
    assert ckp_cids(ckp, "y:dataset:", "--tags=changed") == {"y:dataset:renamed"}
    assert ckp_cids(ckp, "y:dataset:", "--tags=unnamed") == {f"y:dataset:{UNNAMED_UID}"}


def test_ckp_shows_what_ck_notes_beside_the_meta(theirs_in_ckp: Path, ckp: Ckp) -> None:
    shown = asked(ckp, "info", "y:dataset:first")
    info = json.loads((theirs_in_ckp / "dataset" / "first" / ".cm" / "info.json").read_text())
    assert shown["uid"] == info["backup_data_uid"]
    assert shown["added"] == info["control"]["iso_datetime"]
    assert shown["title"] == "Ünï"


def test_ck_reads_on_what_ckp_changed(theirs_in_ckp: Path, ck: OriginalCk, ckp: Ckp) -> None:
    uid = ck.ask("load", "y:dataset:first")["data_uid"]
    called(ckp, "ren", "y:dataset:first", "::renamed-by-ckp")
    called(ckp, "update", "y:dataset:renamed-by-ckp", "--tags=from-ckp")
    called(ckp, "cp", "y:program:hello", "::copied-by-ckp")
    called(ckp, "mv", f"y:dataset:{UNNAMED_UID}", "::named-by-ckp")
    called(ckp, "rm", "y:dataset:copied")
    agree(ck, ckp, "y")
    assert ck.ask("load", f"y:dataset:{uid}")["data_uoa"] == "renamed-by-ckp"
    assert ck.ask("load", f"y:dataset:{UNNAMED_UID}")["data_uoa"] == "named-by-ckp"
    assert ck.cids("y:*:*", "--tags=from-ckp") == {"y:dataset:renamed-by-ckp"}
    assert ck.lacks("y:dataset:first")
    assert ck.lacks("y:dataset:copied")


def test_ckp_keeps_what_ck_noted_of_the_origin(theirs_in_ckp: Path, ckp: Ckp) -> None:
    component = theirs_in_ckp / "dataset" / "renamed" / ".cm"
    before = snapshot(component)
    called(ckp, "update", "y:dataset:renamed", "--tags=from-ckp")
    after = snapshot(component)
    assert json.loads(after["info.json"]) == json.loads(before["info.json"])
    assert after["updates.json"] == before["updates.json"]


def test_ck_imports_an_archive_by_ckp(ours: Path, ck: OriginalCk, ckp: Ckp, tmp_path: Path) -> None:
    archive = tmp_path / "ours.zip"
    called(ckp, "zip", "repo:x", f"--archive-name={archive}")
    ck("add", "repo:x", f"--zip={archive}", "--quiet")
    ck("add", "repo:z", "--quiet")
    ck("unzip", "repo:z", f"--zip={archive}")
    called(ckp, "add", "repo:z", f"--path={ck.directory / 'ck_repos' / 'z'}")
    for repository in ("x", "z"):
        imported = Path(ck.ask("find", f"{repository}:dataset:first")["path_repo"])
        assert own_files(imported / "dataset") == own_files(ours / "dataset")
        assert own_files(imported / "program") == own_files(ours / "program")
    agree(ck, ckp, "z")


@pytest.mark.parametrize("alias", ["y", "other"])
def test_ckp_imports_an_archive_by_ck(
    theirs: Path, ck: OriginalCk, ckp: Ckp, tmp_path: Path, alias: str
) -> None:
    archive = tmp_path / "theirs.zip"
    ck("zip", "repo:y", f"--archive_name={archive}")
    assert ".ckr.json" in ZipFile(archive).namelist()
    called(ckp, "unzip", f"repo:{alias}", f"--zip={archive}")
    path = Path(called(ckp, "find", f"repo:{alias}").strip())
    assert snapshot(path) == snapshot(theirs)
    found = {one["name"]: one["uid"] for one in asked(ckp, "ls", f"{alias}:dataset:")}
    known = ck.ask("search", "y:dataset:*")["lst"]
    assert found == {one["data_uoa"]: one["data_uid"] for one in known}
    assert found[UNNAMED_UID] == UNNAMED_UID


def test_a_program_by_ck_runs_in_ckp(theirs_in_ckp: Path, ckp: Ckp) -> None:
    result = asked(ckp, "run", "y:program:hello", "--repeat=1", "--warmup=0")
    assert result["program"] == "hello"
