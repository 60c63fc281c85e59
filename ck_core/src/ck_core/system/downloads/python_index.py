"""Where a source distribution lies, by the pages that pip reads (PEP 503 and 691).

``pip download`` would run the build backend of what it has got only to learn its name; here nothing
that comes is run. Of pip's settings ``index-url``, ``extra-index-url``, ``find-links`` and
``no-index`` count; certificates and proxies come from the environment, as for all downloads.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

from ck_core.errors import InstallError
from ck_core.system.downloads.http import network_errors, opened
from ck_core.system.downloads.reasons import NotFetchedError
from ck_core.system.git import without_credentials
from ck_core.system.pip import plain_project

_DEFAULT_INDEX = "https://pypi.org/simple"
_TIMEOUTS = (20.0, 60.0)
_LONGEST_PAGE = 64 << 20
_ACCEPT = {"Accept": "application/vnd.pypi.simple.v1+json, text/html;q=0.5"}
_SUFFIXES = (".tar.gz", ".zip", ".tar.bz2", ".tar.xz", ".tgz")


def find_source_distribution(
    project: str, version: str, settings: Mapping[str, str]
) -> tuple[str, ...]:
    """URLs and paths of the file, in pip's order; at least one.

    Args:
        settings: pip's own, see ``system.pip.pip_settings``.

    Raises:
        InstallError: no page names it; the details say what was looked at.
    """
    found: list[str] = []
    reasons: list[str] = []
    for page in _pages(project, settings):
        try:
            links = [link for link in _links(page) if _is_of(link, project, version)]
        except (NotFetchedError, OSError) as error:
            reasons.append(f"{without_credentials(page)}: {error}")
            continue
        found += links
        if not links:
            reasons.append(f"{without_credentials(page)}: names no such file")
    if not found:
        raise InstallError(
            f"no source distribution of {project} {version} is where pip looks",
            hint="check the network and pip's index: python3 -m pip config list",
            details="\n".join(reasons),
        )
    return tuple(dict.fromkeys(found))


def _pages(project: str, settings: Mapping[str, str]) -> Iterator[str]:
    yield from settings.get("find-links", "").split()
    if settings.get("no-index", "").lower() in {"1", "true", "yes", "on"}:
        return
    indexes = [settings.get("index-url") or _DEFAULT_INDEX]
    for index in [*indexes, *settings.get("extra-index-url", "").split()]:
        yield f"{index.rstrip('/')}/{plain_project(project)}/"


def _links(page: str) -> list[str]:
    """Of a local directory its files, or those that its index.html names."""
    local = _local_path(page)
    if local is None:
        return _links_of_url(page)
    if local.is_dir():
        listing = local / "index.html"
        if not listing.is_file():
            return [str(path) for path in local.absolute().iterdir() if path.is_file()]
        local = listing
    return _links_in_html(local.read_text(encoding="utf-8"), local.absolute().as_uri())


def _local_path(page: str) -> Path | None:
    parts = urlsplit(page)
    if parts.scheme == "file":
        return Path(unquote(parts.path))
    return None if parts.scheme in {"http", "https"} else Path(os.path.expanduser(page))  # noqa: PTH111  # an unknown user is no error


def _links_of_url(url: str) -> list[str]:
    with network_errors(), opened(url, _ACCEPT, _TIMEOUTS) as response:
        if response.status_code != 200:
            raise NotFetchedError(f"the server answers {response.status_code}")
        text = response.raw.read(_LONGEST_PAGE, decode_content=True).decode(errors="replace")
        if "json" in response.headers.get("Content-Type", ""):
            return _links_in_json(text, response.url)
        return _links_in_html(text, response.url)


def _links_in_json(text: str, base: str) -> list[str]:
    try:
        return [_absolute(str(one["url"]), base) for one in json.loads(text)["files"]]
    except (ValueError, KeyError, TypeError) as error:
        raise NotFetchedError(f"no page of an index ({error})") from error


def _links_in_html(text: str, base: str) -> list[str]:
    collector = _Collector()
    collector.feed(text)
    return [_absolute(link, base) for link in collector.links]


class _Collector(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.links += [value for name, value in attrs if (tag, name) == ("a", "href") and value]


def _absolute(link: str, base: str) -> str:
    """A page from the network names no files of this machine."""
    try:
        absolute = urldefrag(urljoin(base, link)).url
    except ValueError:
        return ""
    strange = urlsplit(absolute).scheme == "file" and not base.startswith("file:")
    return "" if strange else absolute


def _is_of(link: str, project: str, version: str) -> bool:
    name = unquote(urlsplit(link).path).rpartition("/")[2]
    stem = next((name.removesuffix(one) for one in _SUFFIXES if name.endswith(one)), "")
    return bool(stem) and plain_project(stem) == plain_project(f"{project}-{version}")
