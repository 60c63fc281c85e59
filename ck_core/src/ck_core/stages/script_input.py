"""What CK's functions of components are given."""

from __future__ import annotations

from typing import Any

from ck_core.domain.installation import Installation
from ck_core.stages.scene import Scene

_LINUX = {
    "ck_name": "linux",
    "dir_sep": "/",
    "env_set": "export",
    "env_var_start": "${",
    "env_var_stop": "}",
    "env_separator": ";",
    "env_quotes_if_space": '"',
    "script_ext": ".sh",
    "remote": "no",
}


def script_input(scene: Scene) -> dict[str, Any]:
    """CK's names; the argument of ``ck_preprocess`` and ``ck_postprocess``."""
    component, dataset = scene.program.component, scene.dataset
    meta = dict(component.values)
    place = str(scene.dataset.component.path) if scene.dataset else ""
    first = dataset.files[0] if dataset and dataset.files else ""
    return {
        "host_os_uoa": "linux-64",
        "host_os_dict": _LINUX,
        "target_os_uoa": "linux-64",
        "target_os_dict": _LINUX,
        "target_device_id": "",
        "misc": {},
        "meta": meta,
        "deps": {key: _dependency(one) for key, one in scene.built.resolved.items()},
        "env": dict(scene.environment),
        "run_time": _run_time(scene),
        "params": meta.get("default_params", {}),
        "dataset_uoa": dataset.component.alias if dataset else "",
        "dataset_file": first,
        "dataset_path": place,
        "dataset_meta": {"path": place, "file": first} if dataset else {},
        "device_cfg": {},
        "out": "con",
    }


def _run_time(scene: Scene) -> dict[str, Any]:
    """As the meta has it, with the names of the files that its outputs go to."""
    command = scene.command
    entry = scene.program.component.values["run_cmds"][command.key].get("run_time", {})
    return {**entry, "run_cmd_out1": command.stdout_file, "run_cmd_out2": command.stderr_file}


def _dependency(one: Installation) -> dict[str, Any]:
    customize = {"version": one.version, "full_path": str(one.path)}
    return {
        "uoa": one.uid,
        "ver": one.version,
        "cus": customize,
        "dict": {
            "env": dict(one.environment),
            "tags": sorted(one.tags),
            "soft_uoa": one.soft,
            "customize": customize,
        },
    }
