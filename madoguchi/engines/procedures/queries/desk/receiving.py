"""What staff need to take in an application that came by telephone, on paper or at the counter."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass, field
from typing import Any

from madoguchi.engines.forms import queries as form_queries
from madoguchi.engines.forms.models import Channel, Draft
from madoguchi.engines.forms.questions import Sheet
from madoguchi.kernel import packs
from madoguchi.kernel.errors import NotFound
from madoguchi.kernel.identity.models import Account
from madoguchi.kernel.packs.models import Definition
from madoguchi.kernel.refs import Actor, is_id

from ... import procedure as procedures
from ... import rules
from ...errors import LookReasonNeeded
from ...models import Case, TerminalEntry
from ...procedure import KIND, Procedure
from ..resident import OpenDraft, papers
from .seeing import draft_look_in_force, emptied, handled_divisions

PARTS = ("name", "birth", "address", "phone", "email")
MOST_BEGUN = 50
MOST_SAME = 20


@dataclass(frozen=True, slots=True)
class Receivable:
    key: str
    title: str
    channels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class BegunRow:
    """An application somebody of the division is taking in: never whose it is."""

    id: uuid.UUID
    title: str
    channel: str
    began_by: str
    is_mine: bool
    is_protected: bool
    updated_at: dt.datetime
    number: str = ""  # what the visitor says, where it was written at a terminal
    taken_by: str = ""  # who typed the number


@dataclass(frozen=True, slots=True)
class SameRow:
    """A case of the same person; `is_same` when it asks for the same thing."""

    id: uuid.UUID
    receipt: str
    title: str
    state: str
    is_same: bool


@dataclass(slots=True)
class BegunDraft(OpenDraft):
    """An opened draft; `hidden` are the paths whose answers 秘匿 keeps from this reader.

    `profile` is what the answers say of the person, for keeping, never for showing.
    """

    hidden: frozenset[str] = frozenset()
    is_veiled: bool = False
    profile: dict[str, Any] = field(default_factory=dict)


def receivable(actor: Actor) -> list[Receivable]:
    """The procedures the actor's divisions handle."""
    handled = handled_divisions(actor)
    found: list[Definition] = [
        definition
        for definition in packs.definitions(KIND)
        if procedures.of(definition).shape.division in handled
    ]
    words = packs.texts_of(found)
    return [
        Receivable(one.key, words[one.pk].get("title", one.key), _channels(procedures.of(one)))
        for one in found
    ]


def _channels(procedure: Procedure) -> tuple[str, ...]:
    """How it may come, of the ways a member of staff writes in; a postcard comes by post."""
    offered = set(procedure.shape.channels.names())
    if "post" in offered:
        offered.add(Channel.POSTCARD)
    return tuple(value for value, _label in desk_channels() if value in offered)


def desk_channels() -> list[tuple[str, str]]:
    """How something may come that a member of staff writes in."""
    return [(value, str(label)) for value, label in Channel.choices if value != Channel.WEB]


def begun(actor: Actor) -> list[BegunRow]:
    """入力のとちゅう: what was begun at the desks of the actor's divisions and not handed in, the latest first."""
    words = {one.key: one.title for one in receivable(actor)}
    drafts = list(
        Draft.objects.open()
        .exclude(channel=Channel.WEB)
        .exclude(pk__in=_unhanded())
        .filter(definition__kind=KIND, definition__key__in=words)
        .select_related("definition", "party", "at_terminal")
        .order_by("-updated_at")[:MOST_BEGUN]
    )
    entries = {one.pk: getattr(one, "at_terminal", None) for one in drafts}
    takers = {entry.taken_by for entry in entries.values() if entry}
    people = {one for one in {draft.account for draft in drafts} | takers if one}
    names = dict(Account.objects.filter(pk__in=people).values_list("pk", "name"))
    return [
        BegunRow(
            id=one.pk,
            title=words[one.definition.key],
            channel=str(Channel(one.channel).label),
            began_by=names.get(one.account, "") if one.account else "",
            is_mine=one.account == actor.account,
            is_protected=bool(one.party and one.party.is_protected),
            updated_at=one.updated_at,
            number=entry.number if (entry := entries[one.pk]) else "",
            taken_by=names.get(entry.taken_by, "") if entry else "",
        )
        for one in drafts
    ]


def _unhanded() -> Any:
    """What visitors are writing at terminals this moment is nobody's but theirs."""
    return TerminalEntry.objects.filter(handed_at=None).values("draft")


def begun_draft(actor: Actor, draft_id: str | uuid.UUID) -> Draft:
    """A draft begun at a desk of the actor's divisions, unopened. Raises NotFound."""
    found = Draft.objects.select_related("definition", "key", "party__key").exclude(channel=Channel.WEB)
    found = found.exclude(pk__in=_unhanded())
    draft = found.filter(pk=draft_id).first() if is_id(draft_id) else None
    if draft is None or procedures.of(draft.definition).shape.division not in handled_divisions(actor):
        raise NotFound
    return draft


def read_begun(actor: Actor, draft_id: str | uuid.UUID) -> BegunDraft:
    """The same with what was written. Who did not begin it needs a look on record: LookReasonNeeded, NotFound."""
    draft = begun_draft(actor, draft_id)
    is_mine = draft.account == actor.account
    if not is_mine and draft_look_in_force(actor, draft) is None:
        raise LookReasonNeeded
    procedure = procedures.of(draft.definition)
    texts = packs.texts(draft.definition, "ja")
    answers = form_queries.answers_of(draft)
    sheet = form_queries.sheet_of(procedure.form, answers, draft, texts=texts)
    # Who is writing an address down hears it anyway; a colleague who goes on does not need the one that stands.
    open_to = is_mine or rules.sees_whereabouts(actor, draft.party, procedure.shape.division)
    profile = profile_stated(sheet)
    return BegunDraft(
        draft=draft,
        procedure=procedure,
        title=texts.get("title", ""),
        sheet=sheet,
        papers=papers(draft, procedure, answers, texts),
        eligible=procedure.eligible(answers, texts),
        hidden=frozenset() if open_to else _veil(sheet),
        is_veiled=not open_to,
        profile=profile,
    )


def same_person(actor: Actor, draft: Draft) -> list[SameRow]:
    """What the person of the draft has with the actor's divisions already, the latest first."""
    if draft.party_id is None:
        return []
    mine = Case.objects.of_divisions(handled_divisions(actor)).filter(applicant=draft.party_id)
    rows = list(mine.select_related("definition").order_by("-received_at")[:MOST_SAME])
    words = packs.texts_of({row.definition for row in rows})
    return [
        SameRow(
            row.pk,
            row.receipt,
            words[row.definition_id].get("title", ""),
            words[row.definition_id].get(f"flow.{row.state}.label", ""),
            is_same=row.definition.key == draft.definition.key,
        )
        for row in rows
    ]


def _veil(sheet: Sheet) -> frozenset[str]:
    """Take the whereabouts out of the sheet; returns where they stood."""
    hidden = set()
    for page in sheet.pages:
        for place, question in enumerate(page.questions):
            if question.kind in rules.WHEREABOUTS and question.value is not None:
                page.questions[place] = emptied(question)
                hidden.add(question.path)
    return frozenset(hidden)


def profile_stated(sheet: Sheet) -> dict[str, Any]:
    """What the answers say of who applies, as a profile holds it."""
    profile: dict[str, Any] = {}
    for question in sheet.questions:
        part = question.path.rpartition(".")[2]
        if question.item or part not in PARTS or question.value is None or question.path.count(".") != 1:
            continue
        profile.setdefault(part, question.value)
    return profile
