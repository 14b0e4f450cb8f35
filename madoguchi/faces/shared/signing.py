"""Coming in and leaving: what both doors, the residents' and the staff's, have in common."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from madoguchi.kernel.identity import demo
from madoguchi.kernel.identity import queries as identity
from madoguchi.kernel.identity import services as people
from madoguchi.kernel.identity.ways_in import passwords

from . import browsers, federated, proving, sessions


def by_password(request: HttpRequest, realm: str) -> Any:
    """Whose login and password the form holds: the first step, nobody is in yet. Raises what identity refuses with."""
    return passwords.check(
        kind=realm,
        login=request.POST.get("login", "").strip(),
        password=request.POST.get("password", ""),
        from_address=proving.address_of(request),
    )


def by_choosing(request: HttpRequest, realm: str, login: str) -> bool:
    """Sign in as one of the demo's people; False when that is nobody, as everybody is outside a demo."""
    find = demo.staff_account if realm == sessions.STAFF else demo.resident_account
    account = find(login)
    if account is None:
        return False
    come_in(request, people.enter_demo(account=account, browser=browsers.family(request)))
    return True


def come_in(request: HttpRequest, sign_in: Any) -> None:
    """Everything asked was shown: this browser is signed in, and whoever was before in this realm is not."""
    before = sessions.signed_in(request, sign_in.realm)
    if before is not None and before.pk != sign_in.pk:
        people.sign_out(account=before.account, sign_in=before)
    proving.end_half(request)
    federated.end_arrival(request)
    sessions.sign_in(request, sign_in)


def remember_language(request: HttpRequest, code: str) -> None:
    """A resident who is signed in chose a language: they find it again in another browser."""
    actor = request.actor  # type: ignore[attr-defined]
    if actor.is_resident and actor.party and actor.mandate is None:
        people.keep_language(party=actor.party, language=code, by=actor)


def read_as_before(request: HttpRequest) -> None:
    """After the sign-in: pages read in the language this person chose last, unless this browser has its own."""
    account = identity.account(sessions.signed_in_as(request, sessions.RESIDENT), kind=sessions.RESIDENT)
    party = identity.party(identity.actor_for(account).party) if account else None
    if party is not None and party.language != settings.LANGUAGE_CODE:
        sessions.keep_language(request, party.language)


def leave(request: HttpRequest, realm: str) -> None:
    """Sign out of this realm, on record. The other realm, if open in another window, stays as it is."""
    found = sessions.signed_in(request, realm)
    if found is not None:
        people.sign_out(account=found.account, sign_in=found)
    sessions.sign_out(request, realm)
