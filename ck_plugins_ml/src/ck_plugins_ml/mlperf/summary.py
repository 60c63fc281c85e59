"""LoadGen's ``mlperf_log_summary.txt``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

_VALUE = re.compile(r"^(?P<name>\S[^:]*?)\s*:\s*(?P<value>\S.*)$")
_ESTIMATE = re.compile(r"Early stopping (?P<percent>[\d.]+)th percentile estimate: (?P<ns>\d+)")


@dataclass(frozen=True, kw_only=True)
class Summary:
    """What it says.

    Attributes:
        values: of all sections by their names there, as texts.
        reasons: why a result is invalid, or what LoadGen recommends; as it words them.
        estimate_ns: of the percentile that counts, by early stopping; None where there is none.
    """

    scenario: str
    mode: str
    is_valid: bool | None
    reasons: tuple[str, ...] = ()
    values: Mapping[str, str] = field(default_factory=dict)
    estimate_ns: float | None = None

    def number(self, name: str) -> float | None:
        """None where it says nothing of it, or no number."""
        try:
            return float(self.values[name])
        except (KeyError, ValueError):
            return None

    def percentile_ns(self, percent: str) -> float | None:
        """``90.00``: of the latencies of queries."""
        return self.number(f"{percent} percentile latency (ns)")


def parse_summary(text: str) -> Summary:
    """Of whatever version: what is not there is not told; of accuracy runs hardly anything is."""
    values: dict[str, str] = {}
    reasons: list[str] = []
    for line in text.splitlines():
        if reason := _reason(line):
            reasons.append(reason)
        elif match := _VALUE.match(line):
            values.setdefault(match["name"], match["value"].strip())
    result = values.get("Result is", "")
    estimate = _ESTIMATE.search(text)
    return Summary(
        scenario=values.get("Scenario", ""),
        mode=values.get("Mode", ""),
        is_valid=result == "VALID" if result else None,
        reasons=tuple(reasons),
        values=values,
        estimate_ns=float(estimate["ns"]) if estimate else None,
    )


def _reason(line: str) -> str:
    """Indented lines below the result: conditions that do not hold, and advice."""
    text = line.strip()
    if line.startswith("  ") and text.endswith(": NO"):
        return text.removesuffix(": NO").strip() + ": no"
    return text.removeprefix("* ") if line.startswith(" * ") else ""
