"""障害者ICT相談 and the counters, from the first click to what others learn from it: over booking, registers and stories."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.test import Client
from django.urls import reverse

from madoguchi.engines.approvals import queries as approvals
from madoguchi.engines.booking.models import Booking
from madoguchi.engines.booking.tests import make
from madoguchi.engines.queue import services as queue
from madoguchi.engines.queue.models import Source
from madoguchi.engines.queue.tests import make as counters
from madoguchi.engines.records.models import Loan, Story
from madoguchi.faces.shared.tests import entering
from madoguchi.kernel import clock

from ..conftest import make_resident
from . import visiting

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
ICT, CHECKING = "障害者施策推進課", "情報公開課"
TOLD = {"title": "片手で押せるように", "body": "机の高さを変え、大きいスイッチにしました。"}


def staff(login: str, division: str, *roles: str) -> Client:
    return entering.enter(Client(), make.staff(login, division, *roles))


def published(writer: Client, division: str, **said: str) -> Story:
    """Written, put before two others, and read by both."""
    writer.post(reverse("desk:records:story_new"), {"division": division, **TOLD, **said})
    story = Story.objects.get()
    checked = {"checked": ["names", "rare", "agreed"], "seen": str(story.version)}
    writer.post(reverse("desk:records:story_ask", args=[story.pk]), checked)
    request = approvals.of(story.ref).get()
    for colleague in (staff("kacho2", division, "head"), staff("kojin", CHECKING)):
        story.refresh_from_db()
        assert story.state != Story.State.PUBLISHED
        colleague.post(reverse("desk:approvals:approve", args=[request.pk]))
    story.refresh_from_db()
    return story


@pytest.mark.accepts("C-20-T1")
def test_advice_is_booked_on_a_wednesday_online_or_as_a_visit_and_leads_to_a_loan_and_a_story(city):
    wednesday = clock.today() + dt.timedelta(days=(2 - clock.today().weekday()) % 7 + 14)
    week = {"from": (wednesday - dt.timedelta(days=2)).isoformat(), "day": wednesday.isoformat()}
    page = Client().get(reverse("portal:booking:area", args=["ict_soudan"]), week).text
    slots = re.findall(r'href="(/book/ict_soudan/slots/[^"]+)"', page)
    assert slots
    guardian = entering.enter(Client(), make_resident("hogosha"))
    for slot, mode in ((slots[0], "online"), (slots[-1], "visit")):
        guardian.post(f"{slot}hold/", {"whom": "me", "mode": mode, "step": "hold"})
        visiting.press(guardian, "confirm", Booking.objects.latest("made_at"))
    booked = Booking.objects.filter(state="booked")
    assert sorted(booked.values_list("mode", flat=True)) == ["online", "visit"]
    assert {clock.in_city(one.starts_at).weekday() for one in booked} == {2}

    adviser = staff("soudan", ICT)
    thing = re.search(
        r'href="(/desk/records/things/[^"]+/lend/)"', adviser.get("/desk/records/things/").text
    )[1]
    borrower = {"family": "見本", "given": "あおい", "phone": "00-0000-0010", "days": "14"}
    assert adviser.post(thing, borrower).status_code == 302
    loan = Loan.objects.get()
    assert "貸出中" in Client().get(reverse("portal:records:things")).text
    adviser.post(reverse("desk:records:back", args=[loan.pk]), {"condition": "よい"})
    loan.refresh_from_db()
    assert loan.back_at is not None

    story = published(adviser, ICT, shelf="ict", **{"for": "public"})

    assert story.state == Story.State.PUBLISHED
    assert TOLD["body"] in Client().get(reverse("portal:records:story", args=[story.pk])).text


@pytest.mark.accepts("C-33-T1")
def test_two_questions_by_the_slip_become_figures_by_counter_and_a_hard_case_a_lesson(city):
    with clock.frozen(counters.at(9)):
        line, clerk = counters.line("mihon_f", "F"), counters.clerk()
        desk = counters.desk(line, clerk)
        slips = [queue.issue(line=line, source=Source.KIOSK, by=counters.machine()) for _person in range(6)]
    with clock.frozen(counters.at(9, 10)):
        for _person in slips:
            queue.call_next(desk=desk, by=clerk, finishing=True)
        queue.done(ticket=slips[-1].ticket, desk=desk, by=clerk)
        for slip in slips:
            page = reverse("portal:queue:opinion", args=[slip.secret])
            Client().post(page, {"tap": "manner:4"})
            Client().post(page, {"tap": "convenience:2"})
        rows = Client().get(reverse("portal:queue:survey_csv")).content.decode("utf-8-sig")
    assert "仮F窓口,6,100.0,0,0.0,0,10.0" in rows, "six answers, good staff, not easy to use, ten minutes"

    story = published(staff("kosekikakari", "戸籍住民課"), "戸籍住民課", shelf="counter", **{"for": "staff"})

    assert story.state == Story.State.PUBLISHED
    assert Client().get(reverse("portal:records:story", args=[story.pk])).status_code == 404
    elsewhere = staff("yoso", "税務課")
    assert TOLD["title"] in elsewhere.get(reverse("desk:records:stories")).text
