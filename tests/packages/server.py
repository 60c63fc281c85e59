"""An HTTP server on loopback that misbehaves as it is told."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType


@dataclass
class Served:
    """One file and how it is served.

    Attributes:
        cut_after: bytes after which a connection breaks, for the first answers, in order.
        ranges: whether parts are sent where parts are asked for.
        stall_s: seconds of silence before the body.
    """

    content: bytes = b""
    status: int = 200
    statuses: list[int] = field(default_factory=list)
    location: str = ""
    etag: str = ""
    content_type: str = "application/octet-stream"
    ranges: bool = True
    cut_after: list[int] = field(default_factory=list)
    stall_s: float = 0.0
    slow_s: float = 0.0

    @property
    def sha256(self) -> str:
        return sha256(self.content).hexdigest()


class FileServer:
    """``files`` maps paths to what is served; ``requests`` are paths and ranges, as they came."""

    def __init__(self) -> None:
        self.files: dict[str, Served] = {}
        self.requests: list[tuple[str, str]] = []
        handler = type("Handler", (_Handler,), {"owner": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.02,), daemon=True
        )

    def __enter__(self) -> FileServer:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def serve(self, path: str, served: Served) -> str:
        """The URL."""
        self.files[path] = served
        return self.address + path


class _Handler(BaseHTTPRequestHandler):
    owner: FileServer

    def do_GET(self) -> None:
        asked = self.headers.get("Range", "")
        self.owner.requests.append((self.path, asked))
        served = self.owner.files.get(self.path)
        if served is None:
            self.send_error(404)
            return
        status = served.statuses.pop(0) if served.statuses else served.status
        if status >= 300:
            self.send_response(status)
            if served.location:
                self.send_header("Location", served.location)
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        self._send(served, asked)

    def _send(self, served: Served, asked: str) -> None:
        begin = int(asked.removeprefix("bytes=").partition("-")[0]) if asked else 0
        valid = self.headers.get("If-Range", "") in {"", served.etag}
        part = bool(begin and served.ranges and valid)
        body = served.content[begin if part else 0 :]
        self.send_response(206 if part else 200)
        if part:
            end = len(served.content) - 1
            self.send_header("Content-Range", f"bytes {begin}-{end}/{len(served.content)}")
        if served.etag:
            self.send_header("ETag", served.etag)
        self.send_header("Content-Type", served.content_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        time.sleep(served.stall_s)
        if served.cut_after:
            self.wfile.write(body[: served.cut_after.pop(0)])
            self.wfile.flush()
            self.connection.shutdown(2)
            return
        for start in range(0, len(body), 1 << 16):
            self.wfile.write(body[start : start + (1 << 16)])
            time.sleep(served.slow_s)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the library's name
        """Tests say what they need to."""
