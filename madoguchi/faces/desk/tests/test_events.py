"""Events from the desk to the people: approved, opened, and the link of who takes part online."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse

from madoguchi.engines.approvals import services as approvals
from madoguchi.engines.approvals.models import Request, Route
from madoguchi.engines.booking.models import Booking, EventPlan, Slot, SlotState
from madoguchi.engines.booking.tests import make
from madoguchi.faces.shared.tests.entering import enter
from madoguchi.kernel import clock

pytestmark = pytest.mark.django_db
LINK = "https://haishin.mihon.invalid/abc"
HYBRID = {
    "area": "kouen",
    "version": 1,
    "kind": "event",
    "title": "講演会（見本）",
    "division": make.DIVISION,
    "channels": ["web", "phone", "mail"],
    "modes": ["venue", "online"],
    "takes": [{"count": "venue", "mode": "venue"}, {"count": "online", "mode": "online"}],
    "waiting": {"offer_minutes": 600},
}
PLACES = HYBRID | {
    "area": "koza",
    "title": "講座（見本）",
    "modes": ["venue"],
    "takes": [{"count": "places"}],
}


@pytest.fixture
def clerk(db):
    Route.objects.create(
        key="moyooshi", title="催しの公開", steps=[{"title": "課長", "division": "*", "role": "head"}]
    )
    return make.staff("tanto")


@pytest.fixture
def head(clerk):
    return make.staff("kacho", make.DIVISION, "head")


def desk(name, *args):
    return reverse(f"desk:booking:{name}", args=args)


def said(area, at, **more):
    return {
        "name": "見本の催し",
        "about": "見本です。",
        "site": at.key,
        "on": (clock.today() + dt.timedelta(days=60)).isoformat(),
        "since": "14:00",
        "until": "15:30",
    } | more


def opened_event(area, clerk, head, **more) -> Slot:
    """Written by the clerk on the screen, approved by the head."""
    at = make.site()
    make.resource(area, "kizon", at)
    screen = enter(Client(), clerk)
    answer = screen.post(desk("events", area.key), said(area, at, **more))
    assert answer.status_code == 302, answer.text
    slot = Slot.objects.get(plan__isnull=False)
    assert slot.state == SlotState.SHUT
    screen.post(desk("event_ask", slot.pk))
    approvals.approve(request=Request.objects.get(), by=head)
    slot.refresh_from_db()
    return slot


def signed_in(given) -> tuple[Client, object]:
    party = make.person(given)
    return enter(Client(), make.actor(party)), party


@pytest.mark.accepts("C-32-T1")
def test_a_hybrid_event_is_approved_switched_and_its_link_is_for_who_takes_part_online(clerk, head):
    area = make.area(HYBRID)
    at = make.site()
    make.resource(area, "kizon", at)
    screen = enter(Client(), clerk)
    only_online = {"count-online": "100", "link": LINK}

    refused = screen.post(desk("events", area.key), said(area, at, **only_online))

    assert refused.status_code == 422
    assert "オンラインだけで開く理由" in refused.text
    assert not EventPlan.objects.exists()
    slot = opened_event(area, clerk, head, **only_online, **{"count-venue": "1"})
    assert slot.state == SlotState.OPEN

    aoi, _party = signed_in("あおい")
    where = reverse("portal:booking:hold_slot", args=[area.key, slot.pk])
    aoi.post(where, {"whom": "me", "mode": "venue", "step": "hold"})
    booking = Booking.objects.get()
    aoi.post(reverse("portal:booking:confirm", args=[booking.pk]))
    page = reverse("portal:booking:booking", args=[booking.pk])
    assert LINK not in aoi.get(page).text

    aoi.post(reverse("portal:booking:switch", args=[booking.pk]), {"mode": "online"})

    assert LINK in aoi.get(page).text
    assert {one.kind: one.taken for one in slot.counts.all()} == {"venue": 0, "online": 1}
    ben, _ben = signed_in("べん")
    public = reverse("portal:booking:slot", args=[area.key, slot.pk])
    assert LINK not in ben.get(public).text
    assert ben.get(page).status_code == 404
    aoi.post(reverse("portal:booking:switch", args=[booking.pk]), {"mode": "venue"})
    assert LINK not in aoi.get(page).text


def test_an_event_only_online_tells_its_reason_to_who_approves(clerk, head):
    opened_event(
        make.area(HYBRID),
        clerk,
        head,
        link=LINK,
        only_online_why="講師が海外にいるため",
        **{"count-online": "100"},
    )

    assert "講師が海外にいるため" in Request.objects.get().summary


def test_what_is_not_approved_is_not_opened_by_another_button(clerk):
    area = make.area(PLACES)
    at = make.site()
    make.resource(area, "kizon", at)
    screen = enter(Client(), clerk)
    screen.post(desk("events", area.key), said(area, at, **{"count-places": "20"}))
    slot = Slot.objects.get(plan__isnull=False)

    screen.post(desk("slot_shut", slot.pk), {"open": "1"})

    slot.refresh_from_db()
    assert slot.state == SlotState.SHUT
    assert not slot.counts.get().is_open


@pytest.mark.parametrize(
    "more",
    [
        {"name": ""},
        {"on": "きのう"},
        {"on": "2020-01-01"},
        {"until": "13:00"},
        {"count-places": "0"},
        {"count-places": "９９９９９９９９９"},
        {"site": "nai"},
    ],
)
def test_an_event_that_cannot_be_comes_back_with_what_was_typed(clerk, more):
    area = make.area(PLACES)
    at = make.site()
    make.resource(area, "kizon", at)

    answer = enter(Client(), clerk).post(
        desk("events", area.key), said(area, at, **({"count-places": "20"} | more))
    )

    assert answer.status_code in (404, 422)
    assert not EventPlan.objects.exists()
