"""Children with connections of their own, that tell their parent line by line how far they came."""

from __future__ import annotations

import json
import os
import traceback
from collections.abc import Callable, Iterator
from typing import Any

from .moments import Tell


def forked(work: Callable[[Tell], None]) -> tuple[int, int]:
    """`work(tell)` in a child; returns its pid and where it tells."""
    reading, writing = os.pipe()
    pid = os.fork()
    if pid:
        os.close(writing)
        return pid, reading
    os.close(reading)
    code = 1
    try:
        work(lambda line: os.write(writing, json.dumps(line).encode() + b"\n") and None)
        code = 0
    except BaseException:  # noqa: BLE001 - the child must end here, whatever happened; the parent is told
        os.write(
            writing, json.dumps({"what": "broke", "said": traceback.format_exc(limit=-4)}).encode() + b"\n"
        )
    os._exit(code)


def lines(reading: int) -> Iterator[dict[str, Any]]:
    """What a child told, whole lines only: the last may have been cut."""
    with os.fdopen(reading, "rb") as pipe:
        for raw in pipe:
            if raw.endswith(b"\n"):
                yield json.loads(raw)


def at_once(work: Callable[[], Any]) -> Any:
    """What `work` returns, done in a child."""

    def tell_it(tell: Tell) -> None:
        tell({"what": "said", "said": work()})

    pid, reading = forked(tell_it)
    heard = list(lines(reading))
    os.waitpid(pid, 0)
    if not heard or heard[-1]["what"] != "said":
        raise SystemExit(heard[-1]["said"] if heard else "a child went without a word")
    return heard[-1]["said"]
