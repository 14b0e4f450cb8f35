"""Search keys of a case: what somebody stated where the definition says `lookup: exact`, as keyed digests."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from madoguchi.engines.forms import queries as form_queries
from madoguchi.engines.forms.definition import FieldDef
from madoguchi.engines.forms.form import Form
from madoguchi.kernel import audit, text, vault
from madoguchi.kernel.db import writes
from madoguchi.kernel.errors import NotAllowed
from madoguchi.kernel.refs import Actor, Ref

from .. import procedure as procedures
from .. import rules
from ..models import Case

NAME, BIRTH, PHONE = "case.name", "case.birth", "case.phone"
# When the keys are made in another way: raise it, and set `findable` back to 0 in a migration.
EDITION = 1
BATCH = 200

Entry = tuple[str, str]


def entries_of(form: Form, answers: Mapping[str, Any]) -> list[Entry]:
    """(field of the index, value) for everything one may be found by."""
    found: list[Entry] = []
    for _page, key, field in form.fields():
        if field.lookup == "exact":
            found += _entries(field, answers.get(key))
    return found


def _entries(field: FieldDef, value: Any) -> Iterator[Entry]:
    if field.type == "list":
        for item in value or []:
            yield from _person(item)
    elif isinstance(value, dict) and field.type == "person":
        yield from _person(value)
    elif isinstance(value, str):
        index = {"phone": PHONE, "date": BIRTH}.get(field.type, NAME)
        yield (index, digits(value) if index == PHONE else value)


def _person(value: Mapping[str, Any]) -> Iterator[Entry]:
    names = (value.get("name") or {}, _alias(value.get("other_names") or {}, value.get("name") or {}))
    for name in names:
        for ending in ("", "_kana"):
            family, given = name.get(f"family{ending}", ""), name.get(f"given{ending}", "")
            yield from ((NAME, one) for one in (family + given, family, given) if one)
    if value.get("birth"):
        yield BIRTH, value["birth"]
    if value.get("phone"):
        yield PHONE, digits(value["phone"])


def _alias(other: Mapping[str, Any], name: Mapping[str, Any]) -> dict[str, str]:
    """Former surname with the given name, or an alias: people ask under the name they go by."""
    if other.get("alias"):
        return {"family": other["alias"], "family_kana": other.get("alias_kana", "")}
    if other.get("former_family"):
        return {
            "family": other["former_family"],
            "given": name.get("given", ""),
            "family_kana": other.get("former_family_kana", ""),
            "given_kana": name.get("given_kana", ""),
        }
    return {}


def digits(typed: str) -> str:
    """A telephone number however it is written; what is none is only found as it stands."""
    try:
        return text.phone(typed)
    except ValueError:
        return typed


@writes
def remember(*, case: Case, by: Actor) -> None:
    """Make the case findable by what it says now, and by nothing it said before."""
    revision = form_queries.latest_revision(case.draft)
    answers = form_queries.answers_at(case.draft, revision)
    form = procedures.of(case.definition).form
    # Under the draft, whose key seals the answers: when the key is destroyed these go with it.
    vault.remember_all(
        entries_of(form, answers), Ref.to(case.draft), instead=revision.number > 1 or case.findable > 0
    )
    if case.findable != EDITION:
        Case.everything.filter(pk=case.pk).update(findable=EDITION)
        case.findable = EDITION


@writes
def record_search(*, by: Actor, asked: Mapping[str, str], found: int) -> None:
    """Write down that somebody searched by what, and how much there was; never the words. Raises NotAllowed."""
    if not (by.is_staff and by.divisions_as(*rules.HANDLING)):
        raise NotAllowed
    facts = {"by": sorted(key for key, value in asked.items() if value), "found": found}
    audit.record("cases.searched", Ref("procedures", "search", str(by.account)), by=by, facts=facts)


def record_found(*, cases: Iterable[uuid.UUID], by: Actor) -> None:
    """Write down, for each person found, that a search showed them. Returns once it is committed: only then show it."""
    found = Case.objects.filter(pk__in=list(cases)).values_list("pk", "applicant")
    looks = [(Ref("procedures", "case", str(pk)), applicant) for pk, applicant in found]
    audit.record_reads(looks, by=by, purpose=rules.SEARCHED, what=rules.FOUND)


def remember_missing(*, by: Actor, limit: int = BATCH) -> int:
    """Make cases findable that are not yet, such as those laid before there was a search. Each for itself."""
    missing = Case.everything.filter(findable=0).select_related(
        "definition", "draft__key", "draft__definition"
    )
    done = 0
    for case in missing.order_by("pk")[:limit]:
        if case.draft.key.destroyed_at is None:
            remember(case=case, by=by)
        else:
            Case.everything.filter(pk=case.pk).update(findable=EDITION)  # erased: there is nothing to find
        done += 1
    return done
