"""What people are told about their registrations and loans: by the worker, in their language, and never what was told us."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import override

from madoguchi.engines.messaging import services as messaging
from madoguchi.kernel import clock, jobs
from madoguchi.kernel.calendar import said_date
from madoguchi.kernel.db import writes
from madoguchi.kernel.identity import queries as identity
from madoguchi.kernel.identity.models import Party
from madoguchi.kernel.jobs.models import Job
from madoguchi.kernel.refs import SYSTEM, Ref
from madoguchi.kernel.text import email, said_of

from .definition import RegistrationKind, kind_of
from .models import Loan, Registration, Thing

SETTLED, EXPIRING, LATE = "records.tell_settled", "records.tell_expiring", "records.remind_loan"


@jobs.handler(SETTLED)
def tell_settled(job: Job) -> None:
    """What became of a registration: to its keeper, once."""
    registration = _registration(job)
    if registration is None:
        return
    with override(registration.keeper.language):
        of = kind_of(registration.definition, registration.keeper.language)
        subject, body = _settled(registration, of, str(job.payload["verb"]))
        _tell(
            "records.settled",
            registration.ref,
            registration.keeper,
            subject,
            body,
            f"records.settled:{job.pk}",
        )


@jobs.handler(EXPIRING)
def tell_expiring(job: Job) -> None:
    """It ends soon: said once for a term, to its keeper."""
    registration = _registration(job)
    if registration is None or registration.valid_until is None:
        return
    with override(registration.keeper.language):
        of = kind_of(registration.definition, registration.keeper.language)
        words = _words(registration, of)
        subject = _("%(title)sの期限が近づいています（番号 %(number)s）") % words
        body = _(
            "登録は%(until)sまでです。\n"
            "続けて使うときは、「登録」のページで更新をたのむか、窓口か電話でお伝えください。"
        )
        key = f"records.expiring:{registration.pk}:{registration.valid_until.isoformat()}"
        _tell("records.expiring", registration.ref, registration.keeper, subject, body % words, key)


@jobs.handler(LATE)
def remind_loan(job: Job) -> None:
    """A thing is late: who has it is asked to bring it back, once for a day it was due."""
    ref = Ref.parse(job.about)
    loan = Loan.objects.select_related("thing", "party__key").filter(pk=ref.id, back_at=None).first()
    if loan is None or loan.due_on >= clock.today():
        return
    with override(loan.party.language):
        words = {"thing": thing_words(loan.thing, loan.party.language)["name"], "on": said_date(loan.due_on)}
        subject = _("「%(thing)s」を返す日がすぎています") % words
        body = _(
            "「%(thing)s」を返していただく日は%(on)sでした。\n"
            "窓口へお持ちください。まだ使うときや、来るのがむずかしいときは、電話でお知らせください。延ばすことや、受け取りにうかがうこともできます。"
        )
        key = f"records.late:{loan.pk}:{loan.due_on.isoformat()}"
        _tell("records.loan_late", loan.ref, loan.party, subject, body % words, key)


def thing_words(thing: Thing, language: str) -> dict[str, str]:
    """What a thing is called in that language; Japanese where it is not translated."""
    own = {"name": thing.name, "about": thing.about, "kind": thing.kind}
    return own | {name: said for name, said in thing.words.get(language, {}).items() if said}


def _settled(registration: Registration, of: RegistrationKind, verb: str) -> tuple[str, str]:
    words = _words(registration, of)
    if verb == "records.refused":
        subject = _("%(title)sは、登録できませんでした（番号 %(number)s）")
        body = _(
            "理由：%(why)s\n直して、もう一度申し込むことができます。分からないことは、%(division)sにお尋ねください。"
        )
    elif verb == "records.ended":
        subject = _("%(title)sをおわりにしました（番号 %(number)s）")
        body = _("理由：%(why)s\n分からないことは、%(division)sにお尋ねください。")
    elif verb == "records.renewed":
        subject = _("%(title)sを更新しました（番号 %(number)s）")
        body = _("登録は%(until)sまでです。内容が変わったときは、「登録」のページで直してください。")
    else:
        subject = _("%(title)sができました（番号 %(number)s）")
        body = _(
            "登録は%(until)sまでです。これから予約ができます。内容が変わったときは、「登録」のページで直してください。"
        )
        if of.said.settled_by == "interview":
            body = _(
                "登録は%(until)sまでです。これから、どの施設でも予約ができます。\n"
                "アレルギーなど、内容が変わったときは、「登録」のページで直してください。"
            )
    return subject % words, body % words


def _words(registration: Registration, of: RegistrationKind) -> dict[str, Any]:
    until = registration.valid_until
    return {
        "title": of.title,
        "number": registration.number,
        "until": said_date(until) if until else "",
        "why": registration.why,
        "division": said_of(registration.division),
    }


def _registration(job: Job) -> Registration | None:
    rows = Registration.objects.select_related("definition", "keeper__key", "division")
    return rows.filter(pk=Ref.parse(job.about).id, erased_at=None).first()


@writes
def _tell(kind: str, about: Ref, party: Party, subject: str, body: str, key: str) -> None:
    messaging.notify(
        kind=kind,
        about=about,
        recipient=party,
        subject=subject,
        body=body,
        channels=_ways(party),
        by=SYSTEM,
        key=key,
    )


def _ways(party: Party) -> list[str]:
    """The inbox of who has an account, a letter to who has none; by mail as well, where we know an address."""
    ways = ["inbox" if identity.has_account(party) else "post"]
    try:
        email(str(identity.profile(party).get("email") or ""))
    except ValueError:
        return ways
    return [*ways, messaging.MAIL]
