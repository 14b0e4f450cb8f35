"""Staff at the booking pages of the desk: who they are, what they type."""

from __future__ import annotations

import datetime as dt

from django.test import Client
from django.urls import reverse

from madoguchi.engines.booking import services
from madoguchi.engines.booking.models import Booking
from madoguchi.engines.booking.tests import make
from madoguchi.faces.shared.tests.entering import enter
from madoguchi.kernel import clock
from madoguchi.kernel.refs import Actor

PHONE = {"family": "見本", "given": "でんわ", "phone": "03-0000-0001", "channel": "phone"}


class Desk:
    """One member of staff at their own browser."""

    def __init__(self, actor: Actor) -> None:
        self.actor, self.browser = actor, Client()
        enter(self.browser, actor)

    def get(self, route: str, *args: object, **query: str):
        return self.browser.get(reverse(f"desk:booking:{route}", args=args), query)

    def post(self, route: str, *args: object, **posted: object):
        return self.browser.post(reverse(f"desk:booking:{route}", args=args), posted)


def booked(slot, given="あおい", **more) -> Booking:
    who = make.person(given)
    return services.book(
        wanted=make.wanted(slot), party=who, person=who, by=make.actor(who), channel="web", **more
    )


def day_of(moment: dt.datetime) -> str:
    return clock.in_city(moment).date().isoformat()


def place(wanted) -> dict[str, str]:
    """How the page of a new booking is told of a time of a room."""
    local = clock.in_city(wanted.starts_at)
    ends = clock.in_city(wanted.ends_at)
    return {
        "resource": str(wanted.resource.pk),
        "starts": f"{local:%Y%m%dT%H%M}",
        "ends": f"{ends:%Y%m%dT%H%M}",
    }
