from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from ck_core.domain.cid import Cid, parse_cid
from ck_core.domain.query import Query
from ck_core.errors import BadComponentError, CkpError, ComponentNotFoundError
from ck_core.store.repositories import Repository
from ck_core.store.store import Store
from ck_core.testing.fixtures import AddComponent, Ckp


@pytest.fixture
def store(ckp_home: Path, add_component: AddComponent) -> Store:
    add_component("dataset", "image-a", {"tags": ["image", "pgm"]})
    add_component("dataset", "image-b", {"tags": "image,ppm"})
    add_component("dataset", "text-a", {"tags": ["text"], "backup_data_uid": "00112233445566aa"})
    local = Repository(
        alias="local", path=ckp_home / "repos" / "local", origin="yours", writable=True
    )
    return Store([local], ckp_home / "cache" / "indexes")


@pytest.mark.parametrize(
    ("cid", "tags", "names"),
    [
        ("dataset", "", ["image-a", "image-b", "text-a"]),
        ("dataset:image*", "", ["image-a", "image-b"]),
        ("dataset", "image,-ppm", ["image-a"]),
        ("dataset", "image,text", []),
        ("dataset:00112233445566aa", "", ["text-a"]),
        ("local:dataset:text-?", "", ["text-a"]),
        ("other:dataset:text-a", "", []),
        ("*:*:image-a", "", ["image-a"]),
    ],
)
def test_search(store: Store, cid: str, tags: str, names: list[str]) -> None:
    wanted = frozenset(filter(None, tags.split(",")))
    found = store.search(Query(cid=parse_cid(cid), tags=wanted))
    assert [component.alias for component in found] == names


def test_a_missing_component_names_its_neighbour(store: Store) -> None:
    with pytest.raises(ComponentNotFoundError) as caught:
        store.get(Cid("dataset", "imago-a"))
    assert "dataset:image-a" in caught.value.hint


@pytest.mark.parametrize("text", ["{", "[]", '{"tags": 3}', "\x00", "[" * 100_000])
def test_a_broken_component_is_named_and_hides_no_other(
    store: Store, add_component: AddComponent, text: str
) -> None:
    path = add_component("dataset", "broken", text)
    tagged = store.search(Query(cid=Cid("dataset"), tags=frozenset({"image"})))
    assert [component.alias for component in tagged] == ["image-a", "image-b"]
    assert [str(path) in problem.message for problem in store.problems] == [True]


def test_getting_a_broken_component_says_what_is_wrong(
    store: Store, add_component: AddComponent
) -> None:
    add_component("dataset", "broken", '{"tags": [}')
    with pytest.raises(BadComponentError, match="line 1, column 11"):
        store.get(Cid("dataset", "broken"))


@pytest.mark.parametrize("text", ["", ":", "a:b:c:d", "program:../x", "/etc"])
def test_bad_cids(text: str) -> None:
    with pytest.raises(CkpError):
        parse_cid(text)


@pytest.mark.parametrize("kind", ["pipe", "device", "directory", "huge"])
def test_a_meta_that_is_no_file_of_sense_stops_nothing(
    store: Store, add_component: AddComponent, kind: str
) -> None:
    meta = add_component("dataset", "broken", "{}") / ".cm" / "meta.json"
    meta.unlink()
    match kind:
        case "pipe":
            os.mkfifo(meta)
        case "device":
            meta.symlink_to("/dev/zero")
        case "directory":
            meta.mkdir()
        case "huge":
            meta.touch()
            os.truncate(meta, 1 << 40)
    with pytest.raises(BadComponentError, match=r"meta\.json cannot be read"):
        store.get(Cid("dataset", "broken"))
    assert len(store.search(Query(cid=Cid("dataset")))) == 3


def test_a_directory_without_its_meta_is_not_offered(ckp: Ckp, add_component: AddComponent) -> None:
    gone = add_component("experiment", "cmgone", {})
    add_component("experiment", "other", {})
    shutil.rmtree(gone / ".cm")
    done = ckp("show", "experiment:cmgone")
    assert done.returncode == 3
    assert f"{gone} is no component: it has no .cm" in done.stderr
    assert "did you mean" not in done.stderr
    assert "did you mean" not in ckp("show", "experiment:cmgon").stderr
