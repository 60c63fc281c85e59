"""``options`` of a program: what they are read as, and what they make of a run."""

from __future__ import annotations

import json
import re
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ck_core.cli.main import ckp
from ck_core.domain.cid import Cid
from ck_core.domain.component import Component
from ck_core.domain.installation import Installation
from ck_core.domain.options import BuildOptions, RunOptions
from ck_core.domain.program import Program, parse_program
from ck_core.domain.program_options.applying import with_program_options
from ck_core.domain.program_options.option import ProgramOption
from ck_core.domain.program_options.reading import options_of
from ck_core.domain.program_options.recorded import chosen_options, run_again
from ck_core.domain.program_options.reserved import RESERVED
from ck_core.errors import BadComponentError, UsageError
from ck_core.store.schemas import check_meta

RUN_TIME = {"run_cmd_main": "true"}
META: dict[str, Any] = {
    "run_vars": {"BATCH": "1", "COUNT": "0"},
    "run_deps": {"dataset": {"tags": "pictures"}},
    "run_cmds": {
        "alpha": {
            "run_deps": {
                "framework": {"tags": "framework,alpha"},
                "model": {"tags": "model,format-alpha"},
                "preparer": {"tags": "preparer"},
            },
            "run_time": RUN_TIME,
        },
        "beta": {
            "run_deps": {
                "framework": {"tags": "framework,beta"},
                "model": {"tags": "model,format-beta"},
            },
            "run_time": RUN_TIME,
        },
    },
    "choices": {
        "BATCH": {"sets": "variable", "type": "integer", "values": [1, 8], "desc": "at a time"},
        "LANES": {"type": "integer", "range": [1, 4], "sets": "variable", "default": 1},
        "DELEGATE": {
            "sets": "variable",
            "type": "choice",
            "values": ["fast", "none"],
            "default": "none",
            "only_for_cmd": ["alpha"],
        },
    },
    "options": {
        "framework": {"chooses": "command", "wishes": "framework"},
        "data-type": {"tags": "model", "values": ["fp32", "int8"]},
        "batch": {"sets": "BATCH"},
        "lanes": {"sets": "LANES"},
        "delegate": {"sets": "DELEGATE"},
        "count": {"sets": "COUNT", "type": "integer", "range": [0, 100], "desc": "pictures"},
        "fuse": {"sets": "FUSE", "type": "boolean", "default": False},
    },
}
EMPTY = RunOptions(build=BuildOptions(program=Cid("program", "it")))


def program(**changes: Any) -> Program:
    values = {**META, **changes}
    component = Component(
        repository="local",
        kind="program",
        alias="it",
        uid="0123456789abcdef",
        path=Path("/it"),
        values=values,
    )
    return parse_program(component)


def option(name: str, **changes: Any) -> ProgramOption:
    return options_of(program(**changes))[name]


def applied(**given: object) -> RunOptions:
    return with_program_options(EMPTY, program(), given)


def test_declared_options_come_first_and_needs_are_options_by_themselves() -> None:
    found = options_of(program())
    assert [*found] == [*META["options"], "dataset", "model", "preparer"]
    assert {name for name, one in found.items() if not one.declared} == {
        *("dataset", "model", "preparer")
    }
    assert found["preparer"].commands == {"alpha"}
    assert found["dataset"].commands == {"alpha", "beta"}


def test_what_choices_say_of_a_variable_holds_for_its_option() -> None:
    batch = option("batch")
    assert (batch.kind, batch.values, batch.default) == ("integer", ("1", "8"), "1")
    assert batch.description == "at a time"
    assert option("delegate").commands == {"alpha"}
    assert option("lanes").ends == (1, 4)


def test_values_become_a_command_wishes_tags_and_variables() -> None:
    found = applied(framework="beta@3", data_type="int8", batch=8, model="small", fuse="yes")
    assert found.command_key == "beta"
    assert found.build.wishes == {"framework": "@3", "model": "small"}
    assert found.build.wished_tags == {"model": {"int8"}}
    assert found.environment == {"BATCH": "8", "FUSE": "1"}


def test_a_version_is_left_out_where_none_is_named() -> None:
    assert applied(framework="beta").build.wishes == {}


def test_a_dataset_is_what_the_requirement_of_that_key_shall_be() -> None:
    named = RunOptions(build=EMPTY.build, dataset="digits")
    found = with_program_options(named, program(), {})
    assert (found.dataset, found.build.wishes) == ("", {"dataset": "digits"})
    plain = program(run_deps={})
    assert with_program_options(named, plain, {}) == RunOptions(build=EMPTY.build, dataset="digits")


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"batch": "x"}, "--batch takes a whole number, not 'x'"),
        ({"batch": "1,8"}, "takes one value here"),
        ({"count": 101}, "a whole number from 0 to 100, not '101'"),
        ({"lanes": 0}, "from 1 to 4"),
        ({"delegate": "fest"}, "one of fast, none"),
        ({"data-type": "int7"}, "one of fp32, int8"),
        ({"framework": "alhpa@1"}, "one of alpha, beta"),
        ({"fuse": "maybe"}, "yes or no"),
        ({"model": ""}, "a text that is not empty"),
        ({"bach": 1}, "has no option 'bach'"),
        ({"framework": "beta", "delegate": "fast"}, "is of no use to command beta"),
        ({"framework": "beta", "preparer": "x"}, "it concerns alpha"),
    ],
)
def test_what_an_option_does_not_take(given: dict[str, object], says: str) -> None:
    with pytest.raises(UsageError) as caught:
        applied(**given)
    assert says in f"{caught.value.message} {caught.value.hint}"


def test_the_nearest_is_named() -> None:
    for mistyped, near in (
        ({"delegate": "fest"}, "--delegate=fast"),
        ({"framework": "alhpa@1"}, "--framework=alpha"),
        ({"bach": 1}, "did you mean --batch?"),
    ):
        with pytest.raises(UsageError) as caught:
            applied(**mistyped)
        assert near in caught.value.hint


def test_a_number_that_a_search_would_not_try_is_taken_all_the_same() -> None:
    assert applied(batch=3).environment == {"BATCH": "3"}


@pytest.mark.parametrize(
    ("run", "given", "says"),
    [
        (RunOptions(build=EMPTY.build, command_key="alpha"), {"framework": "beta"}, "exclude"),
        (RunOptions(build=EMPTY.build, environment={"BATCH": "2"}), {"batch": 1}, "--env.BATCH"),
        (
            RunOptions(build=BuildOptions(program=EMPTY.build.program, wishes={"model": "a"})),
            {"model": "b"},
            "both a and b",
        ),
    ],
)
def test_what_is_said_twice(run: RunOptions, given: dict[str, object], says: str) -> None:
    with pytest.raises(UsageError, match=re.escape(says)):
        with_program_options(run, program(), given)


@pytest.mark.parametrize(
    ("declared", "says"),
    [
        ({"x": {"chooses": "dataset"}}, "options.x.chooses"),
        ({"x": {"chooses": "command", "sets": "A"}}, "options.x"),
        ({"x": {}}, "options.x"),
        ({"x": {"wishes": "modle"}}, "options.x.wishes"),
        ({"x": {"tags": "model"}}, "options.x"),
        ({"x": {"tags": "model", "values": ["-a"]}}, "options.x.values"),
        ({"x": {"wishes": "model", "values": ["a"]}}, "options.x.values"),
        ({"x": {"sets": "A B"}}, "options.x.sets"),
        ({"x": {"sets": "CT_REPEAT_MAIN"}}, "options.x.sets"),
        ({"x": {"sets": "BATCH", "type": "integer"}}, "options.x.type"),
        ({"x": {"sets": "A", "type": "number"}}, "options.x.type"),
        ({"x": {"sets": "A", "values": [1, "b"]}}, "options.x.values"),
        ({"x": {"sets": "A", "values": ["a"], "range": [1, 2]}}, "options.x.values"),
        ({"x": {"sets": "A", "range": [2, 1]}}, "options.x.range"),
        ({"x": {"sets": "A", "type": "choice", "range": [1, 2]}}, "options.x.range"),
        ({"x": {"sets": "COUNT", "type": "integer", "default": 5}}, "options.x.default"),
        ({"x": {"sets": "A", "only_for_cmd": ["gamma"]}}, "options.x.only_for_cmd"),
        ({"x": {"sets": "A", "vlaues": [1]}}, "options.x.vlaues"),
        ({"repeat": {"sets": "A"}}, "options"),
        ({"record_uoa": {"sets": "A"}}, "options"),
        ({"a-b": {"sets": "A"}, "a_b": {"sets": "B"}}, "options"),
        ({"1": {"sets": "A"}}, "options"),
        ({"a": {"chooses": "command"}, "b": {"chooses": "command"}}, "options"),
    ],
)
def test_mistakes_are_named(declared: dict[str, Any], says: str) -> None:
    with pytest.raises(BadComponentError) as caught:
        options_of(program(options=declared))
    assert f"'{says}" in caught.value.message


def test_a_macro_is_no_variable_that_an_option_sets() -> None:
    choices = {"TILE": {"type": "integer", "values": [8, 16], "default": 8}}
    with pytest.raises(BadComponentError, match=r"a variable, which 'choices\.TILE' is not"):
        options_of(program(choices=choices, options={"tile": {"sets": "TILE"}}))


@pytest.mark.parametrize(
    ("declared", "key"),
    [
        ({"x": {"chooses": "dataset"}}, "options.x.chooses"),
        ({"x": {"tags": "model"}}, "options.x"),
        ({"x": {"sets": "A B"}}, "options.x.sets"),
        ({"x": {"sets": "A", "vlaues": [1]}}, "options.x.vlaues"),
        ({"x": {"sets": "A", "range": [1]}}, "options.x.range"),
        ({"max_time": {"sets": "A"}}, "options"),
        ({"9": {"sets": "A"}}, "options"),
    ],
)
def test_ckp_check_finds_them_without_running_anything(declared: dict[str, Any], key: str) -> None:
    text = json.dumps({**META, "options": declared}, indent=1)
    assert key in {one.key for one in check_meta("program", text, "meta.json")}


def test_the_whole_example_has_no_mistake() -> None:
    meta = {**META, "metric": "latency_s", "pre_process_timeout": 7200}
    assert not check_meta("program", json.dumps(meta), "meta.json")


def test_names_that_ckp_has_are_known_to_schema_and_reader() -> None:
    """A name would else mean one thing to ckp run and another to ckp benchmark."""
    taken = {"command", "level", "program", "out"}
    for name in ("run", "benchmark", "compile", "lock"):
        command = ckp.get_command(None, name)  # type: ignore[arg-type]  # it needs none
        assert command is not None
        taken |= {opt[2:] for one in command.params for opt in one.opts if opt[:2] == "--"}
    assert {*RESERVED} == {*taken, "help"} - {"dataset"}
    for name in RESERVED:
        text = json.dumps({**META, "options": {name: {"sets": "A"}}})
        assert check_meta("program", text, "meta.json")


METRICS_THAT_ARE_NO_TIMES = ["accuracy", "throughput_per_s", 5]


@pytest.mark.parametrize("metric", METRICS_THAT_ARE_NO_TIMES)
def test_a_program_is_judged_by_a_time(metric: object) -> None:
    with pytest.raises(BadComponentError, match="metric"):
        program(metric=metric)
    assert check_meta("program", json.dumps({**META, "metric": metric}), "meta.json")


def installation(product: str, version: str, *tags: str) -> Installation:
    return Installation(
        name=product,
        product=product,
        version=version,
        path=Path("/") / product,
        tags=frozenset({product, *tags}),
    )


def test_points_tell_what_was_chosen_and_what_holds_where_nothing_was() -> None:
    it = program()
    command = it.command("alpha")
    resolved = {
        "framework": installation("lite", "2.14.0"),
        "model": installation("small", "1", "int8"),
        "dataset": installation("digits", "5"),
        "preparer": installation("pillow", "10"),
    }
    run = with_program_options(EMPTY, it, {"framework": "alpha", "lanes": 2})
    assert dict(chosen_options(it, command, run, resolved)) == {
        "framework": "alpha@2.14.0",
        "data-type": "int8",
        "batch": 1,
        "lanes": 2,
        "delegate": "none",
        "count": 0,
        "fuse": "0",
        "dataset": "digits@5",
    }
    named = with_program_options(run, it, {"model": "small", "preparer": "pillow"})
    told = dict(chosen_options(it, command, named, resolved))
    assert (told["model"], told["preparer"]) == ("small@1", "pillow@10")


def test_of_what_was_not_resolved_it_is_told_what_was_asked_for() -> None:
    it = program()
    given = {"framework": "beta@3", "data-type": "int8", "model": "odd", "dataset": "digits"}
    run = with_program_options(EMPTY, it, given)
    told = dict(chosen_options(it, it.command("beta"), run, {}))
    assert {name: told[name] for name in given} == given
    assert "delegate" not in told  # it is of no use to that command


def test_tags_and_needs_that_no_option_gives_are_told_as_well() -> None:
    build = BuildOptions(
        program=EMPTY.build.program,
        wishes={"target": "x@1", "compiler": "gcc"},
        wished_tags={"model": frozenset({"int8", "tiny", "-old"})},
    )
    it = program(run_deps={"target": {"tags": "board"}})
    told = dict(chosen_options(it, it.command("beta"), RunOptions(build=build), {}))
    assert told["deps.target"] == "x@1"
    assert told["dep-tags.model"] == "-old,tiny"
    assert told["data-type"] == "int8"
    assert "compiler" not in told


GIVEN = st.fixed_dictionaries(
    {},
    optional={
        "data-type": st.sampled_from(["fp32", "int8"]),
        "batch": st.integers(-9, 10**9),
        "lanes": st.integers(1, 4),
        "count": st.integers(0, 100),
        "fuse": st.booleans(),
        "preparer": st.sampled_from(["pillow", "pillow@10.1"]),
        "delegate": st.sampled_from(["fast", "none"]),
    },
)


@given(GIVEN)
def test_what_a_point_tells_makes_the_same_run_again(given: dict[str, object]) -> None:
    """With what holds by itself said aloud; framework, model and dataset are the lock's."""
    it = program()
    command = it.command("alpha")
    run = with_program_options(EMPTY, it, {"framework": "alpha", **given})
    told = dict(chosen_options(it, command, run, {}))
    again = run_again(EMPTY, told, it, command, trusted=False)
    defaults = {"BATCH": "1", "COUNT": "0", "LANES": "1", "DELEGATE": "none", "FUSE": "0"}
    assert again.environment == {**defaults, **run.environment}
    assert again.build.wishes == run.build.wishes
    assert again.build.wished_tags == run.build.wished_tags


def test_a_strangers_text_does_not_lead_elsewhere_unasked() -> None:
    it = program(options={"style": {"sets": "STYLE"}, "kept": {"sets": "K", "values": ["a/b"]}})
    command = it.command("alpha")
    assert run_again(
        EMPTY, {"style": "plain", "kept": "a/b"}, it, command, trusted=False
    ).environment == {"STYLE": "plain", "K": "a/b"}
    for text in ("/etc/passwd", "..", "$(id)"):
        with pytest.raises(UsageError, match="may name a file"):
            run_again(EMPTY, {"style": text}, it, command, trusted=False)
        assert run_again(EMPTY, {"style": text}, it, command, trusted=True).environment == {
            "STYLE": text
        }


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=6,
)
KEYS = st.sampled_from(
    ["chooses", "wishes", "tags", "sets", "type", "values", "range", "default", "only_for_cmd"]
)
LIKELY = st.sampled_from(["command", "model", "A", "BATCH", "integer", "float", [1, 2], ["a"], 1])


@given(st.dictionaries(st.sampled_from(["x", "y"]), st.dictionaries(KEYS, LIKELY | JSON)))
def test_free_form_is_read_or_refused(declared: dict[str, Any]) -> None:
    with suppress(BadComponentError):
        options_of(program(options=declared))
