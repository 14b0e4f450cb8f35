"""Accounts open doors, parties are whom it is about, and roles stay with the chair."""

import datetime as dt

import pytest

from madoguchi.kernel import clock
from madoguchi.kernel.identity import demo, queries, services
from madoguchi.kernel.identity.models import Kind, Party
from madoguchi.kernel.refs import SYSTEM

pytestmark = pytest.mark.django_db

APRIL = dt.datetime(2027, 4, 1, 9, 0, tzinfo=clock.JST)


def staff(login, password=None):
    return services.open_account(kind=Kind.STAFF, login=login, password=password, name=login, by=SYSTEM)


@pytest.fixture
def chair():
    services.keep_division(key="子育て支援課", name="子育て支援課")
    return services.keep_post(key="k.head", division="子育て支援課", title="係長", roles=["clerk", "head"])


def test_the_same_login_may_be_a_resident_and_staff_and_neither_opens_the_other():
    clerk = staff("sato")
    resident = services.open_account(kind=Kind.RESIDENT, login="sato", password=None, by=SYSTEM)

    assert queries.account(clerk.pk, kind=Kind.RESIDENT) is None
    assert queries.account(resident.pk, kind=Kind.STAFF) is None


def test_a_role_stays_with_the_chair_when_people_move_on_the_first_of_april(chair):
    ogawa, mori = staff("ogawa"), staff("mori")
    leaving = services.appoint(account=ogawa, post=chair, since=dt.date(2024, 4, 1), by=SYSTEM)
    services.appoint(account=mori, post=chair, since=APRIL.date(), by=SYSTEM)
    leaving.valid_until = dt.date(2027, 3, 31)
    leaving.save()

    with clock.frozen(APRIL - dt.timedelta(days=1)):
        assert queries.actor_for(ogawa).roles == {"clerk", "head"}
        assert queries.actor_for(mori).roles == frozenset()
    with clock.frozen(APRIL):
        assert queries.actor_for(ogawa).divisions == frozenset()
        assert queries.actor_for(mori).divisions == {"子育て支援課"}


def test_what_is_known_of_a_party_lies_sealed():
    party = services.keep_party(profile={"name": {"family": "見本"}, "phone": "00-0000-0009"}, by=SYSTEM)

    row = Party.objects.get(pk=party.pk)
    assert "見本".encode() not in bytes(row.sealed_profile)
    assert b"00-0000-0009" not in bytes(row.sealed_profile)
    assert queries.profile(row)["name"] == {"family": "見本"}


def test_the_doors_of_the_demo_stay_shut_elsewhere(settings):
    hana = services.open_account(kind=Kind.RESIDENT, login="hana", password=None, is_demo=True, by=SYSTEM)
    settings.DEMO = True
    assert demo.resident_account("hana") == queries.account(hana.pk, kind=Kind.RESIDENT) == hana

    settings.DEMO = False
    assert demo.resident_account("hana") is None
    assert demo.residents() == demo.staff() == demo.sign_ins() == []
    assert queries.account(hana.pk, kind=Kind.RESIDENT) is None, "a session that is still open is shut too"


def test_only_staff_hold_posts(chair):
    hana = services.open_account(kind=Kind.RESIDENT, login="hana", password=None, by=SYSTEM)

    with pytest.raises(ValueError, match="only staff"):
        services.appoint(account=hana, post=chair, since=dt.date(2026, 4, 1), by=SYSTEM)
