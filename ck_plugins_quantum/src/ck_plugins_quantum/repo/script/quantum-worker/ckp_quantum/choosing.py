"""Which adapter: by the backend's name, of this SDK alone."""

from __future__ import annotations

import importlib
from difflib import get_close_matches

from ckp_quantum.adapter import Device, Options
from ckp_quantum.failure import Failure
from ckp_quantum.settings import Settings

KINDS = {
    "aer": "qiskit",
    "fake": "qiskit",
    "ibm": "qiskit",
    "cirq": "cirq",
    "pennylane": "pennylane",
    "pyquil": "pyquil",
}
"""By the first word of a backend's name: whose it is."""
USUAL = {"qiskit": "aer"}
REMOTE = "ibm"
"""Real machines."""


def device_of(settings: Settings) -> tuple[Device, str]:
    """With the backend's whole name; raises Failure where there is none, or it is another SDK's."""
    name = settings.backend or USUAL.get(settings.sdk, settings.sdk)
    kind, _, detail = name.partition(":")
    if kind not in KINDS:
        near = get_close_matches(kind, KINDS, n=1)
        hint = f"did you mean {near[0]}? " if near else ""
        raise Failure(f"there is no backend {name!r}", f"{hint}they begin with {', '.join(KINDS)}")
    if KINDS[kind] != settings.sdk:
        raise Failure(
            f"backend {name} is of {KINDS[kind]}, and this run has {settings.sdk}",
            f"add --sdk {KINDS[kind]}",
        )
    _check_resilience(settings, name, kind)
    options = Options(
        name,
        detail,
        settings.level,
        settings.layout,
        settings.routing,
        settings.seed,
        settings.decoupling,
        settings.twirling,
    )
    return importlib.import_module(f"ckp_quantum.adapters.{kind}").load(options), name


def _check_resilience(settings: Settings, name: str, kind: str) -> None:
    """Raises Failure where it would be without effect, and a comparison nonsense."""
    asked = {"--dynamical-decoupling": settings.decoupling, "--twirling": settings.twirling}
    given = [option for option, value in asked.items() if value == "yes"]
    if not given or kind == REMOTE:
        return
    why = "it is no real machine"
    if kind == "fake":
        why = "the runtime ignores them for fake backends"
    raise Failure(
        f"{' and '.join(given)} would change nothing on backend {name}: {why}",
        f"leave it out, or take {REMOTE}:NAME",
    )
