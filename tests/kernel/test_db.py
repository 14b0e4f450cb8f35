"""The write gate: one transaction for one verb, in turn, on either database."""

import threading

import pytest
from django.db import OperationalError, connection, connections

from madoguchi.kernel.db import writes
from madoguchi.kernel.db.gate import ATTEMPTS
from madoguchi.kernel.refs.models import ReceiptSerial


@writes
def put(month, *, then_raise=None):
    row, _made = ReceiptSerial.objects.get_or_create(month=month)
    ReceiptSerial.objects.filter(pk=row.pk).update(last=row.last + 1)
    if then_raise is not None:
        raise then_raise
    return month


@pytest.mark.both_databases
@pytest.mark.django_db(transaction=True)
def test_a_verb_that_raises_leaves_nothing():
    with pytest.raises(ValueError, match="no"):
        put("2611", then_raise=ValueError("no"))

    assert not ReceiptSerial.objects.exists()
    assert put("2611") == "2611", "the gate is open again"


@pytest.mark.both_databases
@pytest.mark.django_db(transaction=True)
def test_a_verb_inside_a_verb_shares_its_fate():
    @writes
    def outer():
        put("2611")
        try:
            put("2612", then_raise=ValueError("no"))
        except ValueError:
            pass
        return ReceiptSerial.objects.count()

    assert outer() == 1
    assert [row.month for row in ReceiptSerial.objects.all()] == ["2611"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("failures", [1, ATTEMPTS - 1])
def test_a_verb_is_run_again_after_a_serialisation_failure(failures, monkeypatch):
    tries = []

    class SerialisationFailure(Exception):
        sqlstate = "40001"

    @writes
    def verb():
        tries.append(1)
        if len(tries) <= failures:
            raise OperationalError("could not serialize access") from SerialisationFailure()
        return "done"

    monkeypatch.setattr("madoguchi.kernel.db.gate.time.sleep", lambda seconds: None)
    assert verb() == "done"
    assert len(tries) == failures + 1


@pytest.mark.django_db(transaction=True)
def test_a_verb_is_not_run_for_ever(monkeypatch):
    class Deadlock(Exception):
        sqlstate = "40P01"

    @writes
    def verb():
        raise OperationalError("deadlock detected") from Deadlock()

    monkeypatch.setattr("madoguchi.kernel.db.gate.time.sleep", lambda seconds: None)
    with pytest.raises(OperationalError):
        verb()


@pytest.mark.django_db(transaction=True)
def test_any_other_database_error_is_told_at_once():
    tries = []

    @writes
    def verb():
        tries.append(1)
        raise OperationalError("disk I/O error")

    with pytest.raises(OperationalError):
        verb()
    assert tries == [1]


@pytest.mark.slow
@pytest.mark.both_databases
@pytest.mark.django_db(transaction=True)
def test_sixteen_writers_at_once_all_get_their_turn():
    with writes():
        ReceiptSerial.objects.create(month="2611")
    failures = []

    @writes
    def count_up():
        # Reads before it writes, which only a gate (or a row lock) makes safe.
        if connection.vendor == "postgresql":
            row = ReceiptSerial.objects.select_for_update().get(month="2611")
        else:
            row = ReceiptSerial.objects.get(month="2611")
        ReceiptSerial.objects.filter(month="2611").update(last=row.last + 1)

    def work():
        try:
            for _turn in range(10):
                count_up()
        except Exception as error:
            failures.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    assert failures == []
    assert ReceiptSerial.objects.get(month="2611").last == 160
