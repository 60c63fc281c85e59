"""Fake backends of the IBM runtime: a machine's map, gates and noise as it was once, offline."""

from __future__ import annotations

import warnings
from difflib import get_close_matches
from typing import Any

from ckp_quantum.adapter import Device, Options
from ckp_quantum.adapters import _qiskit
from ckp_quantum.failure import Failure
from ckp_quantum.importing import sdk


def load(options: Options) -> Device:
    if not options.detail:
        raise Failure("backend fake has no name", "fake:NAME, for example fake:manila")
    return _qiskit.device(options, fake_backend(options.detail))


def fake_backend(name: str) -> Any:
    """``manila`` is ``FakeManilaV2``; raises Failure where there is none."""
    provider = sdk("qiskit_ibm_runtime.fake_provider")
    known = {_short(one): one for one in dir(provider) if one.startswith("Fake")}
    found = known.get(_short(name))
    if found is None or "provider" in found.lower():
        near = get_close_matches(_short(name), known, n=1)
        hint = f"did you mean fake:{near[0]}?" if near else "fake:manila is one"
        raise Failure(f"there is no fake backend {name!r}", hint)
    sdk("qiskit_aer")  # without it they have no noise, and say so in a warning alone
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return getattr(provider, found)()


def _short(name: str) -> str:
    return name.lower().removeprefix("fake").replace("_", "").removesuffix("v2")
