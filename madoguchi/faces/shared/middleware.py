"""What happens around every request: the language, who is asking, and polite refusals."""

from __future__ import annotations

import logging
from collections.abc import Callable

from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.functional import SimpleLazyObject

from madoguchi.kernel import audit
from madoguchi.kernel.errors import Refusal, SignInFirst
from madoguchi.kernel.identity import queries as identity
from madoguchi.kernel.refs import Actor, ActorKind

from . import guards, refusals, sessions
from .languages import chosen_language, html_lang

log = logging.getLogger(__name__)

Answer = Callable[[HttpRequest], HttpResponse]


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
        return self.get_response(request)


def _account(request: HttpRequest) -> object:
    realm = sessions.realm_of(request)
    account_id = sessions.signed_in_as(request, realm)
    return identity.account(account_id, kind=realm) if account_id else None


def _actor(request: HttpRequest) -> Actor:
    # `or` asks what is inside the lazy object: a wrapped None is not None itself.
    account = request.account  # type: ignore[attr-defined]
    return identity.actor_for(account or None)


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
