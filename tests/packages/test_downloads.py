"""Downloads: resumed, verified, from mirrors; each way to fail has a message that helps."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ck_core.domain.install import no_progress
from ck_core.errors import InstallError
from ck_core.system.downloads import Patience, download
from ck_core.testing.namespaces import can_mount, in_namespace
from packages.server import FileServer, Served

CONTENT = os.urandom(1 << 20)
DIGEST = sha256(CONTENT).hexdigest()
HASTY = Patience(attempts=3, pause_s=0.01, connect_s=2.0, read_s=1.0)


def fetch(locations: Sequence[str], cache: Path, digest: str = DIGEST) -> Path:
    return download(locations, digest, cache, no_progress, HASTY)


def failure(locations: Sequence[str], cache: Path, digest: str = DIGEST) -> InstallError:
    with pytest.raises(InstallError) as caught:
        fetch(locations, cache, digest)
    assert not list(cache.rglob("content"))
    return caught.value


def test_it_comes_once_and_then_from_the_cache(server: FileServer, tmp_path: Path) -> None:
    url = server.serve("/a.tar.gz", Served(content=CONTENT))
    assert fetch([url], tmp_path).read_bytes() == CONTENT
    assert fetch([url], tmp_path).read_bytes() == CONTENT
    assert len(server.requests) == 1
    assert [path.name for path in (tmp_path / DIGEST).iterdir()] == ["content"]


def test_a_damaged_cache_is_fetched_anew(server: FileServer, tmp_path: Path) -> None:
    url = server.serve("/a", Served(content=CONTENT))
    fetch([url], tmp_path).write_bytes(b"rotten")
    assert fetch([url], tmp_path).read_bytes() == CONTENT


def test_a_cut_download_goes_on_where_it_ended(server: FileServer, tmp_path: Path) -> None:
    url = server.serve("/a", Served(content=CONTENT, etag='"1"', cut_after=[300_000, 200_000]))
    assert fetch([url], tmp_path).read_bytes() == CONTENT
    assert [part for _, part in server.requests] == ["", "bytes=300000-", "bytes=500000-"]


def test_without_a_validator_it_begins_anew(server: FileServer, tmp_path: Path) -> None:
    url = server.serve("/a", Served(content=CONTENT, cut_after=[300_000]))
    assert fetch([url], tmp_path).read_bytes() == CONTENT
    assert [part for _, part in server.requests] == ["", ""]


def test_a_weak_validator_is_none(server: FileServer, tmp_path: Path) -> None:
    url = server.serve("/a", Served(content=CONTENT, etag='W/"1"', cut_after=[300_000]))
    assert fetch([url], tmp_path).read_bytes() == CONTENT
    assert [part for _, part in server.requests] == ["", ""]


def test_a_server_that_ignores_ranges_sends_it_all(server: FileServer, tmp_path: Path) -> None:
    served = Served(content=CONTENT, etag='"1"', ranges=False, cut_after=[300_000])
    assert fetch([server.serve("/a", served)], tmp_path).read_bytes() == CONTENT


def test_content_that_changes_in_between_is_fetched_anew(
    server: FileServer, tmp_path: Path
) -> None:
    old = Served(content=os.urandom(len(CONTENT)), etag='"old"', cut_after=[1000] * 3)
    url = server.serve("/a", old)
    failure([url], tmp_path)
    assert (tmp_path / DIGEST / "partial").stat().st_size == 3000
    server.serve("/a", Served(content=CONTENT, etag='"new"'))
    assert fetch([url], tmp_path).read_bytes() == CONTENT


def test_a_lying_validator_costs_one_more_attempt(server: FileServer, tmp_path: Path) -> None:
    url = server.serve("/a", Served(content=bytes(len(CONTENT)), etag='"1"', cut_after=[1000] * 3))
    failure([url], tmp_path)
    server.serve("/a", Served(content=CONTENT, etag='"1"'))
    assert fetch([url], tmp_path).read_bytes() == CONTENT
    assert [part for _, part in server.requests[3:]] == ["bytes=3000-", ""]


def test_a_truncating_server_is_given_up(server: FileServer, tmp_path: Path) -> None:
    error = failure([server.serve("/a.zip", Served(content=CONTENT, cut_after=[9] * 3))], tmp_path)
    assert error.message == "cannot get a.zip from its address"
    assert "9" in error.details
    assert len(server.requests) == 3


def test_a_wrong_hash_is_refused_and_not_tried_again(server: FileServer, tmp_path: Path) -> None:
    error = failure([server.serve("/a", Served(content=CONTENT))], tmp_path, "0" * 64)
    assert f"its SHA-256 is {DIGEST}" in error.details
    assert "compare its 'sha256'" in error.hint
    assert len(server.requests) == 1
    assert not list((tmp_path / ("0" * 64)).iterdir())


def test_a_dead_url_is_told(server: FileServer, tmp_path: Path) -> None:
    error = failure([f"{server.address}/gone.tar"], tmp_path)
    assert "the server answers 404" in error.details
    assert len(server.requests) == 1


def test_mirrors_are_tried_in_order(server: FileServer, tmp_path: Path) -> None:
    urls = [
        f"{server.address}/gone",
        server.serve("/other", Served(content=b"another file")),
        server.serve("/cut", Served(content=CONTENT, cut_after=[1] * 3)),
        server.serve("/good", Served(content=CONTENT)),
    ]
    assert fetch(urls, tmp_path).read_bytes() == CONTENT
    assert [path for path, _ in server.requests] == ["/gone", "/other", *["/cut"] * 3, "/good"]


def test_dead_mirrors_are_each_named_with_their_reason(server: FileServer, tmp_path: Path) -> None:
    error = failure([f"{server.address}/one", closed_port(), "/no/such.tar"], tmp_path)
    assert error.message == "cannot get one from any of 3 addresses"
    lines = error.details.splitlines()
    assert ["404" in lines[0], "refused" in lines[1], "No such file" in lines[2]] == [True] * 3


def closed_port() -> str:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{taken.getsockname()[1]}/a"


def test_credentials_are_not_shown(server: FileServer, tmp_path: Path) -> None:
    url = f"{server.address}/gone".replace("//", "//me:s3cret@")
    assert "s3cret" not in str(vars(failure([url], tmp_path)))


def test_an_overloaded_server_is_asked_again(server: FileServer, tmp_path: Path) -> None:
    url = server.serve("/a", Served(content=CONTENT, statuses=[503, 429]))
    assert fetch([url], tmp_path).read_bytes() == CONTENT


def test_a_silent_server_costs_only_its_timeout(server: FileServer, tmp_path: Path) -> None:
    begin = time.monotonic()
    error = failure([server.serve("/a", Served(content=CONTENT, stall_s=30))], tmp_path)
    assert "timed out" in error.details
    assert time.monotonic() - begin < 15


@pytest.mark.parametrize("location", ["file:///etc/passwd", "ftp://127.0.0.1/a", "gopher:x"])
def test_a_redirect_to_another_scheme_is_refused(
    server: FileServer, tmp_path: Path, location: str
) -> None:
    url = server.serve("/a", Served(status=302, location=location))
    error = failure([url], tmp_path)
    assert f"redirects from http to {location.partition(':')[0]}, which is refused" in error.details


def test_redirects_of_one_scheme_are_followed(server: FileServer, tmp_path: Path) -> None:
    server.serve("/c", Served(content=CONTENT))
    server.serve("/b", Served(status=301, location="c"))
    url = server.serve("/a", Served(status=307, location=f"{server.address}/b"))
    assert fetch([url], tmp_path).read_bytes() == CONTENT


def test_redirects_in_a_circle_end(server: FileServer, tmp_path: Path) -> None:
    url = server.serve("/a", Served(status=302, location="/a"))
    assert "more than 10 redirects" in failure([url], tmp_path).details


def test_a_redirect_to_nowhere_is_told(server: FileServer, tmp_path: Path) -> None:
    url = server.serve("/a", Served(status=302, location="http://[bad/"))
    assert failure([url], tmp_path).details


@pytest.mark.parametrize("as_url", [True, False])
def test_a_local_archive_is_used_in_place(tmp_path: Path, *, as_url: bool) -> None:
    file = tmp_path / "a file.tar"
    file.write_bytes(CONTENT)
    location = file.as_uri() if as_url else str(file)
    assert fetch([location], tmp_path / "cache") == file
    assert "not " + "0" * 64 in failure([location], tmp_path / "cache", "0" * 64).details


def test_a_pipe_is_no_archive(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert "not a regular file" in failure([str(tmp_path / "pipe")], tmp_path / "cache").details


def test_the_environments_proxy_is_asked(
    server: FileServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", server.address)
    monkeypatch.setenv("http_proxy", server.address)
    server.files["http://nowhere.invalid/a"] = Served(content=CONTENT)
    assert fetch(["http://nowhere.invalid/a"], tmp_path).read_bytes() == CONTENT


def test_without_a_network_the_message_says_what_to_check(tmp_path: Path) -> None:
    error = failure(["http://nowhere.invalid/a"], tmp_path)
    assert "check the network" in error.hint


_SCRIPT = """
import sys
from pathlib import Path
from ck_core.domain.install import no_progress
from ck_core.system.downloads import download
from ck_core.errors import CkpError
try:
    print(download([sys.argv[1]], sys.argv[2], Path(sys.argv[3]), no_progress))
except CkpError as error:
    sys.exit(f"{type(error).__name__}: {error.message}")
"""


def start(url: str, cache: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", _SCRIPT, url, DIGEST, str(cache)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_two_processes_fetch_once(server: FileServer, tmp_path: Path) -> None:
    url = server.serve("/a", Served(content=CONTENT, slow_s=0.02))
    processes = [start(url, tmp_path) for _ in range(3)]
    answers = {process.communicate(timeout=60)[0] for process in processes}
    assert answers == {f"{tmp_path / DIGEST / 'content'}\n"}
    assert len(server.requests) == 1


def test_a_killed_download_is_gone_on_with(server: FileServer, tmp_path: Path) -> None:
    url = server.serve("/a", Served(content=CONTENT, etag='"1"', slow_s=0.2))
    process = start(url, tmp_path)
    partial = tmp_path / DIGEST / "partial"
    while not (partial.exists() and partial.stat().st_size > 100_000):
        assert process.poll() is None
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    size = partial.stat().st_size
    server.files["/a"].slow_s = 0.0
    assert fetch([url], tmp_path).read_bytes() == CONTENT
    assert server.requests[1] == ("/a", f"bytes={size}-")


@pytest.mark.skipif(not can_mount(), reason="this system lets users mount nothing")
def test_a_full_disk_is_a_storage_error_and_left_empty(server: FileServer, tmp_path: Path) -> None:
    url = server.serve("/a", Served(content=CONTENT))
    script, place = tmp_path / "script.py", tmp_path / "disk"
    script.write_text(_SCRIPT, encoding="utf-8")
    place.mkdir()
    result = in_namespace(
        f"mount -t tmpfs -o size=256k none {place} && "
        f"{{ {sys.executable} {script} {url} {DIGEST} {place}; find {place} -type f; }}"
    )
    assert "StorageError: cannot write" in result.stderr
    assert "No space left" in result.stderr
    assert result.stdout == ""


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(cuts=st.lists(st.integers(1, 60_000), max_size=2), ranges=st.booleans(), tag=st.booleans())
def test_however_it_is_cut_it_comes_whole(
    server: FileServer,
    tmp_path_factory: pytest.TempPathFactory,
    cuts: list[int],
    *,
    ranges: bool,
    tag: bool,
) -> None:
    content = os.urandom(70_000)
    served = Served(content=content, etag='"x"' if tag else "", ranges=ranges, cut_after=cuts)
    url = server.serve("/a", served)
    cache = tmp_path_factory.mktemp("cache")
    assert fetch([url], cache, served.sha256).read_bytes() == content
