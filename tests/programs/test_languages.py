"""Programs as they were written for CK, in each language: whole, from source to metrics.

The library of timers is installed from its package, as the first program would have it.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from ck_core.cli.units import format_metric
from ck_core.domain.metric import Metric
from programs.kit import Programs, numbers

pytestmark = pytest.mark.skipif(shutil.which("gcc") is None, reason="needs a real gcc on PATH")

C_WITH_TIMERS = """#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#ifdef XOPENME
#include <xopenme.h>
#endif
int main(void) {
  int repeat = atoi(getenv("CT_REPEAT_MAIN")), i, k;
  double sum = 0;
#ifdef XOPENME
  xopenme_init(2, 5);
  xopenme_clock_start(0);
#endif
  for (k = 0; k < repeat; k++)
    for (i = 0; i < 100000; i++) sum += cos(i);
#ifdef XOPENME
  xopenme_clock_end(0);
  xopenme_clock_start(1);
  xopenme_clock_end(1);
  xopenme_add_var_i(0, (char *)"  \\"repeat\\":%d", repeat);
  xopenme_add_var_f(1, (char *)"half", 0.5f);
  xopenme_add_var_d(2, (char *)"tiny", 1e-30);
  xopenme_add_var_s(3, (char *)"  \\"text\\":\\"%s\\"", (void *)"a b");
  xopenme_add_var_i(99, (char *)"  \\"nowhere\\":%d", 1);
  xopenme_dump_state();
  xopenme_finish();
#endif
  printf("%.6f\\n", sum);
  return 0;
}
"""


def meta(language: str, compiler: str, command: str, **keys: Any) -> dict[str, Any]:
    """As CK's programs are written: habits of theirs, every key in its place."""
    run_time = {
        "run_cmd_main": command,
        "run_cmd_out1": "tmp-output1.tmp",
        "run_cmd_out2": "tmp-output2.tmp",
        "run_correctness_output_files": ["tmp-output1.tmp"],
        "run_output_files": ["tmp-output1.tmp", "tmp-output2.tmp", "tmp-ck-timer.json"],
        **keys.pop("run_time", {}),
    }
    return {
        "backup_data_uid": "0123456789abcdef",
        "build_compiler_vars": {},
        "compile_deps": {
            "compiler": {
                "local": "yes",
                "name": "compiler",
                "sort": 10,
                "tags": f"compiler,{compiler}",
            },
            **keys.pop("deps", {}),
        },
        "main_language": language,
        "process_in_tmp": "yes",
        "program": "yes",
        "run_cmds": {"default": {"ignore_return_code": "no", "run_time": run_time}},
        "run_vars": {"CT_REPEAT_MAIN": "1"},
        "target_file": "a",
        **keys,
    }


def output(programs: Programs, path: Path, **options: Any) -> str:
    programs.run(record_reference=True, **options)
    return (path / "reference/default/none/tmp-output1.tmp").read_text()


XOPENME = {"xopenme": {"local": "yes", "name": "xOpenME", "sort": 20, "tags": "lib,xopenme"}}


@pytest.mark.parametrize("compiler", ["gcc", "llvm"])
def test_c_with_timers(programs: Programs, compiler: str) -> None:
    if compiler == "llvm" and not any(map(shutil.which, ("clang", "clang-14", "clang-19"))):
        pytest.skip("no clang on PATH")
    program = meta(
        "c",
        f"lang-c,{compiler}",
        "$#BIN_FILE#$",
        build_compiler_vars={"XOPENME": ""},
        compiler_env="CK_CC",
        deps=XOPENME,
        extra_ld_vars="$<<CK_EXTRA_LIB_M>>$",
        source_files=["main.c"],
        run_time={"fine_grain_timer_file": "tmp-ck-timer.json"},
    )
    path = programs.add(program, {"main.c": C_WITH_TIMERS})
    outcome = programs.run(record_reference=True, repetitions=3)
    assert outcome.correct is True
    assert outcome.built.resolved["xopenme"].package_alias == "lib-rtl-xopenme"
    values = numbers(outcome.metrics)
    assert 0 < values["execution_time"] == values["execution_time_kernel_0"] < values["wall_s"]
    assert values["execution_time_kernel_1"] < 0.01
    assert values["run_time_state.repeat"] == 1
    assert values["run_time_state.half"] == 0.5
    assert values["run_time_state.tiny"] == 1e-30
    assert "run_time_state.nowhere" not in values
    one = (path / "reference/default/none/tmp-output1.tmp").read_text()
    more = numbers(programs.run(environment={"CT_REPEAT_MAIN": "20"}).metrics)
    assert more["run_time_state.repeat"] == 20
    assert more["execution_time"] > 2 * values["execution_time"]
    assert float(one)


def test_the_file_of_timers_is_json(timed_programs: Programs, tmp_path: Path) -> None:
    """Also where a value was never given, and under the name that a variable gives."""
    source = (
        "#include <xopenme.h>\n"
        "int main(void) { xopenme_init(1, 3); xopenme_clock_end(0); xopenme_clock_start(7);\n"
        '  xopenme_add_var_i(1, (char *)"n", 1); xopenme_dump_state(); xopenme_dump_state();\n'
        "  xopenme_finish(); xopenme_finish(); return 0; }\n"
    )
    program = meta("c", "lang-c,gcc", "$#BIN_FILE#$", deps=XOPENME, source_files=["main.c"])
    timed_programs.add(program, {"main.c": source})
    place = tmp_path / "own.json"
    timed_programs.run(environment={"XOPENME_TIME_FILE": str(place)})
    found = json.loads(place.read_text())
    assert found == {
        "execution_time": 0.0,
        "execution_time_kernel_0": 0.0,
        "run_time_state": {"n": 1},
    }


def test_the_example_of_the_docs(timed_programs: Programs) -> None:
    page = Path(__file__).parents[2] / "docs" / "programs.md"
    source = page.read_text("utf-8").partition("```c\n")[2].partition("```")[0]
    timer = {"fine_grain_timer_file": "tmp-ck-timer.json"}
    program = meta(
        "c", "lang-c,gcc", "$#BIN_FILE#$", deps=XOPENME, source_files=["main.c"], run_time=timer
    )
    timed_programs.add(program, {"main.c": source})
    found = timed_programs.run().metrics
    assert found["run_time_state.size"].value == 100
    assert "execution_time_kernel_0" in found


def test_cpp_with_timers(timed_programs: Programs) -> None:
    source = (
        "#include <iostream>\n#include <xopenme.h>\n"
        "int main() { xopenme_init(1, 0); xopenme_clock_start(0); std::cout << 42 << std::endl;\n"
        "  xopenme_clock_end(0); xopenme_dump_state(); xopenme_finish(); }\n"
    )
    program = meta(
        "cpp",
        "lang-cpp,gcc",
        "$#BIN_FILE#$",
        compiler_env="CK_CXX",
        compiler_flags_as_env="$<<CK_COMPILER_FLAG_CPP11>>$",
        compiler_add_include_as_env_from_deps=["CK_ENV_LIB_STDCPP_INCLUDE"],
        linker_add_lib_as_env=["CK_CXX_EXTRA", "CK_ENV_LIB_STDCPP_STATIC"],
        deps=XOPENME,
        source_files=["main.cpp"],
        run_time={"fine_grain_timer_file": "tmp-ck-timer.json"},
    )
    path = timed_programs.add(program, {"main.cpp": source})
    assert output(timed_programs, path) == "42\n"
    assert "-std=c++11" in timed_programs.build().build.commands[0]


FORTRAN = """      PROGRAM HELLO
      INTEGER I, N
      DOUBLE PRECISION X
      X = 0
      N = 5
      CALL XOPENME_INIT(1, 2)
      CALL XOPENME_CLOCK_START(0)
      DO 10 I = 1, N
   10 X = X + I
      CALL XOPENME_CLOCK_END(0)
      CALL XOPENME_ADD_VAR_I(0, 'count', N)
      CALL XOPENME_ADD_VAR_D(1, 'sum', X)
      CALL XOPENME_DUMP_STATE()
      CALL XOPENME_FINISH()
      PRINT '(F5.1)', X
      END
"""


@pytest.mark.skipif(shutil.which("gfortran") is None, reason="needs gfortran")
def test_fortran_with_timers(timed_programs: Programs) -> None:
    program = meta(
        "f77",
        "lang-f77,gcc",
        "$#BIN_FILE#$",
        compiler_env="CK_FC",
        deps=XOPENME,
        source_files=["main.F"],
        run_time={"fine_grain_timer_file": "tmp-ck-timer.json"},
    )
    path = timed_programs.add(program, {"main.F": FORTRAN})
    assert output(timed_programs, path) == " 15.0\n"
    metrics = timed_programs.run().metrics
    assert metrics["run_time_state.count"].value == 5
    assert metrics["run_time_state.sum"].value == 15


JAVA = (
    'public class hello {{ public static void main(String[] a) {{ System.out.println("{}"); }} }}\n'
)


@pytest.mark.skipif(shutil.which("javac") is None, reason="needs a Java development kit")
def test_java_with_commands_of_its_own(programs: Programs) -> None:
    """Its class lies where the program runs, as where CK compiles and runs in one directory."""
    program = meta(
        "java",
        "lang-java",
        "$#env1#$CK_JAVA_RT$#env2#$ $#BIN_FILE#$ ",
        compiler_env="CK_JAVAC",
        compile_cmds={
            "default": {"cmd": "$#compiler#$ $#flags_before#$ $#source_file#$ $#flags_after#$ -d ."}
        },
        link_cmds={"default": {"cmd": ""}},
        skip_add_prefix_for_target_file="yes",
        skip_bin_ext="yes",
        skip_compiler_vars="yes",
        skip_md5sum="yes",
        skip_objdump="yes",
        source_files=["hello.java"],
        target_file="hello",
    )
    path = programs.add(program, {"hello.java": JAVA.format("hello")})
    assert output(programs, path, repetitions=2) == "hello\n"
    programs.add(program, {"hello.java": JAVA.format("changed")})
    assert output(programs, path) == "changed\n"


def test_python_without_a_build(programs: Programs) -> None:
    program = meta(
        "python",
        "lang-python",
        "$<<CK_ENV_COMPILER_PYTHON_FILE>>$ ..$#dir_sep#$hello.py",
        no_compile="yes",
        no_target_file="yes",
    )
    path = programs.add(
        program, {"hello.py": "import os; print('hello', os.environ['CT_REPEAT_MAIN'])\n"}
    )
    assert output(programs, path) == "hello 1\n"


def test_python_that_says_it_is_compiled(programs: Programs) -> None:
    program = meta(
        "python",
        "lang-python",
        "$#env1#$CK_PYC$#env2#$ ../hello.py ",
        compiler_env="CK_PYC",
        compile_cmds={"default": {"cmd": 'echo "NOT SUPPORTED"'}},
        link_cmds={"default": {"cmd": ""}},
        skip_bin_ext="yes",
        skip_local_include="yes",
        source_files=["hello.py"],
    )
    path = programs.add(program, {"hello.py": "print('hello')\n"})
    assert output(programs, path) == "hello\n"


def test_a_program_of_two_scripts(programs: Programs) -> None:
    program = meta(
        "c",
        "lang-c,gcc",
        "..$#dir_sep#$ck_run$#script_ext#$",
        compile_cmds={"default": {"cmd": "sh ../ck_compile$#script_ext#$"}},
        use_compile_script="yes",
        extra_ld_vars="$<<CK_EXTRA_LIB_M>>$",
        print_files_after_run=["tmp-output1.tmp"],
        run_vars={"CK_VAR1": 123},
    )
    path = programs.add(
        program,
        {
            "hello.c": 'int puts(const char *); int main(void) { return puts("hello") < 0; }\n',
            "ck_compile.sh": "${CK_CC} ${CK_PROG_COMPILER_FLAGS} ../hello.c -o a.out\n",
            "ck_run.sh": "#!/bin/sh\n./a.out && echo ${CK_VAR1}\n",
        },
    )
    assert output(programs, path, repetitions=2) == "hello\n123\n"
    assert "tmp-output1.tmp:\n  hello\n  123" in programs.said


OPENCL = """#include <CL/cl.h>
#include <stdio.h>
#include <stdlib.h>
static const char *source =
    "__kernel void twice(__global int *x) { int i = get_global_id(0); x[i] *= 2; }";
int main(void) {
  int platform_id = atoi(getenv("CK_COMPUTE_PLATFORM_ID"));
  int device_id = atoi(getenv("CK_COMPUTE_DEVICE_ID")), x[4] = {1, 2, 3, 4}, i;
  size_t size = 4;
  cl_platform_id platforms[8];
  cl_device_id devices[8];
  clGetPlatformIDs(8, platforms, NULL);
  clGetDeviceIDs(platforms[platform_id], CL_DEVICE_TYPE_ALL, 8, devices, NULL);
  cl_device_id device = devices[device_id];
  cl_context context = clCreateContext(NULL, 1, &device, NULL, NULL, NULL);
  cl_command_queue queue = clCreateCommandQueue(context, device, 0, NULL);
  cl_program program = clCreateProgramWithSource(context, 1, &source, NULL, NULL);
  if (clBuildProgram(program, 1, &device, "", NULL, NULL) != CL_SUCCESS) return 1;
  cl_kernel kernel = clCreateKernel(program, "twice", NULL);
  cl_mem memory = clCreateBuffer(context, CL_MEM_USE_HOST_PTR, sizeof x, x, NULL);
  clSetKernelArg(kernel, 0, sizeof memory, &memory);
  clEnqueueNDRangeKernel(queue, kernel, 1, NULL, &size, NULL, 0, NULL, NULL);
  clEnqueueReadBuffer(queue, memory, CL_TRUE, 0, sizeof x, x, 0, NULL, NULL);
  for (i = 0; i < 4; i++) printf("%d\\n", x[i]);
  return 0;
}
"""


def has_opencl() -> bool:
    """A device, and the library with its headers."""
    if shutil.which("clinfo") is None or not Path("/usr/include/CL/cl.h").is_file():
        return False
    asked = subprocess.run(["clinfo", "--list"], capture_output=True, text=True, check=False)
    return "Device" in asked.stdout


@pytest.mark.skipif(not has_opencl(), reason="needs an OpenCL device (PoCL) and headers")
def test_opencl(programs: Programs) -> None:
    program = meta(
        "c",
        "lang-c,gcc",
        "$#BIN_FILE#$",
        build_compiler_vars={"CL_TARGET_OPENCL_VERSION": "120"},
        compiler_flags_as_env="$<<CK_COMPILER_FLAG_STD99>>$",
        deps={"lib-opencl": {"local": "yes", "name": "OpenCL", "sort": 20, "tags": "lib,opencl"}},
        source_files=["main.c"],
        run_time={"need_compute_device": "opencl"},
    )
    path = programs.add(program, {"main.c": OPENCL})
    assert output(programs, path) == "2\n4\n6\n8\n"


def test_seconds_of_a_timer_are_shown_as_such() -> None:
    metric = Metric(name="execution_time_kernel_0", value=0.0625)
    assert format_metric(metric) == "62.5 ms"
