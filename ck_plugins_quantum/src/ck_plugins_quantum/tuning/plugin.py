"""The hook *autotune*: the transpiler's settings and shots, for programs of the quantum worker.

Programs that say in ``choices`` what may be varied, as ours do, have said it better.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ck_core import hookimpl
from ck_core.domain.tuning.parameter import Parameter, Place
from ck_core.domain.tuning.session import TuningSession

GROUP = "quantum"
_SDK, _QISKIT = "CKP_QUANTUM_SDK", "qiskit"
_LEVELS = {
    "qiskit": ("default", "0", "1", "2", "3"),
    "cirq": ("default", "0", "1", "2"),
}
_OF_QISKIT = {
    "CKP_QUANTUM_LAYOUT": ("default", "trivial", "dense", "sabre"),
    "CKP_QUANTUM_ROUTING": ("default", "basic", "lookahead", "sabre"),
}
_SEEDS = ("1", "2", "3", "4", "5")


@hookimpl
def autotune(session: TuningSession) -> None:
    """Nothing where no quantum SDK is among what the program needs."""
    sdks = [one.environment.get(_SDK, "") for one in session.compilers]
    sdk = next(filter(None, sdks), "")
    if not sdk or not session.wants(GROUP):
        return
    declared = session.program.component.meta.mappings("choices")
    found = [*_parameters(sdk), *_against_noise(session.environment)]
    session.add_parameters(*(one for one in found if one.name not in declared))


def _parameters(sdk: str) -> Iterator[Parameter]:
    if levels := _LEVELS.get(sdk):
        yield _parameter("CKP_QUANTUM_LEVEL", levels, "default")
    if sdk == _QISKIT:
        for name, values in _OF_QISKIT.items():
            yield _parameter(name, values, "default")
        yield _parameter("CKP_QUANTUM_SEED", _SEEDS, _SEEDS[0])


def _against_noise(environment: Mapping[str, str]) -> Iterator[Parameter]:
    """On real machines alone: others refuse them."""
    if environment.get("CKP_QUANTUM_BACKEND", "").partition(":")[0] == "ibm":
        for name in ("CKP_QUANTUM_DECOUPLING", "CKP_QUANTUM_TWIRLING"):
            yield _parameter(name, ("no", "yes"), "no")


def _parameter(name: str, values: tuple[str, ...], default: str) -> Parameter:
    return Parameter(name=name, values=values, default=default, group=GROUP, place=Place.VARIABLE)
