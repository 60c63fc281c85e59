"""Repositories: made, pulled with what they depend on, packed, unpacked, forgotten."""

from __future__ import annotations

import json
import subprocess
import zipfile
from pathlib import Path
from typing import Any

import pytest

from ck_core.testing.fixtures import Ckp


def git(directory: Path, *words: str) -> str:
    identity = ["-c", "user.name=T", "-c", "user.email=t@example.org"]
    command = ["git", *identity, "-C", str(directory), *words]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def commit_all(directory: Path) -> str:
    git(directory, "add", "-A")
    git(directory, "commit", "-qm", "change", "--allow-empty")
    return git(directory, "rev-parse", "HEAD")


@pytest.fixture
def remotes(tmp_path: Path) -> Path:
    """Git repositories: a needs b and c, b needs a (a circle) and gone."""
    root = tmp_path / "remotes"
    for name, needs in (("a", ["b", "c"]), ("b", ["a", "gone"]), ("c", [])):
        place = root / name
        (place / "dataset" / f"data-{name}" / ".cm").mkdir(parents=True)
        (place / "dataset" / f"data-{name}" / ".cm/meta.json").write_text('{"tags": ["t"]}')
        description: dict[str, Any] = {"data_uoa": name, "dict": {"repo_deps": []}}
        description["dict"]["repo_deps"] = [{"repo_uoa": need} for need in needs]
        (place / ".ckr.json").write_text(json.dumps(description))
        git(root, "init", "-q", "-b", "main", str(place))
        commit_all(place)
    return root


def test_pulling_pulls_what_is_needed_once(ckp: Ckp, remotes: Path) -> None:
    done = ckp("pull", "repo", f"--url={remotes}/a", "--json")
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert answer["done"] == ["a", "b", "c"]
    assert list(answer["missing"]) == ["gone"]
    assert "needed by b" in answer["missing"]["gone"]
    assert ckp("ls", "dataset", "--tags=t").stdout.split() == ["data-a", "data-b", "data-c"]
    assert ckp("ls", "repo").stdout.split() == [
        *("local", "a", "b", "c", "ckp-compilers", "ckp-datasets", "ckp-hpc", "ckp-ml"),
        "ckp-quantum",
    ]
    assert ckp("pull", "repo", f"--url={remotes}/a").returncode == 2


def test_pulling_updates(ckp: Ckp, remotes: Path) -> None:
    ckp("pull", "repo", f"--url={remotes}/c")
    (remotes / "c/dataset/new/.cm").mkdir(parents=True)
    (remotes / "c/dataset/new/.cm/meta.json").write_text("{}")
    commit_all(remotes / "c")
    assert ckp("find", "dataset:new").returncode == 3
    assert ckp("pull", "repo:c").returncode == 0
    assert ckp("find", "dataset:new").returncode == 0
    assert ckp("pull").stdout == "pulled repo:c\n"
    assert ckp("pull", "--all").returncode == 0


def test_a_name_alone_is_looked_for_where_ck_does(ckp: Ckp) -> None:
    for alias, place in (("nothing-at-all", "ctuning/nothing-at-all"), ("o@n-n", "o/n-n")):
        done = ckp("pull", f"repo:{alias}")
        assert done.returncode == 6
        assert f"https://github.com/{place}" in done.stderr


def test_a_directory_is_one_repository(ckp: Ckp, tmp_path: Path) -> None:
    assert ckp("add", "repo:one", f"--path={tmp_path}/x").returncode == 0
    again = ckp("add", "repo:two", f"--path={tmp_path}/x")
    assert again.returncode == 2
    assert "is repository 'one' already" in again.stderr


def test_a_pin_stays(ckp: Ckp, remotes: Path) -> None:
    first = git(remotes / "c", "rev-parse", "HEAD")
    git(remotes / "c", "tag", "v1")
    (remotes / "c/dataset/data-c/.cm/meta.json").write_text('{"tags": ["t", "new"]}')
    second = commit_all(remotes / "c")
    ckp("pull", "repo", f"--url={remotes}/c", "--tag=v1")
    place = Path(ckp("find", "repo:c").stdout.strip())
    assert git(place, "rev-parse", "HEAD") == first
    ckp("pull", "repo:c")
    assert git(place, "rev-parse", "HEAD") == first
    assert ckp("pull", "repo:c", "--branch=main").returncode == 0
    assert git(place, "rev-parse", "HEAD") == second
    assert ckp("ls", "dataset", "--tags=new").stdout == "data-c\n"
    assert ckp("pull", "repo:c", "--tag=a", "--branch=b").returncode == 2
    assert ckp("pull", "--commit=1234").returncode == 2


def test_a_run_says_which_commit_it_ran(ckp: Ckp, remotes: Path) -> None:
    place = remotes / "c/program/it"
    (place / ".cm").mkdir(parents=True)
    command = {"run_cmd_main": "/bin/echo hello"}
    (place / ".cm/meta.json").write_text(
        json.dumps({"run_cmds": {"default": {"run_time": command}}})
    )
    commit = commit_all(remotes / "c")
    ckp("pull", "repo", f"--url={remotes}/c")
    done = ckp("run", "program:it", "--repeat=1", "--dataset=data-c", "--json")
    assert done.returncode == 0, done.stderr
    sources = json.loads(done.stdout)["sources"]
    expected = {"repo": "c", "commit": commit, "modified": False}
    assert sources == {"program": expected, "dataset": expected}


def test_a_plain_folder_is_used_where_it_lies(ckp: Ckp, tmp_path: Path) -> None:
    (tmp_path / "plain").mkdir()
    assert ckp("pull", "repo", f"--url={tmp_path}/plain").returncode == 2
    assert ckp("add", "repo:plain", f"--path={tmp_path}/plain", "--quiet").returncode == 0
    assert (tmp_path / "plain/.ckr.json").is_file()
    assert ckp("rm", "repo:plain").returncode == 0
    assert (tmp_path / "plain/.ckr.json").is_file(), "files are kept"
    assert ckp("pull", "repo", f"--url={tmp_path}/plain").returncode == 0
    assert ckp("find", "repo:plain").stdout.strip() == str(tmp_path / "plain")
    assert ckp("rm", "repo:plain", "--files").returncode == 0
    assert not (tmp_path / "plain").exists()


@pytest.mark.parametrize("alias", ["local", "ckp-compilers"])
def test_repositories_that_cannot_go(ckp: Ckp, alias: str) -> None:
    assert ckp("rm", f"repo:{alias}", "--files").returncode == 2
    assert ckp("add", f"repo:{alias}").returncode == 2


@pytest.mark.parametrize(
    "url", ["ext::sh -c 'touch MARK'", "--upload-pack=touch MARK", "/nowhere/at/all", "fd::17"]
)
def test_urls_that_get_nothing(ckp: Ckp, ckp_home: Path, url: str) -> None:
    done = ckp("pull", "repo:x", f"--url={url}")
    assert done.returncode in {2, 6}, done.stderr
    assert "Traceback" not in done.stderr
    assert not (ckp_home / "repos/x").exists()
    assert "x" not in ckp("ls", "repo").stdout.split()


def test_zip_and_unzip(ckp: Ckp, tmp_path: Path) -> None:
    ckp("add", "repo:mine")
    ckp("cp", "program:sort", "mine:program:sort")
    ckp("add", "mine:dataset:d", "--tags=t")
    archive = tmp_path / "mine.zip"
    assert ckp("zip", "repo:mine", f"--archive_name={archive}").returncode == 0
    assert ckp("unzip", "repo:mine", f"--zip={archive}").returncode == 2, "it is there"
    assert ckp("unzip", "repo:other", f"--zip={archive}").returncode == 0
    uid = json.loads(ckp("load", "mine:dataset:d", "--json").stdout)["uid"]
    assert json.loads(ckp("load", "other:dataset:d", "--json").stdout)["uid"] == uid
    assert ckp("find", "other:program:sort").returncode == 0


def test_an_archive_of_a_code_host_has_one_folder(ckp: Ckp, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("name-main/.ckr.json", "{}")
        archive.writestr("name-main/dataset/d/.cm/meta.json", "{}")
    assert ckp("unzip", "repo:x", f"--zip={tmp_path}/a.zip").returncode == 0
    assert ckp("find", "x:dataset:d").returncode == 0


@pytest.mark.parametrize("member", ["../evil", "/evil", "a/../../evil", "C:evil", "x/nul"])
def test_an_unsafe_archive_writes_nothing(
    ckp: Ckp, ckp_home: Path, tmp_path: Path, member: str
) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr(".ckr.json", "{}")
        archive.writestr(member, "evil")
    done = ckp("unzip", "repo:x", f"--zip={tmp_path}/a.zip")
    assert done.returncode == 4, done.stderr
    assert not list(ckp_home.rglob("*evil*"))
    assert list((ckp_home / "repos").iterdir()) == []


def test_doctor_mends(ckp: Ckp, ckp_home: Path) -> None:
    made = json.loads(ckp("add", "dataset:it", "--json").stdout)
    kind = ckp_home / "repos/local/dataset"
    (kind / ".cm/alias-a-it").unlink()
    (kind / ".cm" / f"alias-u-{made['uid']}").unlink()
    (kind / ".cm/alias-a-gone").write_text("0123456789abcdef\n")
    (kind / ".cm/alias-u-0123456789abcdef").write_text("gone\n")
    first = json.loads(ckp("doctor", "--json").stdout)
    assert len(first) == 3
    assert all(one["mended"] for one in first)
    assert ckp("find", f"dataset:{made['uid']}").returncode == 0
    assert ckp("doctor").stdout == "nothing to mend\n"


def test_a_repository_whose_directory_is_gone(ckp: Ckp, tmp_path: Path) -> None:
    ckp("add", "repo:x", f"--path={tmp_path}/x")
    (tmp_path / "x").rename(tmp_path / "y")
    done = ckp("pull", "repo:x")
    assert done.returncode == 3
    assert "ckp rm repo:x" in done.stderr
    assert ckp("pull").returncode == 6
    assert ckp("rm", "repo:x").returncode == 0
    assert ckp("add", "repo:x", f"--path={tmp_path}/y").returncode == 0


def test_a_strangers_word_about_this_machine(ckp: Ckp, remotes: Path) -> None:
    need = {"repo_uoa": "x", "repo_url": "~nosuch/x"}
    (remotes / "c/.ckr.json").write_text(json.dumps({"dict": {"repo_deps": [need]}}))
    commit_all(remotes / "c")
    done = ckp("pull", "repo", f"--url={remotes}/c", "--json")
    assert done.returncode == 0, done.stderr
    assert list(json.loads(done.stdout)["missing"]) == ["x"]
    for words in (("pull", "repo", "--url=~nosuch/x"), ("add", "repo:z", "--path=~nosuch/x")):
        assert ckp(*words).returncode == 2
    assert ckp("pull", "repo", "--url=").returncode == 2


def test_nothing_is_overwritten_or_half_removed(ckp: Ckp, tmp_path: Path) -> None:
    ckp("add", "repo:x")
    ckp("add", "dataset:keep")
    (tmp_path / "a.zip").write_text("mine")
    assert ckp("zip", "repo:x", f"--archive_name={tmp_path}/a.zip").returncode == 2
    assert (tmp_path / "a.zip").read_text() == "mine"
    assert ckp("unzip", "repo:y", f"--zip={tmp_path}/none.zip").returncode == 2
    assert ckp("rm", "dataset:keep", "repo:local").returncode == 2
    assert ckp("find", "dataset:keep").returncode == 0
