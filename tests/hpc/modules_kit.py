"""Module systems: two fakes that print what real ones print, and the real ones where they are."""

from __future__ import annotations

import os
from pathlib import Path

from ck_core.testing.executables import write_executable

MODULEFILE = """#%Module1.0
prepend-path PATH {prefix}/bin
prepend-path LD_LIBRARY_PATH {prefix}/lib64
prepend-path CPATH {prefix}/include
prepend-path MANPATH {prefix}/share/man
setenv TOOLCHAIN_HOME {prefix}
"""
_FAKE = """
case "$2" in
-t) cat >&2 <<'END'
{listing}
END
;;
load) file="$MODULEPATH/$3"
  [ -f "$file" ] || {{ echo "ERROR: Unable to locate a modulefile for '$3'" >&2; {fails}; }}
  while read -r word name value; do
    case "$word" in
    prepend-path) eval "old=\\${{$name}}"; echo "$name=$value${{old:+:$old}}; export $name;";;
    setenv) echo "$name=$value; export $name;";;
    esac
  done < "$file"
  echo "LOADEDMODULES=$3; export LOADEDMODULES;"
  {ends};;
esac
"""
_LMOD = {
    "fails": "echo false; exit 1",
    "ends": "echo '_ModuleTable001_=X01v; export _ModuleTable001_;'",
}
_TCL = {"fails": "echo 'test 0 = 1;'; exit 0", "ends": "echo 'test 0;'"}
_REAL = (
    "/usr/share/lmod/lmod/libexec/lmod",
    "/usr/lib/x86_64-linux-gnu/modulecmd.tcl",
    "/usr/libexec/modulecmd.tcl",
)


def real_commands() -> list[str]:
    """Of Lmod and of Environment Modules, where they are installed."""
    named = (os.environ.get(name, "") for name in ("LMOD_CMD", "MODULES_CMD"))
    return [one for one in dict.fromkeys((*named, *_REAL)) if one and os.access(one, os.X_OK)]


def write_module(tree: Path, name: str, prefix: Path) -> None:
    file = tree / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(MODULEFILE.format(prefix=prefix), encoding="utf-8")


def fake_lmod(place: Path, tree: Path) -> Path:
    return write_executable(place, "lmod", _FAKE.format(listing=_listing(tree, "/"), **_LMOD))


def fake_environment_modules(place: Path, tree: Path) -> Path:
    return write_executable(place, "modulecmd.tcl", _FAKE.format(listing=_listing(tree), **_TCL))


def _listing(tree: Path, folder_end: str = "") -> str:
    """As both print it; Lmod lists folders besides."""
    lines = [f"{tree}:"]
    for folder in sorted(one for one in tree.iterdir() if one.is_dir()):
        lines += [f"{folder.name}{folder_end}"] if folder_end else []
        names = [str(one.relative_to(tree)) for one in sorted(folder.rglob("*")) if one.is_file()]
        lines += [*names[:-1], *(f"{one}(default)" for one in names[-1:])]
    return "\n".join([*lines, ""])
