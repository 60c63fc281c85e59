"""When features are read, and that it is done once."""

from __future__ import annotations

import json
from math import inf
from pathlib import Path

import pytest

from ck_core.testing.fixtures import AddComponent, Ckp
from ck_core.tuning.kept_features import LateFeatures
from ck_core.tuning.prediction.similarity import distances
from component_kit import program_meta
from experiments.benchmark_kit import needs_gcc
from tuning.test_prediction import add_search, features_of
from tuning.tuning_kit import tuned_program

READING = "reading features of it"
SOURCE = "int main(void) { return 0; }\n"
LONGER = "#include <stdio.h>\nint main(void) { return puts(TEXT) == 0; }\n"
OPTIONS = ("--compiler=gcc", "--tune=own", "--param=WORK=4,1", "--seed=1")
SHORT = ("--strategy=exhaustive", "--finals=2", "--repeat=1", "--no-reduction")


def asked(ckp: Ckp) -> tuple[dict[str, float], bool]:
    """The features, and whether they were read just now."""
    done = ckp("features", "program:it", "--compiler=gcc", "--json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)["features"], READING in done.stderr


@needs_gcc
def test_the_same_sources_are_read_once(ckp: Ckp, add_component: AddComponent) -> None:
    place = add_component("program", "it", program_meta(), {"main.c": SOURCE})
    first, was_read = asked(ckp)
    assert was_read
    assert asked(ckp) == (first, False)
    (place / "main.c").write_text(LONGER.replace("TEXT", '"a"'), encoding="utf-8")
    second, was_read = asked(ckp)
    assert was_read
    assert second["library_calls"] == first["library_calls"] + 1


@needs_gcc
def test_headers_count_as_sources(ckp: Ckp, add_component: AddComponent) -> None:
    files = {"main.c": '#include "text.h"\n' + LONGER, "text.h": '#define TEXT "a"\n'}
    place = add_component("program", "it", program_meta(), files)
    assert asked(ckp)[1]
    (place / "text.h").write_text('#define TEXT "b"\n', encoding="utf-8")
    assert asked(ckp)[1]


@needs_gcc
@pytest.mark.parametrize("damaged", ["", "[]", "{}", '{"loops": "x"}', '{"loops": NaN}'])
def test_what_is_damaged_is_read_again(
    ckp: Ckp, add_component: AddComponent, ckp_home: Path, damaged: str
) -> None:
    add_component("program", "it", program_meta(), {"main.c": SOURCE})
    first, _ = asked(ckp)
    (file,) = (ckp_home / "cache" / "features").iterdir()
    file.write_text(damaged, encoding="utf-8")
    assert asked(ckp) == (first, True)
    assert asked(ckp) == (first, False)


@needs_gcc
def test_a_search_reads_them_when_it_has_ended(
    ckp: Ckp, add_component: AddComponent, ckp_home: Path
) -> None:
    add_component("program", "it", *tuned_program())
    done = ckp("autotune", "program:it", *OPTIONS, *SHORT)
    assert done.returncode == 0, done.stderr
    assert done.stderr.index(READING) > done.stderr.rindex("tuning it")
    (file,) = ckp_home.glob("repos/local/experiment/tune-it/tuned-*.json")
    assert json.loads(file.read_text(encoding="utf-8"))["features"]["loops"] == 1
    again = ckp("autotune", "program:it", *OPTIONS, *SHORT)
    assert again.returncode == 0, again.stderr
    assert READING not in again.stderr


@needs_gcc
def test_a_search_reads_them_first_where_there_is_something_to_compare_with(
    ckp: Ckp, add_component: AddComponent
) -> None:
    add_component("program", "other", *tuned_program(backup_data_uid="1" * 16))
    meta, files = tuned_program(backup_data_uid="2" * 16)
    add_component("program", "it", meta, {**files, "main.c": "int own;\n" + files["main.c"]})
    add_search(add_component, 2, {"WORK": "1"}, features=features_of(ckp, "other"))
    done = ckp("autotune", "program:it", *OPTIONS, *SHORT)
    assert done.returncode == 0, done.stderr
    assert done.stderr.index(READING) < done.stderr.index("building it")


def test_they_are_read_when_they_are_looked_at() -> None:
    calls: list[str] = []

    def read() -> dict[str, float]:
        calls.append("read")
        return {"loops_share": 0.5}

    features = LateFeatures(read)
    assert distances(features, []) == []
    assert distances(features, [{}, {}]) == [inf, inf]
    assert not calls
    assert distances(features, [{"loops_share": 0.5}]) == [0.0]
    assert dict(features) == {"loops_share": 0.5}
    assert calls == ["read"]
