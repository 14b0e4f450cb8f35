"""What visitors write at a terminal: numbers, who takes them, and what nobody fetched."""

from __future__ import annotations

import datetime as dt
import threading

import pytest

from madoguchi.engines.forms.errors import AnswerRefused
from madoguchi.engines.forms.models import AnswerRevision, Draft
from madoguchi.engines.procedures import queries, services
from madoguchi.engines.procedures.errors import AlreadyHandedOver, NotFinished
from madoguchi.engines.procedures.models import TerminalEntry
from madoguchi.engines.procedures.services import terminals
from madoguchi.kernel import access, clock
from madoguchi.kernel.access import services as doors
from madoguchi.kernel.db import writes
from madoguchi.kernel.errors import NotFound, Refusal
from madoguchi.kernel.refs import SYSTEM, Actor
from madoguchi.kernel.vault import DataKey

from . import make
from .test_races import at_once

FRIDAY = dt.datetime(2026, 11, 20, 16, 0, tzinfo=clock.JST)


def screen(sato: Actor) -> Actor:
    terminal, _secret = doors.open_terminal(division=make.DIVISION, place="1番", by=sato)
    return access.queries.terminal_actor(terminal)


def written(by: Actor) -> Draft:
    return make.answer_all(services.begin_at_terminal(key=make.KEY, by=by), by)


@pytest.fixture
def sato(db) -> Actor:
    make.publish_canonical()
    return make.clerk("sato")


@pytest.fixture
def kiosk(sato) -> Actor:
    return screen(sato)


def test_only_a_terminal_begins_at_a_terminal(sato):
    for nobody in (sato, make.resident(), make.as_anyone()):
        with pytest.raises(NotFound):
            services.begin_at_terminal(key=make.KEY, by=nobody)


def test_what_is_not_finished_is_not_handed_over(kiosk):
    draft = services.begin_at_terminal(key=make.KEY, by=kiosk)

    with pytest.raises(NotFinished):
        services.hand_to_staff(draft=draft, by=kiosk)

    assert TerminalEntry.objects.get().handed_at is None


def test_what_was_handed_over_is_neither_read_nor_handed_over_again_by_the_screen(kiosk):
    draft = written(kiosk)
    services.hand_to_staff(draft=draft, by=kiosk)

    with pytest.raises(AlreadyHandedOver):
        queries.visit(kiosk, draft.pk)
    with pytest.raises(AlreadyHandedOver):
        services.hand_to_staff(draft=draft, by=kiosk)


def test_a_screen_does_not_read_what_another_screen_writes(sato, kiosk):
    draft = written(kiosk)

    with pytest.raises(NotFound):
        queries.visit(screen(sato), draft.pk)


def test_a_visitor_is_told_like_a_resident_that_the_account_is_in_another_name(kiosk):
    draft = services.begin_at_terminal(key=make.KEY, by=kiosk)
    services.save_answer(draft=draft, path="applicant.name", posted=make.NAME, by=kiosk)

    with pytest.raises(AnswerRefused):
        services.save_answer(
            draft=draft, path="account", posted={**make.ACCOUNT, "holder_kana": "レイ ベツ"}, by=kiosk
        )


def test_a_number_given_this_very_moment_to_somebody_else_is_not_given_again(kiosk, monkeypatch):
    first = services.hand_to_staff(draft=written(kiosk), by=kiosk)
    asked = iter([first.number, first.number, "A99"])
    monkeypatch.setattr(terminals, "_free_number", lambda _entry: next(asked))

    second = services.hand_to_staff(draft=written(kiosk), by=kiosk)

    assert second.number == TerminalEntry.objects.get(pk=second.pk).number == "A99"


def test_numbers_are_short_plain_and_not_those_that_still_wait(kiosk, monkeypatch):
    monkeypatch.setattr(terminals, "LETTERS", "A")
    monkeypatch.setattr(terminals._chance, "choice", min)

    with clock.frozen(FRIDAY):
        friday = services.hand_to_staff(draft=written(kiosk), by=kiosk)
    with clock.frozen(FRIDAY + dt.timedelta(days=3)):
        monday = services.hand_to_staff(draft=written(kiosk), by=kiosk)

    assert (friday.number, monday.number) == ("A01", "A02")


def test_what_nobody_fetches_is_gone_when_the_next_business_day_has_ended(kiosk):
    with clock.frozen(FRIDAY):
        draft = written(kiosk)
        services.hand_to_staff(draft=draft, by=kiosk)

    # 23 November is 勤労感謝の日: the next business day is Tuesday the 24th.
    with clock.frozen(dt.datetime(2026, 11, 24, 23, 59, tzinfo=clock.JST)):
        assert services.clear_abandoned(by=SYSTEM) == 0
    with clock.frozen(dt.datetime(2026, 11, 25, 0, 1, tzinfo=clock.JST)):
        assert services.clear_abandoned(by=SYSTEM) == 1

    assert not Draft.everything.filter(pk=draft.pk).exists()


def test_of_a_wiped_visit_not_even_an_emptied_draft_remains(kiosk):
    draft = written(kiosk)

    assert services.clear_terminal(terminal=kiosk.account, by=kiosk) == 1

    assert not Draft.everything.exists()
    assert DataKey.objects.get(pk=draft.key_id).destroyed_at is not None


def test_a_thrown_away_draft_that_something_refers_to_keeps_its_row(kiosk):
    draft = written(kiosk)
    AnswerRevision.objects.create(draft=draft, number=1, at=clock.now())

    services.clear_terminal(terminal=kiosk.account, by=kiosk)

    assert Draft.everything.get().discarded


def test_what_a_clerk_took_stays(sato, kiosk):
    with clock.frozen(FRIDAY):
        entry = services.hand_to_staff(draft=written(kiosk), by=kiosk)
        services.take_by_number(number=entry.number, by=sato)

    with clock.frozen(FRIDAY + dt.timedelta(days=30)):
        assert services.clear_abandoned(by=SYSTEM) == 0


@pytest.mark.slow
@pytest.mark.both_databases
@pytest.mark.django_db(transaction=True)
def test_of_two_clerks_who_type_the_number_at_once_one_has_it():
    make.publish_canonical()
    sato, tamura = make.clerk("sato"), make.clerk("tamura")
    kiosk = screen(sato)
    number = services.hand_to_staff(draft=written(kiosk), by=kiosk).number

    results = at_once(
        lambda: services.take_by_number(number=number, by=sato),
        lambda: services.take_by_number(number=number, by=tamura),
    )

    assert [one.code for one in results if isinstance(one, Refusal)] == ["entry_taken"]
    winner = (sato, tamura)[isinstance(results[0], Refusal)]
    assert TerminalEntry.objects.get().taken_by == winner.account


@pytest.mark.slow
@pytest.mark.both_databases
@pytest.mark.django_db(transaction=True)
def test_without_the_condition_both_clerks_would_have_it():
    """The teeth: read, then write without the condition, and both believe the visitor is theirs."""
    make.publish_canonical()
    sato, tamura = make.clerk("sato"), make.clerk("tamura")
    kiosk = screen(sato)
    entry = services.hand_to_staff(draft=written(kiosk), by=kiosk)
    both_read = threading.Barrier(2, timeout=30)

    def careless_take(by):
        free = TerminalEntry.objects.get(pk=entry.pk).taken_by is None
        both_read.wait()
        if not free:
            return "taken"
        with writes():
            TerminalEntry.objects.filter(pk=entry.pk).update(taken_by=by.account)
        return "mine"

    assert at_once(lambda: careless_take(sato), lambda: careless_take(tamura)) == ["mine", "mine"]


@pytest.mark.slow
@pytest.mark.both_databases
@pytest.mark.django_db(transaction=True)
def test_two_screens_that_hand_over_at_once_call_two_numbers(monkeypatch):
    make.publish_canonical()
    sato = make.clerk("sato")
    first, second = screen(sato), screen(sato)
    drafts = written(first), written(second)
    monkeypatch.setattr(terminals._chance, "choice", min)  # both would like the same one

    results = at_once(
        lambda: services.hand_to_staff(draft=drafts[0], by=first),
        lambda: services.hand_to_staff(draft=drafts[1], by=second),
    )

    assert sorted(one.number for one in results) == ["A01", "A02"]
