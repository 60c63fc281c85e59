"""``platform`` components: the machines that were looked at, one each."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict
from datetime import datetime, timezone
from typing import Any

from ck_core.domain.component import Component
from ck_core.domain.machine import Machine
from ck_core.domain.machine.fingerprint import fingerprint
from ck_core.domain.machine.noise import find_noise
from ck_core.errors import UsageError
from ck_core.store.editing import NewComponent, add, update
from ck_core.store.repositories import Repository

KIND = "platform"


def record_machine(local: Repository, machine: Machine) -> Component:
    """The machine's component, new or renewed; its name and UID are the fingerprint.

    Keys and tags that somebody has added stay.

    Raises:
        BadComponentError: the one that is there is broken.
        StorageError: it cannot be written.
    """
    name, values = fingerprint(machine), machine_values(machine)
    if local.read_if_there(KIND, name) is None:
        title = str(values["data_name"])
        new = NewComponent(kind=KIND, alias=name, uid=name, title=title, values=values)
        with suppress(UsageError):  # another process was quicker
            return add(local, new)
    return update(local.read(KIND, name), lambda old: _renewed(old, values))


def machine_values(machine: Machine) -> dict[str, Any]:
    """A meta as CK's ``platform`` entries have: ``features``, as they were when it was seen."""
    return {
        "backup_data_uid": fingerprint(machine),
        "data_name": machine_title(machine),
        "tags": sorted(_tags(machine)),
        "features": asdict(machine),
        "noise": [one.name for one in find_noise(machine)],
        "seen": datetime.now(timezone.utc).isoformat(timespec="seconds"),
    }


def machine_title(machine: Machine) -> str:
    cpu = machine.cpu
    around = f" under {name}" if (name := machine.surroundings.hypervisor) else ""
    return f"{machine.product or cpu.architecture}: {cpu.model}, {cpu.threads} CPUs{around}"


def _tags(machine: Machine) -> set[str]:
    """From what lasts, so that none becomes wrong."""
    system, cpu = machine.software.system, machine.cpu
    hypervisor = machine.surroundings.hypervisor
    tags = {KIND, system, cpu.architecture, cpu.microarchitecture, cpu.vendor.lower()}
    return {tag for tag in {*tags, "virtual-machine" if hypervisor else "", hypervisor} if tag}


def _renewed(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    tags = old.get("tags")
    kept = [tag for tag in tags if isinstance(tag, str)] if isinstance(tags, list) else []
    return {**old, **new, "tags": sorted({*kept, *new["tags"]})}
