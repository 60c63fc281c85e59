"""Keys of a program that say how it is built, one test each."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from ck_core.errors import BadComponentError, BuildError, ComponentNotFoundError
from programs.kit import Programs, program

pytestmark = pytest.mark.skipif(shutil.which("gcc") is None, reason="needs a real gcc on PATH")

SAYS = '#include <stdio.h>\nint main(void) {{ puts("{}"); return 0; }}\n'
TEXT = """#include <stdio.h>
#ifndef TEXT
#define TEXT none
#endif
#define AS_TEXT(x) #x
#define SHOW(x) AS_TEXT(x)
int main(void) { puts(SHOW(TEXT)); return 0; }
"""
COSINE = """#include <math.h>
#include <stdio.h>
int main(int n, char **v) { (void)v; printf("%.0f\\n", cos(n - 1)); return 0; }
"""


def words(programs: Programs, index: int = 0) -> tuple[str, ...]:
    """One of the commands that built the program."""
    return programs.build().build.commands[index]


def test_source_files(programs: Programs) -> None:
    sources = {"main.c": "int two(void); int main(void) { return two() - 2; }\n"}
    programs.add(
        program(sources=["main.c", "lib/two.c"]),
        {**sources, "lib/two.c": "int two(void) { return 2; }\n"},
    )
    assert programs.output() == ""


def test_source_files_with_environment(programs: Programs, tmp_path: Path) -> None:
    (tmp_path / "else where").mkdir()
    source = tmp_path / "else where" / "main.c"
    source.write_text(SAYS.format("from the library"))
    programs.library("lib,origin", environment={"CK_ENV_ORIGIN": str(source.parent)})
    needs = {"origin": {"tags": "lib,origin"}}
    programs.add(program(sources=["$<<CK_ENV_ORIGIN>>$/main.c"], deps=needs))
    assert programs.output() == "from the library\n"
    assert programs.build().build.cached
    source.write_text(SAYS.format("changed"))
    assert programs.output() == "changed\n", "what a build is made of is part of its fingerprint"


def test_source_files_of_another_program(programs: Programs) -> None:
    programs.add(program(), {"main.c": SAYS.format("other")}, name="other")
    programs.add(program(sources=["$#ck_take_from_{other}#$main.c"]))
    assert programs.output() == "other\n"
    programs.add(program(), {"main.c": SAYS.format("changed")}, name="other")
    assert programs.output() == "changed\n"
    programs.add(program(sources=["$#ck_take_from_{nobody}#$main.c"]))
    with pytest.raises(ComponentNotFoundError, match="nobody"):
        programs.build()


@pytest.mark.parametrize(
    "path", ["../x.c", "/etc/passwd", "$#ck_take_from_{it}#$../x.c", "$<<X>>$/../x.c"]
)
def test_no_source_file_lies_outside(programs: Programs, path: str) -> None:
    programs.add(program(sources=[path]))
    with pytest.raises(BadComponentError, match="inside the component"):
        programs.build()


def test_include_dirs(programs: Programs) -> None:
    header, source = "#define TEXT included\n", f'#include "inner.h"\n{TEXT}'
    programs.add(
        program(keys={"include_dirs": ["headers"]}),
        {"main.c": source, "headers/inner.h": header},
    )
    assert programs.output() == "included\n"


def test_include_dirs_of_another_program(programs: Programs) -> None:
    programs.add(program(), {"main.c": "", "sub/inner.h": "#define TEXT first\n"}, name="other")
    keys = {"include_dirs": ["$#ck_take_from_{program:other}#$sub"]}
    programs.add(program(keys=keys), {"main.c": f'#include "inner.h"\n{TEXT}'})
    assert programs.output() == "first\n"
    programs.add(program(), {"main.c": "", "sub/inner.h": "#define TEXT second\n"}, name="other")
    assert programs.output() == "second\n"


def test_skip_local_include(programs: Programs) -> None:
    files = {"sub/main.c": f"#include <own.h>\n{TEXT}", "own.h": "#define TEXT found\n"}
    programs.add(program(sources=["sub/main.c"]), files)
    assert programs.output() == "found\n"
    programs.add(program(sources=["sub/main.c"], keys={"skip_local_include": "yes"}), files)
    with pytest.raises(BuildError):
        programs.build()


def test_build_compiler_vars(programs: Programs) -> None:
    programs.add(program(keys={"build_compiler_vars": {"TEXT": "7"}}), {"main.c": TEXT})
    assert programs.output() == "7\n"
    plain = f"#ifdef PLAIN\n#define TEXT plain\n#endif\n{TEXT}"
    programs.add(program(keys={"build_compiler_vars": {"PLAIN": ""}}), {"main.c": plain})
    assert programs.output() == "plain\n"


def test_macros_that_tell_the_platform(programs: Programs) -> None:
    source = (
        f"#if CK_HOST_OS_NAME_LINUX && CK_TARGET_OS_NAME2_LINUX\n#define TEXT told\n#endif\n{TEXT}"
    )
    programs.add(program(), {"main.c": source})
    assert programs.output() == "told\n"


def test_skip_compiler_vars(programs: Programs) -> None:
    keys = {"build_compiler_vars": {"TEXT": "7"}, "skip_compiler_vars": "yes"}
    programs.add(program(keys=keys), {"main.c": TEXT})
    assert programs.output() == "none\n"
    assert not any(word.startswith("-D") for word in words(programs))


def test_compiler_env(programs: Programs) -> None:
    source = '#include <iostream>\nint main() { std::cout << "cpp\\n"; }\n'
    meta = program(sources=["main.cpp"], keys={"compiler_env": "CK_CXX"})
    meta["compile_deps"]["compiler"] = {"tags": "compiler,lang-cpp,gcc"}
    programs.add(meta, {"main.cpp": source})
    assert programs.output() == "cpp\n"


def test_linker_env(programs: Programs) -> None:
    meta = program(keys={"linker_env": "CK_CXX"})
    meta["compile_deps"]["compiler"] = {"tags": "compiler,lang-c,lang-cpp,gcc"}
    programs.add(meta, {"main.c": SAYS.format("hello")})
    assert "g++" in words(programs, 1)[0]
    assert "g++" not in words(programs, 0)[0]


def test_target_file(programs: Programs) -> None:
    programs.add(program(keys={"target_file": "tool"}), {"main.c": SAYS.format("hello")})
    artifact = programs.build().build.artifact
    assert artifact
    assert artifact.name == "tool.out"


def test_skip_bin_ext(programs: Programs) -> None:
    keys = {"target_file": "tool", "skip_bin_ext": "yes"}
    programs.add(program("$#BIN_FILE#$", keys=keys), {"main.c": SAYS.format("hello")})
    artifact = programs.build().build.artifact
    assert artifact
    assert artifact.name == "tool"
    assert programs.output() == "hello\n"


def test_skip_add_prefix_for_target_file(programs: Programs) -> None:
    keys = {"target_file": "tool", "skip_add_prefix_for_target_file": "yes"}
    command = "sh -c 'echo $#BIN_FILE#$; $#ONLY_BIN_FILE#$'"
    programs.add(program(command, keys=keys), {"main.c": SAYS.format("hello")})
    assert programs.output() == "tool.out\nhello\n"


def test_no_compile(programs: Programs) -> None:
    programs.add(program("echo done", keys={"no_compile": "yes"}), {"main.c": "this is no C"})
    assert programs.output() == "done\n"


def test_no_target_file(programs: Programs) -> None:
    source = {"main.c": "int no_main_function;\n"}
    programs.add(program("echo done", keys={"no_target_file": "yes"}), source)
    assert programs.output() == "done\n"
    assert len(programs.build().build.commands) == 1, "it is compiled, but not linked"


def test_extra_ld_vars(programs: Programs) -> None:
    programs.add(program(keys={"extra_ld_vars": "$<<CK_EXTRA_LIB_M>>$"}), {"main.c": COSINE})
    assert programs.output() == "1\n"
    assert words(programs, -1)[-1] == "-lm"
    programs.add(program(keys={"extra_ld_vars": "$<<CK_EXTRA_LIB_NONE>>$"}), {"main.c": COSINE})
    with pytest.raises(BadComponentError, match="CK_EXTRA_LIB_NONE"):
        programs.build()


def test_extra_ld_vars_first(programs: Programs) -> None:
    programs.library("lib,one", link_flags=("-Wl,--as-needed",))
    keys = {"extra_ld_vars_first": "-Wl,-O1", "extra_ld_vars": "-lm"}
    programs.add(program(keys=keys, deps={"one": {"tags": "lib,one"}}), {"main.c": COSINE})
    assert words(programs, -1)[-3:] == ("-Wl,-O1", "-Wl,--as-needed", "-lm")


def test_compiler_flags_as_env(programs: Programs) -> None:
    source = (
        "int main(void) { for (int i = 0; i < 1; i++) ; return __STDC_VERSION__ != 199901L; }\n"
    )
    keys = {"compiler_flags_as_env": "$<<CK_COMPILER_FLAG_STD99>>$"}
    programs.add(program(keys=keys), {"main.c": source})
    assert programs.output() == ""


def test_compiler_add_include_as_env_from_deps(programs: Programs, tmp_path: Path) -> None:
    (tmp_path / "inner.h").write_text("#define TEXT found\n")
    programs.library("lib,headers", environment={"CK_ENV_HEADERS": str(tmp_path)})
    keys = {"compiler_add_include_as_env_from_deps": ["CK_ENV_HEADERS", "CK_ENV_NOBODYS"]}
    meta = program(keys=keys, deps={"headers": {"tags": "lib,headers"}})
    programs.add(meta, {"main.c": f"#include <inner.h>\n{TEXT}"})
    assert programs.output() == "found\n"


def test_linker_add_lib_as_env(programs: Programs) -> None:
    programs.library("lib,math", environment={"CK_ENV_MATH": "-lm"})
    keys = {"linker_add_lib_as_env": ["CK_ENV_MATH", "CK_ENV_NOBODYS"]}
    programs.add(program(keys=keys, deps={"math": {"tags": "lib,math"}}), {"main.c": COSINE})
    assert programs.output() == "1\n"
    assert words(programs, -1)[-1] == "-lm"


def test_the_order_of_flags_is_cks(programs: Programs, tmp_path: Path) -> None:
    programs.library("lib,a", include_directories=(tmp_path,))
    keys = {
        "build_compiler_vars": {"N": "1"},
        "compiler_flags_as_env": "$<<CK_COMPILER_FLAG_STD99>>$",
        "include_dirs": ["headers"],
    }
    path = programs.add(program(keys=keys, deps={"a": {"tags": "lib,a"}}), {"main.c": TEXT})
    command = programs.build(flags=("-fwrapv",)).build.commands[0]
    expected = [f"-I{path}", "-DN=1", "-std=c99", f"-I{tmp_path}", f"-I{path / 'headers'}"]
    assert [word for word in command if word in {*expected, "-fwrapv", "-c"}] == [
        *expected,
        "-fwrapv",
        "-c",
    ]


def test_compile_cmds(programs: Programs) -> None:
    template = "$#compiler#$ $#flags_before#$ -DTEXT=own $#source_file#$ $#flags_after#$"
    keys = {"compile_cmds": {"default": {"cmd": template}}, "build_compiler_vars": {"N": "1"}}
    programs.add(program(keys=keys), {"main.c": TEXT})
    assert programs.output() == "own\n"
    assert {"-DN=1", "-c"} < set(words(programs))


def test_compile_cmds_of_this_platform(programs: Programs) -> None:
    template = "$#compiler#$ $#flags_before#$ -DTEXT={} $#source_file#$ $#flags_after#$"
    commands = {one: {"cmd": template.format(f"on_{one}")} for one in ("default", "linux", "win")}
    programs.add(program(keys={"compile_cmds": commands}), {"main.c": TEXT})
    assert programs.output() == "on_linux\n"


def test_compile_cmds_with_a_shell(programs: Programs) -> None:
    template = "$#compiler#$ $#flags_before#$ $#source_file#$ $#flags_after#$ && echo x >note"
    keys = {"compile_cmds": {"default": {"cmd": template}}}
    path = programs.add(program(keys=keys), {"main 1.c": TEXT})
    programs.add(program(sources=["main 1.c"], keys=keys))
    before = sorted(path.rglob("*"))
    assert programs.output() == "none\n"
    products = programs.build().build.products
    assert products
    assert (products / "note").is_file()
    assert sorted(one for one in path.rglob("*") if "reference" not in str(one)) == before


def test_link_cmds(programs: Programs) -> None:
    template = "$#linker#$ $#flags_before#$ $#obj_files#$ -Wl,--defsym=own=other $#flags_after#$"
    source = "int own(void); int other(void) { return 0; } int main(void) { return own(); }\n"
    programs.add(program(keys={"link_cmds": {"default": {"cmd": template}}}), {"main.c": source})
    assert programs.output() == ""


def test_link_cmds_that_are_empty(programs: Programs) -> None:
    keys = {"link_cmds": {"default": {"cmd": ""}}}
    programs.add(program("echo done", keys=keys), {"main.c": "int no_main_function;\n"})
    assert programs.output() == "done\n"
    assert programs.build().build.cached


def test_use_compile_script(programs: Programs) -> None:
    script = (
        "#!/bin/sh\nset -e\n"
        "test -f ../main.c\n"
        "$CK_CC -c $CK_PROG_COMPILER_FLAGS $CK_PROG_COMPILER_VARS ../main.c -o main.o\n"
        "$CK_CC main.o -o $CK_PROG_TARGET_EXE $CK_PROG_LINKER_LIBS\n"
    )
    keys = {
        "use_compile_script": "yes",
        "compile_cmds": {"default": {"cmd": "../build$#script_ext#$"}},
        "build_compiler_vars": {"TEXT": "7"},
    }
    path = programs.add(program(sources=(), keys=keys), {"main.c": TEXT, "build.sh": script})
    meta = program(sources=(), keys=keys, deps={"compiler": {"tags": "compiler,lang-c,gcc"}})
    programs.add(meta)
    assert programs.output() == "7\n"
    assert not (path / "main.o").exists()


def test_the_variables_of_a_compile_script(programs: Programs) -> None:
    script = "#!/bin/sh\nenv | grep ^CK_PROG_ | sort >a.out\nchmod +x a.out\n"
    keys = {
        "use_compile_script": "yes",
        "compile_cmds": {"default": {"cmd": "../build.sh"}},
        "build_compiler_vars": {"N": "1"},
        "extra_ld_vars": "-lm",
        "skip_objdump": "yes",
    }
    needs = {"compiler": {"tags": "compiler,lang-c,gcc"}}
    programs.add(program(sources=(), keys=keys, deps=needs), {"build.sh": script})
    artifact = programs.build(flags=("-fwrapv",)).build.artifact
    assert artifact
    told = dict(line.split("=", 1) for line in artifact.read_text().splitlines())
    assert "-DN=1" in told["CK_PROG_COMPILER_VARS"]
    assert "-fwrapv" in told["CK_PROG_COMPILER_FLAGS"]
    assert {"-c", "-DN=1", "-fwrapv"} <= set(told["CK_PROG_COMPILER_FLAGS_BEFORE"].split())
    assert "-fwrapv" in told["CK_PROG_LINKER_FLAGS_BEFORE"]
    assert told["CK_PROG_LINKER_FLAGS_AFTER"] == "-o a.out -lm"
    assert told["CK_PROG_LINKER_LIBS"] == "-lm"
    assert told["CK_PROG_TARGET_EXE"] == "a.out"


def test_a_compile_script_that_fails(programs: Programs) -> None:
    keys = {"use_compile_script": "yes", "compile_cmds": {"default": {"cmd": "../build.sh"}}}
    needs = {"compiler": {"tags": "compiler,lang-c,gcc"}}
    script = "#!/bin/sh\necho no such luck >&2\nexit 3\n"
    programs.add(program(sources=(), keys=keys, deps=needs), {"build.sh": script})
    with pytest.raises(BuildError) as failed:
        programs.build()
    assert "no such luck" in failed.value.details
    programs.add(program(sources=(), keys={"use_compile_script": "yes"}, deps=needs))
    with pytest.raises(BadComponentError, match="compile_cmds"):
        programs.build()


def test_compile_vars(programs: Programs) -> None:
    keys = {
        "compile_vars": {"TEXT_VALUE": "7"},
        "compile_cmds": {
            "default": {
                "cmd": "$#compiler#$ $#flags_before#$ -DTEXT=$<<TEXT_VALUE>>$ $#source_file#$ "
                "$#flags_after#$"
            }
        },
    }
    programs.add(program(keys=keys), {"main.c": TEXT})
    assert programs.output() == "7\n"


def test_extra_env_for_compilation(programs: Programs) -> None:
    script = "#!/bin/sh\n$CK_CC -DTEXT=$EXTRA ../main.c -o a.out\n"
    keys = {
        "use_compile_script": "yes",
        "compile_cmds": {"default": {"cmd": "../build.sh"}},
        "extra_env_for_compilation": {"EXTRA": "7"},
    }
    needs = {"compiler": {"tags": "compiler,lang-c,gcc"}}
    programs.add(program(sources=(), keys=keys, deps=needs), {"main.c": TEXT, "build.sh": script})
    assert programs.output() == "7\n"


needs_objdump = pytest.mark.skipif(shutil.which("objdump") is None, reason="needs objdump")


@needs_objdump
def test_the_disassembly_identifies_a_binary(programs: Programs) -> None:
    """Not the file: a comment or debug information changes no code."""
    programs.add(program(), {"main.c": SAYS.format("hello")})
    plain = programs.build().build
    debugged = programs.build(flags=("-O3", "-g")).build
    other = programs.build(flags=("-O0",)).build
    assert len(plain.disassembly_md5) == 32
    assert plain.size_bytes != debugged.size_bytes
    assert plain.disassembly_md5 == debugged.disassembly_md5 != other.disassembly_md5
    assert programs.build().build.disassembly_md5 == plain.disassembly_md5, "kept with the build"


@needs_objdump
def test_skip_objdump(programs: Programs) -> None:
    programs.add(program(keys={"skip_objdump": "yes"}), {"main.c": SAYS.format("hello")})
    assert programs.build().build.disassembly_md5 == ""


@needs_objdump
def test_skip_md5sum(programs: Programs) -> None:
    programs.add(program(keys={"skip_md5sum": "yes"}), {"main.c": SAYS.format("hello")})
    assert programs.build().build.disassembly_md5 == ""


def test_process_in_tmp(programs: Programs) -> None:
    """Builds and runs never write to the component, whatever the key says."""
    keys = {"process_in_tmp": "no"}
    path = programs.add(program(keys=keys), {"main.c": SAYS.format("hello")})
    assert programs.run().run.repetitions[0].exit_status == 0
    assert sorted(one.name for one in path.iterdir()) == [".cm", "main.c"]


@pytest.mark.parametrize(
    "key",
    ["program", "template", "template_type", "main_language", "source_files_templates"],
)
def test_keys_that_describe(programs: Programs, key: str) -> None:
    programs.add(program(keys={key: "yes"}), {"main.c": SAYS.format("hello")})
    assert programs.output() == "hello\n"
    assert not any("leaves out" in line for line in programs.said)
