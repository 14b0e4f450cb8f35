"""Doors every face needs: language, text size, sign-in of the demo, and the pages for what went wrong."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from madoguchi.kernel.errors import NotFound, Refusal

from . import refusals, sessions, signing
from .context import TEXT_SIZE_COOKIE
from .guards import anyone, guard
from .languages import html_lang, is_language
from .pages import page, safe_next
from .residents import by_provider

YEAR = 60 * 60 * 24 * 365


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """No such address."""
    return refusals.answer(
        request, NotFound(_("お探しのページはありません。住所が変わったか、入力がちがうようです。"))
    )


def our_fault(request: HttpRequest) -> HttpResponse:
    """Something broke here. No database, no session: those may be what broke."""
    if request.path.startswith("/api/"):
        return refusals.problem(OurFault())
    return HttpResponse(
        render_to_string(
            "shared/our_fault.html",
            # A screen at a counter leads nowhere else, and comes back by itself.
            {
                "html_lang": html_lang(get_language() or "ja"),
                "style": _address_of("shared/madoguchi.css"),
                "kiosk": request.path_info.startswith("/kiosk/"),
                "wait": 30,
            },
        ),
        status=500,
    )


def _address_of(name: str) -> str:
    """Of a static file; under its own name where the list of names is what broke (`collectstatic` was left out)."""
    try:
        return static(name)
    except (ValueError, OSError):
        return f"{settings.STATIC_URL}{name}"


class OurFault(Refusal):
    """The API's words for a 500."""

    code = "our_fault"
    status = 500
    message = _("こちらの不具合で、処理できませんでした。しばらくしてから、もう一度お試しください。")


@csrf_exempt
def form_too_old(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The CSRF check failed: almost always a page left open, or cookies switched off."""
    return refusals.answer(request, refusals.FormTooOld())


@require_http_methods(["GET", "HEAD", "POST"])
@guard(anyone)
def language(request: HttpRequest, code: str = "") -> HttpResponse:
    """Choose a language and go back; without a code, the list to choose from.

    A plain link does it too: it changes nothing but how pages read, in this browser and for whoever is signed in.
    """
    code = code or request.POST.get("language", "")
    if not code:
        return page(request, "shared/languages.html", {"next": safe_next(request)})
    if not is_language(code):
        raise NotFound
    if _is_from_here(request):
        signing.remember_language(request, code)
    response = redirect(safe_next(request))
    return _remember(response, settings.LANGUAGE_COOKIE_NAME, code)


def _is_from_here(request: HttpRequest) -> bool:
    """Whether a page of ours led here: a stranger's link changes how this browser reads, nothing of the person."""
    return request.headers.get("Sec-Fetch-Site", "none") in {"same-origin", "none"}


@require_http_methods(["GET", "HEAD", "POST"])
@guard(anyone)
def text_size(request: HttpRequest, size: str) -> HttpResponse:
    """Large text, or the usual one, and back."""
    response = redirect(safe_next(request))
    return _remember(response, TEXT_SIZE_COOKIE, size)


def _remember(response: HttpResponse, name: str, value: str) -> HttpResponse:
    response.set_cookie(name, value, max_age=YEAR, samesite="Lax", secure=settings.SECURE_TLS, httponly=True)
    return response


@require_POST
@guard(anyone)
def sign_out(request: HttpRequest) -> HttpResponse:
    """Leave. The other realm, if open in another window, stays as it is."""
    assurance = sessions.assurance_of(request, sessions.RESIDENT)
    signing.leave(request, sessions.RESIDENT)
    messages.success(request, _("サインアウトしました。"))
    return by_provider.after_leaving(assurance, redirect(safe_next(request)))
