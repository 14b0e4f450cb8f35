"""連署: asking others to agree, one by one, each by an address of their own or on paper."""

from __future__ import annotations

import datetime as dt
import secrets

from django.db.models import F, Q

from madoguchi.engines.forms import queries as form_queries
from madoguchi.engines.forms.questions import Sheet
from madoguchi.kernel import audit, clock
from madoguchi.kernel.db import writes
from madoguchi.kernel.errors import NotFound, SomebodyWasFaster
from madoguchi.kernel.refs import SYSTEM, Actor

from .. import procedure as procedures
from .. import rules, sealing
from ..errors import NameForSigning, SignerAlready, SigningOver, TooManyInvitations
from ..models import Case, CoSignature
from ..signers import Signer, digest, open_request, signers_of
from .steps import handled

MOST_INVITATIONS = 10  # for one case in a day
MOST_NAME = 100
DAY = dt.timedelta(days=1)


def ask_first(case: Case) -> None:
    """At receipt: a row for everybody who has to agree. Inside the transaction that received the case."""
    wanted = signers_of(case)
    CoSignature.objects.bulk_create(
        [CoSignature(case=case, signer=signer.id, asked_at=clock.now()) for signer in wanted]
    )
    if wanted:
        Case.everything.filter(pk=case.pk).update(unsigned=len(wanted))
        case.unsigned = len(wanted)


def awaited_after(case: Case, sheet: Sheet) -> int:
    """How many signatures will be missing once these answers are in force."""
    signed = _still_signed(case, wanted := _in_japanese(case, sheet))
    return sum(signer.id not in signed for signer in wanted)


def ask_again(case: Case, sheet: Sheet, revision: int) -> None:
    """After a correction or a newer version: whoever agreed to something that reads differently now is asked anew.

    `awaited_after` says how many are missing; both are called when the row of the case is taken, so that nobody
    signs in between.
    """
    wanted = _in_japanese(case, sheet)
    signed = _still_signed(case, wanted)
    ids = {signer.id for signer in wanted}
    now = clock.now()
    current = CoSignature.objects.filter(case=case, superseded_at=None)
    stale = [
        row.pk for row in current if row.signer not in ids or (row.signed_at and row.signer not in signed)
    ]
    CoSignature.objects.filter(pk__in=stale).update(superseded_at=now, token_hash="")
    standing = set(current.values_list("signer", flat=True))
    CoSignature.objects.bulk_create(
        [
            CoSignature(case=case, signer=signer.id, asked_at=now)
            for signer in wanted
            if signer.id not in standing
        ]
    )
    if stale:
        audit.record(
            "case.signatures_void", case.ref, by=SYSTEM, facts={"n": len(stale), "revision": revision}
        )


def _in_japanese(case: Case, sheet: Sheet) -> list[Signer]:
    procedure = procedures.of(case.definition)
    if not procedure.shape.cosigners:
        return []
    return signers_of(case, form_queries.sheet_of(procedure.form, sheet.answers, case.draft, language="ja"))


def _still_signed(case: Case, wanted: list[Signer]) -> set[str]:
    by_id = {signer.id: signer.hash for signer in wanted}
    rows = CoSignature.objects.filter(case=case, superseded_at=None, signed_at__isnull=False)
    return {row.signer for row in rows if by_id.get(row.signer) == row.signed_hash}


def _take(case: Case) -> None:
    """Of two who ask or write in at once the second waits here, and sees what the first has done."""
    Case.everything.select_for_update(of=("self",)).get(pk=case.pk)


def _once_more(row: CoSignature) -> CoSignature:
    """Who said no may be asked once more; that they said no stays on record. Raises SomebodyWasFaster."""
    now = clock.now()
    if not CoSignature.objects.filter(pk=row.pk, superseded_at=None).update(superseded_at=now):
        raise SomebodyWasFaster
    return CoSignature.objects.create(case=row.case, signer=row.signer, asked_at=now)


@writes
def invite(*, case: Case, signer: str, by: Actor) -> str:
    """A fresh address for one signer; an earlier one of theirs opens nothing any more. Returns its secret part, once.

    The applicant sends it on. Raises NotFound, SignerAlready, TooManyInvitations,
    SomebodyWasFaster.
    """
    if not (rules.is_own(by, case) or rules.may_handle(by, case)):
        raise NotFound
    by = handled(case, by) if by.is_staff else by
    _take(case)
    person = next((one for one in signers_of(case) if one.id == signer), None)
    row = CoSignature.objects.filter(case=case, signer=signer, superseded_at=None).first()
    if person is None or row is None or case.closed_at is not None:
        raise NotFound
    if row.signed_at is not None:
        raise SignerAlready
    now = clock.now()
    lately = audit.events_about(case.ref).filter(verb="case.cosigner_invited", at__gt=now - DAY)
    if lately.count() >= MOST_INVITATIONS:
        raise TooManyInvitations
    if row.refused_at is not None:
        row = _once_more(row)
    token = secrets.token_urlsafe(32)
    asked = CoSignature.objects.filter(pk=row.pk, signed_at=None, refused_at=None, superseded_at=None)
    if not asked.update(token_hash=digest(token), asked_at=now, expires_at=now + DAY * person.days):
        raise SignerAlready
    audit.record("case.cosigner_invited", case.ref, by=by, facts={"signer": signer})
    return token


@writes
def sign(*, token: str, name: str, seen: str, by: Actor) -> None:
    """They typed their name under the statement whose hash is `seen`. It counts once, however often it is sent.

    Raises NameForSigning, SigningOver (used, run out, or the statement reads differently now), NotFound.
    """
    row, person = open_request(token)
    if seen != person.hash:
        raise SigningOver
    _signed(row, person, name, way=CoSignature.Way.WEB, by=by, recorded_by=None)


@writes
def record_paper_signature(*, case: Case, signer: str, name: str, by: Actor) -> None:
    """A clerk has the paper they signed. Raises NotFound, NameForSigning, SignerAlready."""
    by = handled(case, by)
    _take(case)
    person = next((one for one in signers_of(case) if one.id == signer), None)
    row = CoSignature.objects.filter(case=case, signer=signer, superseded_at=None).first()
    if person is None or row is None:
        raise NotFound
    if row.refused_at is not None:
        row = _once_more(row)
    try:
        _signed(row, person, name, way=CoSignature.Way.PAPER, by=by, recorded_by=by.account)
    except SigningOver as refusal:
        raise SignerAlready from refusal


def _signed(row: CoSignature, person: Signer, name: str, *, way: str, by: Actor, recorded_by: object) -> None:
    typed = name.strip()[:MOST_NAME]
    if not typed:
        raise NameForSigning
    case, now = row.case, clock.now()
    # The case first, as a correction takes it: the two meet at this row and not in a deadlock.
    if not Case.everything.filter(pk=case.pk, closed_at=None, unsigned__gt=0).update(
        unsigned=F("unsigned") - 1
    ):
        raise SigningOver
    open_row = CoSignature.objects.filter(pk=row.pk, signed_at=None, refused_at=None, superseded_at=None)
    if way == CoSignature.Way.WEB:
        open_row = open_row.filter(Q(token_hash=row.token_hash) & Q(expires_at__gt=now))
    signed = open_row.update(
        signed_at=now,
        way=way,
        sealed_name=sealing.sealed(row, case.draft, typed),
        revision=form_queries.latest_revision(case.draft).number,
        signed_hash=person.hash,
        recorded_by=recorded_by,
    )
    # Nobody else may have signed, and nobody may have corrected what was read: else the count is given back.
    if not signed or _reads_differently(case, person):
        raise SigningOver
    audit.record("case.cosigned", case.ref, by=by, facts={"signer": row.signer, "way": str(way)})


def _reads_differently(case: Case, person: Signer) -> bool:
    return all(one.hash != person.hash for one in signers_of(case) if one.id == person.id)


@writes
def decline(*, token: str, by: Actor) -> None:
    """They do not agree. The office and the applicant learn that, nothing else. Raises SigningOver, NotFound."""
    row, _person = open_request(token)
    open_row = CoSignature.objects.filter(
        pk=row.pk, signed_at=None, refused_at=None, superseded_at=None, token_hash=row.token_hash
    )
    if not open_row.update(refused_at=clock.now()):
        raise SigningOver
    audit.record("case.cosigning_declined", row.case.ref, by=by, facts={"signer": row.signer})
