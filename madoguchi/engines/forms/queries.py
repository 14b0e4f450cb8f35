"""What is known of drafts and answers."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from madoguchi.kernel import packs, vault
from madoguchi.kernel.errors import NotFound
from madoguchi.kernel.packs.models import Definition
from madoguchi.kernel.refs import Actor

from . import banks, brief, keeping, postcodes
from .banks import Bank, Branch
from .definition import PageDef
from .form import Form, compile_form
from .kinds import KINDS, tick
from .models import AnswerRevision, Draft
from .paper import blank_pages
from .questions import PageProgress, Sheet, build

MOST_DRAFTS = 20
reuse_offer = keeping.offer
kept_items = keeping.kept_items
registered_items = keeping.registered_items
input_of_option = tick


def draft_context(draft: Draft) -> str:
    return f"forms.draft:{draft.pk}"


def revision_context(draft: Draft, number: int) -> str:
    return f"forms.answers:{draft.pk}:{number}"


def _own(actor: Actor) -> Q:
    """Whose drafts: what one began oneself, and what somebody began for one by a mandate.

    Who acts for another has what they themselves began for that one, in the procedures of the mandate: never
    what the other one is still writing. When the mandate has ended the drafts stay with whom they are for.
    """
    began = Q(account=actor.account, account__isnull=False)
    if actor.mandate is None:
        mine = began & Q(mandate=None)
        if actor.is_resident and actor.party:
            mine |= Q(party=actor.party, mandate__isnull=False)
        return mine
    for_them = began & Q(party=actor.party, mandate__isnull=False)
    return for_them if "*" in actor.may else for_them & Q(definition__key__in=actor.may)


def draft_for(actor: Actor, draft_id: str | uuid.UUID) -> Draft:
    """The actor's own draft. Raises NotFound for anybody else's."""
    draft = (
        Draft.objects.select_related("definition", "key")
        .filter(_own(actor), pk=draft_id, discarded=False)
        .first()
    )
    if draft is None:
        raise NotFound
    return draft


def drafts_of(actor: Actor) -> list[Draft]:
    """The actor's open drafts, the latest first."""
    if actor.account is None:
        return []
    return list(
        Draft.objects.open()
        .filter(_own(actor))
        .select_related("definition", "key")
        .order_by("-updated_at")[:MOST_DRAFTS]
    )


def untouched(definition: Definition, actor: Actor) -> Draft | None:
    """The actor's open draft of this definition in which nothing was written yet."""
    return (
        Draft.objects.open()
        .filter(_own(actor), definition=definition, revision=0)
        .select_related("definition", "key")
        .first()
    )


def answers_of(draft: Draft) -> dict[str, Any]:
    """The answers as they stand in the draft, opened."""
    sealed = vault.unseal(draft.key, bytes(draft.sealed), context=draft_context(draft))
    return {**draft.plain, **brief.unfolded(draft, sealed)}


def latest_revision(draft: Draft) -> AnswerRevision:
    """The answers in force of something handed in."""
    return AnswerRevision.objects.filter(draft=draft).order_by("-number")[0]


def answers_at(draft: Draft, revision: AnswerRevision) -> dict[str, Any]:
    """The answers of one revision, opened."""
    sealed = vault.unseal(draft.key, bytes(revision.sealed), context=revision_context(draft, revision.number))
    return {**revision.plain, **brief.unfolded(draft, sealed)}


def sheet_of(
    form: Form,
    answers: dict[str, Any],
    draft: Draft,
    language: str | None = None,
    texts: Mapping[str, str] | None = None,
) -> Sheet:
    """The questions that stand for these answers, in the reader's language; `texts` when one has them already."""
    if texts is None:
        texts = packs.texts(draft.definition, language or get_language() or "ja")
    return build(form, answers, texts)


def sheet(draft: Draft, form: Form) -> Sheet:
    """The questions of a draft, or of what was handed in."""
    if draft.closed_at is None:
        return sheet_of(form, answers_of(draft), draft)
    return sheet_of(form, answers_at(draft, latest_revision(draft)), draft)


@dataclass(frozen=True, slots=True)
class BlankForm:
    """A paper to print and fill in by hand, in the reader's words."""

    title: str
    summary: str
    basis: str
    pages: list[PageProgress]


def blank_form(key: str) -> BlankForm:
    """A printed form of the pack (`forms/<key>.yaml`), empty. Raises NotFound."""
    definition = packs.current("form", key)
    texts = packs.texts(definition, get_language() or "ja")
    pages = [PageDef.model_validate(page) for page in packs.whole(definition)["pages"]]
    return BlankForm(
        title=texts.get("title", ""),
        summary=texts.get("summary", ""),
        basis=texts.get("basis", ""),
        pages=blank_pages(compile_form(pages), texts),
    )


@dataclass(frozen=True, slots=True)
class AccountChoices:
    """The banks and the branches that what was typed may mean, where it may mean several."""

    banks: list[Bank]
    branches: list[Branch]


def account_choices(typed: Mapping[str, str]) -> AccountChoices:
    """What to choose from beside a bank and a branch whose names fit several."""
    found = banks.find_banks(typed.get("bank", "")) if typed.get("bank") else []
    ticked = [one for one in found if one.code == typed.get("bank_code")]
    meant = (found if len(found) == 1 else ticked)[:1]
    branches = banks.find_branches(meant[0], typed["branch"]) if meant and typed.get("branch") else []
    return AccountChoices(found if len(found) > 1 else [], branches if len(branches) > 1 else [])


def address_with_town(typed: Mapping[str, str]) -> tuple[dict[str, str], str]:
    """The inputs of an address with the town of its postcode put in, and a remark on what was done."""
    inputs = {name: typed.get(name, "") for name in KINDS["address"].inputs}
    found = postcodes.town(inputs["postcode"])
    if found is None:
        return inputs, _("この郵便番号の町は見つかりませんでした。住所を書けば、このまま進めます。")
    filled = postcodes.with_town(inputs["address"], found)
    if filled == inputs["address"]:
        return inputs, _("この郵便番号の町は「%(town)s」です。住所は、書いてあるままにしました。") % {
            "town": found
        }
    return {**inputs, "address": filled}, _("町までの住所を入れました。番地から先を書いてください。")
