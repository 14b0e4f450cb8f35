"""What can be done with drafts. Every change to an answer happens here."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django.db.models import F
from django.utils.translation import gettext as _

from madoguchi.kernel import audit, clock, packs, vault
from madoguchi.kernel.db import writes
from madoguchi.kernel.identity import queries as identity
from madoguchi.kernel.identity.models import Party
from madoguchi.kernel.packs.models import Definition
from madoguchi.kernel.refs import Actor, Ref, new_id

from . import brief, erasing, keeping, queries, rebasing
from .checking import beside, person_beside
from .definition import FieldDef
from .errors import AnswerRefused, DraftClosed, NoSuchQuestion, TooManyItems
from .form import LISTS, Form
from .kinds import KINDS, full_name
from .merging import merged
from .models import AnswerRevision, Channel, Draft
from .questions import Question, next_item_id

# What is kept for next time is changed in a file of its own.
keep_for_next_time = keeping.keep_for_next_time
forget_kept = keeping.forget_kept
# And what takes answers away for good.
erase_answers, erase_brief = erasing.erase_answers, erasing.erase_brief
erase_kept, unlink, drop = erasing.erase_kept, erasing.unlink, erasing.drop


@writes
def start(
    *,
    definition: Definition,
    form: Form,
    by: Actor,
    party: Party | None = None,
    channel: str = Channel.WEB,
    language: str = "ja",
    arrived_on: dt.date | None = None,
) -> Draft:
    """An empty draft with a data key of its own. Nothing is filled in before the person asks for it (`use_kept`)."""
    draft_id, now = new_id(), clock.now()
    draft = Draft(
        pk=draft_id,
        definition=definition,
        account=by.account,
        mandate=by.mandate,
        party=party,
        channel=channel,
        language=language,
        arrived_on=arrived_on,
        key=vault.new_key(Ref("forms", "draft", str(draft_id))),
        created_at=now,
        updated_at=now,
    )
    _keep(draft, form, {})
    draft.save()
    return draft


@writes
def use_kept(*, draft: Draft, form: Form, by: Actor, members: Iterable[str] = ()) -> Draft:
    """前に書いた内容を使う: put what is known of the person into the open draft, where nothing stands yet.

    `members` are those of their household they chose. Raises DraftClosed.
    """
    draft = _locked(draft)
    party = identity.party(draft.party_id) if draft.party_id else None
    answers = queries.answers_of(draft)
    _keep(draft, form, keeping.filled(form, answers, party, members, with_kept=by.is_resident))
    draft.save()
    audit.record("kept.used", Ref.to(draft), by=by, subject=draft.party_id)
    return draft


@writes
def save_answer(*, draft: Draft, form: Form, path: str, posted: Mapping[str, str], by: Actor) -> Draft:
    """Keep the answer to one question; the others stay as they are, whichever window saved them.

    Raises AnswerRefused (nothing is kept), NoSuchQuestion, DraftClosed, TooManyItems.
    """
    draft = _locked(draft)
    answers = queries.answers_of(draft)
    question = queries.sheet_of(form, answers, draft).question(path)
    if question is None:
        raise NoSuchQuestion
    if question.kind == "list_more":
        _say_more(form, answers, path.removesuffix(".more"), posted)
    else:
        value = read_answer(form, question, posted)
        if not by.is_staff:  # a clerk writes down what stands on the paper, and asks for a correction
            check_beside(form, answers, path, value)
        _put(form, answers, path, value)
    _looked_at(draft, answers, path)
    _keep(draft, form, answers)
    draft.save()
    return draft


def _looked_at(draft: Draft, answers: dict[str, Any], path: str) -> None:
    """An answer given now is not among what a newer version left to look at."""
    draft.changes = rebasing.without(draft.changes, path)
    rebasing.forget_aside(answers, path)


@writes
def remove_item(*, draft: Draft, form: Form, item: str, by: Actor) -> Draft:
    """Take one item (`children.2`) out of a list that was being written."""
    draft = _locked(draft)
    answers = queries.answers_of(draft)
    key, _sep, item_id = item.partition(".")
    kept = [entry for entry in answers.get(key) or [] if entry["id"] != item_id]
    if len(kept) == len(answers.get(key) or []):
        raise NoSuchQuestion
    answers[key] = kept
    _looked_at(draft, answers, item)
    _keep(draft, form, answers)
    draft.save()
    return draft


@writes
def rebase(
    *,
    draft: Draft,
    definition: Definition,
    old_form: Form,
    form: Form,
    by: Actor,
    law: Mapping[str, Any] | None = None,
) -> Draft:
    """Move an open draft onto another version of its definition; `Draft.changes` says what that changed for them.

    `law` names the act that demands it ({"act", "version"}): signatures and consents are then asked anew.
    """
    draft = _locked(draft)
    if draft.definition_id == definition.pk:
        return draft  # another window was faster
    before = queries.sheet_of(old_form, queries.answers_of(draft), draft, draft.language)
    moved = rebasing.rebased(
        form=form, before=before, texts=packs.texts(definition, draft.language), asks_anew=law is not None
    )
    acts = [{"path": "", "what": "law", **law}] if law else []
    draft.changes = rebasing.merged(draft.changes, [*acts, *moved.changes], moved.after)
    draft.definition = definition
    _keep(draft, form, moved.answers)
    draft.save()
    audit.record("draft.rebased", Ref.to(draft), by=by, facts={"version": definition.version})
    return draft


@writes
def see_changes(*, draft: Draft, form: Form, by: Actor) -> Draft:
    """The writer has looked at what changed. Old answers stay beside the questions that are still open."""
    draft = _locked(draft)
    answers = queries.answers_of(draft)
    for change in draft.changes:
        if change["path"] and change["what"] not in rebasing.TO_ANSWER:
            rebasing.forget_aside(answers, change["path"])
    draft.changes = []
    _keep(draft, form, answers)
    draft.save()
    return draft


@writes
def ask_again(*, draft: Draft, form: Form, paths: Iterable[str], by: Actor) -> Draft:
    """Put answers that do not keep to the definition aside, so that their questions are open again."""
    draft = _locked(draft)
    sheet = queries.sheet_of(form, queries.answers_of(draft), draft, draft.language)
    answers, changes = rebasing.asked_again(sheet, paths)
    draft.changes = [*(one for one in draft.changes if one["path"] not in set(paths)), *changes]
    _keep(draft, form, answers)
    draft.save()
    return draft


@writes
def follow(*, draft: Draft, definition: Definition, by: Actor) -> None:
    """What was handed in is read by another version from now on; its answers stay as they are.

    Only for the engine above, whose own record says by which act (a case moved by law).
    """
    Draft.objects.filter(pk=draft.pk, closed_at__isnull=False).update(definition=definition)
    audit.record("draft.follows_case", Ref.to(draft), by=by, facts={"version": definition.version})


@writes
def hand_in(*, draft: Draft, by: Actor) -> AnswerRevision:
    """Close the draft: its answers become revision 1 and are never written again. Raises DraftClosed."""
    now = clock.now()
    if not Draft.objects.filter(pk=draft.pk, closed_at=None).update(closed_at=now, updated_at=now):
        raise DraftClosed
    draft.refresh_from_db()
    answers = rebasing.without_aside(queries.answers_of(draft))
    keys = brief.keys_in(draft, queries.draft_context(draft))
    return _append(draft, keys, draft.plain, answers, number=1, by=by)


@writes
def revise(*, draft: Draft, form: Form, changes: Mapping[str, Any], by: Actor) -> AnswerRevision:
    """Append a revision in which the answers at `changes`' paths are new; the earlier ones stay as they were."""
    latest = queries.latest_revision(draft)
    answers = merged(form, queries.answers_at(draft, latest), changes)
    plain = _plain(form, answers)
    return _append(draft, form.brief_keys, plain, answers, number=latest.number + 1, by=by)


def _append(
    draft: Draft,
    brief_keys: Collection[str],
    plain: dict[str, Any],
    answers: Mapping[str, Any],
    *,
    number: int,
    by: Actor,
) -> AnswerRevision:
    had = bool(draft.sealed_brief_key)
    rest = {key: value for key, value in answers.items() if key not in plain}
    sealed = brief.folded(draft, rest, brief_keys)
    if draft.sealed_brief_key and not had:
        Draft.everything.filter(pk=draft.pk).update(sealed_brief_key=draft.sealed_brief_key)
    return AnswerRevision.objects.create(
        draft=draft,
        number=number,
        plain=plain,
        sealed=vault.seal(draft.key, sealed, context=queries.revision_context(draft, number)),
        words={"language": draft.language, "revisions": packs.text_numbers(draft.definition)},
        at=clock.now(),
        by=by.account,
    )


def _locked(draft: Draft) -> Draft:
    """The draft as it stands now, ours until we commit. The UPDATE comes first so that PostgreSQL holds the row."""
    ours = Draft.objects.filter(pk=draft.pk, closed_at=None).update(
        revision=F("revision") + 1, updated_at=clock.now()
    )
    if not ours:
        raise DraftClosed
    return Draft.objects.select_related("key", "definition").get(pk=draft.pk)


def _keep(draft: Draft, form: Form, answers: Mapping[str, Any]) -> None:
    """Split the answers by sensitivity and seal the sensitive part."""
    plain = _plain(form, answers)
    rest = {key: value for key, value in answers.items() if key not in plain}
    sealed = brief.folded(draft, rest, form.brief_keys)
    draft.plain = plain
    draft.sealed = vault.seal(draft.key, sealed, context=queries.draft_context(draft))


def _plain(form: Form, answers: Mapping[str, Any]) -> dict[str, Any]:
    sealed = {*form.sealed_keys, *form.brief_keys, rebasing.ASIDE}
    return {key: value for key, value in answers.items() if key not in sealed}


def read_answer(form: Form, question: Question, posted: Mapping[str, str]) -> Any:
    """The value typed for a question; None for one that may be left blank. Raises AnswerRefused."""
    kind = KINDS[question.kind]
    if not question.is_required and kind.is_blank(posted):
        return None
    return kind.read(posted, field_at(form, question.path))


def check_beside(form: Form, answers: Mapping[str, Any], path: str, value: Any) -> None:
    """What one answer must keep to because of another. Raises AnswerRefused.

    An account stands in its holder's name, a signature is the name of who applies (see checking.beside).
    """
    field = form.field(path)
    if field is None or not isinstance(value, dict) or not beside(form, field, value, answers):
        return
    named = person_beside(form, field, answers)
    if field.type == "signature":
        raise AnswerRefused(
            {
                "value": _(
                    "申請する方（あなた）の名前（%(name)s）とちがいます。あなたの名前を書いてください。"
                )
                % {"name": full_name(named["name"])}
            }
        )
    name = " ".join(named["name"][part] for part in ("family_kana", "given_kana") if named["name"].get(part))
    raise AnswerRefused(
        {
            "holder_kana": _("口座名義が、%(name)sとちがいます。ご本人の名義の口座を書いてください。")
            % {"name": name}
        }
    )


def field_at(form: Form, path: str) -> FieldDef:
    """The definition behind a question's path. Raises NoSuchQuestion."""
    key, _sep, rest = path.partition(".")
    field = form.field(key)
    if field is None:
        raise NoSuchQuestion
    if field.type == "list" and rest:
        inner = rest.partition(".")[2].partition(".")[0]
        return field.fields.get(inner, field)
    return field


def _put(form: Form, answers: dict[str, Any], path: str, value: Any) -> None:
    key, _sep, rest = path.partition(".")
    field = form.field(key)
    if field is None:
        raise NoSuchQuestion
    if field.type == "list":
        item_id, _sep, inner = rest.partition(".")
        _item(answers, key, item_id, field)[inner] = value
    elif rest:
        answers[key] = {**(answers.get(key) or {}), rest: value}
    else:
        answers[key] = value


def _item(answers: dict[str, Any], key: str, item_id: str, field: FieldDef) -> dict[str, Any]:
    """The item of that name; the one that is just being begun is made."""
    items = answers.setdefault(key, [])
    for item in items:
        if item["id"] == item_id:
            return item  # type: ignore[no-any-return]
    if item_id != next_item_id(answers, key):
        raise NoSuchQuestion
    return _new_item(answers, key, field)


def _new_item(answers: dict[str, Any], key: str, field: FieldDef) -> dict[str, Any]:
    items = answers.setdefault(key, [])
    if len(items) >= field.at_most:
        raise TooManyItems(most=field.at_most)
    item = {"id": next_item_id(answers, key)}
    items.append(item)
    lists = answers.setdefault(LISTS, {})
    lists[key] = {"last": int(item["id"]), "complete": False}
    return item


def _say_more(form: Form, answers: dict[str, Any], key: str, posted: Mapping[str, str]) -> None:
    field = form.field(key)
    if field is None:
        raise NoSuchQuestion
    if KINDS["yes_no"].read(posted, field):
        _new_item(answers, key, field)
        return
    if len(answers.get(key) or []) < field.at_least:
        raise AnswerRefused({"value": _("1つは書いてください。")})
    lists = answers.setdefault(LISTS, {})
    lists[key] = {**lists.get(key, {"last": 0}), "complete": True}


def touch(*, draft: Draft) -> Draft:
    """Take the open draft for a change elsewhere (its papers). Raises DraftClosed."""
    return _locked(draft)


@writes
def discard(*, draft: Draft, by: Actor) -> None:
    """Throw away what was not sent: the key goes, and with it every answer. Raises DraftClosed."""
    draft = _locked(draft)
    Draft.objects.filter(pk=draft.pk).update(
        plain={}, sealed=b"", sealed_brief_key=b"", changes=[], closed_at=clock.now(), discarded=True
    )
    vault.destroy_key(draft.key, by=by)
    audit.record("draft.discarded", Ref.to(draft), by=by)
