"""覚えておく: what a person let us keep for their next application, and how it comes back when they ask for it.

Nothing is kept unless they said so at the end of an application, nothing is filled in unless they said so at the
beginning of the next. Sealed under the person's own key: when that goes, so does this.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from madoguchi.kernel import audit, clock, text, vault
from madoguchi.kernel.db import writes
from madoguchi.kernel.errors import NotFound
from madoguchi.kernel.identity import queries as identity
from madoguchi.kernel.identity.models import Party
from madoguchi.kernel.refs import Actor, Ref

from .definition import FieldDef
from .form import Answers, Form, Leaf, item_leaves, leaves
from .kinds import KINDS, PART_KINDS, full_name
from .models import Draft, Kept

PERSON, FIELDS, HOUSEHOLD = "person", "fields", "household"
MOST_MEMBERS = 20
_PLAIN = FieldDef(
    type="person", ground="-", keep="case", sensitivity="personal", names=["legal", "former", "alias"]
)


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody of the household stated before, to choose from."""

    id: str
    name: str
    birth: str


@dataclass(slots=True)
class Offer:
    """What could be put into a form: what the person let us keep, what they are registered with, whom else they stated."""

    own: list[tuple[str, str]] = field(default_factory=list)  # 前に書いた内容
    registered: list[tuple[str, str]] = field(default_factory=list)  # 登録されている内容
    members: list[Member] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.own or self.registered or self.members)

    @property
    def is_kept(self) -> bool:
        """Whether anything of it was kept from an application, and is not only the registration."""
        return bool(self.own or self.members)


@dataclass(frozen=True, slots=True)
class KeptItem:
    """One thing that is kept, as its owner reads it; `id` is what they delete it by."""

    id: str
    label: str
    shown: str


def kept_of(party: Party | None) -> dict[str, Any]:
    """What is kept of a person, opened."""
    row = Kept.objects.filter(party=party).first() if party else None
    found = vault.unseal(party.key, bytes(row.sealed), context=_context(party)) if row and party else {}
    return {PERSON: {}, FIELDS: {}, HOUSEHOLD: [], **found}


def known_of(party: Party | None) -> dict[str, Any]:
    """The same with what the person is registered with, which what they stated later goes before."""
    kept = kept_of(party)
    return {**kept, PERSON: {**registered(party), **kept[PERSON]}}


def registered(party: Party | None) -> dict[str, Any]:
    """What the person is registered with, part by part."""
    profile = identity.profile(party) if party else {}
    return {part: value for part, value in profile.items() if part in PART_KINDS and value}


def offer(form: Form, party: Party | None) -> Offer:
    """What could be put into this form for this person, in words."""
    known, kept = known_of(party), kept_of(party)[PERSON]
    found = Offer()
    for _page, key, definition in form.fields():
        if definition.reuse == "profile":
            for leaf, value in _own(key, definition, known):
                said = (_label(leaf), KINDS[leaf.kind].show(value, definition, {}))
                (found.registered if leaf.part and leaf.part not in kept else found.own).append(said)
        elif definition.reuse == "household" and not found.members:
            found.members = [_member(one) for one in known[HOUSEHOLD]]
    return found


def filled(
    form: Form, answers: Answers, party: Party | None, members: Iterable[str], *, with_kept: bool
) -> dict[str, Any]:
    """The answers with what is known put in where nothing stands yet.

    What somebody let us keep is for themselves: without `with_kept` only their registration is used.
    """
    known: dict[str, Any] = {PERSON: registered(party), FIELDS: {}, HOUSEHOLD: []}
    if with_kept:
        known = known_of(party)
    wanted, after = list(members), dict(answers)
    chosen = [one for one in known[HOUSEHOLD] if one["id"] in wanted]
    for _page, key, definition in form.fields():
        if definition.reuse == "profile" and definition.type != "list":
            for leaf, value in _own(key, definition, known):
                _put_in(after, leaf, value)
        elif definition.reuse == "household" and chosen and not after.get(key):
            _put_members(after, key, definition, chosen)
    return after


def _own(key: str, definition: FieldDef, known: Mapping[str, Any]) -> Iterator[tuple[Leaf, Any]]:
    """The questions of a field that the person's own data answer, with the answer."""
    for leaf in leaves(key, definition, ""):
        if leaf.part:
            value = known[PERSON].get(leaf.part)
        else:
            value = (known[FIELDS].get(_name(key, definition)) or {}).get("value")
        if value is not None and not KINDS[leaf.kind].checker(definition)(value):
            yield leaf, value


def _put_in(answers: dict[str, Any], leaf: Leaf, value: Any) -> None:
    if not leaf.part:
        answers.setdefault(leaf.key, value)
    elif leaf.part not in (answers.get(leaf.key) or {}):
        answers[leaf.key] = {**(answers.get(leaf.key) or {}), leaf.part: value}


def _put_members(
    answers: dict[str, Any], key: str, definition: FieldDef, chosen: list[dict[str, Any]]
) -> None:
    parts = [leaf.key if definition.type == "list" else leaf.part for leaf in _person_leaves(key, definition)]
    people = [{part: one[part] for part in parts if one.get(part)} for one in chosen]
    if definition.type == "person":
        answers[key] = people[0]
        return
    people = people[: definition.at_most]
    answers[key] = [{"id": str(number), **person} for number, person in enumerate(people, start=1)]
    answers["_lists"] = {**(answers.get("_lists") or {}), key: {"last": len(people), "complete": False}}


def _person_leaves(key: str, definition: FieldDef) -> list[Leaf]:
    if definition.type == "list":
        return [
            one for one in item_leaves(key, definition) if one.key in PART_KINDS and one.field is definition
        ]
    return leaves(key, definition, "")


@writes
def keep_for_next_time(*, draft: Draft, form: Form, answers: Answers, by: Actor) -> None:
    """The person said 「次の手続きでも使えるように、覚えておく」: keep what the form marks as reusable, and no more."""
    party = identity.party(draft.party_id) if draft.party_id else None
    if party is None:
        return
    row = _locked(party)
    kept = kept_of(party)
    for _page, key, definition in form.fields():
        value = answers.get(key)
        if value is None or definition.reuse not in {"profile", "household"}:
            continue
        if definition.reuse == "household":
            _remember_members(kept, key, definition, value if isinstance(value, list) else [value])
        elif definition.type == "person":
            kept[PERSON] |= {
                part: one for part, one in value.items() if part in PART_KINDS and one is not None
            }
        else:
            shown = KINDS[definition.type].show(value, definition, {})
            kept[FIELDS][_name(key, definition)] = {
                "label": definition.label or _("お金を受け取る口座"),
                "shown": shown,
                "value": value,
            }
    _seal(row, party, kept)
    audit.record("kept.stored", Ref.to(draft), by=by, facts={"things": len(_things(kept))}, subject=party.pk)


def _remember_members(kept: dict[str, Any], key: str, definition: FieldDef, people: list[Any]) -> None:
    parts = [leaf.part or leaf.key for leaf in _person_leaves(key, definition)]
    for person in people:
        fresh = {part: person[part] for part in parts if person.get(part) is not None}
        if not fresh.get("name"):
            continue
        same = next((one for one in kept[HOUSEHOLD] if _who(one) == _who(fresh)), None)
        if same is not None:
            same.update(fresh)
        elif len(kept[HOUSEHOLD]) < MOST_MEMBERS:
            numbers = [int(one["id"]) for one in kept[HOUSEHOLD]]
            kept[HOUSEHOLD].append({"id": str(max(numbers, default=0) + 1), **fresh})


def _who(person: Mapping[str, Any]) -> tuple[str, str]:
    return text.fold(full_name(person.get("name"))), str(person.get("birth") or "")


def kept_items(party: Party | None) -> list[KeptItem]:
    """Everything that is kept of a person, for them to look through."""
    return _things(kept_of(party))


def registered_items(party: Party | None) -> list[tuple[str, str]]:
    """登録されている内容: what stays when everything kept was deleted, in words for the person themselves."""
    known = registered(party)
    return [
        (_part_label(part), KINDS[PART_KINDS[part]].show(known[part], _PLAIN, {}))
        for part in PART_KINDS
        if part in known and not KINDS[PART_KINDS[part]].checker(_PLAIN)(known[part])
    ]


def _things(kept: Mapping[str, Any]) -> list[KeptItem]:
    own = [
        KeptItem(
            f"{PERSON}.{part}",
            _part_label(part),
            KINDS[PART_KINDS[part]].show(kept[PERSON][part], _PLAIN, {}),
        )
        for part in PART_KINDS
        if part in kept[PERSON]
    ]
    fields = [KeptItem(f"{FIELDS}.{name}", one["label"], one["shown"]) for name, one in kept[FIELDS].items()]
    members = [
        KeptItem(f"{HOUSEHOLD}.{one['id']}", _("家族など"), _said(_member(one))) for one in kept[HOUSEHOLD]
    ]
    return [*own, *fields, *members]


@writes
def forget_kept(*, party: Party, by: Actor, item: str = "") -> None:
    """Delete one kept thing, or all of them: for good, at once. Raises NotFound for a thing that is not there."""
    row = _locked(party)
    kept = kept_of(party)
    if item:
        if item not in {one.id for one in _things(kept)}:
            raise NotFound
        part, _dot, name = item.partition(".")
        if part == HOUSEHOLD:
            kept[HOUSEHOLD] = [one for one in kept[HOUSEHOLD] if one["id"] != name]
        else:
            del kept[part][name]
    left = _things(kept) if item else []
    if left:
        _seal(row, party, kept)
    else:
        row.delete()
    audit.record("kept.forgotten", Ref.to(party), by=by, facts={"left": len(left)}, subject=party.pk)


def _locked(party: Party) -> Kept:
    """The row of that person, ours until we commit: two windows that keep or delete come one after the other."""
    now = clock.now()
    row, is_new = Kept.objects.get_or_create(party=party, defaults={"updated_at": now})
    if is_new:
        _seal(row, party, {})
    elif not Kept.objects.filter(pk=row.pk).update(updated_at=now):
        return _locked(party)  # deleted between the look and the update
    return row


def _seal(row: Kept, party: Party, kept: Mapping[str, Any]) -> None:
    row.sealed = vault.seal(party.key, dict(kept), context=_context(party))
    row.save(update_fields=["sealed"])


def _context(party: Party) -> str:
    return f"forms.kept:{party.pk}"


def _name(key: str, definition: FieldDef) -> str:
    """Under which an answer is found again by another form: one account is one account, a text is that of its key."""
    same = {"bank_account", "address", "phone", "email"}
    return definition.type if definition.type in same else f"{definition.type}:{key}"


def _member(one: Mapping[str, Any]) -> Member:
    birth = one.get("birth")
    return Member(
        one["id"], full_name(one.get("name")), KINDS["date"].show(birth, _PLAIN, {}) if birth else ""
    )


def _said(member: Member) -> str:
    return f"{member.name}（{member.birth}）" if member.birth else member.name


def _label(leaf: Leaf) -> str:
    return _part_label(leaf.part) if leaf.part else leaf.field.label or _("お金を受け取る口座")


def _part_label(part: str) -> str:
    return {
        "name": _("氏名"),
        "other_names": _("旧氏・通称"),
        "birth": _("生年月日"),
        "address": _("住所"),
        "phone": _("電話番号"),
        "email": _("メールアドレス"),
    }[part]
