"""CK's repository actions on components, through the real command line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ck_core.testing.fixtures import AddComponent, Ckp


def load(ckp: Ckp, cid: str) -> Any:
    return json.loads(ckp("load", cid, "--json").stdout)


def test_add_writes_what_ck_writes(ckp: Ckp, ckp_home: Path) -> None:
    done = ckp("add", "dataset:it", "--tags=b,a", "--dict.cm_properties.x=1", "--data_name=A title")
    assert done.returncode == 0, done.stderr
    found = load(ckp, "dataset:it")
    assert found["meta"] == {
        "cm_properties": {"x": "1"},
        "data_name": "A title",
        "tags": ["a", "b"],
    }
    kind = ckp_home / "repos/local/dataset"
    assert (kind / ".cm/alias-a-it").read_text().strip() == found["uid"]
    assert (kind / f".cm/alias-u-{found['uid']}").read_text().strip() == "it"
    assert (kind.parent / ".cm/alias-a-dataset").read_text().strip() == "8a7141c59cd335f5"
    info = json.loads((kind / "it/.cm/info.json").read_text())
    assert info["backup_data_uid"] == found["uid"]
    assert info["data_name"] == "A title"
    assert ckp("find", f"dataset:{found['uid']}").stdout.strip() == str(kind / "it")
    assert ckp("find", "8a7141c59cd335f5:it").stdout.strip() == str(kind / "it")


def test_without_an_alias_the_uid_names_it(ckp: Ckp) -> None:
    made = json.loads(ckp("add", "experiment", "--json").stdout)
    assert made["name"] == made["uid"]
    assert ckp("ls", "experiment").stdout == f"{made['uid']}\n"


def test_copy_rename_move(ckp: Ckp, ckp_home: Path) -> None:
    assert ckp("cp", "program:sort", "local:program:mine").returncode == 0
    copied = load(ckp, "program:mine")
    assert copied["uid"] != load(ckp, "program:sort")["uid"]
    assert copied["meta"]["backup_data_uid"] == copied["uid"]
    assert (Path(copied["path"]) / "sort.cpp").is_file()
    assert ckp("ren", "program:mine", "program:own").returncode == 0
    assert ckp("mv", "program:own", ":other:").returncode == 0
    moved = load(ckp, "other:own")
    assert moved["uid"] == copied["uid"]
    assert ckp("find", "program:mine").returncode == 3
    left = sorted(path.name for path in (ckp_home / "repos/local/program/.cm").iterdir())
    assert left == [], "alias files of what has gone"


def test_update_merges_and_takes_out(ckp: Ckp) -> None:
    ckp("add", "dataset:it", "--tags=a,b", '--dict={"cm_properties": {"x": 1, "y": 2}}')
    done = ckp("update", "dataset:it", "--tags=c,-a", "--unset=cm_properties.x")
    assert done.returncode == 0, done.stderr
    meta = load(ckp, "dataset:it")["meta"]
    assert meta == {"cm_properties": {"y": 2}, "tags": ["b", "c"]}
    assert ckp("update", "dataset:it", "--substitute", "--dict.k=v").returncode == 0
    assert load(ckp, "dataset:it")["meta"] == {"k": "v"}


def test_remove(ckp: Ckp) -> None:
    for name in ("a1", "a2", "b"):
        ckp("add", f"dataset:{name}")
    refused = ckp("rm", "local:dataset:a*")
    assert refused.returncode == 2
    assert "matches 2 components: dataset:a1, dataset:a2" in refused.stderr
    assert ckp("rm", "local:dataset:a*", "--all").returncode == 0
    assert ckp("ls", "local:dataset:*").stdout == "b\n"
    assert ckp("rm", "dataset:b", "dataset:nothing").returncode == 3
    assert ckp("ls", "local:dataset:*").stdout == "b\n", "all or nothing"


@pytest.mark.parametrize(
    "words",
    [
        ("update", "program:sort", "--tags=x"),
        ("rm", "program:sort"),
        ("ren", "program:sort", "program:x"),
        ("add", "ckp-compilers:program:x"),
        ("cp", "program:sort", "ckp-compilers:program:x"),
    ],
)
def test_what_packages_bring_is_read_only(ckp: Ckp, words: tuple[str, ...]) -> None:
    done = ckp(*words)
    assert done.returncode == 2
    assert "read-only (ck-plugins-compilers" in done.stderr
    assert "ckp cp KIND:NAME local:KIND:NAME" in done.stderr


@pytest.mark.parametrize(
    "words",
    [
        ("add", "dataset:../x"),
        ("add", "dataset:.hidden"),
        ("add", "../x:y"),
        ("add", "dataset:nul"),
        ("add", "dataset:x", "--data_uid=17"),
        ("add", "dataset:x", "--dict=[1"),
        ("add", "dataset:x", "--dict={bad"),
        ("add", "repo:../x"),
        ("cp", "program:sort", "program:a/b"),
        ("ren", "dataset:there", "dataset:../there"),
    ],
)
def test_names_that_would_leave_the_repository(
    ckp: Ckp, ckp_home: Path, words: tuple[str, ...]
) -> None:
    ckp("add", "dataset:there")
    before = sorted(ckp_home.rglob("*"))
    done = ckp(*words)
    assert done.returncode == 2, done.stderr
    assert "Traceback" not in done.stderr
    assert sorted(ckp_home.rglob("*")) == before


def test_a_name_or_uid_that_is_taken(ckp: Ckp) -> None:
    made = json.loads(ckp("add", "dataset:it", "--json").stdout)
    assert ckp("add", "dataset:it").returncode == 2
    assert ckp("add", "dataset:other", f"--data_uid={made['uid']}").returncode == 2
    ckp("add", "dataset:third")
    assert ckp("ren", "dataset:third", "dataset:it").returncode == 2
    assert load(ckp, "dataset:it")["uid"] == made["uid"]


def test_input_from_files(ckp: Ckp, tmp_path: Path) -> None:
    (tmp_path / "i.json").write_text(
        '{"module_uoa": "dataset", "data_uoa": "it", "tags": ["a", "b"], "dict": {"n": 1}}'
    )
    (tmp_path / "i.yaml").write_text("tags: [c]\ndict:\n  m:\n    k: 2\n")
    assert ckp("add", f"@{tmp_path}/i.json").returncode == 0
    assert ckp("update", "dataset:it", f"@{tmp_path}/i.yaml").returncode == 0
    assert load(ckp, "dataset:it")["meta"] == {"n": 1, "tags": ["a", "b", "c"], "m": {"k": 2}}
    for text in ("{", "[1]", "a: [", "\0"):
        (tmp_path / "bad.json").write_text(text)
        assert ckp("add", f"@{tmp_path}/bad.json").returncode == 2
    assert ckp("add", f"@{tmp_path}/none.json").returncode == 2


def test_search_by_everything(ckp: Ckp) -> None:
    for name, n in (("a", 1), ("b", 2), ("c", 2)):
        ckp("add", f"dataset:{name}", "--tags=t", f'--dict={{"n": {n}, "in": {{"x": "{name}"}}}}')

    def names(*words: str) -> list[str]:
        done = ckp("search", "local:dataset:*", "--json", *words)
        return [one["name"] for one in json.loads(done.stdout)]

    assert names('--search_dict={"n": 2}') == ["b", "c"]
    assert names("--search_dict.in.x=a") == ["a"]
    assert names("--text=DATASET") == []
    assert names("--newest") == ["c", "b", "a"]
    assert names("--newest", "--limit=1") == ["c"]
    assert names("--tags=t,-u", "--out=json") == ["a", "b", "c"]
    assert "took 0." in ckp("search", "dataset", "--time").stderr


def test_mistakes_are_named_by_file_line_and_key(ckp: Ckp, add_component: AddComponent) -> None:
    meta = '{\n  "tags": ["x"],\n  "dataset_files": 3,\n  "mine": 1\n}\n'
    path = add_component("dataset", "it", meta)
    done = ckp("check", "dataset:it")
    assert done.returncode == 4
    assert f"{path}/.cm/meta.json:3: 'dataset_files' must be a list of texts" in done.stdout
    refused = ckp("add", "dataset:other", '--dict={"dataset_files": 3}')
    assert refused.returncode == 4
    assert "'dataset_files' must be" in refused.stderr
    assert ckp("find", "dataset:other").returncode == 3
    assert ckp("check", "program").returncode == 0


def test_unknown_keys_and_their_order_stay(ckp: Ckp, add_component: AddComponent) -> None:
    meta = {"zeta": {"b": 1, "a": [1, {"q": None}]}, "tags": ["x"], "alpha": "é"}
    path = add_component("dataset", "it", meta)
    assert ckp("update", "dataset:it", "--dict.new=1").returncode == 0
    text = (path / ".cm/meta.json").read_text()
    assert list(json.loads(text)) == ["zeta", "tags", "alpha", "new"]
    assert '  "alpha": "é",\n' in text


def test_where_am_i(ckp: Ckp, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    ckp("add", "dataset:it")
    place = ckp("find", "dataset:it").stdout.strip()
    monkeypatch.chdir(place)
    assert ckp("detect", "cid").stdout == "local:dataset:it\n"
    monkeypatch.chdir(tmp_path)
    assert ckp("detect", "cid").returncode == 3


def test_info_and_help(ckp: Ckp) -> None:
    shown = json.loads(ckp("info", "program:sort", "--json").stdout)
    assert shown["from"] == "ck-plugins-compilers 0.1.0"
    assert shown["may_be_changed"] == "no"
    assert "ckp run program:NAME" in ckp("help", "program").stdout
    assert ckp("help", "progrm").returncode == 3
    assert set(ckp("ls").stdout.split()) == {
        *("dataset", "package", "program", "script", "soft", "solution")
    }
    assert ckp("list", "program:sort").stdout == "sort\n"


def test_titles_that_ck_keeps_beside_the_meta(ckp: Ckp) -> None:
    ckp("add", "dataset:it", "--tags=t", "--data_name=A title")
    assert "A title" in ckp("search", "dataset", "--tags=t").stdout
    assert json.loads(ckp("info", "dataset:it", "--json").stdout)["title"] == "A title"


def test_a_name_in_several_repositories(ckp: Ckp) -> None:
    ckp("add", "repo:mine")
    ckp("cp", "program:sort", "mine:program:sort")
    done = ckp("find", "program:sort")
    assert "mine/program/sort" in done.stdout
    assert "'ckp-compilers:program:sort' is another" in done.stderr
    assert "mine:program:sort" in ckp("search", "program:sort").stdout
    assert ckp("find", "mine:program:sort").returncode == 0
    assert "mine:dataset:" in ckp("add", "mine:dataset").stderr


def test_a_base_that_completes_a_meta(ckp: Ckp, add_component: AddComponent) -> None:
    command = {"run_time": {"run_cmd_main": "echo $N"}}
    add_component("program", "base", {"tags": ["b"], "run_cmds": {"c": command}})
    own = {"_base_entry": "program:base", "tags": ["o"], "run_vars": {"N": "3"}}
    add_component("program", "it", own)
    assert load(ckp, "program:it")["meta"]["tags"] == ["b", "o"]
    assert ckp("run", "program:it", "--repeat=1").returncode == 0
    add_component("program", "it", {"_base_entry": "program:it"})
    assert ckp("run", "program:it").returncode == 4


def test_tags_written_as_one_text_are_kept(ckp: Ckp, add_component: AddComponent) -> None:
    add_component("dataset", "it", {"tags": "image,ppm"})
    ckp("update", "dataset:it", "--tags=new,-image")
    assert load(ckp, "dataset:it")["meta"]["tags"] == ["ppm", "new"]
    ckp("add", "dataset:other", "--dict.tags=a,b", "--tags=c")
    assert load(ckp, "dataset:other")["meta"]["tags"] == ["a", "b", "c"]
    ckp("add", "dataset:bare")
    ckp("update", "dataset:bare", "--tags=-a")
    assert load(ckp, "dataset:bare")["meta"]["tags"] == []


def test_a_pattern_for_the_kind_needs_all_too(ckp: Ckp) -> None:
    ckp("add", "one:same")
    ckp("add", "two:same")
    for pattern in ("*:same", ":same", "*:*:same"):
        assert ckp("rm", pattern).returncode == 2
    assert len(ckp("find", "*:same").stdout.splitlines()) == 2
    assert ckp("rm", "*:same", "--all").returncode == 0


def test_a_uid_is_found_wherever_it_is_noted(ckp: Ckp, ckp_home: Path) -> None:
    uid = json.loads(ckp("add", "dataset:it", "--json").stdout)["uid"]
    kind = ckp_home / "repos/local/dataset"
    (kind / "it").rename(kind / "moved")
    assert ckp("find", f"dataset:{uid}").stdout.strip() == str(kind / "moved")
    assert ckp("ls", "8a7141c59cd335f5:moved").stdout == "moved\n"
    assert ckp("ren", "dataset:moved", "0123456789abcdef").returncode == 2


def test_words_that_are_no_text(ckp: Ckp) -> None:
    for words in (("search", "--tags=\udcff"), ("add", "dataset:x", "--data_name=\udcff")):
        done = ckp(*words)
        assert done.returncode == 2
        assert "Traceback" not in done.stderr


def test_a_bare_word_is_a_new_name(ckp: Ckp) -> None:
    ckp("add", "dataset:a")
    assert ckp("ren", "dataset:a", "b").returncode == 0
    assert ckp("find", "dataset:b").returncode == 0
    assert ckp("check", "dataset:typo").returncode == 3


def test_several_are_updated_at_once(ckp: Ckp) -> None:
    for name in ("a1", "a2", "b"):
        ckp("add", f"dataset:{name}")
    assert ckp("update", "local:dataset:a*", "--tags=t").returncode == 2
    assert ckp("update", "local:dataset:a*", "dataset:b", "--tags=t", "--all").returncode == 0
    assert ckp("ls", "dataset", "--tags=t").stdout.split() == ["a1", "a2", "b"]
