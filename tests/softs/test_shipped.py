"""The softs and packages we ship: what they find or install is used by a program."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from typing import Any

import pytest

from ck_core.testing.fixtures import AddComponent, Ckp

C = {"compiler": {"name": "C compiler", "sort": 0, "tags": "compiler,lang-c"}}
NOT_HERE = 5
ZLIB = """\
#include <stdio.h>
#include <string.h>
#include <zlib.h>
int main(void)
{
    unsigned char text[4096], packed[4096], back[4096];
    uLongf size = sizeof packed, restored = sizeof back;
    memset(text, 'a', sizeof text);
    if (compress(packed, &size, text, sizeof text)) return 1;
    if (uncompress(back, &restored, packed, size) || memcmp(text, back, sizeof text)) return 2;
    printf("%s %s\\n", ZLIB_VERSION, zlibVersion());
    return strcmp(ZLIB_VERSION, zlibVersion()) != 0;
}
"""
ZSTD = """\
#include <stdio.h>
#include <zstd.h>
int main(void)
{
    char packed[256], back[256];
    size_t size = ZSTD_compress(packed, sizeof packed, "hello hello hello", 18, 3);
    if (ZSTD_isError(size) || ZSTD_decompress(back, sizeof back, packed, size) != 18) return 1;
    printf("%s %s\\n", ZSTD_VERSION_STRING, ZSTD_versionString());
    return 0;
}
"""
OPENBLAS = """\
#include <cblas.h>
#include <stdio.h>
int main(void)
{
    const double a[] = {1, 2, 3, 4}, b[] = {5, 6, 7, 8};
    double c[4] = {0};
    cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, 2, 2, 2, 1, a, 2, b, 2, 0, c, 2);
    printf("%g %g %g %g\\n", c[0], c[1], c[2], c[3]);
    return 0;
}
"""
OPENMP = """\
#include <omp.h>
#include <stdio.h>
int main(void)
{
    int sum = 0, threads = 0;
#pragma omp parallel reduction(+ : sum) num_threads(2)
    {
        sum += omp_get_thread_num() + 1;
        threads = omp_get_num_threads();
    }
    printf("%d\\n", sum);
    return threads != 2;
}
"""
OPENCL = """\
#define CL_TARGET_OPENCL_VERSION 120
#include <CL/cl.h>
#include <stdio.h>
static const char *source = "__kernel void twice(__global int *x)"
                            "{ x[get_global_id(0)] *= 2; }";
int main(void)
{
    cl_platform_id platform;
    cl_device_id device;
    int values[] = {1, 2, 3, 4};
    const size_t count = 4;
    if (clGetPlatformIDs(1, &platform, NULL)) return 1;
    if (clGetDeviceIDs(platform, CL_DEVICE_TYPE_ALL, 1, &device, NULL)) return 2;
    cl_context context = clCreateContext(NULL, 1, &device, NULL, NULL, NULL);
    cl_command_queue queue = clCreateCommandQueue(context, device, 0, NULL);
    cl_program program = clCreateProgramWithSource(context, 1, &source, NULL, NULL);
    if (clBuildProgram(program, 1, &device, "", NULL, NULL)) return 3;
    cl_kernel kernel = clCreateKernel(program, "twice", NULL);
    cl_mem memory = clCreateBuffer(
        context, CL_MEM_READ_WRITE | CL_MEM_COPY_HOST_PTR, sizeof values, values, NULL);
    clSetKernelArg(kernel, 0, sizeof memory, &memory);
    if (clEnqueueNDRangeKernel(queue, kernel, 1, NULL, &count, NULL, 0, NULL, NULL)) return 4;
    clEnqueueReadBuffer(queue, memory, CL_TRUE, 0, sizeof values, values, 0, NULL, NULL);
    printf("%d %d %d %d\\n", values[0], values[1], values[2], values[3]);
    return 0;
}
"""
NUMPY = """\
import sys
import numpy
print(numpy.__version__, int(numpy.arange(10).sum()), "%d.%d" % sys.version_info[:2])
"""


def add_c_program(add: AddComponent, source: str, lib: dict[str, Any], **more: Any) -> None:
    meta = {
        "tags": ["test"],
        "source_files": ["main.c"],
        "compile_deps": {**C, "lib": {"name": "library", "sort": 10, **lib}},
        "run_cmds": {"default": {"run_time": {"run_cmd_main": "$#BIN_FILE#$"}}},
        **more,
    }
    add("program", "uses-it", meta, {"main.c": source})


def run(ckp: Ckp, *arguments: str, **environment: str) -> tuple[str, dict[str, Any]]:
    """What the program printed, and the library it was built with."""
    done = ckp("run", "program:uses-it", "--repeat=1", "--json", *arguments, **environment)
    if done.returncode == NOT_HERE and "--no-install" in arguments:
        pytest.skip(f"not on this machine: {done.stderr.strip().splitlines()[-2]}")
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout)
    return done.stderr, result


def output(ckp: Ckp, expected: str, *arguments: str, **environment: str) -> Any:
    """The result of a run whose output is compared with what is expected."""
    place = next(Path(os.environ["CKP_HOME"]).glob("repos/local/program/uses-it"))
    reference = place / "reference/default/none/stdout.txt"
    reference.parent.mkdir(parents=True, exist_ok=True)
    reference.write_text(expected, encoding="utf-8")
    _, result = run(ckp, *arguments, **environment)
    assert result["correct"] is True, result
    return result


CHECKED = {
    "default": {
        "run_time": {
            "run_cmd_main": "$#BIN_FILE#$",
            "run_correctness_output_files": ["stdout.txt"],
        }
    }
}


# ---- what is on the machine ------------------------------------------------------------------


@pytest.mark.parametrize("linkage", ["static", "dynamic"])
def test_zlib_of_this_machine(ckp: Ckp, add_component: AddComponent, linkage: str) -> None:
    add_c_program(add_component, ZLIB, {"tags": "lib,zlib"})
    _, result = run(ckp, f"--dep-tags.lib={linkage}", "--no-install")
    assert linkage in result["resolved"]["lib"]["tags"]


@pytest.mark.parametrize("compiler", ["gcc", "clang"])
def test_openblas_of_this_machine(ckp: Ckp, add_component: AddComponent, compiler: str) -> None:
    add_c_program(add_component, OPENBLAS, {"tags": "lib,openblas"}, run_cmds=CHECKED)
    output(ckp, "19 22 43 50\n", "--no-install", f"--compiler={compiler}")


@pytest.mark.parametrize(("compiler", "runtime"), [("gcc", "libgomp"), ("clang@19", "libomp")])
def test_openmp_of_the_compiler(
    ckp: Ckp, add_component: AddComponent, compiler: str, runtime: str
) -> None:
    add_c_program(
        add_component,
        OPENMP,
        {"tags": "lib,openmp"},
        run_cmds=CHECKED,
        compiler_flags_as_env="$<<CK_COMPILER_FLAG_OPENMP>>$",
    )
    chosen = (f"--compiler={compiler}", f"--deps.lib={runtime}")
    output(ckp, "3\n", "--no-install", *chosen)


def test_opencl_of_this_machine(ckp: Ckp, add_component: AddComponent) -> None:
    pocl = {"tags": "lib,pocl", "sort": 20, "skip_linking": "yes"}
    deps = {**C, "lib": {"tags": "lib,opencl", "sort": 10}, "platform": pocl}
    add_c_program(add_component, OPENCL, {}, run_cmds=CHECKED, compile_deps=deps)
    output(ckp, "2 4 6 8\n", "--no-install")


@pytest.mark.parametrize("tags", ["lib,zlib", "lib,openmp", "tool,cmake", "lib,opencl", "lib,zstd"])
def test_looking_for_one_thing_is_quick(ckp: Ckp, tags: str) -> None:
    ckp("detect", "soft", f"--tags={tags}")  # makes the indexes
    started = time.perf_counter()
    done = ckp("detect", "soft", f"--tags={tags}")
    assert done.returncode in {0, NOT_HERE}, done.stderr
    assert time.perf_counter() - started < 3  # the start of Python included; idle it takes 0.2 s


# ---- what packages install -------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("compiler", ["gcc", "clang", "zig"])
@pytest.mark.parametrize(
    "library", [(ZLIB, "zlib", "1.3.1"), (ZSTD, "zstd", "1.5.7")], ids=["zlib", "zstd"]
)
def test_a_library_is_built_with_the_programs_compiler(
    ckp: Ckp, add_component: AddComponent, library: tuple[str, str, str], compiler: str
) -> None:
    source, name, version = library
    add_c_program(add_component, source, {"tags": f"lib,{name}"}, run_cmds=CHECKED)
    result = output(
        ckp,
        f"{version} {version}\n",
        f"--compiler={compiler}",
        "--dep-tags.lib=static",
        CKP_SOFT_DIRS="",
    )
    assert result["resolved"]["lib"]["version"] == version
    assert "static" in result["resolved"]["lib"]["tags"]


@pytest.mark.slow
@pytest.mark.parametrize("target", ["linux-arm64", "linux-riscv64"])
@pytest.mark.parametrize(
    "library", [(ZLIB, "zlib", "1.3.1"), (ZSTD, "zstd", "1.5.7")], ids=["zlib", "zstd"]
)
def test_a_library_is_built_for_another_machine_and_used_there(
    ckp: Ckp, add_component: AddComponent, library: tuple[str, str, str], target: str
) -> None:
    source, name, version = library
    add_c_program(add_component, source, {"tags": f"lib,{name}"}, run_cmds=CHECKED)
    if ckp("detect", "soft", f"--tags=emulator,runs-{target}").returncode == NOT_HERE:
        pytest.skip(f"nothing runs {target} on this machine")
    result = output(ckp, f"{version} {version}\n", f"--target={target}")
    assert result["target"] == target
    assert result["resolved"]["lib"]["version"] == version


@pytest.mark.slow
@pytest.mark.parametrize("version", ["3.10", "3.12"])
def test_numpy_comes_for_the_python_that_is_asked_for(
    ckp: Ckp, add_component: AddComponent, version: str
) -> None:
    command = "$<<CK_PYTHON>>$ $#BIN_FILE#$"
    meta = {
        "tags": ["test"],
        "source_files": ["main.py"],
        "compiler_env": "CK_PYTHON",
        "compile_deps": {
            "python": {"name": "Python", "tags": "compiler,lang-python", "sort": 0},
            "numpy": {"name": "NumPy", "tags": "lib,python-package,numpy", "sort": 10},
        },
        "run_cmds": {
            "default": {
                "run_time": {
                    "run_cmd_main": command,
                    "run_correctness_output_files": ["stdout.txt"],
                }
            }
        },
    }
    add_component("program", "uses-it", meta, {"main.py": NUMPY})
    done = ckp("detect", "soft", f"--tags=python,v{version}")
    if done.returncode == NOT_HERE:
        pytest.skip(f"no Python {version} on this machine")
    output(
        ckp,
        f"2.1.3 45 {version}\n",
        f"--deps.python=python@{version}",
        CKP_SOFT_DIRS="",
    )


@pytest.mark.slow
def test_cmake_and_ninja_of_pypi_build_a_package(ckp: Ckp, add_component: AddComponent) -> None:
    cmake = {"name": "CMake", "tags": "tool,cmake", "package_uoa": "cmake", "sort": 1}
    ninja = {"name": "Ninja", "tags": "tool,ninja", "package_uoa": "ninja", "sort": 2}
    lists = (
        "cmake_minimum_required(VERSION 3.16)\nproject(answer C)\n"
        "add_library(answer STATIC answer.c)\ninstall(TARGETS answer DESTINATION lib)\n"
    )
    files = {"src/CMakeLists.txt": lists, "src/answer.c": "int answer(void) { return 42; }\n"}
    meta = {
        "tags": ["lib", "answer"],
        "soft_uoa": "lib.answer",
        "deps": {**C, "cmake": cmake, "ninja": ninja},
        "recipe": {"source": {"files": "src"}, "build": {"with": "cmake"}},
    }
    add_component("package", "answer", meta, files)
    soft = {"tags": ["lib", "answer"], "detect": {"library": ["answer"]}}
    add_component("soft", "lib.answer", soft)
    source = (
        '#include <stdio.h>\nint answer(void);\nint main(void) { printf("%d\\n", answer()); }\n'
    )
    add_c_program(add_component, source, {"tags": "lib,answer"}, run_cmds=CHECKED)
    output(ckp, "42\n", PATH="/usr/bin:/bin", CKP_SOFT_DIRS="")


@pytest.mark.slow
@pytest.mark.parametrize("compiler", ["gcc", "clang", "zig"])
def test_the_program_zstd_runs_from_an_empty_home(ckp: Ckp, compiler: str) -> None:
    for command in ("round-trip", "compress", "decompress"):
        done = ckp(
            "run",
            "program:zstd",
            f"--cmd-key={command}",
            f"--compiler={compiler}",
            "--repeat=1",
            "--warmup=0",
            "--json",
            timeout=1200,
        )
        assert done.returncode == 0, done.stderr
        assert json.loads(done.stdout)["correct"] is True


@pytest.mark.parametrize("name", ["openblas", "opencl", "openmp", "python"])
def test_what_changes_the_system_is_shown_not_run(ckp: Ckp, name: str) -> None:
    done = ckp("install", f"package:{name}")
    if done.returncode == 0:
        pytest.skip(f"{name} is here already")
    assert "apt-get install" in done.stderr or "does not have" in done.stderr
    assert "--yes" in done.stderr or "the way your system does it" in done.stderr


def test_numpy_that_is_found_sets_what_an_installed_one_sets(ckp: Ckp, tmp_path: Path) -> None:
    """So that a program's command works with both."""
    numpy = tmp_path / "own/lib/python3.11/site-packages/numpy"
    numpy.mkdir(parents=True)
    (numpy / "__init__.py").touch()
    (numpy / "version.py").write_text('version = "2.0.0"\n')
    words = ("virtual", "env", "--tags=numpy", "--no-install", "--json")
    done = ckp(*words, CKP_SOFT_DIRS=str(tmp_path / "own"))
    assert done.returncode == 0, done.stderr
    variables = json.loads(done.stdout)
    assert {"CK_ENV_NUMPY", "CK_ENV_NUMPY_PYTHON"} <= variables.keys()
