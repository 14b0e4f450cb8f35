"""How a view answers: `page()` shows, `go()` sends on. Both know when htmx asks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template import TemplateDoesNotExist
from django.template.loader import get_template
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django_htmx.http import HttpResponseClientRedirect


def page(
    request: HttpRequest,
    template: str,
    context: Mapping[str, Any] | None = None,
    status: int = 200,
) -> HttpResponse:
    """The whole page, or only its `_fragment` when htmx asks for it.

    `portal/booking/slots.html` is the page; the fragment it includes is `portal/booking/_slots.html`.
    A page without a fragment is always sent whole.
    """
    response = render(request, _wanted(request, template), dict(context or {}), status=status)
    # The same address answers in two forms: a cache must not hand one out for the other.
    response.headers["Vary"] = ", ".join(filter(None, [response.headers.get("Vary"), "HX-Request"]))
    return response


def go(request: HttpRequest, route: str, *, query: str = "", anchor: str = "", **kwargs: Any) -> HttpResponse:
    """Send the person on to a named route, also out of an htmx fragment."""
    address = reverse(route, kwargs=kwargs)
    if query:
        address += f"?{query}"
    if anchor:
        address += f"#{anchor}"
    return go_to(request, address)


def go_to(request: HttpRequest, address: str) -> HttpResponse:
    """The same for an address that is already known to be ours (see `safe_next`)."""
    if _asks_for_fragment(request):
        return HttpResponseClientRedirect(address)
    return redirect(address)


def safe_next(request: HttpRequest, default: str = "/") -> str:
    """Where `next` points, if that is a page of ours; otherwise `default`."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    # isprintable: no line ends or tabs, which browsers drop out of an address before they read it.
    if (
        wanted.startswith("/")
        and wanted.isprintable()
        and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None, require_https=request.is_secure())
    ):
        return wanted
    return default


def here(request: HttpRequest) -> str:
    """The address to come back to: this page, or the one its form stood on when this is a POST."""
    if request.method in {"GET", "HEAD"}:
        return request.get_full_path()
    came_from = urlsplit(request.headers.get("Referer", ""))
    if came_from.netloc == request.get_host() and came_from.path.startswith("/"):
        return f"{came_from.path}?{came_from.query}" if came_from.query else came_from.path
    return "/"


def _wanted(request: HttpRequest, template: str) -> str:
    if not _asks_for_fragment(request):
        return template
    folder, _, name = template.rpartition("/")
    fragment = f"{folder}/_{name}"
    try:
        get_template(fragment)
    except TemplateDoesNotExist:
        return template
    return fragment


def _asks_for_fragment(request: HttpRequest) -> bool:
    htmx = getattr(request, "htmx", None)
    return bool(htmx and not htmx.boosted and not htmx.history_restore_request)
