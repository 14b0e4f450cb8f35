"""つなぐ: the page on which a resident lets an app act for them, and the endpoints the app calls."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from authlib.oauth2 import OAuth2Error
from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from madoguchi.faces.shared.asking import Asked
from madoguchi.faces.shared.guards import anyone, guard, resident
from madoguchi.faces.shared.pages import page
from madoguchi.kernel.access import scopes
from madoguchi.kernel.db import writes
from madoguchi.kernel.errors import Refusal

from .server import AUTH_METHODS, asked_by, server


class AppAsksWrongly(Refusal):
    """The app sent somebody here with a request that cannot be answered, nor sent back."""

    code = "app_asks_wrongly"
    status = 400
    message = _(
        "アプリからの依頼が正しくないため、つなげませんでした。アプリにもどって、はじめからやり直すか、アプリを出している会社にお尋ねください。"
    )


@require_http_methods(["GET", "HEAD", "POST"])
@guard(resident)
def authorize(request: Asked) -> HttpResponse:
    """What the app asks for, in plain words; 「つなぐ」 or 「つながない」."""
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
    response._csp_update = {"form-action": [_origin(grant.redirect_uri)]}  # type: ignore[attr-defined]
    return response


def _origin(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else f"{parts.scheme}:"


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
    with writes():
        response: HttpResponse = server.create_token_response(request)
    return response


@csrf_exempt
@never_cache
@require_POST
@guard(anyone)
def revoke(request: HttpRequest) -> HttpResponse:
    """The app gives a token back (RFC 7009)."""
    with writes():
        response: HttpResponse = server.create_endpoint_response("revocation", request)
    return response


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
