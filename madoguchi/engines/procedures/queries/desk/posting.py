"""郵送するもの: what goes out on paper, because nobody would read it in an inbox."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import override

from madoguchi.engines.forms import queries as form_queries
from madoguchi.engines.forms.kinds import full_name
from madoguchi.engines.forms.questions import Sheet
from madoguchi.engines.messaging import queries as messaging
from madoguchi.kernel import packs
from madoguchi.kernel.audit.models import Event
from madoguchi.kernel.errors import NotFound
from madoguchi.kernel.identity import queries as identity
from madoguchi.kernel.refs import Actor, Ref
from madoguchi.kernel.text import html_lang
from madoguchi.kernel.vault.models import StoredFile

from ... import procedure as procedures
from ... import rules
from ...errors import LookReasonNeeded, ProtectedHere
from ...letters import addressed_to
from ...models import Case, Decision
from .rows import receipts_about
from .seeing import POSTED, look_in_force

MOST = 200


@dataclass(slots=True)
class PostRow:
    """One thing to post, without a name."""

    id: uuid.UUID
    case_id: str
    receipt: str
    kind: str
    since: dt.datetime
    is_late: bool
    is_protected: bool


@dataclass(slots=True)
class LetterToPost:
    """One thing to post with what may be known of it before a look; `to_name` and the words come after."""

    delivery: Any
    case: Case
    title: str
    kind: str
    letter: StoredFile | None  # the paper to print; without one, the message itself
    look: Event | None
    is_sealed: bool  # 秘匿, and this reader lacks the right
    is_gone: bool
    language: str
    html_lang: str
    to_name: str = ""
    to_address: str = ""
    subject: str = ""
    body: str = ""
    places: list[tuple[str, str]] = field(default_factory=list)  # what to put right: where, and how
    is_recalled: bool = False  # the paper is void: it is not sent any more


def to_post(actor: Actor) -> tuple[list[PostRow], int]:
    """What waits for the post in the actor's divisions, the oldest first, and how much of it there is."""
    waiting = list(_waiting().values_list("pk", "message__about"))
    receipts = receipts_about(actor, (about for _pk, about in waiting))
    mine = [pk for pk, about in waiting if about in receipts]
    late = messaging.post_is_late_before()
    rows = [
        PostRow(
            id=letter.pk,
            case_id=letter.message.about.rpartition(":")[2],
            receipt=receipts[letter.message.about],
            kind=letter.message.kind,
            since=letter.created_at,
            is_late=letter.created_at < late,
            is_protected=letter.recipient.is_protected,
        )
        for letter in _waiting().filter(pk__in=mine[:MOST])
    ]
    return rows, len(mine)


def _waiting() -> QuerySet[Any]:
    """Letters to be printed. A decision nobody has checked yet is never among them, whoever queued it."""
    unchecked = Decision.objects.filter(sent_at=None).exclude(letter=None)
    return messaging.to_post().exclude(message__attachments__file__in=unchecked.values("letter"))


def letter_to_post(actor: Actor, delivery_id: str | uuid.UUID) -> LetterToPost:
    """One thing to post, without names. Raises NotFound; it is not there either while its letter is unchecked."""
    delivery = messaging.posted_letter(delivery_id)
    case = _case(Ref.parse(delivery.message.about))
    if case is None or not rules.may_handle(actor, case):
        raise NotFound
    files = list(delivery.message.files.all())
    decision = getattr(case, "decision", None)
    if (
        decision is not None
        and decision.sent_at is None
        and any(one.pk == decision.letter_id for one in files)
    ):
        raise NotFound
    language = delivery.message.language
    return LetterToPost(
        delivery=delivery,
        case=case,
        title=packs.texts(case.definition, "ja").get("title", ""),
        kind=delivery.message.kind,
        letter=files[0] if files else None,
        look=look_in_force(actor, case, POSTED) or look_in_force(actor, case),
        is_sealed=not rules.may_open_papers(actor, case),
        is_gone=not messaging.is_waiting(delivery),
        is_recalled=messaging.is_recalled(delivery),
        language=language,
        html_lang=html_lang(language),
    )


def _case(about: Ref) -> Case | None:
    if (about.engine, about.kind) != ("procedures", "case"):
        return None
    cases = Case.objects.select_related(
        "definition", "division", "decision", "applicant__key", "draft__key", "draft__definition"
    )
    return cases.filter(pk=about.id).first()


def read_letter(actor: Actor, delivery_id: str | uuid.UUID) -> LetterToPost:
    """The same with address and words, to be printed. Raises NotFound, ProtectedHere, LookReasonNeeded."""
    found = letter_to_post(actor, delivery_id)
    if found.is_sealed:
        raise ProtectedHere
    if found.look is None:
        raise LookReasonNeeded
    message = found.delivery.message
    with override(found.language):
        sheet = form_queries.sheet(found.case.draft, procedures.of(found.case.definition).form)
        found.subject, found.body = message.subject, message.body
        found.places = _places(found, sheet)
    found.to_name, found.to_address = _addressee(found.case, sheet)
    return found


def letter_file(actor: Actor, delivery_id: str | uuid.UUID) -> StoredFile:
    """The paper to print. Raises what `read_letter` raises."""
    found = read_letter(actor, delivery_id)
    if found.letter is None:
        raise NotFound
    return found.letter


def _places(found: LetterToPost, sheet: Sheet) -> list[tuple[str, str]]:
    """What the letter asks to put right. Who has no inbox can read it nowhere else."""
    asked = next(
        (one for one in found.case.corrections.filter(closed_at=None).prefetch_related("items")), None
    )
    if found.kind != "case.returned" or asked is None or found.delivery.message.created_at < asked.asked_at:
        return []
    places = []
    for question in sheet.questions:
        for item in asked.items.all():
            if item.path == question.path:
                places.append((f"{question.position} {question.short_label}".strip(), item.remark))
    texts = packs.texts(found.case.definition, found.language)
    places += [
        (texts.get(f"{item.path}.title", ""), item.remark) for item in asked.items.all() if item.is_paper
    ]
    return places


def _addressee(case: Case, sheet: Sheet) -> tuple[str, str]:
    """Whom it goes to and where: as stated in this case, else as known of the person."""
    profile = identity.profile(case.applicant) if case.applicant else {}
    stated = (one for one in sheet.questions if one.kind == "address" and not one.item and one.value)
    where = next((one.value for one in stated), None) or profile.get("address")
    name = addressed_to(sheet) or full_name(profile.get("name"))
    if not where:
        return name, ""
    code = where["postcode"]
    lines = (f"〒{code[:3]}-{code[3:]}", where["address"], where["building"])
    return name, "\n".join(line for line in lines if line)
