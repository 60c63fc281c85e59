"""Features of small programs, as compilers of this machine tell them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from ck_core.errors import BuildError
from ck_plugins_compilers import features_gcc, features_llvm, gcc, llvm
from compilers.helpers import find, request_for

C = """
#include <stdio.h>
#include <math.h>
typedef float real;
extern int (*chosen)(int);
static const real weights[100] = {1};
__attribute__((noinline)) int pick(int n) {
  switch (n) {
  case 1: return 5;
  case 2: return chosen(n);
  case 3: return 4;
  case 9: puts("nine"); return n * n;
  default: return 100 / n;
  }
}
real product(const real *a, real *b, int n) {
  real sum = 0;
  for (int i = 0; i < n; i++)
    for (int j = 0; j < n; j++) sum += a[i * n + j] * weights[j];
  b[n] = sum;
  return sum;
}
int longest(const int *a, int n) {
  int most = 0;
  for (int i = 0; i < n; i++) if (a[i] > most) most = a[i];
  return most + pick(n) + (int)sqrt(n);
}
"""
CPP = """
#include <vector>
struct Base { virtual int value(int x) = 0; };
int call(Base *base, int n) { return base->value(n); }
double sum(const std::vector<double> &values) {
  double found = 0;
  for (double one : values) found += one;
  return found;
}
"""
FORTRAN = """
subroutine scale(n, a, b)
  integer, intent(in) :: n
  real(8), intent(in) :: a(n)
  real(8), intent(out) :: b(n)
  integer :: i
  do i = 1, n
    b(i) = a(i) * 2.5d0 + 1d0
  end do
end subroutine
"""
COMPILERS = [("gcc", "11"), ("gcc", "12"), ("llvm", "14"), ("llvm", "19")]
each_compiler = pytest.mark.parametrize(("plugin", "version"), COMPILERS)
READERS = {"gcc": (gcc, features_gcc), "llvm": (llvm, features_llvm)}
VARIABLES = {"c": "CK_CC", "cpp": "CK_CXX", "f90": "CK_FC"}
LANGUAGES = {"c": "lang-c", "cpp": "lang-cpp", "f90": "lang-fortran"}


def features_of(
    plugin: str, version: str, path: Path, sources: dict[str, str], *flags: str
) -> Mapping[str, float]:
    hooks, reader = READERS[plugin]
    suffix = next(iter(sources)).rpartition(".")[2]
    compiler = find(hooks.detect, ["compiler", plugin, LANGUAGES[suffix]], version)
    variable = VARIABLES[suffix]
    if variable not in compiler.environment:
        pytest.skip(f"{compiler.name} has no compiler for {suffix} here")
    request = request_for(compiler, path, sources, compiler_variable=variable, flags=flags)
    found: Mapping[str, float] = reader.read_features(request)
    return found


@each_compiler
def test_what_a_program_in_c_is_made_of(plugin: str, version: str, tmp_path: Path) -> None:
    found = features_of(plugin, version, tmp_path, {"a.c": C})
    assert found["functions"] == 3
    assert (found["loops"], found["inner_loops"], found["loop_depth"]) == (3, 2, 2)
    assert found["switches"] >= 1
    assert found["indirect_calls"] == 1
    assert found["library_calls"] >= 1
    assert found["float_operations"] == (1 if plugin == "llvm" else 2)  # clang's is fused
    assert found["float_compares"] <= 1  # of sqrt's argument
    assert found["divisions"] == 1
    assert found["multiplications"] >= 2
    assert found["loads"] >= 4
    assert found["stores"] >= 1
    assert found["vector_operations"] == 0


@each_compiler
def test_shares_are_of_what_is_counted(plugin: str, version: str, tmp_path: Path) -> None:
    found = features_of(plugin, version, tmp_path, {"a.c": C})
    assert found["loads_share"] == pytest.approx(found["loads"] / found["instructions"])
    assert found["mean_block_size"] == pytest.approx(found["instructions"] / found["basic_blocks"])
    assert 0.3 < found["in_loops_share"] < 0.9
    assert found["float_operations_in_inner_loops_share"] > found["float_operations_share"]


@each_compiler
def test_names_of_other_files_are_ones_own(plugin: str, version: str, tmp_path: Path) -> None:
    sources = {
        "a.c": "int other(int);\nint one(int n) { return other(n) + 1; }\n",
        "b.c": 'int puts(const char *);\nint other(int n) { return puts("b") + n; }\n',
    }
    found = features_of(plugin, version, tmp_path, sources)
    assert (found["functions"], found["direct_calls"], found["library_calls"]) == (2, 1, 1)


@each_compiler
def test_vectors_of_the_programs_own(plugin: str, version: str, tmp_path: Path) -> None:
    text = """
    typedef float four __attribute__((vector_size(16)));
    four twice(four a, four b) { return a * b + a; }
    """
    found = features_of(plugin, version, tmp_path, {"a.c": text})
    assert found["vector_operations"] >= 1
    assert found["float_operations"] >= 1


@each_compiler
def test_what_is_tuned_does_not_change_them(plugin: str, version: str, tmp_path: Path) -> None:
    usual = features_of(plugin, version, tmp_path / "usual", {"a.c": C})
    assert features_of(plugin, version, tmp_path / "other", {"a.c": C}, "-O0", "-flto") == usual
    named = {"a.c": C.replace("100", "N")}
    assert features_of(plugin, version, tmp_path / "named", named, "-DN=100") == usual


@each_compiler
def test_virtual_calls_of_cpp(plugin: str, version: str, tmp_path: Path) -> None:
    found = features_of(plugin, version, tmp_path, {"a.cpp": CPP})
    assert found["indirect_calls"] == 1
    assert found["loops"] == 1
    assert found["float_operations"] == 1


@each_compiler
def test_a_loop_of_fortran(plugin: str, version: str, tmp_path: Path) -> None:
    found = features_of(plugin, version, tmp_path, {"a.f90": FORTRAN})
    assert found["functions"] == 1
    assert found["loops"] >= 1
    assert found["float_operations"] >= 1
    assert found["float_operations_in_inner_loops_share"] > 0


@each_compiler
def test_a_source_that_does_not_compile(plugin: str, version: str, tmp_path: Path) -> None:
    with pytest.raises(BuildError) as raised:
        features_of(plugin, version, tmp_path, {"a.c": "int f( {"})
    assert "a.c does not compile" in raised.value.message
    assert "a.c:1" in raised.value.details
