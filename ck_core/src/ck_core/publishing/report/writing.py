"""The report as one HTML page."""

from __future__ import annotations

from pathlib import Path

from ck_core.publishing.charts.layout import plural
from ck_core.publishing.page.figure import make_figures
from ck_core.publishing.page.template import fill
from ck_core.publishing.report import sections
from ck_core.publishing.report.facts import only_known
from ck_core.publishing.report.machine import environment
from ck_core.publishing.report.makers import makers
from ck_core.publishing.report.material import Material
from ck_core.publishing.report.pictures import pictures_of
from ck_core.publishing.report.searches import aimed, endings
from ck_core.publishing.report.table import table_of
from ck_core.publishing.texts import plain
from ck_core.system.user_files import check_place, write_user_file


def write_report(material: Material, path: Path) -> None:
    """Writes the page, whole or not at all.

    Raises:
        UsageError: no such directory, or the extra ``plots`` is not installed.
        StorageError: it cannot be written.
    """
    check_place(path)
    write_user_file(path, report_page(material).encode("utf-8"))


def report_page(material: Material) -> str:
    """The HTML text: self-contained, nothing is loaded from anywhere."""
    title = plain(material.title or material.experiment)
    material = aimed(material)
    return fill(
        "report.html.jinja",
        title=title,
        experiment=plain(material.experiment),
        count=plural(len(material.points), "point"),
        made_at=plain(material.made_at),
        ckp=plain(material.ckp),
        endings=list(endings(material)),
        summary=sections.summary(material),
        run=only_known(sections.what_was_run(material)),
        environment=only_known(environment(material)),
        versions=sections.versions(material),
        makers=only_known(makers(material)),
        notes=sections.notes(material),
        replay=sections.replay_commands(material),
        command_lines=sections.command_lines(material),
        table=table_of(material),
        figures=make_figures(pictures_of(material)),
    )
