"""Who waits for an index sees how far it is; who does not wait sees nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from ck_core.cli.console import ConsoleReporter
from ck_core.cli.experiment_options import AnswerReporter
from ck_core.context import Context, SilentReporter
from ck_core.domain.install import Progress
from ck_core.experiments.reading.experiment import Experiment, Source, load_experiment
from ck_core.experiments.reading.patience import shown_when_slow
from experiments.point_kit import sample
from experiments.recorded_kit import record


class Listener(SilentReporter):
    """Remembers what it was told."""

    def __init__(self) -> None:
        self.said: list[str] = []

    @contextmanager
    def progress(self, text: str) -> Iterator[Progress]:
        self.said.append(text)
        try:
            yield lambda what, done, total: self.said.append(f"{what} {done * 100 // total} %")
        finally:
            self.said.append("done")


def opened(reporter: Listener, patience_s: float) -> Experiment:
    component = load_experiment("it", Context(reporter)).component
    return Experiment(component, Source(component, reporter, patience_s))


def test_what_takes_long_is_shown_until_it_is_done(ckp_home: Path) -> None:
    record(ckp_home, "it", (sample(number, 1) for number in range(4_100)))
    reporter = Listener()
    assert len(opened(reporter, 0.0)) == 4_100
    first, *between, last = reporter.said
    assert (first, last) == ("indexing experiment:it", "done")
    assert [text.split()[0] for text in between] == ["2,000", "4,000", "4,100"]
    assert between[-1].endswith(" 100 %")
    reporter.said.clear()
    assert len(opened(reporter, 0.0)) == 4_100
    assert reporter.said == []  # nothing is new


def test_what_is_quick_shows_nothing(ckp_home: Path) -> None:
    record(ckp_home, "it", map(sample, range(30)))
    reporter = Listener()
    assert len(opened(reporter, 3_600.0)) == 30
    assert reporter.said == []


def interrupted(reporter: Listener) -> None:
    with shown_when_slow(reporter, "a", 0.0) as tell:
        tell("b", 1, 2)
        raise KeyboardInterrupt


def test_an_interruption_ends_what_is_shown() -> None:
    reporter = Listener()
    with pytest.raises(KeyboardInterrupt):
        interrupted(reporter)
    assert reporter.said == ["a", "b 50 %", "done"]


def test_only_the_answer_where_a_program_reads_it(capsys: pytest.CaptureFixture[str]) -> None:
    for reporter, said in ((ConsoleReporter(), "ckp: a ...\n"), (AnswerReporter(), "")):
        with shown_when_slow(reporter, "a", 0.0) as tell:
            tell("b", 1, 2)
        found = capsys.readouterr()
        assert (found.out, found.err) == ("", said)
