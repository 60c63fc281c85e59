"""Points: what one measurement was made of, and what came out. An experiment holds many."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ck_core.domain.metric import Metric
from ck_core.domain.source import Source

SCHEMA = 1
STATUSES = ("ok", "failed")
STAGES = ("build", "run", "timeout", "output")
"""Where a failed point failed; ``output`` ran well, but its output is not the reference."""

Scalar = str | int | float | bool


@dataclass(frozen=True, kw_only=True)
class RecordedComponent:
    """A component that took part; ``digest`` is ``sha256:...`` of its files, where taken."""

    cid: str
    uid: str = ""
    source: Source = field(default_factory=lambda: Source(repo=""))
    digest: str = ""

    @property
    def alias(self) -> str:
        return self.cid.rpartition(":")[2]


@dataclass(frozen=True, kw_only=True)
class Resolved:
    """What one requirement was resolved to.

    Attributes:
        key: the requirement's, e.g. ``compiler``.
        target: the triple it makes binaries for; empty for what is no compiler.
        origin: where it came from, e.g. ``detected``.
        package: cid of what installed it, in its ``package_variation``; empty for what was found.
        digest: ``sha256:...`` of what it was made from, or of its main file.
        path: its main file on the machine that recorded.
        plugin_release: distribution and version of the plugin that described it.
        made_with: requirement's key to ``product@version`` of what it was built with.
    """

    key: str
    product: str
    version: str
    target: str = ""
    origin: str = ""
    package: str = ""
    package_variation: str = ""
    digest: str = ""
    path: str = ""
    plugin_release: str = ""
    made_with: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class RecordedBuild:
    """The binary: the flags that made it, its size and ``sha256:...``."""

    flags: tuple[str, ...] = ()
    size_bytes: int = 0
    digest: str = ""


@dataclass(frozen=True, kw_only=True)
class Point:
    """One point of an experiment, complete in itself.

    Attributes:
        uid: 16 hexadecimal digits, its own.
        recorded_at: ISO 8601, UTC.
        status: ``ok`` or ``failed``; then ``stage`` is one of STAGES and ``error`` says why.
        correct: whether the output was the reference's; None where there is none.
        choices: what somebody chose: ``compiler``, ``flags``, ``env.OMP_NUM_THREADS``, ...
        features: what was given: ``cpu``, ``kernel``, ``governor``, ...
        characteristics: what was measured: raw values, one a repetition, in their order. A
            value that is no number (NaN, infinite) is kept as NaN.
        metrics: what the point is judged by.
        plugins: name to release of those that took part.
        command_line: what the user typed.
        session: 16 hexadecimal digits that points measured in turn, in common blocks, share.
        place: its number among the variants of its session, as they were asked for; None where
            nobody knows.
        emulated_by: what ran the binary in place of the machine it was made for.
        replay_of: UID of the point that was measured again; empty for what is no replay.
        notes: for people, e.g. outliers and their likely cause.
        extra: keys of later versions, kept as they are.
    """

    uid: str
    recorded_at: str
    program: RecordedComponent
    command: str = ""
    dataset: RecordedComponent | None = None
    status: str = "ok"
    stage: str = ""
    error: str = ""
    correct: bool | None = None
    choices: Mapping[str, Scalar] = field(default_factory=dict)
    features: Mapping[str, Scalar] = field(default_factory=dict)
    characteristics: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    metrics: Mapping[str, Metric] = field(default_factory=dict)
    resolved: tuple[Resolved, ...] = ()
    build: RecordedBuild | None = None
    plugins: Mapping[str, str] = field(default_factory=dict)
    ckp: str = ""
    command_line: tuple[str, ...] = ()
    seed: int | None = None
    session: str = ""
    place: int | None = None
    emulated_by: str = ""
    replay_of: str = ""
    notes: tuple[str, ...] = ()
    extra: Mapping[str, Any] = field(default_factory=dict)
    schema: int = SCHEMA

    @property
    def failed(self) -> bool:
        """At ``stage``."""
        return self.status != "ok"

    @property
    def repetitions(self) -> int:
        """Of what was measured most often; 0 where nothing was."""
        return max(map(len, self.characteristics.values()), default=0)

    @property
    def scalars(self) -> dict[str, Scalar]:
        """All single values by the names that filters, columns and the index know them by.

        Those of a group carry its name: ``choices.compiler``, ``metrics.wall_s``,
        ``metrics.wall_s.low``, ``features.cpu``, ``resolved.compiler.version``.
        """
        return dict(self._scalars())

    def _scalars(self) -> Iterator[tuple[str, Scalar]]:
        yield from self._head()
        for name, value in self.choices.items():
            yield f"choices.{name}", value
        for name, metric in self.metrics.items():
            bounds = {"": metric.value, ".low": metric.low, ".high": metric.high}
            for suffix, number in bounds.items():
                if number is not None:
                    yield f"metrics.{name}{suffix}", number
        for name, value in self.features.items():
            yield f"features.{name}", value
        for one in self.resolved:
            yield f"resolved.{one.key}.product", one.product
            yield f"resolved.{one.key}.version", one.version

    def _head(self) -> Iterator[tuple[str, Scalar]]:
        yield "uid", self.uid
        yield "recorded_at", self.recorded_at
        yield "status", self.status
        texts = {
            "stage": self.stage,
            "error": self.error,
            "program": self.program.alias,
            "command": self.command,
            "dataset": self.dataset.alias if self.dataset else "",
            "commit": self.program.source.commit,
            "ckp": self.ckp,
            "session": self.session,
            "emulated_by": self.emulated_by,
            "replay_of": self.replay_of,
        }
        yield from ((name, text) for name, text in texts.items() if text)
        if self.correct is not None:
            yield "correct", self.correct
        if self.seed is not None:
            yield "seed", self.seed
        if self.place is not None:
            yield "place", self.place

    def _repr_html_(self) -> str:
        """What a notebook shows."""
        from ck_core.domain.html import point_html  # noqa: PLC0415  # only notebooks ask

        return point_html(self)
