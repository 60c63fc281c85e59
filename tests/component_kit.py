"""Metas that several tests start from."""

from __future__ import annotations

from typing import Any

HELLO = '#include <stdio.h>\nint main(void) { puts("hello"); return 0; }\n'


def program_meta(command: str = "$#BIN_FILE#$", **changes: Any) -> dict[str, Any]:
    """A C program with one command whose standard output is checked."""
    run_time = {"run_cmd_main": command, "run_correctness_output_files": ["stdout.txt"]}
    meta = {
        "backup_data_uid": "0123456789abcdef",
        "data_name": "test program",
        "tags": ["test", "lang-c"],
        "source_files": ["main.c"],
        "compile_deps": {"compiler": {"tags": "compiler,lang-c"}},
        "run_cmds": {"default": {"run_time": run_time}},
    }
    return {**meta, **changes}
