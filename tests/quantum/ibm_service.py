"""A stand-in for IBM Quantum's service, which the real ``qiskit_ibm_runtime`` talks to over HTTP.

``PYTHON ibm_service.py DIRECTORY`` is run by an interpreter that has Qiskit, Aer and the runtime: a
job's circuits are read, simulated and answered with the runtime's own decoder and encoder. It is a
proxy for ``http``, so that one port is every host of IBM's: tokens, search, catalogue, quantum.

In DIRECTORY: ``port``; ``requests`` (a line for each); ``jobs/ID.json``; ``script.json``, read at
each request: what a job's states are, and which requests go wrong.
"""

from __future__ import annotations

import base64
import json
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import qiskit_ibm_runtime  # type: ignore[import-not-found]
from qiskit.primitives.containers import PrimitiveResult, SamplerPubResult
from qiskit_aer.primitives import SamplerV2  # type: ignore[import-not-found]
from qiskit_ibm_runtime.json import RuntimeDecoder, RuntimeEncoder  # type: ignore[import-not-found]

PLACE = Path(sys.argv[1])
MACHINE = Path(qiskit_ibm_runtime.__file__).parent / "fake_provider/backends/manila"
NAME = "fake_manila"
LOCK = threading.Lock()


def script() -> dict[str, Any]:
    """``api_key``, ``crn``; ``states`` of a new job; ``faults``, with end and part of a path."""
    found: dict[str, Any] = json.loads((PLACE / "script.json").read_text(encoding="utf-8"))
    return found


def fault_of(method: str, path: str) -> str:
    """What goes wrong with this request, counted down in the script."""
    with LOCK:
        found = script()
        for one in found.get("faults", []):
            is_there = path.endswith(one["path"]) and one.get("within", "") in path
            if one["method"] != method or not is_there or not one["times"]:
                continue
            one["times"] -= 1
            write(PLACE / "script.json", found)
            return str(one["kind"])
    return ""


def write(file: Path, values: Any) -> None:
    partial = file.with_suffix(".part")
    partial.write_text(json.dumps(values), encoding="utf-8")
    partial.replace(file)


def token() -> str:
    """Of the form that IBM's are; nobody checks its signature."""
    now = int(time.time())
    parts = ({"alg": "HS256", "typ": "JWT"}, {"iat": now, "exp": now + 3600, "iam_id": "IBMid-1"})
    words = [
        base64.urlsafe_b64encode(json.dumps(one).encode()).decode().rstrip("=") for one in parts
    ]
    return ".".join([*words, "c2lnbmF0dXJl"])


class Service(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.serve("GET")

    def do_POST(self) -> None:
        self.serve("POST")

    def log_message(self, *_: object) -> None:
        pass

    def serve(self, method: str) -> None:
        url = urlsplit(self.path)
        host, path = url.netloc.partition(".")[0], url.path.removeprefix("/api/v1")
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        with LOCK, (PLACE / "requests").open("a", encoding="utf-8") as log:
            log.write(f"{method} {host} {path}\n")
        if fault := fault_of(method, path):
            self.fail(fault)
        elif host == "iam":
            self.token(body)
        elif not self.headers.get("Authorization", "").startswith("Bearer ey"):
            self.answer(
                401, {"error": {"message": f"unauthorized {dict(self.headers)}", "code": 1}}
            )
        elif host == "api":
            self.answer(200, {"items": [INSTANCE | {"crn": script()["crn"]}]})
        elif host == "globalcatalog":
            overview = {"en": {"display_name": "Open"}}
            self.answer(200, {"overview_ui": overview, "metadata": {"pricing": {"type": "free"}}})
        else:
            self.quantum(method, path, body)

    def token(self, body: bytes) -> None:
        if parse_qs(body.decode()).get("apikey") != [script()["api_key"]]:
            wrong = {"errorCode": "BXNIM0415E", "errorMessage": "API key could not be found."}
            self.answer(400, wrong)
            return
        found = {"access_token": token(), "expires_in": 3600, "token_type": "Bearer"}
        self.answer(200, found)

    def quantum(self, method: str, path: str, body: bytes) -> None:
        words = path.strip("/").split("/")
        if words[0] == "backends":
            self.backend(words[1:])
        elif words == ["instances", "usage"]:
            self.answer(200, {"usage_limit_reached": False, "usage_consumed_seconds": 1})
        elif words == ["jobs"] and method == "POST":
            self.submit(body)
        elif words[0] == "jobs":
            self.job(method, words[1], words[2:])
        else:
            self.answer(404, {"error": {"message": "there is no such thing", "code": 404}})

    def backend(self, words: list[str]) -> None:
        device = {"name": NAME, "status": {"name": "online"}, "queue_length": 3, "qubits": 5}
        if not words:
            self.answer(200, {"devices": [device]})
        elif words == [NAME, "status"]:
            self.answer(200, {"state": True, "status": "active", "length_queue": 3})
        elif words[0] == NAME:
            kind = {"configuration": "conf", "properties": "props"}[words[1]]
            text = (MACHINE / f"{kind}_manila.json").read_text(encoding="utf-8")
            found = json.loads(text)
            if kind == "conf":
                found |= {"backend_name": NAME, "simulator": False}
            self.answer(200, found)
        else:
            self.answer(404, {"error": {"message": "no such backend", "code": 404}})

    def submit(self, body: bytes) -> None:
        """The counts are there at once; the script says when they are told."""
        asked = json.loads(body, cls=RuntimeDecoder)
        assert (asked["program_id"], asked["backend"]) == ("sampler", NAME), asked
        params = asked["params"]
        pubs = [(circuit, None, shots) for circuit, _, shots in params["pubs"]]
        found = SamplerV2(seed=1).run(pubs).result()
        told = PrimitiveResult([SamplerPubResult(one.data, one.metadata) for one in found])
        name = f"d{time.time_ns():x}"
        values = {
            "states": script()["states"],
            "options": params.get("options", {}),
            "result": json.dumps(told, cls=RuntimeEncoder),
        }
        (PLACE / "jobs").mkdir(exist_ok=True)
        write(PLACE / "jobs" / f"{name}.json", values)
        self.answer(200, {"id": name, "backend": NAME})

    def job(self, method: str, name: str, words: list[str]) -> None:
        file = PLACE / "jobs" / f"{name}.json"
        if not file.is_file():
            self.answer(404, {"error": {"message": f"no job {name}", "code": 1291}})
            return
        with LOCK:
            known = json.loads(file.read_text(encoding="utf-8"))
            if not words and len(known["states"]) > 1:
                write(file, known | {"states": known["states"][1:]})
            if words == ["cancel"]:
                write(file, known | {"states": ["Cancelled"]})
        if words == ["results"]:
            text = known["result"] if known["states"] == ["Completed"] else "it is too cold"
            self.send(200, text.encode())
        elif words == ["cancel"] and method == "POST":
            self.send(204, b"")
        else:
            state = {"status": known["states"][0]}
            if state["status"] == "Failed":
                state["reason"] = "the machine is cold"
            self.answer(
                200, {"id": name, "backend": NAME, "program": {"id": "sampler"}, "state": state}
            )

    def fail(self, kind: str) -> None:
        if kind == "hang":
            time.sleep(600)
            self.close_connection = True
        elif kind == "drop":
            self.close_connection = True
        elif kind == "html":
            self.send(200, b"<html><body>Sign in to the hotel's network</body></html>", "text/html")
        elif kind == "truncated":
            self.send(200, b'{"__type__": "PrimitiveResult", "__value__": {"pub_res')
        elif kind == "other":
            self.answer(200, {"hello": ["world"]})
        else:
            self.answer(int(kind), {"error": {"message": f"wrong {dict(self.headers)}", "code": 1}})

    def answer(self, status: int, values: Any) -> None:
        self.send(status, json.dumps(values).encode())

    def send(self, status: int, body: bytes, kind: str = "application/json") -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


INSTANCE = {
    "name": "mine",
    "service_plan_unique_id": "plan-1",
    "tags": [],
    "doc": {"extensions": {"a": 1}},
}


if __name__ == "__main__":
    server = ThreadingHTTPServer(("127.0.0.1", 0), Service)
    (PLACE / "port.part").write_text(str(server.server_port), encoding="utf-8")
    (PLACE / "port.part").replace(PLACE / "port")
    server.serve_forever()
