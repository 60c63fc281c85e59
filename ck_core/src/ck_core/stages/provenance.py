"""Which repositories, at which commits, a run was made of."""

from __future__ import annotations

from ck_core.domain.component import Component
from ck_core.domain.dataset import Dataset
from ck_core.domain.program import Program
from ck_core.domain.source import Source
from ck_core.system import git


def sources(program: Program, dataset: Dataset | None) -> dict[str, Source]:
    """Of the program and of its dataset, where it has one."""
    components = {"program": program.component}
    if dataset:
        components["dataset"] = dataset.component
    return {role: source_of(component) for role, component in components.items()}


def source_of(component: Component) -> Source:
    """The repository it lies in, and at which commit."""
    repository = component.path.parents[1]
    state = git.state(repository)
    if state is None:
        return Source(repo=component.repository)
    return Source(repo=component.repository, commit=state.commit, modified=state.modified)
