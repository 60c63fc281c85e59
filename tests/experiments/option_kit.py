"""A program whose commands are frameworks, with fake ones, and models that they can read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ck_core.context import Context, SilentReporter
from ck_core.domain.installation import Installation
from ck_core.testing.fixtures import AddComponent

RUN = r"""
[ "$MODEL" = broken ] && { echo "no such operator" >&2; exit 3; }
[ "$MODEL" = silent ] || printf '{"latency_s": %s.5, "accuracy": 0.9}' "$BATCH" >timer.json
echo "$FRAMEWORK $MODEL $DATASET $BATCH $(cat prepared.txt)"
"""
PREPARE = """
echo "$DATASET" >prepared.txt
echo once >>"$CKP_CACHE/log"
"""
THINGS = (
    ("alpha", "1.0", "framework", {"FRAMEWORK": "alpha-1.0"}),
    ("alpha", "2.0", "framework", {"FRAMEWORK": "alpha-2.0"}),
    ("beta", "3.1", "framework", {"FRAMEWORK": "beta-3.1"}),
    ("small", "1", "model,format-alpha,fp32", {"MODEL": "alpha-fp32"}),
    ("small", "1.1", "model,format-alpha,int8", {"MODEL": "alpha-int8"}),
    ("small", "1", "model,format-beta,fp32", {"MODEL": "beta-fp32"}),
    ("odd", "1", "model,format-beta,fp32", {"MODEL": "broken"}),
    ("mute", "1", "model,format-alpha,fp32", {"MODEL": "silent"}),
    ("digits", "1", "pictures", {"DATASET": "digits"}),
    ("letters", "1", "pictures", {"DATASET": "letters"}),
)


def command(framework: str) -> dict[str, Any]:
    return {
        "run_deps": {
            "framework": {"tags": f"framework,{framework}"},
            "model": {"tags": f"model,format-{framework}"},
        },
        "run_time": {
            "run_cmd_main": "sh $#src_path_local#$run.sh",
            "pre_process_cmds": ["sh $#src_path_local#$prepare.sh"],
            "fine_grain_timer_file": "timer.json",
        },
    }


GUESSES: dict[str, Any] = {
    "backup_data_uid": "0123456789abcdef",
    "run_deps": {"dataset": {"tags": "pictures"}},
    "run_vars": {"BATCH": "1"},
    "run_cmds": {"alpha": command("alpha"), "beta": command("beta")},
    "metric": "latency_s",
    "choices": {
        "BATCH": {"sets": "variable", "type": "integer", "values": [1, 2, 4, 8]},
        "LANES": {
            "sets": "variable",
            "type": "integer",
            "range": [1, 4],
            "default": 1,
            "only_for_cmd": ["alpha"],
        },
    },
    "options": {
        "keep-in": {"sets": "KEEP", "recorded": "no"},
        "framework": {"chooses": "command", "wishes": "framework", "desc": "What runs it."},
        "model": {"wishes": "model"},
        "data-type": {"tags": "model", "values": ["fp32", "int8"]},
        "batch": {"sets": "BATCH", "desc": "Pictures at a time."},
        "lanes": {"sets": "LANES"},
    },
}


def add_guesses(add_component: AddComponent, home: Path, **changes: Any) -> str:
    """``program:guesses`` and everything that it could need."""
    files = {"run.sh": RUN, "prepare.sh": PREPARE}
    add_component("program", "guesses", {**GUESSES, **changes}, files)
    context = Context(SilentReporter())
    for number, (product, version, tags, environment) in enumerate(THINGS):
        file = home / "things" / f"{number}-{product}"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(product)
        context.environments.register(
            Installation(
                name=f"{product} {version}",
                product=product,
                version=version,
                path=file,
                tags=frozenset({product, *tags.split(",")}),
                environment=environment,
                plugin="softs",
            )
        )
    return "program:guesses"
