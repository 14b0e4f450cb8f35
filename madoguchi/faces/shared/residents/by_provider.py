"""Residents come in by a provider (マイナアプリ): the first time an account is opened, and what the card says is kept
only if they say so."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from madoguchi.faces.shared import browsers, federated, sessions, signing
from madoguchi.faces.shared.guards import anyone, guard, newcomer
from madoguchi.faces.shared.pages import page, safe_next
from madoguchi.kernel.errors import NotFound, Refusal
from madoguchi.kernel.identity.federation import arrivals, links, own_keys, providers
from madoguchi.kernel.identity.federation.errors import ReturnNotOurs

BACK = "shared:sign_in_provider_back"
SIGN_IN = "shared:sign_in"
SETTINGS = "portal:account:settings"


@never_cache
@require_GET
@guard(newcomer)
def leave(request: HttpRequest) -> HttpResponse:
    """To the provider. A plain link: a form that is answered by another host is stopped by our own CSP."""
    return federated.send(request, sessions.RESIDENT, BACK, next=safe_next(request), otherwise=SIGN_IN)


@never_cache
@require_GET
@guard(newcomer)
def back(request: HttpRequest) -> HttpResponse:
    """From the provider: in, or to the question of the first time; or to show it is still the same person."""
    try:
        found = federated.receive(request, sessions.RESIDENT, BACK)
        if found.purpose == federated.CONFIRM:
            return federated.confirmed(request, sessions.RESIDENT, found)
        if found.purpose == federated.LINK:
            return _to_link(request, found)
        return _enter(request, found)
    except NotFound:
        raise
    except Refusal as refusal:
        signed_in = sessions.signed_in(request, sessions.RESIDENT) is not None
        return federated.refused(request, refusal, SETTINGS if signed_in else SIGN_IN)


def _enter(request: HttpRequest, found: federated.Return) -> HttpResponse:
    came = found.came
    link = links.find(realm=came.arrival.realm, issuer=came.arrival.issuer, subject=came.subject)
    if link is None:
        _keep(request, found, whose="")
        return redirect("shared:sign_in_provider_first")
    arrivals.settle(came.arrival)
    row = links.come_in(link=link, assurance=came.assurance, browser=browsers.family(request))
    signing.come_in(request, row)
    signing.read_as_before(request)
    return redirect(found.next)


def _to_link(request: HttpRequest, found: federated.Return) -> HttpResponse:
    here = sessions.signed_in(request, sessions.RESIDENT)
    if here is None:
        raise ReturnNotOurs
    _keep(request, found, whose=str(here.account_id))
    return redirect("portal:account:link_decide")


def _keep(request: HttpRequest, found: federated.Return, *, whose: str) -> None:
    came = found.came
    arrivals.keep(came.arrival, subject=came.subject, assurance=came.assurance, facts=came.facts)
    federated.keep_arrival(request, came.arrival, next=found.next, purpose=found.purpose, whose=whose)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@guard(newcomer)
def first(request: HttpRequest) -> HttpResponse:
    """The first time: an account is opened, with what the card says or without it."""
    try:
        arrival, wanted = waiting(request, federated.ENTER)
        if request.method != "POST":
            return page(request, "shared/sign_in/first_by_provider.html", asked(arrival))
        row = links.first_time(
            arrival=arrival,
            keep_facts=request.POST.get("keep") == "yes",
            browser=browsers.family(request),
        )
    except Refusal as refusal:
        federated.end_arrival(request)
        return federated.refused(request, refusal, SIGN_IN)
    federated.end_arrival(request)
    signing.come_in(request, row)
    return redirect(wanted)


def waiting(request: HttpRequest, purpose: str, *, whose: str = "") -> tuple[Any, str]:
    """What this browser came back with for this, and where its owner wanted to go. Raises ReturnNotOurs."""
    arrival_id, wanted = federated.arrived(request, purpose=purpose, whose=whose)
    return arrivals.waiting(arrival_id, realm=sessions.RESIDENT), wanted


def asked(arrival: Any) -> dict[str, object]:
    """What the page of decision shows."""
    return {"provider": federated.offered(sessions.RESIDENT), "facts": in_words(arrivals.facts_of(arrival))}


def in_words(facts: dict[str, str]) -> list[tuple[str, str]]:
    """The four facts of a card, named and readable."""
    genders = {"1": _("男性"), "male": _("男性"), "2": _("女性"), "female": _("女性")}
    labels = {
        "name": _("氏名"),
        "address": _("住所"),
        "birthdate": _("生年月日"),
        "gender": _("性別"),
    }
    said = {**facts, "gender": genders.get(facts.get("gender", ""), facts.get("gender", ""))}
    return [(label, said[name]) for name, label in labels.items() if said.get(name)]


@never_cache
@require_http_methods(["GET", "HEAD"])
@guard(anyone)
def left(request: HttpRequest) -> HttpResponse:
    """After the sign-out: where one signs out at the provider as well."""
    return federated.left(request, sessions.RESIDENT, SIGN_IN, "shared/sign_in/left.html")


def after_leaving(assurance: str, default: HttpResponse) -> HttpResponse:
    """To the page above, for whoever came in by the provider."""
    by_provider = assurance.startswith("oidc") and federated.offered(sessions.RESIDENT)
    return redirect("shared:sign_in_provider_left") if by_provider else default


@require_http_methods(["GET", "HEAD"])
@guard(anyone)
def keys(request: HttpRequest, realm: str) -> HttpResponse:
    """The public half of the key with which we show the provider who we are."""
    provider = providers.of(realm) if realm in {sessions.RESIDENT, sessions.STAFF} else None
    public = own_keys.public(provider.key_file) if provider else {}
    if not public.get("keys"):
        raise NotFound
    return JsonResponse(public, headers={"Cache-Control": "public, max-age=300"})
