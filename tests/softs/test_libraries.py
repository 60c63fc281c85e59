"""Libraries: linkage, headers, versions, machine code, and what a program is built with."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from ck_core.testing.samples import requirement
from softs.soft_kit import cross, found, library_soft, make_shared, make_static, tool, write

HEADER = '#define ANSWER_VERSION "4.2.0"\n'
VERSION = {"header": "answer.h", "after": "#define ANSWER_VERSION"}
WITH_HEADER = {"library": ["answer"], "headers": ["answer.h"], "version": VERSION}


def test_static_and_dynamic_are_two_installations(place: Path) -> None:
    static, shared = make_static(place / "lib"), make_shared(place / "lib")
    by_path = {one.path: one for one in found(library_soft())}
    assert by_path.keys() == {static, shared}
    assert by_path[static].link_flags == (str(static),)
    assert by_path[shared].link_flags == (f"-L{place / 'lib'}", "-lanswer")
    assert by_path[shared].library_directories == (place / "lib",)
    assert by_path[static].library_directories == ()
    assert {"static", "target-os-linux"} <= by_path[static].tags
    assert "dynamic" in by_path[shared].tags
    assert "static" not in by_path[shared].tags


def test_a_program_links_and_runs_with_what_was_found(place: Path, tmp_path: Path) -> None:
    make_static(place / "lib")
    make_shared(place / "lib")
    write(place / "include/answer.h", f"{HEADER}int answer(void);\n")
    source = write(
        tmp_path / "m.c", "#include <answer.h>\nint main(void) { return answer() - 42; }\n"
    )
    both = found(library_soft(detect=WITH_HEADER))
    assert len(both) == 2
    for one in both:
        include = [f"-I{path}" for path in one.include_directories]
        command = [tool("gcc"), str(source), *include, *one.link_flags, "-o", str(tmp_path / "m")]
        subprocess.run(command, check=True)
        paths = ":".join(map(str, one.library_directories))
        subprocess.run([tmp_path / "m"], check=True, env={"LD_LIBRARY_PATH": paths})


def test_variables_are_those_of_ck(place: Path) -> None:
    static = make_static(place / "lib")
    make_shared(place / "lib")
    write(place / "include/answer.h", HEADER)
    one = next(one for one in found(library_soft(detect=WITH_HEADER)) if one.path == static)
    assert one.environment == {
        "CK_ENV_LIB_ANSWER": str(place),
        "CK_ENV_LIB_ANSWER_SET": "1",
        "CK_ENV_LIB_ANSWER_FILE": str(static),
        "CK_ENV_LIB_ANSWER_LIB": str(place / "lib"),
        "CK_ENV_LIB_ANSWER_INCLUDE": str(place / "include"),
        "CK_ENV_LIB_ANSWER_STATIC_NAME": "libanswer.a",
        "CK_ENV_LIB_ANSWER_DYNAMIC_NAME": "libanswer.so",
    }


def test_without_its_header_a_library_does_not_count(place: Path) -> None:
    make_static(place / "lib")
    assert found(library_soft(detect=WITH_HEADER)) == []


@pytest.mark.parametrize(
    ("header", "after", "version"),
    [
        (HEADER, "#define ANSWER_VERSION", "4.2.0"),
        ("#define  ANSWER_VERSION   7\n", "#define ANSWER_VERSION", "7"),
        ('#define ANSWER_VERSION " Answer 0.3.21 "', '#define ANSWER_VERSION " Answer', "0.3.21"),
        ("#define A_MAJOR 1\n#define A_MINOR 5\n", ["#define A_MAJOR", "#define A_MINOR"], "1.5"),
        ("#define A_MAJOR 1\n", ["#define A_MAJOR", "#define A_MINOR"], ""),
        ("nothing of that kind\n", "#define ANSWER_VERSION", ""),
    ],
)
def test_a_version_follows_words_of_a_header(
    place: Path, header: str, after: object, version: str
) -> None:
    make_static(place / "lib")
    write(place / "include/answer.h", header)
    detect = {"library": ["answer"], "version": {"header": "answer.h", "after": after}}
    assert [one.version for one in found(library_soft(detect=detect))] == [version]


def test_words_before_a_version_are_no_pattern(place: Path) -> None:
    make_static(place / "lib")
    write(place / "include/answer.h", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n1.5\n")
    detect = {"library": ["answer"], "version": {"header": "answer.h", "after": "(a+)+b"}}
    assert [one.version for one in found(library_soft(detect=detect))] == [""]


def test_a_version_from_pkg_config(place: Path) -> None:
    make_static(place / "lib")
    write(place / "lib/pkgconfig/answer.pc", "Name: answer\nVersion: 3.1.4\n")
    detect = {"library": ["answer"], "version": {"pkg_config": "answer"}}
    (one,) = found(library_soft(detect=detect))
    assert one.version == "3.1.4"
    assert {"v3", "v3.1", "v3.1.4"} <= one.tags


def test_the_name_of_a_shared_library_holds_a_version(place: Path) -> None:
    make_shared(place / "lib", version="1.2.13")
    assert [one.version for one in found(library_soft())] == ["1.2.13"]


def test_links_to_one_library_are_one_installation(place: Path) -> None:
    library = make_static(place / "lib")
    (place / "other").mkdir()
    (place / "other/libanswer.a").symlink_to(library)
    os.link(library, place / "libanswer.a")
    assert len(found(library_soft())) == 1


@pytest.mark.parametrize(
    ("triple", "target"),
    [
        ("aarch64-linux-gnu", "linux-arm64"),
        ("arm-linux-gnueabihf", "linux-armhf"),
        ("riscv64-linux-gnu", "linux-riscv64"),
        ("x86_64-w64-mingw32", "windows-x86_64"),
    ],
)
def test_machine_code_is_read_not_guessed(place: Path, triple: str, target: str) -> None:
    make_static(place / "lib", triple=f"{triple}-")
    (one,) = found(library_soft(), platform=cross(target))
    assert cross(target).target.tags <= one.tags
    system = cross(target).target.system
    assert one.target == f"{cross(target).target.architecture}-{system}"


@pytest.mark.parametrize("content", [b"", b"!<arch>\n", b"!<arch>\nshort", b"\x7fELF", b"text\n"])
def test_a_broken_library_does_not_count(place: Path, content: bytes) -> None:
    (place / "libanswer.a").write_bytes(content)
    assert found(library_soft()) == []


def test_further_words_of_the_link_line(place: Path) -> None:
    static = make_static(place / "lib")
    detect = {"library": ["answer"], "link": ["$#library#$", "-lm"]}
    assert [one.link_flags for one in found(library_soft(detect=detect))] == [(str(static), "-lm")]


def test_what_a_package_installed_is_found_first_and_deep_inside(
    place: Path, tmp_path: Path
) -> None:
    make_static(place / "lib")
    inner = tmp_path / "tools/x/lib/python3.11/site-packages/answer"
    installed = make_static(inner / "lib")
    assert found(library_soft(), places=[tmp_path / "tools/x"])[0].path == installed


def test_without_auto_detect_only_packages_are_looked_into(place: Path, tmp_path: Path) -> None:
    make_static(place / "lib")
    installed = make_static(tmp_path / "tools/lib")
    one = library_soft(auto_detect="no")
    assert [each.path for each in found(one, places=[tmp_path / "tools"])] == [installed]


@pytest.mark.parametrize(
    "tags", [("lib", "answer"), ("answer", "static", "v4", "target-os-linux", "64bits"), ("lib",)]
)
def test_a_soft_concerns_who_asks_for_its_tags(tags: tuple[str, ...]) -> None:
    assert library_soft().concerns(requirement(*tags))
    assert not library_soft().concerns(requirement(*tags, without=["answer"]))


@pytest.mark.parametrize("tags", [("lib", "question"), ("static", "v4"), ()])
def test_a_soft_does_not_concern_others(tags: tuple[str, ...]) -> None:
    assert not library_soft().concerns(requirement(*tags))
