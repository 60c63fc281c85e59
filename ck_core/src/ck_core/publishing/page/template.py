"""Filling the page templates; what is filled in is text, never markup."""

from __future__ import annotations

import base64
from functools import lru_cache
from hashlib import sha256
from importlib import resources
from typing import TYPE_CHECKING

from ck_core.publishing.charts import theme
from ck_core.publishing.page.embedding import script_json
from ck_core.publishing.page.library import library
from ck_core.publishing.texts import clean
from ck_core.system.extras import extra

if TYPE_CHECKING:
    import jinja2

_FOLDER = "ck_core.publishing.page"


def fill(template: str, **values: object) -> str:
    """A page by its template's name; raises UsageError without the extra ``plots``."""
    scripts = [library(), _asset("page.js")]
    return (
        _environment()
        .get_template(template)
        .render(
            style=_asset("page.css"),
            scripts=scripts,
            policy=_policy(scripts),
            themes=script_json(
                {"light": theme.config(theme.LIGHT), "dark": theme.config(theme.DARK)}
            ),
            **values,
        )
    )


@lru_cache(maxsize=1)
def _environment() -> jinja2.Environment:
    with extra("plots", "a page with pictures"):
        import jinja2  # noqa: PLC0415  # the extra

    return jinja2.Environment(
        loader=jinja2.FunctionLoader(_asset),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        finalize=_finished,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _finished(value: object) -> object:
    """Texts as a page can hold them, whoever forgot to make them so; markup is ours."""
    return clean(value) if type(value) is str else value


@lru_cache(maxsize=8)
def _asset(name: str) -> str:
    return (resources.files(_FOLDER) / "assets" / name).read_text(encoding="utf-8")


def _policy(scripts: list[str]) -> str:
    """Nothing from anywhere; only these scripts. Vega makes functions of its expressions."""
    digests = (base64.b64encode(sha256(one.encode()).digest()).decode() for one in scripts)
    allowed = " ".join(f"'sha256-{digest}'" for digest in digests)
    return (
        f"default-src 'none'; script-src 'unsafe-eval' {allowed}; style-src 'unsafe-inline'; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )
