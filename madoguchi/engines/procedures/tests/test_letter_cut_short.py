"""The decision letter is one, whenever its worker dies and however many draw it."""

import pytest
from django.db import connection

from madoguchi.engines.documents import drawing
from madoguchi.engines.procedures import jobs as work
from madoguchi.engines.procedures import services
from madoguchi.engines.procedures.models import Decision
from madoguchi.kernel import vault
from madoguchi.kernel.jobs.models import Job

from . import make

pytestmark = pytest.mark.django_db


class LightWentOut(BaseException):
    """No handler of ours sees a power cut."""


@pytest.fixture
def job() -> Job:
    """The letter of a case just decided, not drawn yet."""
    make.publish_canonical()
    sato, ogawa = make.clerk("sato"), make.head("ogawa")
    case = make.at(make.received(make.resident()), "deciding", sato=sato)
    services.decide(case=case, outcome="granted", by=ogawa, seen=case.version)
    return Job.objects.get(kind="procedures.letter")


def letters(job: Job) -> list[vault.StoredFile]:
    return list(vault.files_about(job.about).filter(name__startswith="決定通知書"))


def test_a_worker_that_dies_before_the_decision_knows_its_letter_leaves_none_and_the_next_draws_one(job):
    def light_goes_out(execute, sql, *rest):
        if sql.startswith('UPDATE "procedures_decision"'):
            raise LightWentOut
        return execute(sql, *rest)

    with connection.execute_wrapper(light_goes_out), pytest.raises(LightWentOut):
        work.draw_letter(job)
    assert letters(job) == []

    work.draw_letter(job)

    assert letters(job) == [Decision.objects.get().letter]


def test_of_two_workers_who_draw_at_once_one_letter_stands(job, monkeypatch):
    draw, once = drawing.draw, [job]

    def another_is_faster(letter):
        if once:
            work.draw_letter(once.pop())
        return draw(letter)

    monkeypatch.setattr(drawing, "draw", another_is_faster)

    work.draw_letter(job)

    assert letters(job) == [Decision.objects.get().letter]
