"""Counting and finding in the audit: the same on both databases."""

import datetime as dt
from dataclasses import replace

import pytest

from madoguchi.kernel import audit, clock, practice
from madoguchi.kernel.audit import queries
from madoguchi.kernel.audit.queries import AccessCount
from madoguchi.kernel.db import writes
from madoguchi.kernel.refs import Actor, ActorKind, Ref, new_id

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

CASE, OTHER_CASE = Ref("procedures", "case", "0198"), Ref("procedures", "case", "0199")
CHECK = "申請の確認・審査"
SATO = Actor(ActorKind.STAFF, account=new_id(), name="佐藤", chairs=frozenset({("子育て支援課", "clerk")}))
AOI = Actor(ActorKind.RESIDENT, account=new_id(), party=new_id())
APP = replace(AOI, via="app:1")
MACHINE = Actor(ActorKind.MACHINE, account=new_id(), via="key:1", chairs=frozenset({("保育課", "machine")}))


def look(by, purpose=CHECK, n=1, about=CASE, subject=AOI.party):
    audit.record_reads([(about, subject)] * n, by=by, purpose=purpose, what="請求の全部")


def counted():
    now = clock.now()
    found = queries.access_counts(
        since=now - dt.timedelta(days=1),
        until=now + dt.timedelta(days=1),
        purposes=[CHECK],
        beginnings=["緊急閲覧"],
        given=["case.letter_sent"],
        taken_out=["case.exported"],
    )
    return sorted(found, key=lambda one: (one.kind, one.purpose))


def test_accesses_are_counted_by_section_kind_and_purpose():
    look(SATO, n=3)
    look(SATO, "緊急閲覧：災害のため", n=2)
    look(SATO, "見本さんのことで")
    look(APP)
    look(MACHINE)
    for verb in ("case.letter_sent", "case.exported", "case.moved"):
        audit.record(verb, CASE, by=SATO)
    audit.record("case.received", CASE, by=MACHINE)
    with practice.practising():
        look(SATO, n=9)

    assert counted() == [
        AccessCount("", "app", "", 1),
        AccessCount("子育て支援課", "given", "", 1),
        AccessCount("子育て支援課", "looked", "other", 1),
        AccessCount("子育て支援課", "looked", CHECK, 3),
        AccessCount("子育て支援課", "looked", "緊急閲覧", 2),
        AccessCount("保育課", "machine", "", 2),
        AccessCount("子育て支援課", "taken_out", "", 1),
    ]


def test_one_query_counts_however_much_there_is(django_assert_num_queries):
    look(SATO, n=200)

    with django_assert_num_queries(1):
        assert [one.n for one in counted()] == [200]


def test_shown_to_finds_by_party_and_by_thing_the_latest_first():
    look(SATO, "1")
    look(SATO, "2", about=OTHER_CASE, subject=None)
    look(SATO, "3", about=OTHER_CASE, subject=new_id())
    audit.record("case.moved", CASE, by=SATO, subject=AOI.party)

    found = queries.shown_to(subjects=[AOI.party], abouts=[str(OTHER_CASE)], verbs=["read"])

    assert [one.purpose for one in found] == ["3", "2", "1"]
    assert list(queries.shown_to(subjects=[], abouts=[], verbs=["read"])) == []


def test_a_program_was_shown_lately_what_it_was_shown_within_the_hour():
    with clock.frozen(clock.now() - dt.timedelta(minutes=61)):
        look(APP, about=OTHER_CASE)
    look(APP)
    asked = [CASE, OTHER_CASE]

    assert queries.seen_lately(asked, by=APP, what="請求の全部") == {str(CASE)}
    assert queries.seen_lately(asked, by=replace(APP, via="app:2"), what="請求の全部") == set()
    assert queries.seen_lately(asked, by=APP, what="手続きの一覧") == set()


def test_looks_at_several_things_stand_together_or_not_at_all():
    with pytest.raises(RuntimeError), writes():
        look(SATO, n=2)
    look(SATO, n=2)

    assert audit.reads_about(CASE).count() == 2
