"""Whom it is about: what is known is sealed, 秘匿 stays until somebody takes it off, and nothing is lost."""

import pytest

from madoguchi.kernel.audit.models import Event
from madoguchi.kernel.errors import NotAllowed, SomebodyWasFaster
from madoguchi.kernel.identity import queries, services
from madoguchi.kernel.identity.errors import SayWhy
from madoguchi.kernel.identity.models import Party
from madoguchi.kernel.refs import SYSTEM, Actor, ActorKind, new_id

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

WHY = "支援措置の申出"


def clerk(role="clerk"):
    return Actor(ActorKind.STAFF, account=new_id(), name="佐藤", chairs=frozenset({("子育て支援課", role)}))


@pytest.fixture
def aoi():
    return services.keep_party(profile={"phone": "00-0000-0001"}, language="ko", by=SYSTEM)


def as_kept(party):
    row = queries.party(party.pk)
    return row.is_protected, row.language, queries.profile(row)


def test_what_is_newly_known_changes_neither_protection_nor_language(aoi):
    services.protect(party=aoi, by=clerk(), reason=WHY)

    services.keep_party(party=queries.party(aoi.pk), profile={"phone": "00-0000-0002"}, by=clerk())

    assert as_kept(aoi) == (True, "ko", {"phone": "00-0000-0002"})


def test_an_old_copy_does_not_take_protection_off(aoi):
    old = queries.party(aoi.pk)
    services.protect(party=aoi, by=clerk(), reason=WHY)

    services.keep_party(party=old, profile={}, is_protected=old.is_protected, by=clerk())

    assert as_kept(aoi)[0] is True


def test_of_two_who_read_the_same_profile_the_second_is_told(aoi):
    sato, tamura = queries.party(aoi.pk), queries.party(aoi.pk)
    services.keep_party(party=sato, profile={"phone": "00-0000-0002"}, by=clerk())

    with pytest.raises(SomebodyWasFaster):
        services.keep_party(party=tamura, profile={"phone": "00-0000-0003"}, by=clerk())
    services.keep_party(party=sato, profile={"phone": "00-0000-0004"}, by=clerk())

    assert as_kept(aoi)[2] == {"phone": "00-0000-0004"}


def test_protection_goes_on_and_off_on_record_with_its_reason(aoi):
    services.protect(party=aoi, by=clerk(), reason=WHY)
    services.protect(party=aoi, by=clerk(), reason=WHY)
    services.unprotect(party=aoi, by=clerk("sees_protected"), reason="申出の取下げ")

    events = Event.objects.filter(subject=aoi.pk, verb__contains="protected")
    assert [(event.verb, event.facts["reason"]) for event in events] == [
        ("party.protected", WHY),
        ("party.unprotected", "申出の取下げ"),
    ]
    assert as_kept(aoi)[0] is False


def test_protection_is_taken_off_only_by_who_may_see_the_protected(aoi):
    services.protect(party=aoi, by=clerk(), reason=WHY)

    for other in (clerk(), clerk("head"), Actor(ActorKind.RESIDENT, account=new_id(), party=aoi.pk)):
        with pytest.raises(NotAllowed):
            services.unprotect(party=aoi, by=other, reason=WHY)

    assert Party.objects.get(pk=aoi.pk).is_protected


@pytest.mark.parametrize("verb", [services.protect, services.unprotect])
def test_protection_needs_a_reason(aoi, verb):
    with pytest.raises(SayWhy):
        verb(party=aoi, by=SYSTEM, reason="  ")


def test_a_party_may_begin_protected():
    party = services.keep_party(profile={}, is_protected=True, by=clerk())

    assert as_kept(party) == (True, "ja", {})
    assert [event.verb for event in Event.objects.filter(subject=party.pk)] == [
        "party.kept",
        "party.protected",
    ]
