"""The real server on loopback: a body far too large, senders who dribble, headers without end."""

from __future__ import annotations

import os
import socket
import subprocess
import threading
import time
from contextlib import closing
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path

import pytest
from django.db import connection

from madoguchi.faces.cli.places import free_port
from madoguchi.faces.cli.running import web_command
from tests.house.tree import ROOT

pytestmark = pytest.mark.slow
HUGE = 300_000_000
# Answered without a row of the database.
STANDS = "/static/a.css"


class Server:
    """One web process, started as `mado serve` starts it, over empty tables."""

    def __init__(self, port: int, process: subprocess.Popen[bytes]) -> None:
        self.port, self.process = port, process
        self.opened: list[socket.socket] = []

    def open(self, timeout: float = 15) -> socket.socket:
        self.opened.append(socket.create_connection(("127.0.0.1", self.port), timeout=timeout))
        return self.opened[-1]

    def begin(self, path: str, *headers: str) -> socket.socket:
        line = self.open()
        line.sendall("\r\n".join([f"POST {path} HTTP/1.1", "Host: 127.0.0.1", *headers, "", ""]).encode())
        return line

    def get(self, path: str, timeout: float = 10) -> tuple[int, bytes]:
        with closing(HTTPConnection("127.0.0.1", self.port, timeout=timeout)) as connection:
            connection.request("GET", path)
            answer = connection.getresponse()
            return answer.status, answer.read()

    def memory(self) -> float:
        """MB of the process and its children."""
        pids = [self.process.pid]
        for pid in pids:
            children = Path(f"/proc/{pid}/task/{pid}/children")
            pids += [int(one) for one in children.read_text().split()] if children.exists() else []
        pages = sum(int(Path(f"/proc/{pid}/statm").read_text().split()[1]) for pid in pids)
        return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


@pytest.fixture(scope="module")
def server(django_db_setup, django_db_blocker, tmp_path_factory):
    folder = tmp_path_factory.mktemp("var")
    # The tables of the tests, without a row.
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute("VACUUM INTO %s", [str(folder / "madoguchi.sqlite3")])
    (folder / "static").mkdir()
    (folder / "static" / "a.css").write_text("a {}")
    port = free_port()
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MADO_")}
    env = {**kept, "MADO_VAR": str(folder), "MADO_PLAIN_STATIC": "1", "PYTHONPATH": str(ROOT)}
    command = web_command(port)
    command[command.index("--workers") + 1] = "1"
    process = subprocess.Popen(
        command, cwd=ROOT, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    found = Server(port, process)
    try:
        for _turn in range(300):
            try:
                found.get(STANDS, timeout=30)
                break
            except OSError:
                time.sleep(0.1)
        yield found
    finally:
        process.terminate()
        process.wait(20)


@pytest.fixture(autouse=True)
def _hang_up(server):
    yield
    while server.opened:
        server.opened.pop().close()


def read(line: socket.socket) -> tuple[int, str]:
    with closing(HTTPResponse(line)) as answer:
        answer.begin()
        return answer.status, answer.read().decode()


def test_300_megabytes_are_refused_by_their_length_and_fill_no_memory(server):
    before = server.memory()
    line = server.begin("/sign-in/", "Content-Type: text/plain", f"Content-Length: {HUGE}")
    sent = 0
    try:
        while sent < HUGE:
            sent += line.send(b"x" * 1_000_000)
    except OSError:
        pass  # it hung up, which is the point

    # A client that reads before it sends on hears why.
    second = server.begin("/sign-in/", "Content-Type: text/plain", f"Content-Length: {HUGE}")
    status, text = read(second)
    assert status == 413
    assert "大きすぎます" in text
    assert sent < HUGE / 2
    assert server.memory() - before < 50


def test_who_dribbles_a_body_keeps_nobody_else_waiting(server):
    """Each holds one thread of a process; a server in front that takes bodies in whole is the real answer (docs/operations.md)."""
    command = web_command(1)
    threads = int(command[command.index("--blocking-threads") + 1])
    assert threads >= 2
    dribbling = [
        server.begin("/sign-in/", "Content-Type: application/x-www-form-urlencoded", "Content-Length: 1000")
        for _one in range(threads - 1)
    ]
    stop = threading.Event()

    def dribble():
        while not stop.wait(0.2):
            for one in dribbling:
                one.sendall(b"a")

    sending = threading.Thread(target=dribble)
    sending.start()
    try:
        time.sleep(0.5)
        began = time.monotonic()
        assert server.get(STANDS)[0] == 200
        assert time.monotonic() - began < 5
    finally:
        stop.set()
        sending.join()
        for one in dribbling:
            one.close()
    assert server.get(STANDS)[0] == 200, "who hung up in the middle has broken nothing"


def test_headers_without_end_and_half_requests_are_the_servers_to_refuse(server):
    endless = server.open()
    try:
        endless.sendall(b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"a" * 1_000_000 + b"\r\n\r\n")
        assert read(endless)[0] in {400, 431}
    except OSError:
        pass
    half = server.open()
    half.sendall(b"GET / HTTP/1.1\r\nHo")

    assert server.get(STANDS)[0] == 200


@pytest.mark.parametrize(
    "smuggled",
    [
        b"POST /sign-in/ HTTP/1.1\r\nHost: x\r\nContent-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nG",
        b"POST /sign-in/ HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nContent-Length: 5\r\n\r\nhello",
        b"POST /sign-in/ HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: x\r\n\r\n0\r\n\r\n",
        b"GET /nowhere HTTP/1.1\r\nHost: x\r\nBad Header: 1\r\n\r\n",
        b"GET /nowhere HTTP/1.1\r\nHost: x\r\nX: a\x00b\r\n\r\n",
    ],
)
def test_a_request_with_two_meanings_gets_one_answer(server, smuggled):
    line = server.open(timeout=5)
    line.sendall(smuggled)
    status, text = read(line)

    assert 400 <= status < 500
    assert "Traceback" not in text
