"""One child for each file, from a nursery that may die at any moment."""

from __future__ import annotations

import os
import signal
import threading
import time

import pytest

from madoguchi.kernel.vault import apart
from madoguchi.kernel.vault.apart import nursery

from . import make

PICTURE = {"kind": "image/png", "pixels": 40_000_000, "size": 10_000_000}


def drawn(content: bytes, seconds: int = 20) -> str:
    return apart.ask("picture", content, seconds=seconds, **PICTURE).verdict


def here() -> nursery.Nursery:
    found = nursery._Here.nursery
    assert found is not None
    return found


def test_the_nursery_stays_and_each_file_has_a_child_of_its_own():
    assert drawn(make.photo()) == "fine"
    first = here().process.pid

    assert drawn(b"no picture") == "unreadable"
    assert drawn(make.photo()) == "fine"
    assert here().process.pid == first


def test_a_nursery_that_was_killed_is_opened_anew():
    assert drawn(make.photo()) == "fine"
    os.kill(here().process.pid, signal.SIGKILL)
    here().process.wait(10)

    assert drawn(make.photo()) == "fine"


def test_a_nursery_that_goes_between_look_and_word_is_opened_anew(monkeypatch):
    assert drawn(make.photo()) == "fine"
    os.kill(here().process.pid, signal.SIGKILL)
    here().process.wait(10)
    monkeypatch.setattr(here().process, "poll", lambda: None)  # as if nobody had noticed yet

    assert drawn(make.photo()) == "fine"


def test_eight_at_once_are_each_told_of_their_own_file():
    heard: dict[int, str] = {}

    def ask(number: int) -> None:
        heard[number] = drawn(make.photo() if number % 2 else b"no picture")

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    assert heard == {number: "fine" if number % 2 else "unreadable" for number in range(8)}


def test_who_waits_for_a_child_that_hangs_is_let_go_and_the_next_is_served():
    assert drawn(make.photo()) == "fine"
    began = time.monotonic()
    with nursery.line_to_child() as line, pytest.raises(TimeoutError):
        line.settimeout(0.2)
        line.recv(1)  # nothing was asked: it waits for the file, and so do we

    assert drawn(make.photo()) == "fine"
    assert time.monotonic() - began < 15


def test_a_fork_of_ours_opens_its_own():
    assert drawn(make.photo()) == "fine"
    ours = here().process.pid
    reading, writing = os.pipe()
    pid = os.fork()
    if not pid:
        try:
            said = drawn(make.photo())
            os.write(writing, f"{said} {here().process.pid != ours}".encode())
            nursery.close()
        finally:
            os._exit(0)
    os.close(writing)
    os.waitpid(pid, 0)
    with os.fdopen(reading) as told:
        assert told.read() == "fine True"

    assert drawn(make.photo()) == "fine"
    assert here().process.pid == ours


def test_the_nursery_goes_when_its_door_is_closed():
    assert drawn(make.photo()) == "fine"
    process = here().process

    nursery.close()

    assert process.poll() is not None
