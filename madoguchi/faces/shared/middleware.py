"""What happens around every request: its real sender, its language, who is asking, and polite refusals."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from urllib.parse import unquote_to_bytes

from django.conf import settings
from django.core.exceptions import BadRequest, SuspiciousOperation
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.functional import SimpleLazyObject

from madoguchi.engines.lessons.errors import LessonOver
from madoguchi.kernel import audit
from madoguchi.kernel.errors import Refusal, SignInFirst
from madoguchi.kernel.identity import queries as identity
from madoguchi.kernel.refs import Actor, ActorKind

from . import acting, bearer, guards, practising, refusals, sessions
from .languages import chosen_language, html_lang

log = logging.getLogger(__name__)

Answer = Callable[[HttpRequest], HttpResponse]


class BehindProxy:
    """The sender's own address and scheme as the proxy in front tells them; anybody else's word is dropped."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        told = request.META.get("HTTP_X_FORWARDED_FOR", "")
        if request.META.get("REMOTE_ADDR", "") not in settings.TRUSTED_PROXIES:
            request.META.pop("HTTP_X_FORWARDED_FOR", None)
            request.META.pop("HTTP_X_FORWARDED_PROTO", None)
            return self.get_response(request)
        # Each proxy adds whom it heard from at the end: what a stranger wrote before that is not believed.
        for hop in reversed([part.strip() for part in told.split(",")]):
            if hop and hop not in settings.TRUSTED_PROXIES:
                request.META["REMOTE_ADDR"] = hop[:64]
                break
        return self.get_response(request)


class OnlyText:
    """What no database takes stops here: NUL, and bytes that are no UTF-8, in the address or in what was sent.

    A cookie with NUL is nobody's we set: it counts as not sent. Broken bytes in a form with files are replaced
    by Django while it reads them, and are text by then.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        for name in [name for name, value in request.COOKIES.items() if "\0" in name + value]:
            del request.COOKIES[name]
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_view: Any) -> HttpResponse | None:
        """Before CSRF looks at the form, and after the language is known: so the answer is a decent page."""
        try:
            readable = _is_text(request)
        except (SuspiciousOperation, BadRequest, MultiPartParserError, UnreadablePostError):
            readable = False
        return None if readable else refusals.answer(request, refusals.CannotRead())


def _is_text(request: HttpRequest) -> bool:
    raw = [request.META.get("QUERY_STRING", "").encode("latin-1", "replace")]
    sent = [request.path_info]
    if request.content_type == "application/x-www-form-urlencoded":
        raw.append(request.body)
    elif request.method == "POST":
        sent += [part for name, values in request.POST.lists() for part in (name, *values)]
        sent += [str(file.name) for _name, files in request.FILES.lists() for file in files]
    try:
        sent += [unquote_to_bytes(part).decode() for part in raw]
    except UnicodeDecodeError:
        return False
    return not any("\0" in part for part in sent)


class ChosenLanguage:
    """The language of the cookie; without one, what the browser asks for; otherwise Japanese."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        code = chosen_language(request)
        request.LANGUAGE_CODE = code  # type: ignore[attr-defined]
        with translation.override(code):
            response = self.get_response(request)
            patch_vary_headers(response, ("Accept-Language", "Cookie"))
            response.headers.setdefault("Content-Language", html_lang(code))
            return response


class WhoIsAsking:
    """`request.actor` and `request.party`, looked up only when a view asks."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.account = SimpleLazyObject(lambda: _account(request))  # type: ignore[attr-defined]
        request.actor = SimpleLazyObject(lambda: _actor(request))  # type: ignore[attr-defined]
        request.party = SimpleLazyObject(  # type: ignore[attr-defined]
            lambda: identity.party(request.actor.party)  # type: ignore[attr-defined]
        )
        request.acting = SimpleLazyObject(lambda: acting.card_of(request.actor))  # type: ignore[attr-defined]
        response = self.get_response(request)
        if settings.SESSION_COOKIE_NAME in request.COOKIES and response.status_code < 500:
            _keep_from_caches(request, response)
        return response

    def process_view(self, request: HttpRequest, *_view: Any) -> HttpResponse | None:
        """Who was acting for somebody whose mandate has ended is told so before anything is done."""
        return acting.when_over(request)


def _keep_from_caches(request: HttpRequest, response: HttpResponse) -> None:
    """Once somebody has signed in, on either side, no page of theirs comes back after they left."""
    if any(sessions.signed_in_as(request, realm) for realm in (sessions.RESIDENT, sessions.STAFF)):
        response.headers["Cache-Control"] = "private, no-store"


def _account(request: HttpRequest) -> object:
    if bearer.is_api(request):
        caller = bearer.caller(request)
        return caller.account if caller else None
    found = sessions.signed_in(request)
    return found.account if found else None


def _actor(request: HttpRequest) -> Actor:
    if bearer.is_api(request):
        caller = bearer.caller(request)
        return caller.actor if caller else identity.actor_for(None)
    # `or` asks what is inside the lazy object: a wrapped None is not None itself.
    account = request.account  # type: ignore[attr-defined]
    actor = replace(identity.actor_for(account or None), assurance=sessions.assurance_of(request))
    return acting.actor_of(request, actor)


class PoliteRefusals:
    """A Refusal that a view did not answer itself becomes a decent page, or problem+json in the API."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, SuspiciousOperation):
            # Too many fields, too large a body, a broken upload: Django's own answer is a bare 400.
            exception = refusals.CannotRead()
        if isinstance(exception, IntegrityError) and practising.is_over(request):
            # The lesson was ended by another window while this was written: there is nobody left to write it for.
            exception = LessonOver()
        if not isinstance(exception, Refusal):
            return None
        log.info("refused %s at %s %s", exception.code, exception.status, exception.facts)
        _write_down(request, exception)
        if isinstance(exception, SignInFirst) and not request.path.startswith("/api/"):
            staff = sessions.realm_of(request) == sessions.STAFF
            return guards.ask_to_sign_in(request, ActorKind.STAFF if staff else ActorKind.RESIDENT)
        return refusals.answer(request, exception)


def _write_down(request: HttpRequest, refusal: Refusal) -> None:
    """A refused attempt of staff is on record; by now its own transaction is undone."""
    actor = request.actor  # type: ignore[attr-defined]
    if actor.kind == ActorKind.STAFF:
        audit.record_refusal(refusal.code, None, by=actor, facts={"path": request.path[:200]})
