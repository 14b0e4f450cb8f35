"""Asking, the interview, accepting, changing, ending, renewing; and that it counts at every site."""

from __future__ import annotations

import datetime as dt

import pytest

from madoguchi.engines.messaging.models import Delivery, Message
from madoguchi.engines.records import queries, sealing, services
from madoguchi.engines.records.errors import (
    AlreadyRegistered,
    NeedsInterview,
    NotYetRenewable,
    RegistrationSettled,
    RegistrationUnclear,
    SayWhyRegistration,
)
from madoguchi.engines.records.models import Registration, RegistrationState
from madoguchi.engines.records.services import reminding
from madoguchi.kernel import clock, jobs
from madoguchi.kernel.audit.models import Event
from madoguchi.kernel.errors import NotAllowed, NotFound, SomebodyWasFaster
from madoguchi.kernel.identity import queries as identity
from madoguchi.kernel.identity import services as people
from madoguchi.kernel.text import MyNumberRefused

from . import make

pytestmark = pytest.mark.django_db

DAY = dt.datetime(2026, 11, 22, 10, tzinfo=clock.JST)
TODAY = DAY.date()


@pytest.fixture(autouse=True)
def _day():
    with clock.frozen(DAY):
        make.kinds()
        yield


def valid(party, on=TODAY):
    return queries.valid_registration(kind=make.CHILD, party=party.pk, on=on)


# ------------------------------------------------------------------ asking and the interview


def test_an_interview_at_one_site_counts_everywhere_from_then_on():
    actor, keeper = make.resident()
    clerk = make.staff("sato")
    asked = make.asked(actor, keeper)
    assert (asked.state, valid(asked.party)) == (RegistrationState.ASKED, None)

    done = services.interview(
        registration=asked, site="a", on=TODAY, values=make.TOLD | {"notes": "よく眠る"}, by=clerk
    )

    assert (done.state, done.site, done.interviewed_on) == (RegistrationState.VALID, "a", TODAY)
    assert done.valid_until == dt.date(2027, 3, 31)
    assert valid(asked.party) == done
    assert valid(asked.party, dt.date(2027, 3, 31)) == done
    assert valid(asked.party, dt.date(2027, 4, 1)) is None
    assert sealing.values_of(done)["notes"] == "よく眠る"
    assert "卵" not in bytes(done.sealed).decode("latin-1")


def test_somebody_who_comes_without_asking_is_interviewed_at_once():
    clerk = make.staff("sato")
    mother = people.keep_party(profile={"name": {"family": "見本", "given": "ウメ"}}, by=clerk)
    child = make.child(clerk, mother)

    done = services.interview(
        kind=make.CHILD, party=child, keeper=mother, site="b", on=TODAY, values=make.TOLD, by=clerk
    )

    assert (done.keeper_id, done.channel, valid(child)) == (mother.pk, "counter", done)


def test_an_interview_of_who_asked_takes_up_what_was_asked():
    actor, keeper = make.resident()
    asked = make.asked(actor, keeper)

    done = services.interview(
        kind=make.CHILD,
        party=asked.party,
        keeper=keeper,
        site="b",
        on=TODAY,
        values=make.TOLD,
        by=make.staff("sato"),
    )

    assert (done.pk, done.number, Registration.objects.count()) == (asked.pk, asked.number, 1)


def test_a_child_is_registered_once_for_a_kind():
    actor, keeper = make.resident()
    asked = make.asked(actor, keeper)

    with pytest.raises(AlreadyRegistered):
        make.asked(actor, keeper, asked.party)
    done = services.interview(registration=asked, site="a", on=TODAY, values=make.TOLD, by=make.staff("sato"))
    with pytest.raises(AlreadyRegistered):
        services.interview(registration=done, site="b", on=TODAY, values=make.TOLD, by=make.staff("ito"))

    assert Registration.objects.count() == 1


def test_only_the_keeper_asks_and_only_for_their_own_child():
    actor, keeper = make.resident()
    other, others = make.resident("ben")
    child = make.child(actor, keeper)

    with pytest.raises(NotFound):
        services.ask(kind=make.CHILD, party=child, keeper=others, values=make.TOLD, by=other)
    with pytest.raises(NotFound):
        services.ask(kind=make.CHILD, party=child, keeper=keeper, values=make.TOLD, by=other)
    with pytest.raises(NotFound):
        services.ask(kind="nai", party=child, keeper=keeper, values=make.TOLD, by=actor)

    assert not Registration.objects.exists()


def test_staff_of_another_division_hold_no_interview():
    actor, keeper = make.resident()
    asked = make.asked(actor, keeper)

    for by in (make.staff("yoso", make.ELSEWHERE), actor):
        with pytest.raises(NotAllowed):
            services.interview(registration=asked, site="a", on=TODAY, values=make.TOLD, by=by)

    assert valid(asked.party) is None


@pytest.mark.parametrize(
    ("site", "days", "told"),
    [
        ("", 0, {}),
        ("nai", 0, {}),
        ("a", 1, {}),
        ("a", -500, {}),
        ("a", 0, {"allergies": {"has": True, "what": ""}}),
        ("a", 0, {"allergies": None}),
        ("a", 0, {"emergency_phone": "12"}),
    ],
)
def test_an_interview_that_does_not_say_enough_is_refused(site, days, told):
    actor, keeper = make.resident()
    asked = make.asked(actor, keeper)

    with pytest.raises(RegistrationUnclear):
        services.interview(
            registration=asked,
            site=site,
            on=TODAY + dt.timedelta(days=days),
            values=make.TOLD | told,
            by=make.staff("sato"),
        )

    asked.refresh_from_db()
    assert asked.state == RegistrationState.ASKED


def test_a_my_number_is_not_kept():
    actor, keeper = make.resident()

    with pytest.raises(MyNumberRefused):
        make.asked(actor, keeper, doctor="1234 5678 9018")


def test_care_notes_are_known_without_opening_anything():
    actor, keeper = make.resident()
    clerk = make.staff("sato")
    none = {"allergies": {"has": False, "what": ""}}

    quiet = make.interviewed(actor, keeper, clerk, make.child(actor, keeper, "りつ"), **none)
    loud = make.interviewed(actor, keeper, clerk, make.child(actor, keeper, "そう"))
    noted = services.interview(
        registration=make.asked(actor, keeper, make.child(actor, keeper, "みお"), **none),
        site="a",
        on=TODAY,
        values=make.TOLD | none | {"notes": "人見知り"},
        by=clerk,
    )

    assert [one.has_care_notes for one in (quiet, loud, noted)] == [False, True, True]


# ------------------------------------------------------------------ groups


def test_a_group_is_a_party_of_its_own_and_counts_once_staff_accept_it():
    actor, keeper = make.resident()
    asked = make.group(actor, keeper)
    assert asked.party_id != keeper.pk
    assert identity.profile(asked.party)["name"] == {"family": "見本バドミントン会"}
    assert sealing.values_of(asked)["residents"] == ["見本 一", "見本 二"]

    done = services.accept(registration=asked, by=make.staff("mura", make.AREA))

    assert done.valid_until == dt.date(2028, 11, 21)
    found = queries.valid_registration(kind=make.GROUP, party=asked.party_id, on=TODAY)
    assert found == done


def test_a_group_is_refused_with_a_reason_that_is_told():
    actor, keeper = make.resident()
    asked = make.group(actor, keeper)
    clerk = make.staff("mura", make.AREA)

    with pytest.raises(SayWhyRegistration):
        services.refuse(registration=asked, why=" ", by=clerk)
    done = services.refuse(registration=asked, why="区民が半分より少ないため", by=clerk)
    jobs.run_due()

    assert done.state == RegistrationState.REFUSED
    message = Message.objects.get(kind="records.settled")
    assert "区民が半分より少ないため" in message.body
    assert done.number in message.subject
    assert make.group(actor, keeper).state == RegistrationState.ASKED  # asked for anew


def test_a_kind_with_an_interview_is_not_just_accepted():
    actor, keeper = make.resident()

    with pytest.raises(NeedsInterview):
        services.accept(registration=make.asked(actor, keeper), by=make.staff("sato"))


# ------------------------------------------------------------------ afterwards


def test_the_keeper_changes_what_they_told_and_not_what_staff_wrote():
    actor, keeper = make.resident()
    clerk = make.staff("sato")
    done = services.interview(
        registration=make.asked(actor, keeper),
        site="a",
        on=TODAY,
        values=make.TOLD | {"notes": "よく眠る"},
        by=clerk,
    )

    changed = services.change(
        registration=done,
        values=make.TOLD | {"allergies": {"has": True, "what": "卵と小麦"}, "notes": "書けない"},
        by=actor,
        seen=done.version,
    )

    assert sealing.values_of(changed) == {
        "allergies": {"has": True, "what": "卵と小麦"},
        "emergency_phone": "0000000001",
        "notes": "よく眠る",
    }
    with pytest.raises(SomebodyWasFaster):
        services.change(registration=changed, values=make.TOLD, by=clerk, seen=1)


def test_a_keeper_ends_it_and_it_counts_no_more():
    actor, keeper = make.resident()
    clerk = make.staff("sato")
    done = make.interviewed(actor, keeper, clerk)

    with pytest.raises(NotFound):
        services.end(registration=done, by=make.resident("ben")[0])
    with pytest.raises(SayWhyRegistration):
        services.end(registration=done, by=clerk)
    ended = services.end(registration=done, by=actor)

    assert (ended.state, valid(done.party)) == (RegistrationState.ENDED, None)
    with pytest.raises(RegistrationSettled):
        services.end(registration=ended, by=actor)


def test_another_term_is_had_near_the_end_and_not_before():
    actor, keeper = make.resident()
    clerk = make.staff("sato")
    done = make.interviewed(actor, keeper, clerk)
    with pytest.raises(NotYetRenewable):
        services.renew(registration=done, by=clerk)

    with clock.frozen(DAY.replace(year=2027, month=3, day=1)):
        asked = services.ask_renewal(registration=done, by=actor)
        assert [one.row.pk for one in queries.waiting(make.staff("ito"))] == [done.pk]
        renewed = services.renew(registration=asked, by=clerk)

    assert renewed.valid_until == dt.date(2028, 3, 31)
    assert renewed.renewal_asked_at is None


def test_after_its_end_another_interview_begins_another_term():
    actor, keeper = make.resident()
    done = make.interviewed(actor, keeper, make.staff("sato"))

    with clock.frozen(DAY.replace(year=2027, month=6)):
        assert valid(done.party, clock.today()) is None
        again = services.interview(
            registration=done, site="b", on=clock.today(), values=make.TOLD, by=make.staff("ito")
        )

    assert (again.pk, again.valid_until, again.site) == (done.pk, dt.date(2028, 3, 31), "b")


# ------------------------------------------------------------------ telling


def test_the_keeper_hears_of_it_and_without_an_account_by_letter():
    actor, keeper = make.resident()
    clerk = make.staff("sato")
    make.interviewed(actor, keeper, clerk)
    mother = people.keep_party(profile={"name": {"family": "仮田", "given": "ウメ"}}, by=clerk)
    services.interview(
        kind=make.CHILD,
        party=make.child(clerk, mother),
        keeper=mother,
        site="a",
        on=TODAY,
        values=make.TOLD,
        by=clerk,
    )

    jobs.run_due()

    channels = {
        party.pk: sorted(Delivery.objects.filter(recipient=party).values_list("channel", flat=True))
        for party in (keeper, mother)
    }
    assert channels == {keeper.pk: ["inbox", "mail"], mother.pk: ["post"]}
    assert not any("卵" in one.body + one.subject for one in Message.objects.all())


def test_that_it_ends_soon_is_said_once_for_a_term():
    actor, keeper = make.resident()
    make.interviewed(actor, keeper, make.staff("sato"))
    assert reminding.remind_expiring() == 0

    with clock.frozen(DAY.replace(year=2027, month=2)):
        assert [reminding.remind_expiring(), reminding.remind_expiring()] == [1, 0]
        jobs.run_due()

    assert "2027年3月31日" in Message.objects.get(kind="records.expiring").body


def test_no_fact_of_the_audit_says_what_was_told():
    actor, keeper = make.resident()
    make.interviewed(actor, keeper, make.staff("sato"))

    said = " ".join(f"{one.facts} {one.what} {one.purpose}" for one in Event.objects.all())

    assert not any(word in said for word in ("卵", "そう", "0000000001"))
