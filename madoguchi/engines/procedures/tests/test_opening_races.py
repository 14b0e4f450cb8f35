"""Two who approve, a file fetched while it is taken back, two who judge. Both databases."""

import threading

import pytest

from madoguchi.engines.procedures import queries, services
from madoguchi.engines.procedures.errors import ExportOver, ExportSettled
from madoguchi.engines.procedures.models import EmergencyLook, Export
from madoguchi.kernel import vault
from madoguchi.kernel.audit.models import Event
from madoguchi.kernel.db import writes
from madoguchi.kernel.errors import Refusal, SomebodyWasFaster
from madoguchi.kernel.vault.errors import FileGone, KeyDestroyed

from . import make
from .test_races import at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both_databases, pytest.mark.slow]
WHY = "年度末の現況届の発送に使うため"


@pytest.fixture
def city():
    make.publish_canonical()
    aoi = make.resident()
    return make.received(aoi), make.clerk("sato"), make.head("ogawa"), make.head("kawai")


def ask(case, sato):
    return services.ask_export(
        cases=[case.pk],
        division=make.DIVISION,
        procedure=make.KEY,
        columns=["receipt", "answers.applicant.name"],
        why=WHY,
        wanted={},
        by=sato,
    )


def fresh(export):
    return Export.objects.get(pk=export.pk)


def test_two_heads_at_once_approve_it_once(city):
    case, sato, ogawa, kawai = city
    export = ask(case, sato)

    results = at_once(
        *[lambda by=by: services.approve_export(export=fresh(export), by=by) for by in (ogawa, kawai)],
        lambda: services.refuse_export(export=fresh(export), by=kawai),
    )

    assert sum(isinstance(one, Export) for one in results) == 1
    assert sum(isinstance(one, ExportSettled) for one in results) == 2
    assert Event.objects.filter(verb__in=["export.approved", "export.refused"]).count() == 1


def test_of_fetching_and_taking_back_one_is_first_and_nothing_goes_out_afterwards(city):
    case, sato, ogawa, _kawai = city
    for _turn in range(3):
        export = services.approve_export(export=ask(case, sato), by=ogawa)

        taken, revoked = at_once(
            lambda export=export: services.take_export(export=fresh(export), by=sato),
            lambda export=export: services.revoke_export(export=fresh(export), by=ogawa),
        )

        assert revoked is None
        assert isinstance(taken, vault.StoredFile | ExportOver)
        row = fresh(export)
        assert (row.state, row.taken) == ("revoked", int(isinstance(taken, vault.StoredFile)))
        with pytest.raises(ExportOver):
            services.take_export(export=row, by=sato)
        for stored in vault.StoredFile.objects.filter(about=f"procedures:export:{export.pk}"):
            with pytest.raises((FileGone, KeyDestroyed)):
                vault.open_file(stored)


def test_without_the_state_in_the_update_a_revoked_file_would_go_out(city):
    """The teeth: read first, counted later, and what was taken back between goes out."""
    case, sato, ogawa, _kawai = city
    export = services.approve_export(export=ask(case, sato), by=ogawa)
    read, gone = threading.Event(), threading.Event()

    def careless():
        good = fresh(export).state == "approved"
        read.set()
        gone.wait(timeout=30)
        with writes():
            Export.objects.filter(pk=export.pk).update(taken=1)
        return good

    def revoke():
        read.wait(timeout=30)
        services.revoke_export(export=fresh(export), by=ogawa)
        gone.set()

    went_out, _none = at_once(careless, revoke)

    assert went_out is True and (fresh(export).state, fresh(export).taken) == ("revoked", 1)


def test_two_windows_of_one_clerk_draw_one_file(city):
    case, sato, ogawa, _kawai = city
    export = services.approve_export(export=ask(case, sato), by=ogawa)

    results = at_once(*[lambda: services.take_export(export=fresh(export), by=sato)] * 2)

    assert [type(one) for one in results] == [vault.StoredFile] * 2
    assert len({one.pk for one in results}) == 1 and fresh(export).taken == 2
    readable = [
        row for row in vault.files_about(f"procedures:export:{export.pk}") if row.key.destroyed_at is None
    ]
    assert len(readable) == 1


def test_two_who_judge_at_once_leave_one_judgement(city):
    case, _sato, ogawa, kawai = city
    takagi = make.clerk("takagi", division="介護保険課")
    services.open_in_emergency(receipt=case.receipt, danger="life", why=WHY, by=takagi)
    look = EmergencyLook.objects.get()

    results = at_once(
        *[
            lambda by=by: services.judge_emergency(
                look=queries.emergency_look(by, look.pk), verdict="fair", remark="確かめた", by=by
            )
            for by in (ogawa, kawai)
        ]
    )

    assert sum(isinstance(one, EmergencyLook) for one in results) == 1
    assert sum(isinstance(one, SomebodyWasFaster) for one in results) == 1
    assert all(isinstance(one, EmergencyLook | Refusal) for one in results)


def test_eight_windows_at_once_open_no_more_than_three(city):
    case, *_heads = city
    takagi = make.clerk("takagi", division="介護保険課")

    at_once(
        *[lambda: services.open_in_emergency(receipt=case.receipt, danger="life", why=WHY, by=takagi)] * 8
    )

    assert EmergencyLook.objects.count() == 3
