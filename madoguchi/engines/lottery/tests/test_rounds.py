"""A round from its publication to its last answer."""

from __future__ import annotations

import datetime as dt

import pytest

from madoguchi.engines.lottery import drawing, errors, events, queries, services
from madoguchi.engines.lottery.models import Round, RoundState, Win
from madoguchi.engines.lottery.services import Drand, Item, Numbers
from madoguchi.kernel import clock
from madoguchi.kernel.audit.models import Event
from madoguchi.kernel.errors import NotAllowed
from madoguchi.kernel.identity import services as people
from madoguchi.kernel.refs import SYSTEM, Actor, ActorKind

from . import make

pytestmark = pytest.mark.django_db
MINUTE = dt.timedelta(minutes=1)


@pytest.fixture(autouse=True)
def _monday():
    with clock.frozen(make.START):
        yield


@pytest.fixture
def round_():
    return make.a_round()


@pytest.fixture
def heard():
    """Which signals came, in order."""
    said: list[tuple[str, object]] = []

    def hears(name):
        def listener(**given):
            said.append((name, given.get("win") or given.get("round")))

        return listener

    names = ("drawn", "confirmed", "lapsed", "called_off")
    listeners = {name: hears(name) for name in names}
    for name, listener in listeners.items():
        getattr(events, name).connect(listener, weak=False)
    yield said
    for name, listener in listeners.items():
        getattr(events, name).disconnect(listener)


def names(heard):
    return [name for name, _thing in heard]


def test_a_round_is_public_with_its_digests_before_anybody_enters(round_):
    assert round_.state == RoundState.OPEN
    assert drawing.digest(round_.rules_file) == round_.rules_hash
    assert drawing.digest(round_.inventory_file) == round_.inventory_hash
    assert round_.inventory_hash in round_.rules_file, "the inventory is bound by the rules' digest"
    assert round_.salt_commitment in round_.rules_file
    assert round_.salt == ""
    event = Event.objects.get(verb="lottery.opened")
    assert event.facts["rules"] == round_.rules_hash


@pytest.mark.parametrize(
    "given",
    [
        {"key": "Mihon"},
        {"key": "entries"},
        {"title": " "},
        {"title": "見本\x00"},
        {"inventory": [Item("a b", 1, "x")]},
        {"inventory": [Item("a", 0, "x")]},
        {"inventory": [Item("a", 1, "x"), Item("a", 1, "y")]},
        {"rules": make.limits(wishes=0)},
        {"rules": make.limits(win_cap=4)},
        {"rules": make.limits(tiers=())},
        {"beacons": []},
        {"beacons": [Numbers("", make.START + 8 * make.DAY)]},
        {"beacons": [Numbers("見本", make.START + 7 * make.DAY)]},
        {"beacons": [Drand(make.START + 6 * make.DAY)]},
        {"closes_at": make.START - make.DAY},
        {"draws_at": make.START + make.DAY},
        {"division": "ない課"},
    ],
)
def test_a_round_that_could_not_be_drawn_or_checked_is_not_opened(given):
    with pytest.raises(errors.RoundUnclear):
        make.a_round(**given)
    assert not Round.objects.exists()


def test_a_name_is_given_once_and_only_staff_of_the_division_open_rounds(round_):
    with pytest.raises(errors.RoundKeyTaken):
        make.a_round()
    with pytest.raises(NotAllowed):
        make.a_round("hoka", by=make.staff("yoso", "介護保険課", "head"))


@pytest.mark.parametrize(
    "wishes",
    [
        [],
        [["court.1"], ["court.2"], ["court.3"], ["court.1", "court.2"]],
        [["court.9"]],
        [["court.1", "court.1"]],
        [["court.1", "court.2", "court.3"]],
        [[]],
        [["court.1", "court.2"], ["court.2", "court.1"]],
    ],
)
def test_wishes_that_the_rules_do_not_know_are_refused(round_, wishes):
    with pytest.raises(errors.WishesUnclear):
        services.enter(
            round=round_,
            party=(who := make.person()),
            person=who,
            wishes=wishes,
            tier=0,
            channel="web",
            by=SYSTEM,
        )


@pytest.mark.parametrize("given", [{"tier": 2}, {"tier": "nobody"}, {"tier": -1}, {"cap": 0}, {"cap": 2}])
def test_a_tier_or_cap_that_there_is_not_is_refused(round_, given):
    with pytest.raises(errors.WishesUnclear):
        make.entered(round_, **given)


def test_one_enters_once_and_again_after_taking_it_back(round_):
    aoi = make.person()
    first = make.entered(round_, "court.1", who=aoi, asked="form:1")
    assert make.entered(round_, "court.1", who=aoi, asked="form:1") == first, "pressed twice"
    with pytest.raises(errors.AlreadyEntered):
        make.entered(round_, "court.2", who=aoi, asked="form:2")

    services.withdraw(entry=first, by=SYSTEM)

    second = make.entered(round_, "court.2", who=aoi)
    assert second.receipt != first.receipt
    assert queries.entered(round_) == 1


def test_who_telephones_after_entering_by_the_web_has_entered_already(round_):
    profile = {"name": {"family": "見本", "given": "はな"}, "birth": "1980-05-05"}
    aoi = people.keep_party(profile=profile, by=SYSTEM)
    make.entered(round_, who=aoi)
    _head, clerk = make.clerks()

    with pytest.raises(errors.AlreadyEntered):
        services.enter_for_somebody(
            round=round_,
            profile=profile | {"address": {"address": "見本町1"}},
            wishes=[["court.1"]],
            tier="residents",
            channel="phone",
            by=clerk,
            asked="desk:1",
        )


def test_nobody_enters_before_opening_or_from_the_second_of_closing_on(round_):
    later = make.a_round("later", opens_at=make.START + make.DAY)
    with pytest.raises(errors.NotOpenForEntries):
        make.entered(later)
    with clock.frozen(round_.closes_at):
        with pytest.raises(errors.NotOpenForEntries):
            make.entered(round_)
        with pytest.raises(errors.EntryIsFrozen):
            services.withdraw(entry=_entry_before(round_), by=SYSTEM)


def _entry_before(round_):
    with clock.frozen(make.START):
        return make.entered(round_)


def test_a_resident_enters_and_answers_for_themselves_only(round_):
    aoi, ben = make.person("青井"), make.person("弁")
    as_aoi = Actor(ActorKind.RESIDENT, party=aoi.pk)
    services.enter(
        round=round_, party=aoi, person=aoi, wishes=[["court.1"]], tier=0, channel="web", by=as_aoi
    )

    with pytest.raises(NotAllowed):
        services.enter(
            round=round_, party=ben, person=ben, wishes=[["court.1"]], tier=0, channel="web", by=as_aoi
        )
    with pytest.raises(NotAllowed):
        services.withdraw(entry=make.entered(round_, who=ben), by=as_aoi)


def test_an_entry_that_staff_do_not_admit_is_not_in_the_file(round_):
    kept, other = make.entered(round_), make.entered(round_)
    head, _clerk = make.clerks()

    services.refuse_entry(entry=other, why="同じ団体の二つ目の申し込み", by=head)
    make.closed(round_)

    round_.refresh_from_db()
    assert kept.receipt in round_.entry_file
    assert other.receipt not in round_.entry_file
    assert round_.entries_count == 1


def test_the_file_is_frozen_at_closing_and_holds_nobodys_name(round_):
    entries = [make.entered(round_, "court.1", ["court.2", "court.3"], tier=n % 2) for n in range(4)]
    with pytest.raises(errors.NotYetClosing):
        services.close(round=round_, by=SYSTEM)

    make.closed(round_)

    lines = round_.entry_file.splitlines()
    assert lines[5:] == sorted(f"{one.receipt} {one.tier} 1 court.1 court.2+court.3" for one in entries)
    assert drawing.digest(round_.entry_file) == round_.entries_hash
    assert "見本" not in round_.entry_file
    frozen = round_.entries_hash
    assert make.closed(round_).entries_hash == frozen, "closing twice is closing once"


def test_drawing_waits_for_the_freeze_the_day_and_the_beacon(round_):
    head, clerk = make.clerks()
    with pytest.raises(errors.NotClosed):
        services.draw(round=round_, by=clerk)
    make.closed(round_)
    with clock.frozen(round_.draws_at - MINUTE), pytest.raises(errors.BeaconNotYet):
        services.draw(round=round_, by=clerk)
    with clock.frozen(round_.draws_at), pytest.raises(errors.BeaconNotYet):
        services.draw(round=round_, by=clerk)
    make.drawn(round_, head=head, clerk=clerk)

    with clock.frozen(round_.draws_at + make.DAY), pytest.raises(errors.NotClosed):
        services.draw(round=round_, by=head)
    assert Win.objects.count() == 0


def test_a_beacon_that_came_out_before_the_freeze_is_never_used(round_):
    """The worker slept: whoever closes now may know the numbers already."""
    head, clerk = make.clerks()
    with clock.frozen(round_.draws_at):
        services.close(round=round_, by=SYSTEM)
        row = services.type_numbers(round=round_, place=0, numbers="1 2 3", by=clerk)
        services.confirm_numbers(row=row, numbers="1 2 3", by=head)

        with pytest.raises(errors.NoBeaconLeft):
            services.draw(round=round_, by=clerk)
    assert round_.seed == ""
    assert [one["is_too_early"] for one in queries.beacons_of(round_)] == [True]


def test_public_numbers_are_read_by_two_people(round_):
    head, clerk = make.clerks()
    make.closed(round_)
    with clock.frozen(round_.draws_at):
        for typed in ("", "１２", "12,34", "a", "1 " * 40):
            with pytest.raises(errors.NumbersUnclear):
                services.type_numbers(round=round_, place=0, numbers=typed, by=clerk)
        with pytest.raises(errors.NumbersUnclear):
            services.type_numbers(round=round_, place=7, numbers="1 2", by=clerk)
        row = services.type_numbers(round=round_, place=0, numbers=" 1  2 ", by=clerk)
        with pytest.raises(errors.NumbersNeedAnother):
            services.confirm_numbers(row=row, numbers="1 2", by=clerk)
        with pytest.raises(errors.NumbersDiffer):
            services.confirm_numbers(row=row, numbers="1 3", by=head)
        with pytest.raises(errors.BeaconNotYet):
            services.draw(round=round_, by=clerk)
        services.confirm_numbers(row=row, numbers="1 2", by=head)

        assert services.draw(round=round_, by=clerk).state == RoundState.SETTLED, "nobody had entered"
