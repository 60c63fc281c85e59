"""One attempt to get a file by HTTP, going on where the last one ended."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

from ck_core import __version__
from ck_core.system.downloads.partial import Partial
from ck_core.system.downloads.reasons import NotFetchedError
from ck_core.system.files import storage_errors

if TYPE_CHECKING:
    from requests import Response, Session

_PART_BYTES = 1 << 18
_MOST_BYTES = 64 << 30
_MOST_REDIRECTS = 10
_MAY_PASS = frozenset({408, 425, 429, 500, 502, 503, 504})
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_CHANGED = 416
# As they are: some servers unpack or pack what they send.
_HEADERS = {"Accept-Encoding": "identity", "User-Agent": f"ckp/{__version__}"}


def fetch(
    url: str,
    partial: Partial,
    timeouts: tuple[float, float],
    on_bytes: Callable[[int, int], None],
) -> None:
    """Makes ``partial`` the whole file, as far as the server's own words tell.

    Args:
        timeouts: seconds to connect, and between two parts of the answer.
        on_bytes: told how many bytes are there, of how many (0: unknown).

    Raises:
        NotFetchedError: it is not there, or came in part; what came is kept where it helps.
        StorageError: it cannot be written.
    """
    validator, offset = partial.validator_for(url), partial.size
    headers = {"Range": f"bytes={offset}-", "If-Range": validator} if validator else {}
    with network_errors(), opened(url, headers, timeouts) as response:
        if validator and response.status_code == _CHANGED:
            partial.drop()
            raise NotFetchedError("the server has another version now", may_pass=True)
        _check_status(response)
        if not _goes_on(response, offset):
            partial.begin(url, _validator(response))
            offset = 0
        _store(response, partial, offset, on_bytes)


@contextmanager
def opened(
    url: str, headers: Mapping[str, str], timeouts: tuple[float, float]
) -> Iterator[Response]:
    """The answer, its body not read yet; proxies and certificates as the environment says.

    Redirects are followed from http to https, and otherwise only to the same scheme.
    """
    import requests  # noqa: PLC0415  # takes as long to import as all of ckp

    with requests.Session() as session:
        for _ in range(_MOST_REDIRECTS):
            with _asked(session, url, headers, timeouts) as response:
                if response.status_code not in _REDIRECTS:
                    yield response
                    return
                url = _redirected(url, response.headers.get("Location", ""))
    raise NotFetchedError(f"more than {_MOST_REDIRECTS} redirects")


def _asked(
    session: Session, url: str, headers: Mapping[str, str], timeouts: tuple[float, float]
) -> Response:
    return session.get(
        url,
        headers={**_HEADERS, **headers},
        timeout=timeouts,
        stream=True,
        allow_redirects=False,
        verify=_certificates(),
    )


def _certificates() -> Any:
    """Requests itself looks at REQUESTS_CA_BUNDLE and CURL_CA_BUNDLE only."""
    if os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("CURL_CA_BUNDLE"):
        return None
    return os.environ.get("PIP_CERT") or os.environ.get("SSL_CERT_FILE")


def _redirected(url: str, location: str) -> str:
    new = urljoin(url, location)
    before, after = urlsplit(url).scheme, urlsplit(new).scheme
    if after != before and (before, after) != ("http", "https"):
        raise NotFetchedError(f"redirects from {before} to {after or 'nowhere'}, which is refused")
    return new


def _check_status(response: Response) -> None:
    status = response.status_code
    if status not in {200, 206}:
        said = f"the server answers {status} {response.reason or ''}".strip()
        raise NotFetchedError(said, may_pass=status in _MAY_PASS)


def _goes_on(response: Response, offset: int) -> bool:
    """Whether the answer begins where the partial file ends."""
    begins = response.headers.get("Content-Range", "").startswith(f"bytes {offset}-")
    if response.status_code == 206 and not begins:
        raise NotFetchedError("the server sends another part than asked for")
    return response.status_code == 206


def _validator(response: Response) -> str:
    """A strong one, for a weak ETag is that of files that differ by bytes."""
    tag = response.headers.get("ETag", "")
    return tag if tag.startswith('"') else response.headers.get("Last-Modified", "")


def _store(
    response: Response, partial: Partial, offset: int, on_bytes: Callable[[int, int], None]
) -> None:
    length = response.headers.get("Content-Length", "")
    total = offset + int(length) if length.isdigit() else 0
    done = offset
    with storage_errors("write", partial.file), partial.file.open("ab") as stream:
        for part in _body(response):
            stream.write(part)
            done += len(part)
            on_bytes(done, total)
            if done > _MOST_BYTES:
                raise NotFetchedError(f"sends more than {_MOST_BYTES:,} bytes")
    if total and done != total:
        raise NotFetchedError(f"cut off after {done:,} of {total:,} bytes", may_pass=True)


def _body(response: Response) -> Iterator[bytes]:
    """The parts; what goes wrong with the network is no OSError of the disk's."""
    with network_errors():
        yield from response.raw.stream(_PART_BYTES, decode_content=False)


@contextmanager
def network_errors() -> Iterator[None]:
    """Turns what the libraries raise into NotFetchedError."""
    import requests  # noqa: PLC0415  # as above
    import urllib3  # noqa: PLC0415  # as above

    try:
        yield
    except ValueError as error:  # of urllib.parse, of IDNA, InvalidURL, InvalidSchema
        raise NotFetchedError(f"no address that can be fetched ({error})") from error
    except (requests.RequestException, urllib3.exceptions.HTTPError) as error:
        raise NotFetchedError(_short(error), may_pass=True) from error


def _short(error: BaseException) -> str:
    """The innermost reason: the outer ones repeat objects of libraries."""
    import requests  # noqa: PLC0415  # as above

    if isinstance(error, requests.exceptions.ConnectTimeout):
        return "no connection in time"
    if isinstance(error, requests.exceptions.SSLError):
        return f"no safe connection ({_innermost(error)})"
    return _innermost(error)


def _innermost(error: BaseException) -> str:
    seen: set[int] = set()
    while id(error) not in seen:
        seen.add(id(error))
        inner = getattr(error, "reason", None) or next(iter(error.args), None)
        error = inner if isinstance(inner, BaseException) else error
    text = getattr(error, "strerror", None) or str(error)
    return " ".join(str(text).split())[:200] or type(error).__name__
