"""Which dataset a command runs on."""

from __future__ import annotations

from ck_core.context import Context
from ck_core.domain.cid import Cid, parse_name
from ck_core.domain.command import Command
from ck_core.domain.component import Component
from ck_core.domain.dataset import Dataset, parse_dataset
from ck_core.domain.program import Program
from ck_core.domain.query import Query
from ck_core.errors import UnresolvedError


def choose_dataset(
    program: Program, command: Command, name: str, context: Context
) -> Dataset | None:
    """The dataset the user named, else the first by name that has the command's tags.

    None when the command reads no dataset and none was named.

    Raises:
        UnresolvedError: no dataset has the tags.
        ComponentNotFoundError: there is none of the name.
    """
    if name:
        cid = parse_name(name, "dataset")
        return parse_dataset(context.store.get(cid))
    if not command.dataset_tags:
        return None
    found = fitting_datasets(command, context)
    if not found:
        raise _no_dataset(program, command)
    return parse_dataset(found[0])


def fitting_datasets(command: Command, context: Context) -> list[Component]:
    """Those that have the command's tags, by name; none where it reads none."""
    if not command.dataset_tags:
        return []
    found = context.store.search(Query(cid=Cid("dataset"), tags=command.dataset_tags))
    return sorted(found, key=lambda component: component.alias)


def _no_dataset(program: Program, command: Command) -> UnresolvedError:
    tags = ",".join(sorted(command.dataset_tags))
    return UnresolvedError(
        f"program:{program.name} needs a dataset with tags {tags}, and there is none",
        hint="ckp ls dataset lists what there is; --dataset=NAME takes one of them",
    )
