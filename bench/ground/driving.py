"""So many clients that send one request after another, each when the last was answered; and what they saw.

The same driver for whoever is measured: plain Python, one connection kept open for each client, sixteen clients a
process at most. It shares the machine with what it measures, on both sides alike.
"""

from __future__ import annotations

import multiprocessing
import statistics
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from typing import Any

A_PROCESS = 16  # clients
GIVES_UP = 120  # seconds without an answer


@dataclass
class Request:
    """One request. `kind` tells reads and writes apart where both are sent."""

    method: str
    path: str
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    kind: str = ""


# (client) -> its requests, one after another; it ends when there are no more.
Script = Callable[[int], Iterator[Request]]


@dataclass
class Seen:
    """What all clients of one run saw."""

    lasted: float = 0.0
    answers: Counter[tuple[str, int]] = field(default_factory=Counter)  # (kind, status; 0 = no answer)
    took: dict[tuple[str, int], list[float]] = field(default_factory=dict)
    sizes: dict[tuple[str, int], int] = field(default_factory=dict)  # the largest
    said: dict[int, str] = field(default_factory=dict)  # the first words of a status that was not expected

    def add(self, other: Seen) -> None:
        self.answers += other.answers
        for key, many in other.took.items():
            self.took.setdefault(key, []).extend(many)
        for key, size in other.sizes.items():
            self.sizes[key] = max(size, self.sizes.get(key, 0))
        self.said = other.said | self.said
        self.lasted += other.lasted

    def count(self, *statuses: int, kind: str = "") -> int:
        return sum(n for (of, status), n in self.answers.items() if of == kind and status in statuses)

    @property
    def faults(self) -> int:
        """5xx, and no answer at all."""
        return sum(n for (_kind, status), n in self.answers.items() if status >= 500 or status == 0)

    def ms(self, at: int, *statuses: int, kind: str = "") -> float:
        """The percentile `at` in milliseconds of those answers."""
        many = [one for status in statuses for one in self.took.get((kind, status), [])]
        if len(many) < 2:
            return (many[0] if many else 0.0) * 1000
        return statistics.quantiles(many, n=100, method="inclusive")[at - 1] * 1000


def drive(port: int, script: Script, clients: int, seconds: float) -> Seen:
    """Let so many clients go through their script for so long. What is under way at the end is waited for."""
    answers: multiprocessing.Queue[Seen] = multiprocessing.Queue()
    begins = time.monotonic() + 0.2  # all together
    groups = [range(first, min(first + A_PROCESS, clients)) for first in range(0, clients, A_PROCESS)]
    people = [
        multiprocessing.Process(target=_group, args=(port, script, group, begins, seconds, answers))
        for group in groups
    ]
    for one in people:
        one.start()
    whole = Seen()
    for _one in people:
        told = answers.get()
        whole.lasted = max(whole.lasted, told.lasted)
        told.lasted = 0
        whole.add(told)
    for one in people:
        one.join()
    return whole


def _group(port: int, script: Script, group: range, begins: float, seconds: float, answers: Any) -> None:
    seen = [Seen() for _client in group]
    threads = [
        threading.Thread(target=_client, args=(port, script(client), begins, seconds, mine))
        for client, mine in zip(group, seen, strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    whole = Seen()
    for one in seen:
        whole.lasted = max(whole.lasted, one.lasted)
        one.lasted = 0
        whole.add(one)
    answers.put(whole)


def _client(port: int, script: Iterator[Request], begins: float, seconds: float, seen: Seen) -> None:
    connection = HTTPConnection("127.0.0.1", port, timeout=GIVES_UP)
    time.sleep(max(0.0, begins - time.monotonic()))
    last = begins
    for request in script:
        began = time.monotonic()
        if began - begins >= seconds:
            break
        status, said = _asked(connection, request)
        last = time.monotonic()
        key = (request.kind, status)
        seen.answers[key] += 1
        seen.took.setdefault(key, []).append(last - began)
        seen.sizes[key] = max(len(said), seen.sizes.get(key, 0))
        if status >= 400 or status == 0:
            seen.said.setdefault(status, said[:300].decode("utf-8", "replace"))
    seen.lasted = last - begins
    connection.close()


def _asked(connection: HTTPConnection, request: Request) -> tuple[int, bytes]:
    try:
        connection.request(request.method, request.path, request.body or None, request.headers)
        answer = connection.getresponse()
        return answer.status, answer.read()
    except (OSError, HTTPException) as error:
        connection.close()
        return 0, repr(error).encode()
