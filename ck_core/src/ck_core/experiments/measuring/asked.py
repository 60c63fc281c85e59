"""What a variant is of: known before it is built, and where it cannot be."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ck_core.context import Context
from ck_core.domain.command import Command
from ck_core.domain.component import Component
from ck_core.domain.dataset import Dataset
from ck_core.domain.program import Program, parse_program
from ck_core.experiments.measuring.variants import Variant
from ck_core.stages.dataset import choose_dataset


@dataclass(frozen=True, kw_only=True)
class Asked:
    """The program, its command, and the dataset that it reads; None where it reads none."""

    program: Program
    command: Command
    dataset: Dataset | None = None

    @property
    def components(self) -> Iterator[Component]:
        """Those whose files are measured."""
        yield self.program.component
        if self.dataset:
            yield self.dataset.component


def asked_for(variant: Variant, context: Context) -> Asked:
    """As the build will choose them.

    Raises:
        ComponentNotFoundError, BadComponentError: there is no such thing.
        UnresolvedError: no dataset fits.
    """
    options = variant.options
    program = parse_program(context.store.get(options.build.program))
    command = program.command(options.command_key)
    dataset = choose_dataset(program, command, options.dataset, context)
    return Asked(program=program, command=command, dataset=dataset)
