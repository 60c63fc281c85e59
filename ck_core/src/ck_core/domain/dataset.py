"""Datasets: files that programs read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ck_core.domain.component import Component
from ck_core.errors import BadComponentError


@dataclass(frozen=True, kw_only=True)
class Dataset:
    """A dataset component; ``values`` fill placeholders of commands."""

    component: Component
    files: tuple[str, ...]
    values: Mapping[str, str]

    @property
    def name(self) -> str:
        return self.component.alias


def parse_dataset(component: Component) -> Dataset:
    """Raises BadComponentError where a file is named that is not there."""
    meta = component.meta
    files = meta.inner_paths("dataset_files")
    for file in files:
        if not (component.path / file).is_file():
            raise BadComponentError(
                f"{component.meta_file}: the file '{file}' of dataset:{component.alias} is missing",
                hint=f"restore {component.path / file} or correct 'dataset_files'",
            )
    run_time = meta.mapping("cm_properties").mapping("run_time")
    return Dataset(component=component, files=files, values=run_time.text_mapping("run_cmd_main"))
