"""The outbox keeps its promises: at least once, never forgotten, never in the way."""

import datetime as dt

import pytest
from django.db import connection, transaction

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
    begun = at = clock.now()

    for pause in (*outbox.PAUSES, dt.timedelta()):
        with clock.frozen(at):
            assert jobs.run_due() == 1
            assert jobs.run_due() == 0, "not at once"
        at += pause

    job = Job.objects.get()
    assert (job.state, job.attempts) == (State.FAILED, outbox.GIVE_UP_AFTER)
    assert job.last_error == "ValueError: the printer is on fire"
    assert list(jobs.stuck()) == [job]
    assert dt.timedelta(hours=20) < at - begun < dt.timedelta(hours=30), "somebody had a day to mend it"


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


def after(minutes):
    return clock.frozen(clock.now() + dt.timedelta(minutes=minutes))


def test_a_slow_worker_does_not_undo_what_another_finished(done, failing):
    put(payload={"n": 1})
    slow = outbox._claim(())
    with after(6):
        jobs.run_due()
    slow.kind = "test.fail"

    outbox._run(slow)

    job = Job.objects.get()
    assert (job.state, job.attempts, job.last_error) == (State.DONE, 2, "")


def test_a_slow_worker_does_not_finish_what_another_holds(done):
    put(payload={"n": 1})
    slow = outbox._claim(())
    with after(6):
        outbox._claim(())

    outbox._run(slow)

    assert Job.objects.get().state == State.RUNNING


def test_a_job_that_kills_its_worker_is_given_up(done):
    put(payload={"n": 1})
    put(payload={"n": 2})
    Job.objects.filter(payload={"n": 1}).update(attempts=outbox.GIVE_UP_AFTER - 1)
    outbox._claim(())

    with after(6):
        assert jobs.run_due() == 1

    killer = Job.objects.get(payload={"n": 1})
    assert (killer.state, killer.attempts) == (State.FAILED, outbox.GIVE_UP_AFTER)
    assert "died" in killer.last_error
    assert done == [2], "the next one is not held up"


def test_an_idle_worker_only_reads(monkeypatch, django_assert_num_queries):
    monkeypatch.setattr(outbox, "_periodic", {"test": (dt.timedelta(minutes=5), lambda: None)})
    outbox.run_periodic()

    with django_assert_num_queries(3) as asked:
        assert jobs.run_due() == 0
        assert outbox.run_periodic() == 0

    assert {query["sql"].split()[0] for query in asked.captured_queries} == {"SELECT"}


def test_periodic_work_takes_turns_with_jobs(monkeypatch):
    ran = []
    every = dt.timedelta(minutes=5)
    monkeypatch.setattr(
        outbox, "_periodic", {name: (every, lambda name=name: ran.append(name)) for name in ("a", "b")}
    )
    outbox.run_periodic()
    Schedule.objects.filter(name="b").update(next_at=clock.now() - every)

    with after(6):
        assert outbox.run_periodic(limit=1) == 1
        assert outbox.run_periodic(limit=1) == 1

    assert ran == ["a", "b", "b", "a"], "the longest overdue first"


def test_jobs_done_long_ago_are_forgotten(done, failing):
    put(payload={"n": 1}, key="letter:1")
    put("test.fail")
    jobs.run_due()
    with after(60 * 24 * 31):
        put(payload={"n": 2}, key="letter:2")
        jobs.run_due(limit=1, kinds=("test.note",))
        outbox.purge()

    assert sorted(Job.objects.values_list("kind", "state")) == [
        ("test.fail", "waiting"),
        ("test.note", "done"),
    ]


def test_what_is_stuck_is_found_by_an_index():
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL reads a table this small whole, index or not")

    plan = jobs.stuck().explain()

    assert "jobs_state" in plan
    assert "SCAN jobs_job" not in plan


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
