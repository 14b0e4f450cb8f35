"""Two who approve, a file fetched while it is taken back, two who judge. Both databases."""

import contextlib
import threading

import pytest
from django.db.models import F

from madoguchi.engines.procedures import erasing, queries, services
from madoguchi.engines.procedures.errors import ExportOver, ExportSettled
from madoguchi.engines.procedures.models import Case, EmergencyLook, Export
from madoguchi.engines.procedures.services import exporting
from madoguchi.kernel import clock, vault
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


def taken_while_erased(monkeypatch, where, export, case, sato):
    """The file is drawn up to `where`; there the case begins to be erased and, if it may, is erased to the end."""
    there, gone = threading.Event(), threading.Event()
    whole = getattr(where, "new_key" if where is vault else "_content")

    def slow(*args, **kwargs):
        drawn = whole(*args, **kwargs)
        if not there.is_set():
            there.set()
            gone.wait(1.5)
        return drawn

    def erase():
        there.wait(5)
        with writes():
            Case.everything.filter(pk=case.pk).update(erased_at=clock.now(), version=F("version") + 1)
        erasing.erase_exports(case.ref)
        gone.set()

    with monkeypatch.context() as patched:
        patched.setattr(where, whole.__name__, slow)
        taken, _none = at_once(lambda: services.take_export(export=fresh(export), by=sato), erase)
    return taken


def readable(export):
    """What of the export's files anybody could still open."""
    found = []
    for stored in vault.StoredFile.objects.filter(kind="export", about=f"procedures:export:{export.pk}"):
        with contextlib.suppress(FileGone, KeyDestroyed):
            found.append(vault.open_file(stored).decode())
    return found


def test_who_is_erased_while_the_file_is_drawn_is_not_in_it(city, monkeypatch):
    case, sato, ogawa, _kawai = city
    export = services.approve_export(export=ask(case, sato), by=ogawa)

    taken = taken_while_erased(monkeypatch, exporting, export, case, sato)

    assert isinstance(taken, vault.StoredFile | ExportOver)
    assert not [words for words in readable(export) if make.NAME["family"] in words or case.receipt in words]


def test_an_erasure_that_comes_while_the_file_is_kept_finds_it(city, monkeypatch):
    case, sato, ogawa, _kawai = city
    export = services.approve_export(export=ask(case, sato), by=ogawa)

    taken_while_erased(monkeypatch, vault, export, case, sato)

    assert readable(export) == []
    assert fresh(export).state == "expired"


def test_a_file_kept_without_looking_again_would_hold_who_was_erased(city, monkeypatch):
    """The teeth: linked whatever became of the people in it."""
    case, sato, ogawa, _kawai = city
    export = services.approve_export(export=ask(case, sato), by=ogawa)
    whole = exporting._kept
    monkeypatch.setattr(exporting, "_kept", lambda row, content, *, of: whole(row, content, of=set()))

    taken_while_erased(monkeypatch, exporting, export, case, sato)

    assert [words for words in readable(export) if make.NAME["family"] in words]


def test_a_file_whose_keeping_was_cut_short_leaves_no_key_and_no_row(city, monkeypatch):
    case, sato, ogawa, _kawai = city
    export = services.approve_export(export=ask(case, sato), by=ogawa)
    keep, keys = vault.keep_artefact, vault.DataKey.objects.count()

    def cut(**kept):
        keep(**kept)
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(vault, "keep_artefact", cut)
        with pytest.raises(KeyboardInterrupt):
            services.take_export(export=fresh(export), by=sato)

    assert not vault.StoredFile.objects.filter(kind="export").exists()
    assert vault.DataKey.objects.count() == keys
    assert (
        make.NAME["family"] in vault.open_file(services.take_export(export=fresh(export), by=sato)).decode()
    )


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
