"""What a form says of a meeting."""

from __future__ import annotations

import datetime as dt

from django.http import HttpRequest

from madoguchi.engines.councils import services


def meeting_in(request: HttpRequest) -> services.MeetingIn:
    """A day or an hour that is none comes as None; the service says what is missing."""
    return services.MeetingIn(
        on=_day(request.POST.get("on", "")),
        starts_at=_hour(request.POST.get("starts", "")),
        place=request.POST.get("place", "")[:200],
        is_public="public" in request.POST,
        how_to_attend=request.POST.get("attend", "")[:300],
    )


def number(text: str) -> int | None:
    """A count of pages or a version as a form sends it; None for anything else."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 4 else None


def _day(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None


def _hour(text: str) -> dt.time | None:
    try:
        return dt.time.fromisoformat(text).replace(tzinfo=None)
    except ValueError:
        return None
