"""What programs do otherwise than pages: a whole document of answers at once, and applying for somebody at a machine."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import F
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from madoguchi.engines.forms import queries as form_queries
from madoguchi.engines.forms import saving
from madoguchi.engines.forms.errors import AnswerRefused, AnswersRefused, DraftClosed
from madoguchi.engines.forms.models import Draft
from madoguchi.kernel import audit, vault
from madoguchi.kernel.db import writes
from madoguchi.kernel.identity import queries as identity
from madoguchi.kernel.identity import services as people
from madoguchi.kernel.refs import Actor, ActorKind, Ref
from madoguchi.kernel.refs.receipts import normalise_receipt

from .. import procedure as procedures
from .. import rounds
from ..errors import DraftMovedOn
from ..models import Attachment, Case, Correction
from ..queries.desk.receiving import profile_stated
from ..rounds import open_round
from .applying import _attached, keep_up, refuse_photograph, start_draft, submit
from .correcting import PaperIn, hand_in_correction, save_correction

FOR_APP = gettext_noop("つないだアプリでの確認")
FOR_MACHINE = gettext_noop("取り次いだ手続きの確認")
READ_LIST = gettext_noop("手続きの名前と進みぐあい")
READ_CASE = gettext_noop("手続きの内容とお知らせ")
READ_FILE = gettext_noop("書類のファイル")
READ_DRAFT = gettext_noop("書きかけの内容")
NOT_ASKED = _("ここは、いま直していただくところではありません。")


@writes
def begin_for_somebody(*, key: str, channel: str, by: Actor, language: str = "ja") -> Draft:
    """A machine takes in what a person there states. Whom it is from is known once the answers are handed in."""
    party = people.keep_party(profile={}, by=by, language=language)
    return start_draft(key=key, by=by, channel=channel, party=party, language=language)


@writes
def save_document(*, draft: Draft, given: Mapping[str, Any], by: Actor, seen: int | None = None) -> Draft:
    """Keep many answers, all or none; with `seen`, only if nobody saved anything since that version.

    Raises AnswersRefused, DraftMovedOn, DraftClosed, NoLongerOffered.
    """
    check_seen(draft=draft, seen=seen, by=by)
    keep_up(draft=draft, by=by)
    fresh = Draft.objects.select_related("definition", "key").get(pk=draft.pk)
    return saving.save_answers(draft=fresh, form=procedures.of(fresh.definition).form, given=given, by=by)


@writes
def check_seen(*, draft: Draft, seen: int | None, by: Actor) -> None:
    """Take the row if it is still the version that was seen. Raises DraftMovedOn, DraftClosed."""
    if seen is None:
        return
    mine = Draft.objects.filter(pk=draft.pk)
    if not mine.filter(revision=seen, closed_at=None).update(updated_at=F("updated_at")):
        raise DraftClosed if mine.exclude(closed_at=None).exists() else DraftMovedOn


def take_paper(*, draft: Draft, upload: Any, name: str, by: Actor) -> Any:
    """Judge and clean a file, outside of any transaction: redrawing a photograph takes a second."""
    return vault.take_file(upload=upload, name=name, about=Ref.to(draft), by=by, key=draft.key)


def put_paper(*, draft: Draft, document: str, stored: Any, by: Actor) -> Attachment:
    """Add a file that was taken to one of the documents. Raises OriginalNeeded, TooManyFiles, DraftClosed."""
    refuse_photograph(draft.definition, document, by)
    return _attached(draft=draft, document=document, way=Attachment.Way.UPLOAD, file=stored, by=by)


def drop_paper(*, stored: Any, by: Actor) -> None:
    """A file that was taken and found no place."""
    vault.remove_file(stored=stored, by=by)


@writes
def submit_stated(*, draft: Draft, by: Actor) -> Case:
    """Hand in; what was stated of the person at a machine becomes what is known of them."""
    if by.kind == ActorKind.MACHINE and draft.closed_at is None:
        party = identity.party(draft.party_id)
        if party is not None:
            stated = profile_stated(form_queries.sheet(draft, procedures.of(draft.definition).form))
            people.keep_party(profile={**identity.profile(party), **stated}, by=by, party=party)
    return submit(draft=draft, by=by)


def save_places(
    *,
    case: Case,
    given: Mapping[str, Any],
    right: Mapping[str, str],
    by: Actor,
    seen: int | None = None,
    papers: Mapping[str, PaperIn] | None = None,
) -> Correction:
    """Keep what was put right: question path -> JSON value, `right`: path -> why it is right as it stands.

    `seen` is the version of the round. Raises AnswersRefused, OtherWindowSaved, CorrectionClosed, NotFound.
    """
    correction = open_round(case, by)
    form = procedures.of(case.definition).form
    opened = {place.path: place for place in rounds.opened(correction).places}
    problems: dict[str, dict[str, Any]] = {}
    posted: dict[str, Mapping[str, str]] = {}
    for path, value in given.items():
        place = opened.get(path)
        question = (place.question or place.before) if place else None
        if question is None:
            problems[path] = {"": NOT_ASKED}
            continue
        try:
            posted[path] = saving.inputs_of(form, question, value)
        except AnswerRefused as refused:
            problems[path] = dict(refused.errors)
    problems |= {path: {"": NOT_ASKED} for path in right if path not in opened}
    if problems:
        raise AnswersRefused(problems)
    try:
        return save_correction(
            case=case,
            by=by,
            seen=correction.buffer_version if seen is None else seen,
            posted=posted,
            right=right,
            papers=papers,
        )
    except AnswerRefused as refused:
        raise AnswersRefused(by_place(refused)) from refused


def hand_in_places(*, case: Case, by: Actor, seen: int | None = None) -> Case:
    """Everything kept in the round becomes the answer. Raises AnswersRefused where a place was left as it was."""
    correction = open_round(case, by)
    try:
        return hand_in_correction(case=case, by=by, seen=correction.buffer_version if seen is None else seen)
    except AnswerRefused as refused:
        raise AnswersRefused(by_place(refused)) from refused


def record_program_read(*, receipts: Iterable[str], what: str, by: Actor) -> None:
    """Write down that a program is shown these cases, once an hour; committed before it is shown them."""
    spelled = [normalise_receipt(one) for one in receipts]
    cases = Case.objects.filter(receipt__in=[one for one in spelled if one]).values_list("pk", "applicant")
    _record_reads([(Ref("procedures", "case", str(pk)), party) for pk, party in cases], what, by)


def record_program_read_of_draft(*, draft: Draft, by: Actor) -> None:
    """The same for a draft."""
    _record_reads([(Ref.to(draft), draft.party_id)], READ_DRAFT, by)


def _record_reads(things: list[tuple[Ref, uuid.UUID | None]], what: str, by: Actor) -> None:
    seen = audit.seen_lately([about for about, _party in things], by=by, what=what)
    new = [(about, party) for about, party in things if str(about) not in seen]
    purpose = FOR_MACHINE if by.kind == ActorKind.MACHINE else FOR_APP
    if new:
        audit.record_reads(new, by=by, purpose=purpose, what=what)


def by_place(refused: AnswerRefused) -> dict[str, dict[str, Any]]:
    """Sentences keyed `path:input`, by path."""
    found: dict[str, dict[str, Any]] = {}
    for name, sentence in refused.errors.items():
        path, _colon, part = name.partition(":")
        found.setdefault(path, {})[part] = sentence
    return found
