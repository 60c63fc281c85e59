from __future__ import annotations

import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ck_core.domain.template import (
    UnknownPlaceholderError,
    expand_command,
    expand_shell,
    expand_words,
)

texts = st.text(st.characters(blacklist_characters="\0", blacklist_categories=["Cs"]))


@given(texts)
def test_a_value_is_one_word_whatever_it_holds(value: str) -> None:
    assert expand_command("run $#path#$x", {"path": value}) == ("run", f"{value}x")


@pytest.mark.parametrize(
    "template", ["printf %s $#v#$ >&1", 'printf %s "$#v#$" >&1', "printf %s '$#v#$' >&1"]
)
@given(value=texts.filter(lambda text: "\r" not in text))
def test_a_shell_sees_the_value_untouched(template: str, value: str) -> None:
    shell = expand_shell(template, {"v": value})
    done = subprocess.run(["/bin/sh", "-c", shell], capture_output=True, check=True)
    assert done.stdout.decode() == value


def test_a_shell_only_where_operators_are() -> None:
    assert expand_command("$#BIN_FILE#$ in", {"BIN_FILE": "/a b"}) == ("/a b", "in")
    assert expand_command("$#BIN_FILE#$ <in", {"BIN_FILE": "/a b"}) == (
        "/bin/sh",
        "-c",
        "'/a b' <in",
    )


def test_a_variable_alone_may_be_several_words() -> None:
    assert expand_words("$<<CK_CC>>$ x", {"CK_CC": "zig cc"}) == ("zig", "cc", "x")


def test_an_unknown_placeholder_is_named() -> None:
    with pytest.raises(UnknownPlaceholderError, match="nothing"):
        expand_command("$#nothing#$", {})
