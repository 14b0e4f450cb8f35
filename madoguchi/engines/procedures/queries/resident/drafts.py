"""What a resident began and has not sent."""

from __future__ import annotations

import uuid

from django.utils.translation import get_language

from madoguchi.engines.forms import queries as form_queries
from madoguchi.kernel import packs
from madoguchi.kernel.refs import Actor

from ... import procedure as procedures
from .papers import papers
from .shapes import DraftCard, OpenDraft


def draft_for(actor: Actor, draft_id: str | uuid.UUID) -> OpenDraft:
    """The actor's own draft, opened. Raises NotFound."""
    draft = form_queries.draft_for(actor, draft_id)
    procedure = procedures.of(draft.definition)
    texts = packs.texts(draft.definition, get_language() or "ja")
    answers = (
        form_queries.answers_of(draft)
        if draft.closed_at is None
        else form_queries.answers_at(draft, form_queries.latest_revision(draft))
    )
    return OpenDraft(
        draft=draft,
        procedure=procedure,
        title=texts.get("title", ""),
        sheet=form_queries.sheet_of(procedure.form, answers, draft),
        papers=papers(draft, procedure, answers, texts),
        eligible=procedure.eligible(answers, texts),
        bring=procedure.bring(texts),
    )


def drafts_of(actor: Actor) -> list[DraftCard]:
    """What the actor began and has not sent."""
    cards = []
    drafts = form_queries.drafts_of(actor)
    words = packs.texts_of({draft.definition for draft in drafts}, get_language() or "ja")
    for draft in drafts:
        texts = words[draft.definition_id]
        form = procedures.of(draft.definition).form
        sheet = form_queries.sheet_of(form, form_queries.answers_of(draft), draft, texts=texts)
        following = sheet.first_open
        cards.append(
            DraftCard(
                id=draft.pk,
                key=draft.definition.key,
                title=texts.get("title", ""),
                left=sheet.left,
                next_path=following.path if following else "",
                updated_at=draft.updated_at,
            )
        )
    return cards
