"""Kinds of components: their UIDs in CK, and what they are for."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256


@dataclass(frozen=True, kw_only=True)
class Kind:
    """A kind that ckp or CK knows.

    Attributes:
        uid: CK's UID of the module of that name (PyPI ``ck`` 2.6.4, ``repo/module``).
        title: what its components are.
        actions: commands that do more with one than keep it.
    """

    name: str
    uid: str
    title: str
    actions: tuple[str, ...] = ()


KINDS = {
    kind.name: kind
    for kind in (
        Kind(
            name="program",
            uid="b0ac08fe1d3c2615",
            title="sources or scripts, how to build them and how to run them",
            actions=("compile", "run", "autotune", "lock"),
        ),
        Kind(name="dataset", uid="8a7141c59cd335f5", title="files that programs read"),
        Kind(name="model", uid="f92b25ca2f1a98ae", title="trained models"),
        Kind(
            name="soft",
            uid="5e1100048ab875d7",
            title="how to find a compiler, library or tool on a machine",
            actions=("detect",),
        ),
        Kind(
            name="package",
            uid="1dc07ee0f4742028",
            title="how to install what is missing",
            actions=("install", "uninstall"),
        ),
        Kind(
            name="env",
            uid="9b9b3208ac44b891",
            title="one thing that was found or installed on this machine",
            actions=("show", "virtual", "refresh", "uninstall"),
        ),
        Kind(
            name="experiment",
            uid="bc0409fb61f0aa82",
            title="recorded results",
            actions=("show", "compare", "pareto", "plot", "report", "export", "import", "replay"),
        ),
        Kind(
            name="solution",
            uid="1e448958932a00d4",
            title="ready-made workflows",
            actions=("run",),
        ),
        Kind(
            name="platform",
            uid="707ccdfe444cafac",
            title="machines and their settings",
            actions=("detect",),
        ),
        Kind(name="script", uid="84e27ad9dd12e734", title="scripts that others use"),
        Kind(name="module", uid="032630d041b4fd8a", title="code of CK, which ckp does not run"),
        Kind(
            name="repo",
            uid="befd7892b0d469e9",
            title="repositories of components",
            actions=("pull", "zip", "unzip"),
        ),
    )
}


KIND_OF_UID = {kind.uid: kind.name for kind in KINDS.values()}


def kind_uid(name: str) -> str:
    """CK's UID of a kind; for kinds it does not know, one that depends on the name alone."""
    known = KINDS.get(name)
    return known.uid if known else sha256(name.encode()).hexdigest()[:16]
