"""Every received comment ends in exactly one published row or in the withheld list. Real threads, both databases."""

from __future__ import annotations

import os
import threading
import time

import pytest
from django.db import connections

from madoguchi.engines.consultation import queries, services
from madoguchi.engines.consultation.errors import AlreadyPublished
from madoguchi.engines.consultation.fax_in.rounds import fetch_faxes
from madoguchi.engines.consultation.mail_in.heard import Mail
from madoguchi.engines.consultation.mail_in.rounds import receive_mail
from madoguchi.engines.consultation.models import Arrival, Call, Comment, Opinion, Part
from madoguchi.engines.consultation.services import publishing, receiving, splitting
from madoguchi.kernel import clock
from madoguchi.kernel.errors import Refusal

from . import make, make_mails

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both_databases, pytest.mark.slow]


@pytest.fixture
def planner():
    make.route()
    return make.staff("kikaku", make.PLANNING, "planner")


@pytest.fixture
def call(planner):
    found = make.opened(planner)
    found.ways = [{"channel": "mail", "to": "iken@mihon.invalid"}]
    found.save()
    return found


def running(*verbs):
    """Threads that have started; each closes its own connections."""

    def run(verb):
        try:
            verb()
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(verb,)) for verb in verbs]
    for thread in threads:
        thread.start()
    return threads


def ended(threads) -> None:
    for thread in threads:
        thread.join(60)
        assert not thread.is_alive()


def mail(number: int) -> None:
    heard = Mail(digest=f"{number:064}", sender=make_mails.SENDER, to=("iken@mihon.invalid",), text="届いた")
    receive_mail(raw=b"raw", mail=heard, at=clock.now())


def test_web_mail_and_fax_come_in_twice_each_while_two_clerks_sort_and_nothing_is_lost_or_doubled(
    planner, call, settings, tmp_path
):
    settings.FAX_FOLDER = str(tmp_path)
    for number in range(2):
        path = tmp_path / f"{number}.pdf"
        path.write_bytes(make_mails.pdf() + b"\n" * number)
        os.utime(path, (time.time() - 60,) * 2)
    done = threading.Event()

    def web():
        for number in range(4):
            make.send(Call.objects.get(pk=call.pk), "家から見たい", "文字でも", once=f"form-{number}")

    def mails():
        for number in range(4):
            mail(number)

    def sort():
        while True:
            is_last = done.is_set()
            for comment in Comment.objects.filter(call=call):
                settle(comment, planner)
            if is_last:
                return

    clerks = running(sort, sort)
    ended(running(web, web, mails, mails, fetch_faxes, fetch_faxes))
    done.set()
    ended(clerks)

    by_channel = {way: Comment.objects.filter(channel=way).count() for way in ("web", "mail", "fax")}
    assert by_channel == {"web": 4, "mail": 4, "fax": 2}
    assert not list(tmp_path.glob("*.pdf"))
    assert Arrival.objects.exclude(state="taken").count() == 0
    assert Comment.objects.filter(parts=None).count() == queries.unaccounted(call) == 0
    parts = Part.objects.filter(comment__call=call)
    assert parts.count() == 4 * 2 + 4 + 2
    result = queries.result(call)
    published = sum(row.same for row in result.rows)
    withheld = sum(count for _why, _note, count in result.withheld)
    assert published + withheld == parts.count()
    assert all(one.parts.count() == 1 for one in Opinion.objects.filter(call=call))


def settle(comment: Comment, planner) -> None:
    """What a clerk does with a letter; another clerk may be faster at every step."""
    try:
        if not comment.parts.exists():
            services.split(comment=comment, parts=[services.PartIn("打ったもの")], by=planner)
        for part in comment.parts.filter(opinion=None, withheld="").select_related("comment__call"):
            if part.order == 1:
                services.write_opinion(call=comment.call, summary="まとめ", parts=[part], by=planner)
            else:
                services.withhold(part=part, reason="greeting", note="あいさつ", by=planner)
    except Refusal:
        return


def published_while_one_comes_in(monkeypatch, planner, call) -> str:
    """Publishing has counted and not yet committed when another one comes in. Returns what became of the other."""
    counted, became = threading.Event(), []

    def unready(found: Call) -> list[str]:
        left = queries.unaccounted(found) + found.comments.filter(parts=None).count()
        counted.set()
        time.sleep(0.7)
        return ["left"] if left else []

    def publish():
        services.publish(call=Call.objects.get(pk=call.pk), by=planner)

    def send():
        stale = Call.objects.get(pk=call.pk)
        counted.wait(10)
        try:
            make.send(stale, "まにあうか", channel="fax")
            became.append("received")
        except AlreadyPublished:
            became.append("refused")

    monkeypatch.setattr(publishing, "unready", unready)
    ended(running(publish, send))
    call.refresh_from_db()
    assert call.state == Call.State.PUBLISHED
    return became[0]


def test_what_comes_in_while_the_result_is_frozen_is_never_in_between(monkeypatch, planner, call):
    comment = make.send(call, "家から見たい")
    make.make_opinion(call, comment, planner)

    assert published_while_one_comes_in(monkeypatch, planner, call) == "refused"

    assert queries.unaccounted(call) == 0
    mail(1)
    assert [one.why for one in Arrival.objects.filter(state="to_sort")] == ["over"]


def test_without_its_turn_it_would_be_received_and_never_counted(monkeypatch, planner, call):
    """Teeth: the guard taken away, the one that came in stands in no row and in no list."""
    comment = make.send(call, "家から見たい")
    make.make_opinion(call, comment, planner)
    for module in (publishing, receiving, splitting):
        monkeypatch.setattr(module, "take_turn", lambda found: found)

    assert published_while_one_comes_in(monkeypatch, planner, call) == "received"

    assert queries.unaccounted(call) == 1
