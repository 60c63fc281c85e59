"""What a machine runs inside of, and beside."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Surroundings:
    """Virtualisation, power and permissions; None where nothing tells.

    Attributes:
        hypervisor, container: systemd's names (``kvm``, ``docker``); empty for none.
        cpu_quota: cores' worth of time that the container gets.
        has_counters: whether the kernel offers the CPU's performance counters.
        perf_event_paranoid: from 3 on (2 on older kernels) only root may count.
        on_battery: whether nothing charges it.
        throttled: how often since start-up heat has slowed it down.
    """

    hypervisor: str = ""
    container: str = ""
    cpu_quota: float | None = None
    has_counters: bool | None = None
    perf_event_paranoid: int | None = None
    on_battery: bool | None = None
    throttled: int = 0


@dataclass(frozen=True, kw_only=True)
class Load:
    """Who else uses the CPUs.

    Attributes:
        one_minute: programs that ran or waited to run, as the mean of the last minute.
        stolen: share of the time it wanted that the hypervisor gave to others, since start-up.
    """

    one_minute: float | None = None
    stolen: float | None = None
