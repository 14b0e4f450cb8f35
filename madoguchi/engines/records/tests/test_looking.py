"""Opening a registration: on record first, only what the purpose needs, only for whom it is business."""

from __future__ import annotations

import pytest

from madoguchi.engines.records import queries, services
from madoguchi.engines.records.errors import LookNeedsPurpose
from madoguchi.kernel import audit, clock
from madoguchi.kernel.audit.models import Event
from madoguchi.kernel.errors import NotFound
from madoguchi.kernel.identity import services as people
from madoguchi.kernel.refs import SYSTEM

from . import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def done():
    make.kinds()
    return make.interviewed(*make.resident(), make.staff("sato"), doctor="見本医院")


def shown(registration, by, purpose, **more) -> dict[str, str]:
    return {
        key: str(told)
        for key, told in queries.look(registration=registration, by=by, purpose=purpose, **more).items()
    }


def test_each_purpose_shows_its_fields_and_stands_on_record(done):
    ito = make.staff("ito")

    seen = {purpose: sorted(shown(done, ito, purpose)) for purpose, _words in queries.purposes()}

    assert seen == {
        "care": ["allergies", "notes"],
        "emergency": ["allergies", "doctor", "emergency_phone"],
        "register": ["allergies", "doctor", "emergency_phone", "notes"],
        "inquiry": ["emergency_phone"],
    }
    looks = Event.objects.filter(verb=Event.READ, about=str(done.ref), actor_account=ito.account)
    assert set(looks.values_list("subject", flat=True)) == {done.keeper_id}
    assert looks.count() == 4


def test_the_value_of_a_field_is_said_in_words(done):
    told = queries.look(registration=done, by=make.staff("ito"), purpose="care")["allergies"]

    assert (told.label, str(told), told.is_care, told.is_special) == ("アレルギー", "あり：卵", True, True)


def test_staff_of_a_site_are_shown_what_is_marked_for_sites_when_booking_vouches(done):
    nanny = make.staff("nanny", make.ELSEWHERE)

    seen = shown(done, nanny, "emergency", at_division=make.ELSEWHERE)

    assert sorted(seen) == ["allergies", "emergency_phone"]
    assert queries.may_look(done, nanny, make.ELSEWHERE)


@pytest.mark.parametrize("at", [None, "", make.AREA, make.CENTRE])
def test_staff_of_another_division_are_shown_nothing_and_leave_no_look(done, at):
    nanny = make.staff("nanny", make.ELSEWHERE)

    with pytest.raises(NotFound):
        queries.look(registration=done, by=nanny, purpose="care", at_division=at)

    assert not queries.may_look(done, nanny, at)
    assert not Event.objects.filter(verb=Event.READ).exists()


def test_a_resident_and_a_planner_of_the_same_division_are_not_staff_at_work(done):
    for by in (make.resident("ben")[0], make.staff("plan", make.CENTRE, "planner")):
        with pytest.raises(NotFound):
            queries.look(registration=done, by=by, purpose="care", at_division=make.CENTRE)


def test_without_a_reason_nothing_is_opened(done):
    for empty in ("", "  "):
        with pytest.raises(LookNeedsPurpose):
            queries.look(registration=done, by=make.staff(f"ito{len(empty)}"), purpose=empty)

    assert not Event.objects.filter(verb=Event.READ).exists()


def test_what_cannot_be_recorded_is_not_shown(done, monkeypatch):
    def broken(*_args, **_more):
        raise RuntimeError("the audit is full")

    monkeypatch.setattr(audit, "record_reads", broken)
    opened = []
    monkeypatch.setattr("madoguchi.engines.records.sealing.vault.unseal", lambda *a, **k: opened.append(a))

    with pytest.raises(RuntimeError, match="full"):
        queries.look(registration=done, by=make.staff("ito"), purpose="care")

    assert opened == []


def test_an_erased_registration_opens_to_nobody(done):
    ended = services.end(registration=done, why="転出のため", by=make.staff("ito"))
    services.forget(registration=ended, by=make.staff("ito2"))
    ended.refresh_from_db()

    with pytest.raises(NotFound):
        queries.look(registration=ended, by=make.staff("ito3"), purpose="care")


def test_who_is_under_himitsu_is_found_by_number_and_by_name_only_with_the_right(done):
    people.protect(party=done.keeper, by=SYSTEM, reason="架空の理由")
    clerk, trusted = make.staff("ito"), make.staff("abe", make.CENTRE, "clerk", "sees_protected")

    by_name = [queries.search(typed="見本 そう", by=by, purpose="register") for by in (clerk, trusted)]
    by_number = queries.search(typed=done.number, by=clerk, purpose="register")

    assert [len(found) for found in by_name] == [0, 1]
    assert [one.row for one in by_number] == [done]
    assert queries.valid_registration(kind=make.CHILD, party=done.party_id, on=clock.today()) == done
