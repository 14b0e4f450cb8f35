"""つなぐ: the page on which a resident lets an app act for them, and the endpoints the app calls."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from authlib.oauth2 import OAuth2Error
from authlib.oauth2.rfc6749 import InvalidRequestError
from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from madoguchi.faces.shared.asking import Asked
from madoguchi.faces.shared.guards import anyone, fresh_resident, guard
from madoguchi.faces.shared.pages import page
from madoguchi.kernel.access import limits, scopes
from madoguchi.kernel.access.errors import TooManyRequests
from madoguchi.kernel.db import writes
from madoguchi.kernel.errors import Refusal

from .server import AUTH_METHODS, asked_by, origin_of, server

# What one address may ask for in a minute: the server of one app renews the tokens of many residents.
TOKENS_PER_MINUTE = 300
_MOST, _MOST_STATE = 500, 2000


class AppAsksWrongly(Refusal):
    """The app sent somebody here with a request that cannot be answered, nor sent back."""

    code = "app_asks_wrongly"
    status = 400
    message = _(
        "アプリからの依頼が正しくないため、つなげませんでした。アプリにもどって、はじめからやり直すか、アプリを出している会社にお尋ねください。"
    )


@require_http_methods(["GET", "HEAD", "POST"])
@guard(fresh_resident)
def authorize(request: Asked) -> HttpResponse:
    """What the app asks for, in plain words; 「つなぐ」 or 「つながない」."""
    if not _is_plain(request):
        raise AppAsksWrongly
    try:
        return _authorized(request)
    except ValueError as error:
        # The library puts what was sent into headers and messages, and says so when it does not fit there.
        raise AppAsksWrongly from error


def _authorized(request: Asked) -> HttpResponse:
    try:
        grant = asked_by(request, request.actor)
    except OAuth2Error as error:
        if not getattr(error, "redirect_uri", None):
            raise AppAsksWrongly from error
        return _to_app(server.handle_error_response(server.create_oauth2_request(request), error))
    if request.method != "POST":
        return _show_consent(request, grant)
    agrees = request.POST.get("decision") == "connect"
    with writes():
        return _to_app(
            server.create_authorization_response(
                grant.request, grant_user=request.actor if agrees else None, grant=grant
            )
        )


def _show_consent(request: Asked, grant: Any) -> HttpResponse:
    client = grant.client.row
    context = {
        "client": client,
        "asked": scopes.chosen((grant.request.scope or "").split()),
        "back": urlsplit(grant.redirect_uri).hostname or client.name,
        "action": request.get_full_path(),
    }
    response = page(request, "api/consent.html", context)
    # Browsers hold the answer's redirect against form-action too, so the app's own address is let through.
    response._csp_update = {"form-action": [origin_of(grant.redirect_uri)]}  # type: ignore[attr-defined]
    return response


def _is_plain(request: HttpRequest) -> bool:
    """Whether every value is text that a header and every database takes, and of a sensible length."""
    return all(
        len(value) <= (_MOST_STATE if name == "state" else _MOST) and value.isprintable()
        for sent in (request.GET, request.POST)
        for name, values in sent.lists()
        for value in values
    )


def _to_app(response: HttpResponse) -> HttpResponse:
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


@csrf_exempt
@never_cache
@require_POST
@guard(anyone)
def token(request: HttpRequest) -> HttpResponse:
    """A code or a refresh token for a new pair. What was taken is used up whether or not the rest fits."""
    return _answered(request, lambda: server.create_token_response(request))


@csrf_exempt
@never_cache
@require_POST
@guard(anyone)
def revoke(request: HttpRequest) -> HttpResponse:
    """The app gives a token back (RFC 7009)."""
    return _answered(request, lambda: server.create_endpoint_response("revocation", request))


def _answered(request: HttpRequest, endpoint: Callable[[], HttpResponse]) -> HttpResponse:
    """What the library answers; what it cannot read is a request that is not valid, in the library's own form."""
    try:
        limits.spend_of_address(
            request.META.get("REMOTE_ADDR", ""), what="token", per_minute=TOKENS_PER_MINUTE
        )
    except TooManyRequests as refusal:
        said = {"error": "temporarily_unavailable", "error_description": "Too many requests."}
        again = {"Retry-After": str(refusal.facts.get("seconds", 60))}
        return JsonResponse(said, status=429, headers=again)
    try:
        if not _is_plain(request):
            raise InvalidRequestError
        with writes():
            return endpoint()
    except (ValueError, InvalidRequestError):
        return JsonResponse({"error": "invalid_request"}, status=400)


@require_safe
@guard(anyone)
def metadata(request: HttpRequest) -> JsonResponse:
    """Where everything is (RFC 8414)."""
    ours = settings.PUBLIC_URL.rstrip("/")
    return JsonResponse(
        {
            "issuer": ours,
            "authorization_endpoint": ours + reverse("oauth:authorize"),
            "token_endpoint": ours + reverse("oauth:token"),
            "revocation_endpoint": ours + reverse("oauth:revoke"),
            "response_types_supported": ["code"],
            "response_modes_supported": ["query"],
            "grant_types_supported": ["authorization_code", "refresh_token"],
            "code_challenge_methods_supported": ["S256"],
            "token_endpoint_auth_methods_supported": AUTH_METHODS,
            "revocation_endpoint_auth_methods_supported": AUTH_METHODS,
            "scopes_supported": list(scopes.KEYS),
            "ui_locales_supported": [code for code, _name in settings.LANGUAGES],
            "service_documentation": ours + "/api/v1/openapi.json",
        }
    )
