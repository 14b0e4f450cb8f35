"""Many who watch a page: each asks again and again over a connection of its own, with the ETag of what it has."""

from __future__ import annotations

import asyncio
import time
from collections import Counter as Tally
from typing import Any


class Watcher:
    """One who asks again and again, with the ETag of what they have, over a connection of their own."""

    def __init__(self, path: str, every: float, seen: Seen, port: int, key: str = "") -> None:
        self.path, self.every, self.seen, self.port, self.key = path, every, seen, port, key

    async def watch(self, starts_in: float, until: float) -> None:
        await asyncio.sleep(starts_in)
        reading = writing = None
        tag = ""
        while (begun := time.monotonic()) < until:
            try:
                if writing is None:
                    reading, writing = await asyncio.open_connection("127.0.0.1", self.port)
                lines = [
                    f"GET {self.path} HTTP/1.1",
                    "Host: 127.0.0.1",
                    "HX-Request: true",
                    "Accept-Language: ja",
                ]
                lines += [f"If-None-Match: {tag}"] if tag else []
                writing.write(("\r\n".join(lines) + "\r\n\r\n").encode())
                status, tag, body = await _answer(reading, tag)
                self.seen.answers[status] += 1
                self.seen.took.append(time.monotonic() - begun)
                if status == 200 and self.key:
                    self.seen.showed(self.key, body)
            except (OSError, asyncio.IncompleteReadError, ValueError):
                self.seen.answers[0] += 1
                writing = None
            await asyncio.sleep(max(self.every - (time.monotonic() - begun), 0))


async def _answer(reading: Any, tag: str) -> tuple[int, str, str]:
    head = (await asyncio.wait_for(reading.readuntil(b"\r\n\r\n"), 30)).decode("latin-1")
    first, *lines = head.split("\r\n")
    headers = {
        name.lower(): value.strip() for name, _c, value in (line.partition(":") for line in lines if line)
    }
    if headers.get("transfer-encoding", "") == "chunked":
        raise ValueError("a length was expected")
    length = int(headers.get("content-length", 0))
    body = await asyncio.wait_for(reading.readexactly(length), 30) if length else b""
    return int(first.split()[1]), headers.get("etag", tag), body.decode()


class Seen:
    """What all watchers saw."""

    def __init__(self) -> None:
        self.answers: Tally[int] = Tally()
        self.took: list[float] = []
        self.called: dict[str, dict[str, float]] = {}  # counter -> label -> when it was committed
        self.lags: list[float] = []

    def showed(self, key: str, body: str) -> None:
        now = time.monotonic()
        for label in [label for label in self.called.get(key, ()) if f">{label}<" in body]:
            self.lags.append(now - self.called[key].pop(label))
