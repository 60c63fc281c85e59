"""Softs as CK's repositories have them: a test for each key that they use (CK_FORMAT section 2)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ck_core.errors import BadComponentError
from ck_core.testing.executables import printing, write_executable
from ck_core.testing.fixtures import AddComponent, Ckp
from softs.soft_kit import (
    cross,
    found,
    library_soft,
    make_shared,
    make_static,
    soft,
    tool_soft,
    write,
)

LIBRARY: dict[str, Any] = {  # as CK describes its libraries
    "tags": ["lib", "answer"],
    "soft_name": "Answer library",
    "auto_detect": "yes",
    "customize": {
        "check_that_exists": "yes",
        "ck_version": 10,
        "env_prefix": "CK_ENV_LIB_ANSWER",
        "limit_recursion_dir_search": {"linux": 3},
        "soft_file": {"linux": "libanswer.a", "win": "answer.lib"},
        "soft_path_example": {"linux": "/usr/lib/libanswer.a"},
    },
}
HEADER_ONLY: dict[str, Any] = {
    "tags": ["lib", "headers"],
    "auto_detect": "yes",
    "customize": {
        "env_prefix": "CK_ENV_LIB_HEADERS",
        "soft_file_universal": "headers$#sep#$all.h",
        "skip_add_to_bin": "yes",
        "skip_add_to_ld_path": "yes",
    },
}
PACKAGE: dict[str, Any] = {
    "tags": ["lib", "python-package", "counting"],
    "auto_detect": "yes",
    "customize": {
        "env_prefix": "CK_ENV_PYTHON_PACKAGE_COUNTING",
        "soft_file_universal": "counting$#sep#$__init__.py",
    },
}
DATASET: dict[str, Any] = {
    "tags": ["dataset", "validation"],
    "auto_detect": "yes",
    "customize": {"env_prefix": "CK_ENV_DATASET_VAL", "soft_file_universal": "val_map.txt"},
}


def changed(meta: dict[str, Any], **customize: Any) -> dict[str, Any]:
    return {**meta, "customize": {**meta["customize"], **customize}}


def probe(directory: Path, text: str = "probe 2.7.1") -> Path:
    return write_executable(directory, "probe", printing(text))


# ---- names, tags, variables ------------------------------------------------------------------


def test_soft_name_tags_and_env_prefix(place: Path) -> None:
    make_static(place / "lib")
    (one,) = found(soft("lib.answer", LIBRARY))
    assert one.name.startswith("Answer library")
    assert {"lib", "answer"} <= one.tags
    assert one.soft == "lib.answer"
    assert one.environment["CK_ENV_LIB_ANSWER"] == str(place)


def test_the_variables_of_env_are_set(place: Path, tools: Path) -> None:
    probe(tools)
    meta = {**tool_soft().component.values, "env": {"CK_PROBE": "probe", "CK_AT": "$#full_path#$"}}
    (one,) = found(soft("tool.probe", meta))
    assert one.environment["CK_PROBE"] == "probe"
    assert one.environment["CK_AT"] == str(tools / "probe")


def test_a_version_that_is_given(place: Path) -> None:
    make_static(place / "lib")
    assert [one.version for one in found(soft("lib.answer", {**LIBRARY, "version": "5"}))] == ["5"]


def test_auto_detect_no_leaves_the_machine_alone(place: Path) -> None:
    make_static(place / "lib")
    assert found(soft("lib.answer", {**LIBRARY, "auto_detect": "no"})) == []


@pytest.mark.parametrize(
    "told",
    [
        {"deps": {"compiler": {"tags": "compiler"}}, "template": "yes", "template_type": "library"},
        {"skip_file_check": "yes"},
        {"version": {"cmd": "x"}},
    ],
)
def test_keys_that_change_nothing_about_what_is_found(place: Path, told: dict[str, Any]) -> None:
    make_static(place / "lib")
    assert found(soft("lib.answer", {**LIBRARY, **told})) == found(soft("lib.answer", LIBRARY))


@pytest.mark.parametrize(
    "told",
    [
        {"check_that_exists": "no"},
        {"build_dir_name": "answer"},
        {"languages": ["c"]},
        {"can_strip_dynamic_lib": "yes"},
        {"soft_path_example": {}},
        {"ck_version": 11},
        {"sort": 10},
        {"detect_version_externally": "yes"},
    ],
)
def test_keys_of_customize_that_change_nothing(place: Path, told: dict[str, Any]) -> None:
    make_static(place / "lib")
    assert found(soft("lib.answer", changed(LIBRARY, **told))) == found(soft("lib.answer", LIBRARY))


# ---- what is looked for ----------------------------------------------------------------------


def test_a_shared_library_has_its_static_one_beside_it(place: Path) -> None:
    both = {make_shared(place / "lib"), make_static(place / "lib")}
    meta = changed(LIBRARY, soft_file={"linux": "libanswer$#file_ext_dll#$"})
    assert {one.path for one in found(soft("lib.answer", meta))} == both


def test_soft_file_is_of_the_platform_that_is_built_for(place: Path) -> None:
    make_static(place / "lib", triple="x86_64-w64-mingw32-").rename(place / "lib/answer.lib")
    assert found(soft("lib.answer", LIBRARY)) == []
    (one,) = found(soft("lib.answer", LIBRARY), platform=cross("windows-x86_64"))
    assert one.path.name == "answer.lib"
    assert one.link_flags == (str(place / "lib/answer.lib"),)


def test_soft_file_from_host_os(place: Path, tools: Path) -> None:
    probe(tools)
    names = {"linux": "probe", "win": "probe.exe"}
    assert found(tool_soft(soft_file=names), platform=cross("windows-x86_64")) == []
    assert found(
        tool_soft(soft_file=names, soft_file_from_host_os="yes"), platform=cross("windows-x86_64")
    )


def test_soft_file_universal_names_directories_and_endings(place: Path) -> None:
    header = write(place / "include/headers/all.h")
    (one,) = found(soft("lib.headers", HEADER_ONLY))
    assert one.path == header
    assert one.include_directories == (place / "include",)
    assert one.library_directories == ()


def test_data_is_found_by_a_file_of_it(place: Path) -> None:
    file = write(place / "imagenet/val_map.txt")
    (one,) = found(soft("dataset.val", DATASET))
    assert one.path == file
    assert one.environment["CK_ENV_DATASET_VAL"] == str(file.parent)
    assert one.target == ""


def test_limit_recursion_dir_search(place: Path) -> None:
    make_static(place / "1/2/3")
    make_static(place / "1/2/3/4")
    assert [one.path.parent.name for one in found(soft("lib.answer", LIBRARY))] == ["3"]


def test_search_numeric_ext_on_linux(place: Path, tools: Path) -> None:
    for name in ("probe", "probe-12", "probe-9.1", "probe-config", "probe12x"):
        write_executable(tools, name, printing(f"probe {len(name)}.0"))
    assert {one.path.name for one in found(tool_soft())} == {"probe"}
    numbered = found(tool_soft(search_numeric_ext_on_linux="yes"))
    assert {one.path.name for one in numbered} == {"probe", "probe-12", "probe-9.1"}


@pytest.mark.parametrize("side", ["host", "target"])
def test_only_for_operating_systems(place: Path, side: str) -> None:
    make_static(place / "lib")
    key = f"only_for_{side}_os_tags"
    assert found(soft("lib.answer", changed(LIBRARY, **{key: ["linux"]})))
    assert found(soft("lib.answer", changed(LIBRARY, **{key: ["windows"]}))) == []


def test_an_include_file_must_be_there(place: Path) -> None:
    make_static(place / "lib")
    meta = changed(LIBRARY, include_file="answer/answer.h")
    assert found(soft("lib.answer", meta)) == []
    write(place / "include/answer/answer.h")
    (one,) = found(soft("lib.answer", meta))
    assert one.include_directories == (place / "include",)


def test_add_include_path(place: Path) -> None:
    make_static(place / "lib")
    (place / "include").mkdir()
    assert found(soft("lib.answer", LIBRARY))[0].include_directories == ()
    (one,) = found(soft("lib.answer", changed(LIBRARY, add_include_path="yes")))
    assert one.include_directories == (place / "include",)


# ---- versions --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("command", "printed"),
    [
        ("--version > $#filename#$ 2>&1", "--version"),
        ("-v > $#filename#$ 2>&1", "-v"),
        (" -version", "-version"),
    ],
)
def test_soft_version_cmd_is_an_argument_list(
    place: Path, tools: Path, command: str, printed: str
) -> None:
    script = f'[ "$*" = "{printed}" ] && echo "Probe tool, release 2.7.1 (x)" >&2; exit 1'
    write_executable(tools, "probe", script)
    (one,) = found(tool_soft(soft_version_cmd={"linux": command}))
    assert one.version == "2.7.1"
    assert "v2.7" in one.tags


@pytest.mark.parametrize(
    "command",
    ["--version; touch $HOME/x", "`id`", "--version | head -1", "'", "-c 'touch x'", "version"],
)
def test_a_version_command_is_a_switch_for_the_version_or_not_run(
    place: Path, tools: Path, tmp_path: Path, command: str
) -> None:
    ran = tmp_path / "ran"
    write_executable(tools, "probe", f"touch {ran}; echo 2.7.1")
    one = tool_soft(soft_version_cmd={"linux": command})
    assert [each.version for each in found(one)] == [""]
    assert not ran.exists()
    assert f"asks for the version by '{command}', which ckp does not run" in one.problem


@pytest.mark.parametrize("words", [["-c", "touch x"], ["now"], ["--version", "x"], ["version"]])
def test_a_soft_cannot_make_a_tool_do_anything_else(words: list[str]) -> None:
    with pytest.raises(BadComponentError, match="must be one of --version"):
        soft("tool.probe", {"detect": {"files": ["sh"], "version": {"command": words}}})


def test_add_only_with_version(place: Path, tools: Path) -> None:
    probe(tools, text="no number here")
    assert len(found(tool_soft())) == 1
    assert found(tool_soft(add_only_with_version="yes")) == []


def test_version_of_a_python_package_by_module_and_variable(place: Path) -> None:
    packages = place / "lib/python3.11/site-packages"
    write(packages / "counting/__init__.py")
    write(packages / "counting/about.py", 'name = "c"\nfull: str = "1.26.4"\n')
    meta = changed(PACKAGE, version_module_name="about", version_variable_name="full")
    (one,) = found(soft("lib.python.counting", meta))
    assert one.version == "1.26.4"
    assert one.environment["PYTHONPATH"] == str(packages)
    assert "python-3.11" in one.tags


def test_version_of_a_python_package_as_its_installer_noted_it(place: Path) -> None:
    packages = place / "lib/python3.11/site-packages"
    write(packages / "counting/__init__.py")
    (packages / "Counting-3.0.1.dist-info").mkdir()
    (one,) = found(soft("lib.python.counting", changed(PACKAGE, detect_version_externally="yes")))
    assert one.version == "3.0.1"


def test_a_python_package_names_the_interpreter_that_can_import_it(place: Path) -> None:
    """By its name where none lies with it, as below a home directory."""
    write(place / "lib/python3.11/site-packages/counting/__init__.py")
    meta = changed(PACKAGE, env_prefix="CK_ENV_COUNTING")
    (one,) = found(soft("lib.python.counting", meta))
    assert one.environment["CK_ENV_COUNTING_PYTHON"] == "python3.11"
    write(place / "bin/python3.11")
    (one,) = found(soft("lib.python.counting", meta))
    assert one.environment["CK_ENV_COUNTING_PYTHON"] == str(place / "bin/python3.11")


# ---- paths -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("keys", "added"),
    [
        ({}, True),
        ({"skip_add_to_path": "yes"}, False),
        ({"skip_add_to_bin": "yes"}, False),
        ({"skip_add_to_path": "yes", "add_to_path": "yes"}, True),
    ],
)
def test_what_path_gets(place: Path, keys: dict[str, str], *, added: bool) -> None:
    probe(place / "bin")
    (one,) = found(tool_soft(**keys))
    assert one.binary_directories == ((place / "bin",) if added else ())


def test_skip_add_to_ld_path(place: Path) -> None:
    make_shared(place / "lib")
    meta = changed(LIBRARY, soft_file={"linux": "libanswer.so"})
    assert found(soft("lib.answer", meta))[0].library_directories == (place / "lib",)
    meta = changed(meta, skip_add_to_ld_path="yes")
    assert found(soft("lib.answer", meta))[0].library_directories == ()


# ---- scripts ---------------------------------------------------------------------------------


def test_a_script_is_named_and_not_run(
    ckp: Ckp, add_component: AddComponent, place: Path, tmp_path: Path
) -> None:
    make_static(place / "lib")
    trap = tmp_path / "it-ran"
    script = f"open({str(trap)!r}, 'w')\ndef setup(i): return {{'return': 0}}\n"
    add_component("soft", "lib.answer", LIBRARY, {"customize.py": script})
    done = ckp("detect", "soft", "--tags=lib,answer")
    assert done.returncode == 0, done.stderr
    assert "answer" in done.stdout
    assert done.stderr.count("soft:lib.answer has a customize.py, which ckp does not run") == 1
    assert not trap.exists()


def test_a_script_of_another_entry_is_named() -> None:
    entry = {"module_uoa": "soft", "data_uoa": "lib.python.package"}
    one = soft("lib.x", {**PACKAGE, "use_customize_script_from_another_entry": entry})
    assert "customize.py" in one.problem


def test_compilers_have_plugins_instead_of_scripts(tmp_path: Path) -> None:
    write(tmp_path / "customize.py")
    meta = {**LIBRARY, "tags": ["compiler", "answer"]}
    one = soft("compiler.answer", meta, tmp_path)
    assert (one.problem, one.is_data) == ("", False)


# ---- bad input -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "meta",
    [
        {"customize": {"soft_file": {"linux": "../../etc/passwd"}}},
        {"customize": {"soft_file_universal": "/etc/passwd"}},
        {"customize": {"include_file": "/etc/passwd"}},
        {"customize": {"soft_file": "x"}},
        {"customize": []},
        {"detect": {"library": ["../z"]}},
        {"detect": {"directories": ["../*"]}},
        {"detect": {"directories": ["lib/**"]}},
        {"detect": {"libary": ["z"]}},
        {"detect": {"version": {"pattern": "x"}}},
        {"detect": {"version": {"header": "../../etc/passwd"}}},
        {"detect": {"version": {"pkg_config": "../x"}}},
        {"customize": {"version_module_name": "../../x"}},
        {"detect": "yes"},
        {"env": {"A=B": "x"}},
    ],
)
def test_what_a_soft_cannot_say(meta: dict[str, Any]) -> None:
    with pytest.raises(BadComponentError, match=r"meta\.json"):
        soft("lib.x", meta)


def test_a_broken_soft_hides_no_other(ckp: Ckp, add_component: AddComponent, place: Path) -> None:
    make_static(place / "lib")
    add_component("soft", "lib.broken", {"tags": ["lib"], "detect": {"libary": ["z"]}})
    add_component("soft", "lib.answer", LIBRARY)
    done = ckp("detect", "soft", "--tags=answer")
    assert done.returncode == 0, done.stderr
    assert "did you mean library?" in done.stderr


def test_library_soft_is_what_it_says() -> None:
    assert library_soft().is_data
    assert library_soft().product == "answer"
