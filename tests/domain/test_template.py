from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ck_core.domain.template import (
    CommandLine,
    UnknownPlaceholderError,
    expand_command,
    expand_words,
)

texts = st.text(st.characters(blacklist_characters="\0", blacklist_categories=["Cs"]))


@given(texts)
def test_a_value_is_one_word_whatever_it_holds(value: str) -> None:
    line = expand_command("run $#path#$x", {"path": value})
    assert line.arguments == ("run", f"{value}x")


def run(template: str, value: str) -> bytes:
    line = expand_command(template, {"v": value})
    environment = {**os.environ, **line.variables}
    return subprocess.run(line.arguments, env=environment, capture_output=True, check=True).stdout


@pytest.mark.parametrize(
    "template",
    [
        "printf %s $#v#$ >&1",
        'printf %s "$#v#$" >&1',
        "printf %s '$#v#$' >&1",
        "# don't\nprintf %s $#v#$",
    ],
)
@given(value=texts.filter(lambda text: "\r" not in text))
def test_a_shell_sees_the_value_untouched(template: str, value: str) -> None:
    assert run(template, value).decode() == value


@pytest.mark.parametrize(
    "template",
    [
        'printf %s "$(printf %s $#v#$)"',
        'echo `echo "$#v#$"`',
        "cat <<EOF\n$#v#$\nEOF\n",
        "echo it isn\\'t $#v#$; true",
    ],
)
@pytest.mark.parametrize(
    "attack", ["a;touch MARK;#", "`touch MARK`", "$(touch MARK)", "\nEOF\ntouch MARK"]
)
def test_no_shell_runs_a_value_wherever_it_stands(
    template: str, attack: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    run(template, attack)
    assert list(tmp_path.iterdir()) == []


def test_a_shell_only_where_operators_are() -> None:
    line = expand_command("$#BIN_FILE#$ in", {"BIN_FILE": "/a b"})
    assert line == CommandLine(("/a b", "in"))
    line = expand_command("$#BIN_FILE#$ <in", {"BIN_FILE": "/a b"})
    assert line.arguments == ("/bin/sh", "-c", '"${CKP_VALUE_1}" <in')
    assert line.variables == {"CKP_VALUE_1": "/a b"}


def test_a_variable_alone_may_be_several_words() -> None:
    assert expand_words("$<<CK_CC>>$ x", {"CK_CC": "zig cc"}) == ("zig", "cc", "x")


def test_an_unknown_placeholder_is_named() -> None:
    with pytest.raises(UnknownPlaceholderError, match="nothing"):
        expand_command("$#nothing#$", {})
