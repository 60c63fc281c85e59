"""Environment variables that make loaders, shells, interpreters or compilers run other things.

A program's variables may have any name, so that there is no list of what is allowed: what is
listed is what some program that is not the measured one reads. Values that name a place of their
own choice are set aside as well: a program may write there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

_NAME = re.compile(r"[A-Za-z_]\w*", re.ASCII)
_LOADERS = r"LD_.*|DYLD_.*|_RLD.*|LIBPATH|SHLIB_PATH|GCONV_PATH|LOCPATH|NLSPATH|GLIBC_.*|MALLOC_.*"
_SHELLS = (
    r"PATH|PATHEXT|COMSPEC|ENV|SHELL|SHELLOPTS|IFS|CDPATH|PS[0-9]|PROMPT_COMMAND|FPATH|ZDOTDIR"
    r"|BASH.*|ZSH.*|KSH.*|FUNCNEST|EXECIGNORE|GLOBIGNORE|HISTFILE|FCEDIT|EDITOR|VISUAL|PAGER|BROWSER"
    r"|LESS.*|TERM.*|HOME|USERPROFILE|APPDATA|XDG_.*|TMP|TEMP|TMPDIR|PWD|OLDPWD|SUDO_.*|SSH_.*"
)
_INTERPRETERS = (
    r"PYTHON.*|PERL.*|RUBY.*|GEM_.*|BUNDLE_.*|NODE_.*|NPM_.*|LUA_.*|PHP.*|TCL.*|R_.*|JULIA_.*"
    r"|GUILE_.*|AWK.*|JAVA_.*|_JAVA_.*|JDK_.*|JRE_.*|CLASSPATH|GO(ROOT|PATH|FLAGS|PROXY|ENV|DEBUG|BIN|TOOLCHAIN|WORK)|CARGO_.*|RUST.*|OCAML.*|GHC.*"
    r"|MONO_.*|DOTNET_.*|COMPLUS_.*|CORECLR_.*|VIRTUAL_ENV|CONDA_.*|PIP_.*|DENO_.*|ERL_.*"
)
_COMPILERS = (
    r"GCC_.*|COLLECT_.*|COMPILER_PATH|CPATH|.*_INCLUDE_PATH|LIBRARY_PATH|INCLUDE|LIB|_?CL_?|_?LINK_?"
    r"|CCC_.*|CLANG_.*|DEPENDENCIES_OUTPUT|SUNPRO_DEPENDENCIES|SDKROOT|CCACHE_.*|DISTCC_.*"
    r"|CC|CXX|CPP|FC|F77|LD|AS|AR|NM|RANLIB|STRIP|OBJCOPY|(C|CXX|CPP|F|FC|LD|AS|AR)FLAGS"
    r"|.*MAKEFLAGS|MAKEFILES|MAKE|MAKESHELL|CMAKE_.*|CTEST_.*|NINJA_.*|MESON_.*|PKG_CONFIG.*|CUDAHOSTCXX"
    r"|NVCC_.*"
)
_TOOLS = (
    r"GIT_.*|CURL_.*|WGET.*|.*_PROXY|SSL_.*|OPENSSL_.*|REQUESTS_.*|HOSTALIASES|RES_OPTIONS|KRB5.*"
    r"|QEMU_.*|VALGRIND.*|.*SAN_OPTIONS|GMON_.*|GCOV_.*|LLVM_PROFILE_.*|DEBUGINFOD_.*|GDB.*|STRACE.*"
    r"|DOCKER_.*|PODMAN_.*|ANDROID_.*|ADB_.*|WINE.*|FAKEROOT.*|FAKECHROOT.*|SYSTEMD_.*|DBUS_.*|DISPLAY"
    r"|GTK.*|QT_.*|SDL_.*|XOPENME_.*"
)
_OF_INSTALLATIONS = (
    r"CKP_.*|CK_(ENV|PYTHON|COMPILER|LINKER|PROG|EXTRA|CC|CXX|CPP|AR|LD|AS|FC|F77|F90|NVCC|JAVA|JAVAC"
    r"|MAKE|OBJDUMP|OPT|RUN)(_.*)?|CK_.*(BIN|CMD|EXE|PREFIX|SCRIPT|TOOL).*"
)
"""What commands of programs name tools and flags by; CK's programs have others of their own."""
_LIBRARIES = (
    r"OMP_TOOL.*|OMPT_.*|ACC_PROF.*|KMP_TOOL.*|LIBOMPTARGET_.*|TBB_.*DLL.*|.*_INJECTION.*"
    r"|NVTX_.*|CUPTI_.*|OCL_.*|OPENCL_.*|VK_.*|LIBGL_.*|EGL_.*|__?GL_.*|__EGL_.*|MESA_.*|GALLIUM_.*"
    r"|LIBVA_.*|VDPAU_.*|HSA_.*|ROCP_.*|ROCTX_.*|HIP_.*PATH|HIPCC_.*|ZET?_.*|SYCL_.*|OMPI_.*|PMIX_.*"
    r"|I_MPI_.*|HYDRA_.*|MPICH_.*|UCX_.*|FI_.*|NCCL_.*|POCL_.*|TF_.*PATH.*|XLA_.*|TORCH_.*|TRITON_.*"
    r"|.*(PRELOAD|PLUGIN|MODULE|_LIBRARIES|_LIBRARY|_TOOLS_LIB|_COMMAND|_CMD|RUNPATH|RPATH).*"
)
_KINDS = (
    _LOADERS,
    _SHELLS,
    _INTERPRETERS,
    _COMPILERS,
    _TOOLS,
    _OF_INSTALLATIONS,
    _LIBRARIES,
)
_READ_BY_OTHERS = re.compile("|".join(_KINDS))
_PLACE = re.compile(r"[/\\~`\n\r]|\$[({]|\.\.")


def other_variables(variables: Mapping[str, str]) -> tuple[str, ...]:
    """``NAME=VALUE`` of those that may do more than tell the program something."""
    return tuple(_others(variables))


def names_place(value: str) -> bool:
    """Whether a value may lead a program to another file than the one that is meant."""
    return bool(_PLACE.search(value))


def _others(variables: Mapping[str, str]) -> Iterator[str]:
    for name, value in variables.items():
        odd = not _NAME.fullmatch(name) or _READ_BY_OTHERS.fullmatch(name.upper())
        if odd or names_place(value):
            yield f"{name}={value}"
