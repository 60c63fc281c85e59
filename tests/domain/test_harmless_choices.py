"""Which flags and variables of a stranger's say only how code is made and run."""

from __future__ import annotations

import shlex

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ck_core.domain.code_flags import other_flags
from ck_core.domain.interpreted_variables import other_variables

HARMLESS = """
-O0 -O -O2 -O3 -Ofast -Os -Oz -Og -g -g3 -ggdb -gdwarf-5 -gz=zlib -w -W -Wall -Wextra -Wno-unused
-Werror=vla -Wlarger-than=4096 -DN -DN=100 -DTYPE=double -UNDEBUG -std=c++20 --std=gnu11 -ansi -pipe
-pthread -static -fopenmp -fPIC -fno-plt -flto -flto=auto -flto=4 -funroll-loops -fno-tree-vectorize
-fmodulo-sched -fforward-propagate -falign-functions=32 -ffp-contract=fast -fvisibility=hidden
-fsanitize=address,undefined -fveclib=libmvec -ftree-parallelize-loops=4 -fuse-linker-plugin
-march=native -march=armv8.2-a+sve -mtune=skylake -mavx2 -mno-avx -mfpmath=sse -m32
-mprefer-vector-width=512 --param=max-unroll-times=4 -s -no-pie
"""
HARMLESS_PAIRS = (
    "-D N=1",
    "-U N",
    "--param max-unroll-times=4",
    "-mllvm -unroll-threshold=200",
    "-mllvm -polly -mllvm -polly-vectorizer=stripmine",
    "-mllvm -unroll-runtime -mllvm -enable-load-pre=false",
)
HARMFUL = """
-wrapper -fplugin=x.so -fplugin=x -fplugin-arg-x-y=z -fpass-plugin=x.so -B/dir/ -Bdir @file
-specs=x --specs=x -specs -MD -MF -MMD -o -ofile -Wl,-plugin,x.so -Wl,--version -Wa,x -Wp,-MD,x
-Wp,-I,x -Xlinker -Xclang -Xassembler -Xpreprocessor -fuse-ld=x -fuse-ld=lld -load -load=x
-include -include/etc/passwd -I/etc -Idir -L/tmp -Ldir -isystem -imacros -iquote -idirafter -x -T
-Tscript -fprofile-use=p -fprofile-generate=p -fprofile-dir=x -fprofile-instr-use=x
-fauto-profile=x -fdump-tree-all -fdump-final-insns=x -fopt-info=x -fopt-info-vec=x
-fsave-optimization-record -foptimization-record-file=x -fcompare-debug=-fplugin -fcompare-debug
-foffload-options=x -fmodule-mapper=x -fmodule-file=x -fmodule-map-file=x -fmodules-cache-path=x
-fprebuilt-module-path=x -fsanitize-ignorelist=x -fsanitize-blacklist=x
-finstrument-functions-exclude-file-list=x -fdebug-prefix-map=a=b -ftime-trace=x -ftime-trace
-fthinlto-index=x -frandom-seed=../x -fcrash-diagnostics-dir=x -fcallgraph-info -fstack-usage
-ftest-coverage -finput-charset=x -fintrinsic-modules-path -framework -filelist -force_load
-mllvm=-load=x -mmlir -module-dependency-dir -mlink-builtin-bitcode -msys-lib=x -gcc-toolchain
-gen-cdb-fragment-path --gcc-toolchain=x --sysroot=x --config=x -save-temps -dumpdir -aux-info -c
-E -S -v -### main.c lib.a -lx -l:x.a -z -e -u -R --include=x --output=x --param=x=/y -std=../x
-march=/x -mtune=$(x) -DN=/etc/x -DN=$(x) -DN=a;b - -DN=`x` -Wno-a=/x -g/x -O2;x -O2|x -fplugin
-ffoo=bar -J-javaagent:x -processorpath
"""
HARMFUL_PAIRS = (
    "-mllvm -load=x",
    "-mllvm -load-pass-plugin=x",
    "-mllvm -pgo-test-profile-file=x",
    "-mllvm -stats-file=x",
    "-mllvm -view-cfg",
    "-mllvm -inline-x=../y",
    "-mllvm x.c",
    "-mllvm",
    "--param",
    "--param /etc/x",
    "-D",
    "-D /x",
    "-D '-wrapper'",
)

READ_BY_OTHERS = """
LD_PRELOAD LD_LIBRARY_PATH LD_AUDIT ld_preload DYLD_INSERT_LIBRARIES GCONV_PATH PATH ENV IFS
BASH_ENV BASH_FUNC_ls%% SHELLOPTS PS4 PROMPT_COMMAND CDPATH HOME TMPDIR EDITOR PAGER LESSOPEN
PYTHONPATH PYTHONSTARTUP PERL5LIB PERL5OPT RUBYOPT NODE_OPTIONS JAVA_TOOL_OPTIONS _JAVA_OPTIONS
CLASSPATH LUA_INIT GCC_EXEC_PREFIX COMPILER_PATH CPATH C_INCLUDE_PATH LIBRARY_PATH
CCC_OVERRIDE_OPTIONS CL _CL_ LINK DEPENDENCIES_OUTPUT CC CFLAGS MAKEFLAGS GNUMAKEFLAGS MAKEFILES
GIT_SSH_COMMAND QEMU_LD_PREFIX OMP_TOOL_LIBRARIES ACC_PROFLIB OCL_ICD_VENDORS VK_ICD_FILENAMES
VK_LAYER_PATH CUDA_INJECTION64_PATH HSA_TOOLS_LIB LIBGL_DRIVERS_PATH CK_CC CKP_HOME http_proxy
ASAN_OPTIONS LLVM_PROFILE_FILE MALLOC_TRACE GLIBC_TUNABLES OPENSSL_CONF A-B
"""


@pytest.mark.parametrize("flags", [*HARMLESS.split(), *HARMLESS_PAIRS])
def test_says_only_how_code_is_made(flags: str) -> None:
    assert other_flags(shlex.split(flags)) == ()


@pytest.mark.parametrize("flags", [*HARMFUL.split(), *HARMFUL_PAIRS])
def test_may_do_more(flags: str) -> None:
    words = shlex.split(flags) if "'" in flags or " " in flags else [flags]
    assert other_flags(words) == (" ".join(words),)
    assert other_flags(["-O2", *words]) == (" ".join(words),)


def test_the_word_that_another_takes_hides_nothing() -> None:
    assert other_flags(["-D", "N", "-wrapper", "/bin/sh,-c,x"]) == ("-wrapper", "/bin/sh,-c,x")
    assert other_flags(["-O2", "two words", "-O2\n-B/x"]) == ("two words", "-O2\n-B/x")


@given(st.lists(st.text(max_size=12), max_size=4))
def test_no_character_that_a_shell_reads_is_let_through(words: list[str]) -> None:
    named = " ".join(other_flags(words))
    for word in words:
        if set(word) & set(" \t\n;|&<>()$`\\\"'*?[]{}#~!/@\0"):
            assert word in named


@pytest.mark.parametrize(
    "name",
    READ_BY_OTHERS.split(),
)
def test_variables_that_others_read(name: str) -> None:
    assert other_variables({name: "1"}) == (f"{name}=1",)


@pytest.mark.parametrize(
    "value", ["/etc/x", "~/x", "a/../b", "`x`", "$(x)", "${x}", "a\nb", "C:\\x"]
)
def test_values_that_name_a_place_or_hold_commands(value: str) -> None:
    assert other_variables({"N": value}) == (f"N={value}",)


@pytest.mark.parametrize(
    "name",
    [
        *(
            "N",
            "CT_REPEAT_MAIN",
            "CT_MATRIX_DIMENSION",
            "OMP_NUM_THREADS",
            "OMP_PROC_BIND",
            "THREADS",
        ),
        *("GOMP_CPU_AFFINITY", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "CUDA_VISIBLE_DEVICES"),
        *("BATCH_SIZE", "LIBRARIES_COUNT", "LIMIT", "PATHS", "CK_BATCH_SIZE", "CK_ARRAY_SIZE"),
    ],
)
def test_a_programs_own_variables(name: str) -> None:
    assert other_variables({name: "4", "OTHER": "a,b c"}) == ()
