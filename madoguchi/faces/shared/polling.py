"""Pages that ask every few seconds whether anything changed: the answer that nothing did costs one query."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

# What was drawn last, by what it shows and its version: many who watch the same counter are answered from one drawing.
# The version is in the name of the drawing, so that none outlives what it shows.
_drawn: OrderedDict[tuple[str, str], str] = OrderedDict()
_MOST_DRAWN = 200
_drawing_now = threading.Lock()


def tag_of(request: HttpRequest, version: str) -> str:
    """The ETag of a fragment, without its quotes. Words and pack are part of it."""
    return f"{version}.{getattr(request, 'LANGUAGE_CODE', 'ja')}"


def answer_poll(
    request: HttpRequest, version: str, template: str, context: Callable[[], Mapping[str, Any]]
) -> HttpResponse:
    """304 for whoever has this version; else the fragment, drawn once for all who ask. It must show nobody's own things.

    `version` was read before `context` is: what is drawn is that version or newer, never older.
    """
    tag = tag_of(request, version)
    if request.headers.get("If-None-Match") == f'"{tag}"':
        response = HttpResponse(status=304)
    else:
        response = HttpResponse(_drawing(request, tag, template, context))
    response.headers["ETag"] = f'"{tag}"'
    response.headers["Cache-Control"] = "no-cache"
    response.headers["Vary"] = "HX-Request, Accept-Language, Cookie"
    return response


def _drawing(request: HttpRequest, tag: str, template: str, context: Callable[[], Mapping[str, Any]]) -> str:
    place = request.get_full_path(), tag
    # One draws, the others wait for it: after each call everybody who watches asks at once.
    with _drawing_now:
        if place not in _drawn:
            _drawn[place] = render_to_string(template, {**context(), "tag": tag}, request)
            while len(_drawn) > _MOST_DRAWN:
                _drawn.popitem(last=False)
        return _drawn[place]


def asks_for_fragment(request: HttpRequest) -> bool:
    htmx = getattr(request, "htmx", None)
    return bool(htmx and not htmx.boosted and not htmx.history_restore_request)
