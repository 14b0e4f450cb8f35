"""Writers that hold their transactions open, and several sealers, all at the same time. Both databases."""

import threading
import time

import pytest
from django.db import connection, connections

from madoguchi.kernel import audit
from madoguchi.kernel.audit import keys, sealing
from madoguchi.kernel.audit.models import Block, Event, Sealed, Waiting
from madoguchi.kernel.db import writes
from madoguchi.kernel.refs import SYSTEM

from .tampering import CASE, found

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both_databases, pytest.mark.slow]


def record(n=1):
    for _ in range(n):
        audit.record("case.moved", CASE, by=SYSTEM)


def writers_and_sealers(*, rounds=6, sealers=2):
    going, wrong = threading.Event(), []

    def write(pause):
        for _ in range(rounds):
            with writes():
                record(2)
                time.sleep(pause)

    def seal():
        while not going.is_set():
            sealing.seal()

    def run(work):
        try:
            work()
        except Exception as error:
            wrong.append(error)
        finally:
            connections.close_all()

    writing = [threading.Thread(target=run, args=(lambda p=p: write(p),)) for p in (0, 0.002, 0.02)]
    sealing_ = [threading.Thread(target=run, args=(seal,)) for _ in range(sealers)]
    for thread in (*writing, *sealing_):
        thread.start()
    for thread in writing:
        thread.join(60)
    going.set()
    for thread in sealing_:
        thread.join(60)
    sealing.seal()
    return wrong


def test_every_event_lies_in_exactly_one_block():
    assert writers_and_sealers() == []

    assert Event.objects.count() == Sealed.objects.count() == 36
    assert sum(Block.objects.values_list("count", flat=True)) == 36
    assert not Waiting.objects.exists()
    assert found(heads_file=False) == []


def test_two_sealers_at_once_make_one_chain(monkeypatch):
    assert two_sealers(monkeypatch) == []

    assert [block.count for block in Block.objects.all()] == [4]


def test_teeth_without_the_gate_and_the_lock_the_second_fails(monkeypatch):
    monkeypatch.setattr(sealing, "_alone", lambda: None)
    if connection.vendor == "sqlite":  # there the write gate is what lets only one in
        monkeypatch.setattr(sealing, "_seal_one", sealing._seal_one.__wrapped__)

    assert [type(error).__name__ for error in two_sealers(monkeypatch)] == ["IntegrityError"]


def two_sealers(monkeypatch):
    """Both have begun before either seals; what went wrong."""
    record(4)
    keys.add()
    both, wrong = threading.Barrier(2), []
    waiting = sealing._waiting

    def slowly():
        found = waiting()
        time.sleep(0.1)
        return found

    monkeypatch.setattr(sealing, "_waiting", slowly)

    def seal():
        both.wait()
        try:
            sealing.seal()
        except Exception as error:
            wrong.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=seal) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return wrong
