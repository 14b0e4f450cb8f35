"""The moments of an act: every write to the database, every commit, every byte laid down or taken away, the answer.

A power cut by the clock falls where a process spends its time, which is seldom where it could do harm: between
two moments that last. So the process itself tells each moment before it comes, and can be killed exactly there.
What it tells is also how a report can say where a cut by the clock fell.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

Tell = Callable[[dict[str, Any]], None]
ANSWER, NEXT = "answer", "next act"
COMMIT, LAID, TAKEN = "commit", "bytes laid", "bytes taken away"
LASTING = (COMMIT, LAID, TAKEN, ANSWER, NEXT)  # what lies between two of these is one state of the city
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT


@dataclass(frozen=True, slots=True)
class Aim:
    """Where the plug is pulled: in this act, so many seconds after it begins or right before one of its moments."""

    act: str
    seconds: float = -1.0
    moment: int = -1


@dataclass
class Trace:
    """What one act did, in order, as its process told it."""

    moments: list[str] = field(default_factory=list)

    def gaps(self) -> dict[str, list[int]]:
        """Each gap between two lasting moments, and the moments in it before which one may be killed."""
        found: dict[str, list[int]] = {}
        for place in range(len(self.moments) + 1):
            found.setdefault(self._gap_at(place), []).append(place)
        return found

    def gap_after(self, told: Sequence[str]) -> str:
        """The gap a process was in that told these moments of this act and then no more."""
        before = _last(told)
        for place in range(len(self.moments) + 1):
            if _last(self.moments[:place]) == before:
                return self._gap_at(place)
        return f"{before} → {ANSWER}"

    def _gap_at(self, place: int) -> str:
        return f"{_last(self.moments[:place])} → {_first(self.moments[place:])}"


def _last(moments: Sequence[str]) -> str:
    return next((one for one in reversed(moments) if one.startswith(LASTING)), "begin")


def _first(moments: Sequence[str]) -> str:
    return next((one for one in moments if one.startswith(LASTING)), NEXT)


class Watch:
    """Tells the moments of this process, and ends it before the one that was aimed at."""

    def __init__(self, tell: Tell, aim: Aim | None) -> None:
        self.tell, self.aim, self.pid = tell, aim, os.getpid()
        self.act, self.counts, self.place = "", dict.fromkeys(LASTING, 0), 0
        self.root = os.environ["MADO_VAR"]
        self._listen()

    def begin(self, act: str) -> None:
        self.act, self.counts, self.place = act, dict.fromkeys(LASTING, 0), 0
        self.tell({"what": "begin", "act": act})

    def answer(self) -> None:
        self.moment(ANSWER)

    def end(self, said: Any) -> None:
        """The act was answered. Who is still to be killed in it is killed now: it did less than the first time."""
        self.tell({"what": "done", "act": self.act, "said": said})
        if self.aim and self.aim.act == self.act and self.aim.moment >= 0:
            self._cut()
        self.act = ""

    def moment(self, name: str) -> None:
        # Children (the nursery that draws pictures) are no part of it; they go with whoever started them.
        if not self.act or os.getpid() != self.pid:
            return
        if self.aim and (self.aim.act, self.aim.moment) == (self.act, self.place):
            self._cut()
        self.place += 1
        if name in (COMMIT, LAID, TAKEN):
            self.counts[name] += 1
            name = f"{name} {self.counts[name]}"
        self.tell({"what": "moment", "name": name})

    def _cut(self) -> None:
        os.kill(self.pid, signal.SIGKILL)
        signal.pause()  # nothing more is done, however long the signal takes

    def _listen(self) -> None:
        from django.db import connection

        def statement(execute: Any, sql: str, *rest: Any) -> Any:
            verb, _space, tail = sql.lstrip().partition(" ")
            if verb in ("INSERT", "UPDATE", "DELETE"):
                self.moment(f"{verb} {tail.split(maxsplit=2)[0 if verb == 'UPDATE' else 1]}")
            return execute(sql, *rest)

        commits = connection._commit

        def commit() -> Any:
            self.moment(COMMIT)
            return commits()

        connection.execute_wrappers.append(statement)
        connection._commit = commit
        sys.addaudithook(self._heard)

    def _heard(self, event: str, args: tuple[Any, ...]) -> None:
        if event == "os.rename" and self._is_ours(args[1]):
            self.moment(LAID)
        elif event == "os.remove" and self._is_ours(args[0]):
            self.moment(TAKEN)
        elif event == "open" and isinstance(args[2], int) and args[2] & _WRITING and self._is_ours(args[0]):
            self.moment("open")

    def _is_ours(self, path: Any) -> bool:
        if not isinstance(path, str | os.PathLike):
            return False
        name = os.fspath(path)
        return isinstance(name, str) and name.startswith(self.root) and Path(name).suffix != ".gate"
