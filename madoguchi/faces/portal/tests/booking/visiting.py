"""Somebody at the booking pages: signing in, choosing, holding, confirming."""

from __future__ import annotations

from typing import Any

from django.test import Client
from django.urls import reverse

from madoguchi.engines.booking.models import Booking
from madoguchi.engines.booking.tests import make
from madoguchi.faces.shared.tests import entering
from madoguchi.kernel.refs import new_id


def enter(given: str = "あおい", **more: Any) -> Client:
    """A resident's own browser; `client.person` is their party."""
    client = Client()
    client.person = make.person(given, **more)
    return entering.enter(client, make.actor(client.person))


def slot_page(slot: Any) -> str:
    return reverse("portal:booking:slot", args=[slot.resource.area.key, slot.pk])


def hold(client: Client, slot: Any, **fields: Any) -> Any:
    """Press 「確かめる画面に進む」 (or another button by `step`)."""
    said = {"whom": "me", "step": "hold", "asked": str(new_id())} | fields
    return client.post(reverse("portal:booking:hold_slot", args=[slot.resource.area.key, slot.pk]), said)


def book(client: Client, slot: Any, **fields: Any) -> Booking:
    """Hold it and confirm it."""
    answer = hold(client, slot, **fields)
    assert answer.status_code == 302, answer.text
    made = Booking.objects.get(pk=answer["Location"].split("/")[-3])
    press(client, "confirm", made)
    made.refresh_from_db()
    return made


def press(client: Client, what: str, booking: Any, **fields: Any) -> Any:
    return client.post(reverse(f"portal:booking:{what}", args=[booking.pk]), fields)


def see(client: Client, what: str, booking: Any = None) -> Any:
    return client.get(reverse(f"portal:booking:{what}", args=[booking.pk] if booking else []))
