"""The outbox keeps its promises: at least once, never forgotten, never in the way."""

import datetime as dt

import pytest
from django.db import transaction

from madoguchi.kernel import clock, jobs
from madoguchi.kernel.db import writes
from madoguchi.kernel.jobs import outbox
from madoguchi.kernel.jobs.models import Job, Schedule, State

pytestmark = pytest.mark.django_db


@pytest.fixture
def done(monkeypatch):
    """A handler "test.note" that remembers what it did."""
    seen = []
    monkeypatch.setitem(outbox._handlers, "test.note", lambda job: seen.append(job.payload.get("n")))
    return seen


@pytest.fixture
def failing(monkeypatch):
    def fail(job):
        raise ValueError("the printer is on fire")

    monkeypatch.setitem(outbox._handlers, "test.fail", fail)


def put(kind="test.note", **kwargs):
    with writes():
        jobs.enqueue(kind, **kwargs)


def test_run_due_does_each_job_once_in_the_order_it_became_due(done):
    put(payload={"n": 1})
    put(payload={"n": 2})

    assert jobs.run_due() == 2
    assert jobs.run_due() == 0
    assert done == [1, 2]


def test_enqueue_twice_with_one_key_is_one_job(done):
    put(key="letter:1", payload={"n": 1})
    put(key="letter:1", payload={"n": 1})

    jobs.run_due()

    assert done == [1]


@pytest.mark.django_db(transaction=True)
def test_enqueue_outside_a_transaction_is_refused():
    with pytest.raises(RuntimeError, match="inside the transaction"):
        jobs.enqueue("test.note")


def test_a_job_goes_with_the_transaction_that_was_undone(done):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        jobs.enqueue("test.note", payload={"n": 1})
        _ = 1 / 0

    assert jobs.run_due() == 0
    assert done == []


def test_a_job_waits_for_its_time(done):
    put(payload={"n": 1}, not_before=clock.now() + dt.timedelta(minutes=10))

    assert jobs.run_due() == 0
    with clock.frozen(clock.now() + dt.timedelta(minutes=11)):
        assert jobs.run_due() == 1


def test_a_failing_job_is_tried_again_later_and_given_up_in_the_end(failing):
    put("test.fail")
    at = clock.now()

    for _attempt in range(outbox.GIVE_UP_AFTER):
        with clock.frozen(at):
            assert jobs.run_due() == 1
            assert jobs.run_due() == 0, "not at once"
        at += dt.timedelta(hours=1)

    job = Job.objects.get()
    assert (job.state, job.attempts) == (State.FAILED, outbox.GIVE_UP_AFTER)
    assert job.last_error == "ValueError: the printer is on fire"
    assert list(jobs.stuck()) == [job]


def test_retry_lets_a_given_up_job_run_again(failing, done, monkeypatch):
    put("test.fail", payload={"n": 7})
    Job.objects.update(state=State.FAILED, attempts=8)
    monkeypatch.setitem(outbox._handlers, "test.fail", lambda job: done.append(job.payload["n"]))

    assert jobs.retry(Job.objects.get())
    assert not jobs.retry(Job.objects.get()), "it waits already"

    jobs.run_due()
    assert done == [7]


def test_a_job_whose_worker_died_is_picked_up_when_its_claim_ran_out(done):
    put(payload={"n": 1})
    dead = outbox._claim(())

    assert dead is not None
    assert jobs.run_due() == 0, "another worker still holds it"
    with clock.frozen(clock.now() + outbox.CLAIM_FOR + dt.timedelta(seconds=1)):
        assert jobs.run_due() == 1
    assert done == [1]


def test_a_kind_nobody_handles_fails_visibly(caplog):
    put("test.unknown")

    jobs.run_due()

    assert Job.objects.get().last_error.startswith("KeyError")


def test_periodic_work_is_done_by_whoever_moves_the_clock_first(monkeypatch):
    ran = []
    monkeypatch.setattr(outbox, "_periodic", {"test": (dt.timedelta(minutes=5), lambda: ran.append(1))})

    outbox.run_periodic()
    outbox.run_periodic()
    with clock.frozen(clock.now() + dt.timedelta(minutes=6)):
        outbox.run_periodic()

    assert ran == [1, 1]
    assert Schedule.objects.count() == 1


def test_stuck_names_what_should_long_have_been_done(done):
    put(payload={"n": 1})

    assert not jobs.stuck().exists()
    with clock.frozen(clock.now() + dt.timedelta(minutes=16)):
        assert jobs.stuck().count() == 1
