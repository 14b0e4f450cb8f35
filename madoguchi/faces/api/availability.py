"""Booking, for anyone: what can be booked, its rules, and what is free."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response

from madoguchi.engines.booking import queries
from madoguchi.faces.shared.guards import anyone

from . import shapes_booking as shapes
from .app import operation

# Anybody on the way may keep a page of times for so long without asking; after that it asks with its tag.
KEPT_FOR = 2


@operation("GET", "/areas", rule=anyone, tag="booking", gives=list[shapes.AreaRow])
def booking_areas(request: HttpRequest) -> list[dict[str, Any]]:
    """What can be booked. Areas that ended stay, with the reason and what there is instead."""
    return [_area(one) for one in queries.areas(_language(request))]


@operation("GET", "/areas/{key}", rule=anyone, tag="booking", gives=shapes.AreaDetail, refuses=(404,))
def booking_area(request: HttpRequest, key: str) -> dict[str, Any]:
    """One area: its rules, its questions, its sites and what can be booked there."""
    shown = queries.area(key, _language(request))
    said, resources = shown.said, queries.resources(shown.row, _language(request))
    return {
        **_area(shown),
        "eligible": said.who.eligible,
        "why_not": said.who.why_not,
        "registration": said.who.registration.kind if said.who.registration else None,
        "for_children": said.who.for_children,
        "opens_days": said.opens.days,
        "opens_months": said.opens.months,
        "closes_days": said.closes.days,
        "closes_minutes": said.closes.minutes,
        "hold_minutes": said.hold_minutes,
        "fee": said.fee,
        "modes": said.modes,
        "asks": said.asks,
        "cancel": said.cancel,
        "has_waiting": said.waiting is not None,
        "sites": [place.row for place in queries.sites(resources)],
        "resources": [
            {
                "id": one.pk,
                "key": one.key,
                "name": one.name,
                "about": one.about,
                "site": one.site.key,
                "people": one.people,
            }
            for one in resources
        ],
    }


def _area(one: Any) -> dict[str, Any]:
    row, said = one.row, one.said
    return {
        "key": row.key,
        "kind": row.kind,
        "title": said.title,
        "about": said.about,
        "note": said.note,
        "division": row.division_id,
        "channels": said.channels,
        "closed_on": row.closed_on,
        "closed_why": one.why,
        "closed_instead": one.instead,
    }


def _language(request: HttpRequest) -> str:
    return str(request.LANGUAGE_CODE)  # type: ignore[attr-defined]


@operation(
    "GET",
    "/areas/{key}/availability",
    rule=anyone,
    tag="booking",
    gives=shapes.Availability,
    refuses=(404,),
)
def booking_availability(
    request: HttpRequest,
    key: str,
    since: dt.date | None = None,
    until: dt.date | None = None,
    site: str = "",
) -> HttpResponse:
    """What is free, from today for a week unless it is said otherwise.

    `ETag` changes with every booking; with `If-None-Match` nothing is sent that you have already (304).
    """
    page = queries.Page(key, since, until, site=site)
    return _polled(request, page.tag, page.as_json, "application/json; charset=utf-8")


@operation(
    "GET",
    "/areas/{key}/resources/{resource}/availability.ics",
    rule=anyone,
    tag="booking",
    gives=None,
    refuses=(404,),
)
def booking_calendar(
    request: HttpRequest, key: str, resource: str, since: dt.date | None = None, until: dt.date | None = None
) -> HttpResponse:
    """The same of one resource as iCalendar, to subscribe to: one entry for each time, with what is free."""
    page = queries.Page(key, since, until, resource=resource)
    return _polled(request, page.tag, page.as_icalendar, "text/calendar; charset=utf-8")


def _polled(request: HttpRequest, tag: str, make: Any, content_type: str) -> HttpResponse:
    """304 to who has it already, without making it; otherwise the bytes."""
    etag = f'"{tag}"'
    response: HttpResponse = get_conditional_response(request, etag=etag) or HttpResponse(
        make(), content_type=content_type
    )
    response.headers["ETag"] = etag
    response.headers["Cache-Control"] = f"public, max-age={KEPT_FOR}"
    return response
