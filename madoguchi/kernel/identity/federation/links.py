"""What a provider's word opens: an account its subject was linked to. Making, using and ending such links."""

from __future__ import annotations

import datetime as dt
import uuid

from django.db import IntegrityError
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from ... import audit, clock
from ...db import writes
from ...errors import NotFound, Refusal
from ...refs import SYSTEM, Actor, Ref, is_id, new_id
from .. import queries, services
from ..models import Account, Kind
from ..ways_in import contacts, factors, sign_ins
from ..ways_in.errors import LastWayIn
from ..ways_in.models import Contact, FactorKind, SignedIn
from . import arrivals, providers
from .errors import LinkedAlready, LinkedElsewhere, NobodyInvited, NotTheSamePerson
from .flow import Came, record_refused
from .models import Arrival, Link


def find(*, realm: str, issuer: str, subject: str) -> Link | None:
    """The link of this subject, if its account opens doors here."""
    found = Link.objects.working().filter(realm=realm, issuer=issuer, subject=subject, account__kind=realm)
    link = found.select_related("account").first()
    return link if link and Account.objects.usable().filter(pk=link.account_id).exists() else None


def of(account: Account) -> QuerySet[Link]:
    """The providers' subjects that open the account."""
    return Link.objects.working().filter(account=account)


@writes
def _make(
    *, account: Account, issuer: str, subject: str, by: Actor, link_id: uuid.UUID | None = None
) -> Link:
    """Raises LinkedElsewhere, LinkedAlready: the database decides who was first."""
    link = Link(
        pk=link_id or new_id(),
        account=account,
        realm=account.kind,
        issuer=issuer,
        subject=subject,
        linked_at=clock.machine(),
    )
    try:
        with writes():
            link.save(force_insert=True)
    except IntegrityError:
        name = _name(account.kind)
        if of(account).filter(issuer=issuer).exists():
            raise LinkedAlready(name=name) from None
        raise LinkedElsewhere(name=name) from None
    facts = {"account": str(account.pk), "realm": account.kind}
    audit.record("link.made", Ref.to(link), by=by, facts=facts, subject=queries.actor_for(account).party)
    return link


@writes
def _use(link: Link) -> None:
    if not Link.objects.filter(pk=link.pk, ended_at=None).update(last_used_at=clock.machine()):
        raise NotFound


def _name(realm: str) -> str:
    provider = providers.of(realm)
    return provider.name if provider else ""


# ------------------------------------------------------------------ residents


@writes
def come_in(*, link: Link, assurance: str, browser: str = "") -> SignedIn:
    """Somebody whose link is known. How sure the provider was is written down, and opens no more and no less."""
    _use(link)
    return sign_ins.let_in(account=link.account, assurance=assurance, browser=browser)


def first_time(*, arrival: Arrival, keep_facts: bool, browser: str = "") -> SignedIn:
    """An account for whoever came back the first time. Of two such requests at once the second finds it open.

    Nothing is looked for by name or address: an account somebody has already is linked from inside it.
    """
    subject, assurance = arrival.subject, arrival.assurance
    try:
        return _open(arrival=arrival, keep_facts=keep_facts, browser=browser)
    except LinkedElsewhere:
        link = find(realm=arrival.realm, issuer=arrival.issuer, subject=subject)
        if link is None:
            raise
        arrivals.settle(arrival)
        return come_in(link=link, assurance=assurance, browser=browser)


@writes
def _open(*, arrival: Arrival, keep_facts: bool, browser: str) -> SignedIn:
    link_id, facts = new_id(), arrivals.facts_of(arrival)
    arrivals.settle(arrival)
    account = services.open_account(kind=Kind.RESIDENT, login=f"oidc:{link_id}", password=None, by=SYSTEM)
    link = _make(
        account=account,
        issuer=arrival.issuer,
        subject=arrival.subject,
        by=queries.actor_for(account),
        link_id=link_id,
    )
    services.keep_party(profile=_with_facts({}, facts) if keep_facts else {}, account=account, by=SYSTEM)
    return come_in(link=link, assurance=arrival.assurance, browser=browser)


@writes
def link_here(*, sign_in: SignedIn, arrival: Arrival, keep_facts: bool) -> Link:
    """Whoever is signed in, and has just proved it, adds what they came back with; other browsers are signed out."""
    account = sign_in.account
    by = queries.actor_for(account)
    facts = arrivals.facts_of(arrival)
    arrivals.settle(arrival)
    link = _make(account=account, issuer=arrival.issuer, subject=arrival.subject, by=by)
    party = queries.party(by.party)
    if keep_facts and facts and party is not None:
        services.keep_party(profile=_with_facts(queries.profile(party), facts), party=party, by=by)
    sign_ins.end_all(account=account, by=by, why="factor_added", besides=sign_in)
    contacts.tell_change(account, _("サインインの方法が加わりました。"))
    return link


def _with_facts(profile: dict[str, object], facts: dict[str, str]) -> dict[str, object]:
    """The four facts beside what is known, with where they come from. What the person stated is not touched.

    They are the chip's, which is as old as the card or its last change; the register may say otherwise by now.
    """
    if not facts:
        return profile
    known = {**profile, "card": {**facts, "read_on": clock.today().isoformat()}}
    try:
        born = dt.date.fromisoformat(facts.get("birthdate", ""))
    except ValueError:
        return known
    return {"birth": born.isoformat(), **known}


def facts_kept(account: Account) -> dict[str, str]:
    """What the person let us keep of their card."""
    party = queries.party(queries.actor_for(account).party)
    kept = queries.profile(party).get("card") if party else None
    return kept if isinstance(kept, dict) else {}


@writes
def forget_facts(*, account: Account) -> None:
    """… and no longer does. What they stated themselves stays."""
    by = queries.actor_for(account)
    party = queries.party(by.party)
    if party is None:
        return
    profile = queries.profile(party)
    card = profile.pop("card", None)
    if card is None:
        return
    if profile.get("birth") == card.get("birthdate"):
        profile.pop("birth", None)
    services.keep_party(profile=profile, party=party, by=by)


@writes
def stop_here(*, sign_in: SignedIn, link_id: uuid.UUID | str) -> None:
    """Somebody gives a link up; their other browsers are signed out. Raises NotFound, LastWayIn."""
    account = sign_in.account
    # Takes the account's row: of two browsers that each give up one of two ways in, one is refused.
    Account.objects.filter(pk=account.pk).update(last_login=account.last_login)
    link = of(account).filter(pk=link_id).first() if is_id(str(link_id)) else None
    if link is None:
        raise NotFound
    if not _opens_without(account, link):
        raise LastWayIn
    by = queries.actor_for(account)
    _end(link, by=by, why="own")
    sign_ins.end_all(account=account, by=by, why="factor_stopped", besides=sign_in)
    contacts.tell_change(account, _("サインインの方法が1つ、やめになりました。"))


def _opens_without(account: Account, link: Link) -> bool:
    left = set(factors.of(account).values_list("kind", flat=True))
    if of(account).exclude(pk=link.pk).exists() or FactorKind.PASSKEY in left:
        return True
    has_mail = Contact.objects.filter(account=account, ended_at=None).exists()
    return has_mail and (FactorKind.TOTP in left or account.has_usable_password())


@writes
def _end(link: Link, *, by: Actor, why: str) -> None:
    if Link.objects.filter(pk=link.pk, ended_at=None).update(ended_at=clock.machine()):
        facts = {"account": str(link.account_id), "why": why}
        party = queries.actor_for(link.account).party
        audit.record("link.ended", Ref.to(link), by=by, facts=facts, subject=party)


@writes
def confirm(*, sign_in: SignedIn, came: Came) -> None:
    """Whoever is signed in has shown the same card, or the same sign-in of the city, just now. Raises NotTheSamePerson."""
    arrivals.settle(came.arrival)
    link = of(sign_in.account).filter(issuer=came.arrival.issuer, subject=came.subject).first()
    if link is None or (sign_in.realm == Kind.STAFF and not came.two_factors):
        raise NotTheSamePerson
    _use(link)
    sign_ins.confirm(sign_in=sign_in)


# ------------------------------------------------------------------ staff


def member_of_staff(came: Came) -> Link:
    """The account of staff this is: linked before, or named by the agreed claim. Raises NobodyInvited.

    Accounts of staff are opened by the operator; somebody else's word opens none. A login that changed hands
    at the provider does not open what its former holder linked.
    """
    try:
        return _member_of_staff(came)
    except Refusal as refusal:
        record_refused(Kind.STAFF, refusal.code)
        raise


@writes
def _member_of_staff(came: Came) -> Link:
    arrivals.settle(came.arrival)
    name = _name(Kind.STAFF)
    issuer, subject = came.arrival.issuer, came.subject
    link = find(realm=Kind.STAFF, issuer=issuer, subject=subject)
    if link is None:
        usable = Account.objects.usable().filter(kind=Kind.STAFF, is_demo=False)
        account = usable.filter(login=came.login).first() if came.login else None
        if account is None or Link.objects.filter(account=account, issuer=issuer).exists():
            raise NobodyInvited(name=name)
        link = _make(account=account, issuer=issuer, subject=subject, by=queries.actor_for(account))
    _use(link)
    return link


@writes
def link_staff(*, account: Account, issuer: str, subject: str, by: Actor) -> Link:
    """The operator says whose account of staff a subject opens. Raises LinkedElsewhere, LinkedAlready."""
    if account.kind != Kind.STAFF or not 0 < len(subject) <= 255:
        raise NotFound
    return _make(account=account, issuer=issuer, subject=subject, by=by)


@writes
def unlink_staff(*, account: Account, by: Actor) -> int:
    """The city's sign-in opens this account no more, and what is open by it ends. Returns how many there were."""
    gone = end_all(account=account, by=by, why="by_another")
    if gone:
        sign_ins.end_all(account=account, by=by, why="factor_stopped")
    return gone


@writes
def end_all(*, account: Account, by: Actor, why: str) -> int:
    """No provider's word opens the account any more. Returns how many links there were."""
    gone = list(of(account))
    for link in gone:
        _end(link, by=by, why=why)
    return len(gone)
