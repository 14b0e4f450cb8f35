"""What happens at a counter, on every face at once: the desk, the public page, the display, the API, a mail."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from madoguchi.engines.messaging.models import Message
from madoguchi.engines.queue.models import Desk, Line, Ticket
from madoguchi.engines.queue.tests import make
from madoguchi.faces.shared.tests.entering import enter
from madoguchi.kernel import clock, jobs
from madoguchi.kernel.packs.folder import PackFolder
from madoguchi.kernel.packs.reading import read
from madoguchi.kernel.packs.registry import parts
from madoguchi.kernel.refs import SYSTEM

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.fixture(autouse=True)
def _morning():
    with clock.frozen(make.at(10)):
        yield


def browser_of(login: str, division: str) -> Client:
    return enter(Client(), make.clerk(login, division))


def sits_down(browser: Client, line: Line) -> Desk:
    desk = Desk.objects.get(line=line, name="1")
    browser.post(reverse("desk:queue:open", args=[desk.pk]))
    return desk


def watched(line: Line) -> dict[str, Any]:
    """What anybody sees of a counter, and how often each page asks."""
    watcher = Client()
    fragment = {"HX-Request": "true"}
    key = line.counter_id
    return {
        "page": watcher.get(reverse("portal:queue:counter", args=[key]), headers=fragment).text,
        "display": watcher.get(reverse("kiosk:display", args=[key]), headers=fragment).text,
        "api": watcher.get(f"/api/v1/counters/{key}").json(),
    }


@pytest.mark.accepts("P1-2-1-T1", "N-21")
def test_issuing_and_calling_at_each_of_the_17_counters_shows_on_every_face_at_the_next_asking():
    for part in parts():
        if part.folder in {"directory", "queue"}:
            part.apply(part.load(PackFolder(read("packs/nerima"))), SYSTEM)
    lines = list(Line.objects.select_related("counter__division"))
    assert len(lines) == 17
    divisions = sorted({line.counter.division_id for line in lines})
    clerks = {name: browser_of(f"clerk{place}", name) for place, name in enumerate(divisions)}

    for line in lines:
        browser = clerks[line.counter.division_id]
        desk = sits_down(browser, line)
        for number in ("001", "002"):
            slip = browser.post(reverse("desk:queue:issue", args=[desk.pk]), {"language": "ja"})
            assert f"{line.prefix}{number}" in slip.text

        before = watched(line)
        called = browser.post(reverse("desk:queue:next", args=[desk.pk]))
        after = watched(line)

        label = f"{line.prefix}001"
        assert called.status_code == 302
        assert (before["api"]["waiting"], after["api"]["waiting"]) == (2, 1)
        assert [call["number"] for call in after["api"]["called"]] == [label]
        for place in ("page", "display"):
            assert label not in before[place], place
            assert label in after[place], place
        for place in ("page", "display"):
            every = int(re.search(r'hx-trigger="every (\d+)s"', after[place])[1])
            assert every <= 5
        browser.post(
            reverse("desk:queue:act", args=[desk.pk, Ticket.objects.get(line=line, number=1).pk, "done"])
        )


@pytest.mark.accepts("P1-2-1-T2")
def test_who_left_the_building_with_number_5_is_told_by_mail_when_number_2_is_called():
    line = make.line()
    browser = browser_of("sato", make.DIVISION)
    desk = sits_down(browser, line)
    make.issued(line, 4)
    slip = Client().post(reverse("portal:queue:take", args=[line.counter_id]))["Location"]
    told = Client().post(slip + "tell/", {"mail": "hito@mihon.invalid"})
    assert told.status_code == 302

    mails = []
    for _ in range(2):
        browser.post(reverse("desk:queue:next", args=[desk.pk]), {"finishing": "1"})
        jobs.run_due()
        mails.append([message.subject for message in Message.objects.filter(kind="queue.near")])

    assert mails == [[], ["もうすぐお呼びします（F005、仮F窓口）"]]


@pytest.mark.accepts("P1-2-1-T3")
def test_a_booked_visitor_is_called_at_the_booked_time_and_walk_ins_keep_their_order():
    line = make.line(booking_area="madoguchi")
    browser = browser_of("sato", make.DIVISION)
    desk = sits_down(browser, line)
    make.issued(line, 3)
    visit = make.booked(line, 10, 30, language="en", needs=["sign"])
    slip = browser.post(reverse("desk:queue:check_in", args=[desk.pk]), {"receipt": visit.receipt})
    assert "F004" in slip.text

    order = []
    for minute in (20, 31, 40, 50):
        with clock.frozen(make.at(10, minute)):
            browser.post(reverse("desk:queue:next", args=[desk.pk]), {"finishing": "1"})
            order.append(Ticket.objects.select_related("line").get(state="called").label)
            if minute == 31:
                shown = browser.get(reverse("desk:queue:console", args=[desk.pk])).text
                assert "英語" in shown
                assert "手話" in shown

    assert order == ["F001", "F004", "F002", "F003"]
