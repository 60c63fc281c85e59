"""What an emulator makes incomparable, and what it leaves."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ck_core.analysis.emulation_rule import are_comparable
from experiments.point_kit import sample

NATIVE = sample(1)
EMULATED = replace(sample(2), emulated_by="qemu@7.2")
LATER = replace(sample(3), emulated_by="qemu@8.0")
OF_THE_MACHINE = ("wall_s", "peak_memory_bytes", "cycles", "energy_j", "fps", "kernel.time")
OF_THE_OUTPUT = ("size_bytes", "correct", "psnr_db", "accuracy", "top5_accuracy")


@pytest.mark.parametrize("metric", OF_THE_MACHINE)
def test_what_follows_the_machine_is_the_emulators_own(metric: str) -> None:
    assert not are_comparable(NATIVE, EMULATED, metric)
    assert not are_comparable(EMULATED, NATIVE, metric)
    assert not are_comparable(EMULATED, LATER, metric)


@pytest.mark.parametrize("metric", OF_THE_OUTPUT)
def test_the_binary_and_the_output_are_the_targets(metric: str) -> None:
    assert are_comparable(NATIVE, EMULATED, metric)
    assert are_comparable(EMULATED, LATER, metric)


@pytest.mark.parametrize("metric", [*OF_THE_MACHINE, *OF_THE_OUTPUT])
def test_alike_ones_are_compared(metric: str) -> None:
    assert are_comparable(NATIVE, sample(9), metric)
    assert are_comparable(EMULATED, replace(EMULATED, uid="0" * 16), metric)
