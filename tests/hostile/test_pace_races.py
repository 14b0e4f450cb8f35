"""Counting when many ask at once: the database decides. Apart from the other tests, whose city is one open transaction."""

from __future__ import annotations

import threading

import pytest
from django.db import connection

from madoguchi.kernel.access import limits
from madoguchi.kernel.access.errors import TooManyRequests
from madoguchi.kernel.access.models import Allowance


@pytest.mark.both_databases
@pytest.mark.django_db(transaction=True)
def test_of_many_at_once_exactly_the_allowed_come_through(monkeypatch):
    """Each thread is a process of its own: no lease is shared, only the row."""
    monkeypatch.setattr(limits, "_from_lease", lambda *_args: False)
    monkeypatch.setattr(limits, "_keep_lease", lambda *_args: None)
    let_in = race(most=20, tries=8, threads=5)

    assert let_in == 20


@pytest.mark.both_databases
@pytest.mark.django_db(transaction=True)
def test_without_the_condition_in_the_database_more_would_come_through(monkeypatch):
    """The teeth of the test above: counted by reading first, the limit does not hold."""
    both_have_read = threading.Barrier(2, timeout=10)

    def read_then_write(caller, minute, wanted, most):
        taken = Allowance.objects.filter(caller=caller).values_list("taken", flat=True).first() or 0
        both_have_read.wait()
        if taken + wanted > most:
            return False
        Allowance.objects.update_or_create(
            caller=caller, defaults={"minute": minute, "taken": taken + wanted}
        )
        return True

    monkeypatch.setattr(limits, "_from_lease", lambda *_args: False)
    monkeypatch.setattr(limits, "_keep_lease", lambda *_args: None)
    monkeypatch.setattr(limits, "_take", read_then_write)

    assert race(most=1, tries=1, threads=2) == 2


def race(*, most, tries, threads):
    counted = []

    def run():
        try:
            for _turn in range(tries):
                try:
                    limits.spend("somebody", per_minute=most)
                    counted.append(1)
                except TooManyRequests:
                    pass
        finally:
            connection.close()

    running = [threading.Thread(target=run) for _one in range(threads)]
    for one in running:
        one.start()
    for one in running:
        one.join(30)
    return len(counted)
