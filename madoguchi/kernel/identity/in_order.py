"""What an auditor asks about accounts: who could come in and should not, who holds which role, how sign-ins went.

Staff only. Of residents nothing is told but numbers.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet

from .. import clock
from ..audit.models import Event
from .federation import providers
from .federation.models import Link
from .models import Account, Appointment, Factor, Kind, SignedIn, StandIn

UNUSED_FOR = dt.timedelta(days=30)


def _sits_today() -> Q:
    today = clock.today()
    return Q(valid_from__lte=today) & (Q(valid_until=None) | Q(valid_until__gte=today))


def without_second_factor() -> list[str]:
    """Logins of staff who could be asked for a password alone. The demo's people have none and are told apart.

    Nor do those count who come in by the city's own sign-in alone (`by_provider_alone`).
    """
    return _logins(_of_one_factor().filter(~_comes_by_provider()))


def by_provider_alone() -> list[str]:
    """Logins of staff with no second factor here whom the city's own sign-in lets in: it answers for the two."""
    return _logins(_of_one_factor().filter(_comes_by_provider()))


def _of_one_factor() -> QuerySet[Account]:
    second = Factor.objects.second().filter(account=OuterRef("pk"))
    found = Account.objects.filter(kind=Kind.STAFF, is_active=True, is_demo=False)
    return found.filter(~Exists(second))


def _comes_by_provider() -> Exists:
    """A working link to the provider of today, whose word counts for two factors (`MADO_OIDC_STAFF_ACR`)."""
    provider = providers.of(Kind.STAFF)
    links = Link.objects.working().filter(account=OuterRef("pk"), realm=Kind.STAFF)
    return Exists(links.filter(issuer=provider.issuer) if provider and provider.acr else links.none())


def _logins(found: QuerySet[Account]) -> list[str]:
    return list(found.order_by("login").values_list("login", flat=True))


def without_chair() -> list[str]:
    """Logins that still open although nobody of that name sits anywhere today: they left, and the account stayed."""
    sits = Appointment.objects.filter(_sits_today(), account=OuterRef("pk"))
    today = clock.today()
    lent = StandIn.objects.filter(stands_in=OuterRef("pk"), since__lte=today, until__gte=today, ended_at=None)
    found = Account.objects.filter(kind=Kind.STAFF, is_active=True)
    found = found if settings.DEMO else found.filter(is_demo=False)
    return list(found.filter(~Exists(sits) & ~Exists(lent)).order_by("login").values_list("login", flat=True))


def never_used() -> list[str]:
    """Logins of staff opened a month ago or longer, with which nobody ever came in."""
    came = SignedIn.objects.filter(account=OuterRef("pk"))
    found = Account.objects.filter(
        ~Exists(came),
        kind=Kind.STAFF,
        is_active=True,
        is_demo=False,
        created_at__lt=clock.now() - UNUSED_FOR,
    )
    return list(found.order_by("login").values_list("login", flat=True))


def demo_accounts() -> int:
    """How many fictional people lie in this database, whether or not they open."""
    return Account.objects.filter(is_demo=True).count()


def real_accounts() -> int:
    """How many people do who are not; nobody who is only played."""
    people = Account.objects.filter(is_demo=False).exclude(kind=Kind.MACHINE)
    return people.exclude(login__startswith="practice-").count()


def holders() -> dict[str, list[str]]:
    """role -> the logins that hold it today by a chair of their own, with the division."""
    rows = Appointment.objects.filter(_sits_today(), account__is_active=True).values_list(
        "account__login", "post__division", "post__roles"
    )
    found: dict[str, set[str]] = {}
    for login, division, roles in rows:
        for role in roles:
            found.setdefault(role, set()).add(f"{login}（{division}）")
    return {role: sorted(who) for role, who in sorted(found.items())}


def sign_ins_of_staff(days: int = 30) -> Counter[str]:
    """How often in so many days: `signed_in` by what was shown, `refused`."""
    since = clock.now() - dt.timedelta(days=days)
    counted: Counter[str] = Counter()
    for realm in Event.objects.filter(verb="sign_in_refused", at__gte=since).values_list(
        "facts__realm", flat=True
    ):
        if realm == Kind.STAFF:
            counted["refused"] += 1
    came = Event.objects.filter(verb="signed_in", at__gte=since, actor_kind=Kind.STAFF)
    for shown in came.values_list("facts__assurance", flat=True):
        counted[f"signed_in:{shown or '?'}"] += 1
    return counted
