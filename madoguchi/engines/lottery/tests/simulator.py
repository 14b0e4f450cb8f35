"""A drand server on this machine that speaks the protocol and signs with a key of its own, or tells lies on demand."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

# isort: off
# Ours comes first: it puts back how deep Python may recurse after py_ecc has changed it.
from madoguchi.engines.lottery.beacons.signatures import G2, message_of, multiply
from py_ecc.bls.point_compression import compress_G1, compress_G2
# isort: on

SECRET = 20_260_000_000_001
HASH = hashlib.sha256(b"mihon chain").hexdigest()
GENESIS, PERIOD = 1_700_000_000, 3


def public_key() -> str:
    one, other = compress_G2(multiply(G2, SECRET))
    return f"{one:096x}{other:096x}"


def chain() -> dict[str, Any]:
    """As settings.DRAND_CHAIN."""
    return {"hash": HASH, "public_key": public_key(), "genesis": GENESIS, "period": PERIOD}


def signature(number: int) -> str:
    return f"{compress_G1(multiply(message_of(number), SECRET)):096x}"


class Server:
    """What it answers can be spoilt: `lies` changes the answer before it goes out."""

    def __init__(self) -> None:
        self.lies: dict[str, Any] | bytes | None = None
        self.asked: list[str] = []
        self.url = ""

    def answer(self, path: str) -> bytes | None:
        self.asked.append(path)
        _empty, hash_, public, number = path.split("/")
        if hash_ != HASH or public != "public":
            return None
        if isinstance(self.lies, bytes):
            return self.lies
        signed = signature(int(number))
        value = hashlib.sha256(bytes.fromhex(signed)).hexdigest()
        said = {"round": int(number), "randomness": value, "signature": signed}
        return json.dumps(said | (self.lies or {})).encode()


@contextmanager
def running() -> Iterator[Server]:
    server = Server()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            content = server.answer(self.path)
            self.send_response(200 if content is not None else 404)
            self.end_headers()
            self.wfile.write(content or b"")

        def log_message(self, *_given: Any) -> None:
            pass

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.url = f"http://127.0.0.1:{http.server_port}"
    threading.Thread(target=http.serve_forever, daemon=True).start()
    try:
        yield server
    finally:
        http.shutdown()
        http.server_close()
