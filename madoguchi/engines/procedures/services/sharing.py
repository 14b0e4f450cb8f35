"""共有: a case is read in another division only by the person's consent or by a law that is named."""

from __future__ import annotations

import datetime as dt
import uuid

from django.db import IntegrityError
from django.utils.translation import gettext_noop

from madoguchi.kernel import audit, clock
from madoguchi.kernel.db import writes
from madoguchi.kernel.errors import NotFound
from madoguchi.kernel.identity import queries as identity
from madoguchi.kernel.refs import Actor, is_id

from .. import rules, sealing
from ..errors import NeedsReason
from ..models import Case, Sharing
from ..opening_errors import ShareAlready, ShareUnclear
from .steps import handled

LASTS = dt.timedelta(days=30)
MOST_WORDS = 500
LEAST_LAW = 5
SHARED = gettext_noop("請求の全部（ほかの課として）")


@writes
def share(*, case: Case, to: str, ground: str, why: str, by: Actor, law: str = "") -> Sharing:
    """Let the division `to` read the case for thirty days: asked of the person, or at once by a law.

    秘匿 is not shared: where somebody is stays with the division of the case. Raises NotFound, ShareUnclear,
    ShareAlready.
    """
    by = handled(case, by)
    division = identity.division(to)
    law = " ".join(law.split())[:200]
    if (
        case.practice  # what is only tried concerns nobody, and is taken away whole
        or division is None
        or to == case.division_id
        or to not in rules.receiving()
        or ground not in Sharing.Ground.values
        or not why.strip()
        or (ground == Sharing.Ground.LAW and not _names_an_article(law))
    ):
        raise ShareUnclear
    now = clock.now()
    by_law = ground == Sharing.Ground.LAW
    # One whose days are over makes room for the next.
    over = Sharing.objects.filter(case=case, to_division=division, ended_at=None, until__lt=clock.today())
    over.update(ended_at=now)
    row = Sharing(
        case=case,
        from_division_id=case.division_id,
        to_division=division,
        ground=ground,
        law=law if by_law else "",
        at=now,
        by=by.account,
        by_name=by.name,
        begun_at=now if by_law else None,
        until=clock.today() + LASTS,
    )
    row.sealed_why = sealing.sealed(row, case.draft, why.strip()[:MOST_WORDS])
    try:
        with writes():
            row.save(force_insert=True)
    except IntegrityError:
        raise ShareAlready from None
    facts = {"to": division.pk, "ground": ground, "law": row.law}
    verb = "case.sharing_by_law" if by_law else "case.sharing_asked"
    audit.record(verb, case.ref, by=by, facts=facts, subject=case.applicant_id)
    return row


def _names_an_article(law: str) -> bool:
    """A law alone opens nothing: the person reads by which of its articles."""
    return len(law) >= LEAST_LAW and "条" in law.replace("条例", "")


@writes
def agree_to_sharing(*, case: Case, sharing_id: uuid.UUID | str, by: Actor) -> None:
    """同意する: said by the person themselves, never by who acts for them. Raises NotFound."""
    row = _asked_of(case, sharing_id, by)
    if Sharing.objects.filter(pk=row.pk, begun_at=None, ended_at=None).update(begun_at=clock.now()):
        facts = {"to": row.to_division_id}
        audit.record("case.sharing_agreed", case.ref, by=by, facts=facts, subject=case.applicant_id)


@writes
def end_sharing(*, case: Case, sharing_id: uuid.UUID | str, by: Actor) -> None:
    """同意しない, or take it back; the division of the case ends it too. At once. Raises NotFound.

    What a law lets be read the person cannot end; they see which law it is.
    """
    if by.is_staff:
        by = handled(case, by)
        row = Sharing.objects.filter(case=case, pk=sharing_id).first() if is_id(sharing_id) else None
        if row is None:
            raise NotFound
    else:
        row = _asked_of(case, sharing_id, by)
    if Sharing.objects.filter(pk=row.pk, ended_at=None).update(ended_at=clock.now(), ended_by=by.account):
        facts = {"to": row.to_division_id}
        audit.record("case.sharing_ended", case.ref, by=by, facts=facts, subject=case.applicant_id)


def record_shared_look(*, sharing: Sharing, reason: str, by: Actor) -> None:
    """見る理由, before anything is shown. Raises NotFound, NeedsReason."""
    if not rules.may_read_shared(by, sharing):
        raise NotFound
    if not reason.strip():
        raise NeedsReason
    case = sharing.case
    audit.record_read(case.ref, by=by, purpose=reason.strip()[:200], what=SHARED, subject=case.applicant_id)


def _asked_of(case: Case, sharing_id: uuid.UUID | str, by: Actor) -> Sharing:
    row = Sharing.objects.filter(case=case, pk=sharing_id).first() if is_id(sharing_id) else None
    if (
        row is None
        or by.mandate is not None
        or not rules.is_own(by, case)
        or row.ground != Sharing.Ground.CONSENT
    ):
        raise NotFound
    return row
