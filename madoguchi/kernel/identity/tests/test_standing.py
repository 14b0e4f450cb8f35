"""代理: who stands in sits in the absent one's chairs for those days, and stays one person."""

import datetime as dt

import pytest

from madoguchi.kernel import clock
from madoguchi.kernel.audit.models import Event
from madoguchi.kernel.errors import NotFound
from madoguchi.kernel.identity import queries, services
from madoguchi.kernel.identity.errors import StandInDates, StandInNotPossible, StandInOverlaps
from madoguchi.kernel.identity.models import Account, Appointment, Kind, StandIn
from madoguchi.kernel.refs import SYSTEM, new_id

pytestmark = pytest.mark.django_db

KOSODATE, ZEIMU = "子育て支援課", "税務課"
MONDAY = dt.datetime(2026, 11, 23, 9, 0, tzinfo=clock.JST)
TODAY = MONDAY.date()
FRIDAY = TODAY + dt.timedelta(days=4)


def seat(login, *roles, division=KOSODATE):
    services.keep_division(key=division, name=division)
    account = Account.objects.filter(login=login).first() or services.open_account(
        kind=Kind.STAFF, login=login, password=None, name=login, by=SYSTEM
    )
    post = services.keep_post(key=f"p.{division}.{login}", division=division, title="担当", roles=list(roles))
    services.appoint(account=account, post=post, since=dt.date(2020, 4, 1), by=SYSTEM)
    return account


@pytest.fixture(autouse=True)
def monday():
    with clock.frozen(MONDAY):
        yield


@pytest.fixture
def ogawa():
    return seat("ogawa", "clerk", "head", "sees_protected")


@pytest.fixture
def tamura():
    return seat("tamura", "clerk")


def actor(account):
    return queries.actor_for(account)


def stand_in(absent, beside, by, since=TODAY, until=FRIDAY):
    return services.stand_in(absent=absent.pk, stands_in=beside.pk, since=since, until=until, by=actor(by))


def test_who_stands_in_has_the_chairs_on_both_days_and_not_the_day_after(ogawa, tamura):
    stand_in(ogawa, tamura, ogawa, since=TODAY + dt.timedelta(days=1))

    held = []
    for days in (0, 1, 4, 5):
        with clock.frozen(MONDAY + dt.timedelta(days=days)):
            held.append(actor(tamura).has_role("head", in_=KOSODATE))

    assert held == [False, True, True, False]


def test_the_absent_one_keeps_their_chairs_and_a_named_right_is_not_lent(ogawa, tamura):
    stand_in(ogawa, tamura, ogawa)

    assert actor(ogawa).roles == {"clerk", "head", "sees_protected"}
    assert actor(tamura).roles == {"clerk", "head"}
    assert actor(tamura).stands_in_for == {ogawa.pk: "ogawa"}


def test_the_name_says_for_whom_only_where_the_right_is_lent(ogawa, tamura):
    stand_in(ogawa, tamura, ogawa)

    as_clerk = actor(tamura).named_for(KOSODATE, "clerk", "head")
    as_head = actor(tamura).named_for(KOSODATE, "head")

    assert (as_clerk.name, as_head.name) == ("tamura", "tamura（ogawaの代理）")
    assert as_head.account == tamura.pk
    assert as_head.named_for(KOSODATE, "head").name == "tamura（ogawaの代理）"


def test_taken_back_it_counts_from_that_moment(ogawa, tamura):
    row = stand_in(ogawa, tamura, ogawa)

    services.end_stand_in(stand_in_id=row.pk, by=actor(tamura))

    assert not actor(tamura).has_role("head")
    assert list(Event.objects.filter(verb__startswith="stand_in").values_list("verb", flat=True)) == [
        "stand_in.made",
        "stand_in.ended",
    ]


def test_it_is_not_handed_on(ogawa, tamura):
    sato = seat("sato", "clerk")
    stand_in(ogawa, tamura, ogawa)
    stand_in(tamura, sato, tamura)

    assert not actor(sato).has_role("head")


def test_a_head_says_so_for_their_people_and_a_clerk_only_for_themselves(ogawa, tamura):
    sato = seat("sato", "clerk")

    made = stand_in(sato, tamura, ogawa)
    with pytest.raises(StandInOverlaps):
        stand_in(sato, tamura, sato)
    services.end_stand_in(stand_in_id=made.pk, by=actor(ogawa))
    stand_in(sato, tamura, sato)
    with pytest.raises(StandInNotPossible):
        stand_in(sato, ogawa, tamura)

    assert StandIn.objects.count() == 2


@pytest.mark.parametrize("who", ["another division", "themselves", "nobody", "a resident"])
def test_who_never_worked_there_does_not_stand_in(ogawa, who):
    other = {
        "another division": lambda: seat("mori", "clerk", division=ZEIMU).pk,
        "themselves": lambda: ogawa.pk,
        "nobody": new_id,
        "a resident": lambda: (
            services.open_account(kind=Kind.RESIDENT, login="aoi", password=None, by=SYSTEM).pk
        ),
    }[who]()

    with pytest.raises(StandInNotPossible):
        services.stand_in(absent=ogawa.pk, stands_in=other, since=TODAY, until=FRIDAY, by=actor(ogawa))


def test_who_only_stands_in_for_the_head_neither_makes_stand_ins_nor_ends_those_of_others(ogawa, tamura):
    sato = seat("sato", "clerk")
    stand_in(ogawa, tamura, ogawa, until=TODAY)
    of_sato = stand_in(sato, ogawa, sato)

    for absent in (ogawa, sato):
        with pytest.raises(StandInNotPossible):
            stand_in(absent, tamura, tamura, until=TODAY + dt.timedelta(days=360))
    with pytest.raises(NotFound):
        services.end_stand_in(stand_in_id=of_sato.pk, by=actor(tamura))

    assert [row.absent for row in queries.stand_ins(actor(tamura))] == [ogawa]
    assert StandIn.objects.count() == 2


def sits_in_both():
    seat("ogawa", "clerk")
    return seat("ogawa", "head", division=ZEIMU)


@pytest.mark.parametrize("beside", ["tamura", "boss"])
def test_a_head_lends_the_chairs_of_their_own_division_alone(beside):
    boss, both = seat("boss", "head"), sits_in_both()
    stands_in = boss if beside == "boss" else seat("tamura", "planner")
    seat(beside, "clerk", division=ZEIMU)

    row = stand_in(both, stands_in, boss)

    assert row.divisions == [KOSODATE]
    assert actor(stands_in).has_role("clerk", in_=KOSODATE)
    assert not actor(stands_in).has_role("head", in_=ZEIMU)


def test_who_is_away_lends_only_where_the_other_sits_as_well(tamura):
    both = sits_in_both()

    row = stand_in(both, tamura, both)

    assert row.divisions == [KOSODATE]
    assert actor(tamura).stands_in_for == {both.pk: "ogawa"}
    assert not actor(tamura).has_role("head")


def test_a_chair_given_to_the_absent_one_later_is_not_lent(tamura):
    sato = seat("sato", "clerk")
    stand_in(sato, tamura, sato)
    seat("tamura", "planner", division=ZEIMU)

    seat("sato", "head", division=ZEIMU)

    assert not actor(tamura).has_role("head")


def test_who_leaves_the_division_stands_in_no_longer(ogawa, tamura):
    stand_in(ogawa, tamura, ogawa)
    seat("tamura", "clerk", division=ZEIMU)

    Appointment.objects.filter(account=tamura, post__division=KOSODATE).update(valid_until=TODAY)

    with clock.frozen(MONDAY + dt.timedelta(days=1)):
        assert not actor(tamura).has_role("head") and actor(tamura).stands_in_for == {}


def test_a_stand_in_made_before_a_rename_goes_on_after_it(ogawa, tamura):
    stand_in(ogawa, tamura, ogawa)
    services.keep_division(key="こども未来課", name="こども未来課")
    services.keep_division(key=KOSODATE, name=KOSODATE, valid_until=TODAY, passes_to="こども未来課")

    with clock.frozen(MONDAY + dt.timedelta(days=1)):
        assert actor(tamura).has_role("head", in_="こども未来課")


@pytest.mark.parametrize("since", [dt.date(9999, 6, 1), dt.date(9999, 12, 31)])
def test_days_at_the_end_of_the_calendar_are_refused(ogawa, tamura, since):
    with pytest.raises(StandInDates):
        stand_in(ogawa, tamura, ogawa, since, dt.date(9999, 12, 31))


@pytest.mark.parametrize(("since", "until"), [(-1, 3), (3, 2), (0, 400)])
def test_days_that_cannot_be_are_refused(ogawa, tamura, since, until):
    with pytest.raises(StandInDates):
        stand_in(ogawa, tamura, ogawa, TODAY + dt.timedelta(days=since), TODAY + dt.timedelta(days=until))


def test_somebody_elses_is_not_there_to_be_ended(ogawa, tamura):
    row = stand_in(ogawa, tamura, ogawa)
    for other in (seat("sato", "clerk"), seat("mori", "clerk", "head", division=ZEIMU)):
        with pytest.raises(NotFound):
            services.end_stand_in(stand_in_id=row.pk, by=actor(other))

    assert actor(tamura).has_role("head")


def test_an_actor_is_two_queries_however_many_chairs(ogawa, tamura, django_assert_num_queries):
    seat("tamura", "planner", division=ZEIMU)
    stand_in(ogawa, tamura, ogawa)

    with django_assert_num_queries(2):
        actor(tamura)
