"""One blueprint opened: its data, what is wrong with it, the whole in plain reading, what differs from before."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from madoguchi.kernel.errors import NotFound
from madoguchi.kernel.packs import Problem
from madoguchi.kernel.packs.models import Definition
from madoguchi.kernel.refs import Actor, is_id

from .. import checking, conditions, routes, rules
from ..models import Blueprint, PracticeRun, PublicationRequest, Revision
from ..services.asking import KEEP, KINDS, SENSITIVITY
from ..source import OTHER_LANGUAGES, Source, read
from .listing import state_of


@dataclass(frozen=True, slots=True)
class Fault:
    """A problem and the page that mends it."""

    problem: Problem
    page: str

    @property
    def is_error(self) -> bool:
        return self.problem.is_error


@dataclass(slots=True)
class Opened:
    """A blueprint as it stands, for those who write or publish it."""

    blueprint: Blueprint
    source: Source
    files: dict[str, str]
    faults: list[Fault]
    state: str
    request: PublicationRequest | None
    last_answer: PublicationRequest | None
    may_write: bool
    may_publish: bool  # holds the right; `wrote` may still stand against it
    wrote: bool
    in_force: Definition | None
    tried: bool = False  # a practised case of this very text was decided and sent
    runs: list[PracticeRun] = field(default_factory=list)

    @property
    def errors(self) -> list[Fault]:
        return [one for one in self.faults if one.is_error]

    @property
    def shape(self) -> dict[str, Any]:
        return self.source.procedure

    @property
    def missing(self) -> dict[str, int]:
        """How many texts have no translation, by language the city speaks."""
        spoken = [code for code in checking.languages() if code in OTHER_LANGUAGES]
        return {code: len(self.source.untranslated(code)) for code in spoken}

    def on_page(self, page: str) -> list[Fault]:
        return [one for one in self.faults if one.page == page]


def opened(actor: Actor, blueprint_id: str | uuid.UUID, *, revision: int | None = None) -> Opened:
    """The blueprint, or one of its revisions. Raises NotFound: not there and not your division's are the same."""
    found = (
        Blueprint.objects.select_related("division").filter(pk=blueprint_id).first()
        if is_id(blueprint_id)
        else None
    )
    if found is None or not rules.may_see(actor, found):
        raise NotFound
    row = Revision.objects.filter(blueprint=found, number=revision or found.revision).first()
    if row is None:
        raise NotFound
    requests = list(PublicationRequest.objects.filter(blueprint=found).order_by("-asked_at")[:5])
    request = next((one for one in requests if one.state == PublicationRequest.State.OPEN), None)
    answered = next((one for one in requests if one.state != PublicationRequest.State.OPEN), None)
    faults = [Fault(one, checking.page_of(one)) for one in checking.problems(found, row.files)]
    return Opened(
        blueprint=found,
        source=read(found.key, row.files),
        files=dict(row.files),
        faults=faults,
        state=state_of(found, request),
        request=request,
        last_answer=answered,
        may_write=rules.may_write(actor, found.division_id),
        may_publish=rules.may_publish(actor, found),
        wrote=request is not None and actor.account in rules.writers(found, request),
        in_force=Definition.objects.in_force().filter(kind="procedure", key=found.key).first(),
        tried=rules.is_tried(found, found.revision),
        runs=list(found.practice_runs.all()[:20]),
    )


@dataclass(frozen=True, slots=True)
class Asked:
    """A question in plain reading."""

    number: int
    key: str
    label: str
    said: str
    kind: str
    facts: list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Reading:
    """The whole, to be read from top to bottom."""

    head: list[tuple[str, str]]
    before: list[str]
    pages: list[tuple[str, list[Asked]]]
    papers: list[tuple[str, str, str]]
    ways: list[str]
    route: str
    states: list[tuple[str, str]]
    letters: list[tuple[str, dict[str, Any]]]
    rest: list[str]  # keys of the file that this page does not spell out: to be read as YAML


_SPELT = {
    *(
        "procedure",
        "version",
        "checked_on",
        "title",
        "summary",
        "basis",
        "before_you_start",
        "catalog",
        "division",
    ),
    *("subject", "channels", "identity", "within", "pages", "documents", "flow", "retention"),
}


def reading(opened: Opened) -> Reading:
    """Everything a second person has to read before they publish."""
    shape = opened.shape
    numbers = iter(range(1, 1000))
    return Reading(
        head=list(_head(shape)),
        before=list(shape.get("before_you_start", [])),
        pages=[
            (
                page.get("title", ""),
                [_asked(opened.source, next(numbers), key, one) for key, one in page["fields"].items()],
            )
            for page in shape.get("pages", [])
        ],
        papers=[
            (one.get("title", ""), one.get("hint", ""), when(opened.source, one.get("required_when", "")))
            for one in shape.get("documents", [])
        ],
        ways=ways(shape),
        route=str(routes.ROUTES[name][0]) if (name := routes.route_of(shape.get("flow", {}))) else "",
        states=list(_states(shape.get("flow", {}))),
        letters=list(opened.source.letters.items()),
        rest=[key for key in shape if key not in _SPELT],
    )


def _head(shape: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    within, kept = shape.get("within", {}), shape.get("retention", {})
    count = _("土日祝日をのぞく") if within.get("count") == "business" else _("土日祝日をふくむ")
    yield _("名前"), shape.get("title", "")
    yield _("説明"), shape.get("summary", "")
    yield _("根拠"), shape.get("basis", "")
    yield _("担当"), shape.get("division", "")
    yield _("期限のめやす"), _("%(days)s日（%(count)s）") % {"days": within.get("days", "—"), "count": count}
    yield _("書類を残すあいだ"), str(kept.get("class", ""))


def ways(shape: Mapping[str, Any]) -> list[str]:
    """In words, how it may come in."""
    found = shape.get("channels", {})
    names = {
        "web": _("インターネット"),
        "counter": _("窓口"),
        "post": _("郵送"),
        "phone": _("電話（申込み）")
        if found.get("phone", {}).get("accepts") == "whole"
        else _("電話（用紙の請求）"),
    }
    return [words for name, words in names.items() if name in found]


def when(source: Source, written: str) -> str:
    """A condition in words; as it is written where it is not one of the ready ones."""
    value = conditions.value_of(written)
    if value is None:
        return _("条件: %s") % written
    return dict(conditions.choices(source)).get(value, written)


def _asked(source: Source, number: int, key: str, one: Mapping[str, Any]) -> Asked:
    facts = [
        (_("たずねる理由"), one.get("why", "")),
        (_("説明"), one.get("hint", "")),
        (_("文"), one.get("statement", "")),
        (_("答え"), "／".join(str(words) for words in one.get("options", {}).values())),
        (_("必須"), _("答えなくてもよい") if one.get("required") is False else _("答えが要る")),
        (_("たずねるとき"), when(source, one.get("shown_when", "")) or _("いつも")),
        (_("根拠"), one.get("ground", "")),
        (_("守り方"), str(SENSITIVITY.get(one.get("sensitivity", ""), ""))),
        (_("残すあいだ"), str(KEEP.get(one.get("keep", ""), ""))),
    ]
    return Asked(
        number,
        key,
        one.get("label", "") or key,
        one.get("question", "") or one.get("label", ""),
        str(KINDS.get(one.get("type", ""), one.get("type", ""))),
        [(name, words) for name, words in facts if words],
    )


def _states(flow: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    words = {"division": _("係"), "head": _("決裁する人")}
    for name, state in flow.items():
        told = [
            words.get(state.get("by", ""), ""),
            _("上げた人とは別の人") if state.get("second_person") else "",
            _("通知書を送る") if state.get("letter") else "",
            _("理由と教示が要る") if state.get("requires") else "",
            _("次: %s") % "、".join(flow.get(one, {}).get("label", one) for one in state.get("next", []))
            if state.get("next")
            else "",
        ]
        yield state.get("label", name), "　".join(one for one in told if one)


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is not as it was; "" before = new, "" after = taken out."""

    where: str
    before: str
    after: str


def differences(opened: Opened) -> list[Difference]:
    """What differs from the version that residents see now; where they see none, everything that will be public."""
    number = opened.blueprint.published_revision
    row = Revision.objects.filter(blueprint=opened.blueprint, number=number or 0).first()
    before = read(opened.blueprint.key, row.files) if row else Source(opened.blueprint.key, {})
    found = list(_between(_("手続き"), before, opened.source, before.procedure, opened.source.procedure))
    for key in dict.fromkeys([*before.letters, *opened.source.letters]):
        place = _("通知書「%s」") % opened.source.letters.get(key, before.letters.get(key, {})).get(
            "title", key
        )
        found += _between(
            place, before, opened.source, before.letters.get(key, {}), opened.source.letters.get(key, {})
        )
    for code in dict.fromkeys([*before.words, *opened.source.words]):
        found += _between(
            code, before, opened.source, before.words.get(code, {}), opened.source.words.get(code, {})
        )
    return found


def _between(place: str, old: Source, new: Source, before: Any, after: Any) -> Iterator[Difference]:
    was, now = dict(_flat(before)), dict(_flat(after))
    for path in dict.fromkeys([*was, *now]):
        if was.get(path) != now.get(path) and path not in {"version", "checked_on"}:
            yield Difference(f"{place}：{_said(path, new, old)}", was.get(path, ""), now.get(path, ""))
    if [one for one in was if one in now] != [one for one in now if one in was]:
        yield Difference(f"{place}：" + _("ならび順"), "", _("順番が変わりました"))


def _flat(data: Any, path: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(data, Mapping):
        for key, value in data.items():
            is_question = key == "fields" and not path.startswith("fields.")  # else one inside of a list
            below = "fields" if is_question else f"{path}.{key}" if path else str(key)
            yield from _flat(value, below) if value or not isinstance(value, (dict, list)) else [(below, "○")]
    elif isinstance(data, list):
        for number, value in enumerate(data):
            mark = value.get("id", number) if isinstance(value, Mapping) else number
            yield from _flat(value, f"{path}.{mark}")
    else:
        yield path, str(data)


_PARTS: dict[str, Any] = {
    "label": gettext_lazy("呼び名"),
    "question": gettext_lazy("たずね方"),
    "why": gettext_lazy("たずねる理由"),
    "hint": gettext_lazy("説明"),
    "options": gettext_lazy("答え"),
    "ground": gettext_lazy("根拠"),
    "keep": gettext_lazy("残すあいだ"),
    "sensitivity": gettext_lazy("守り方"),
    "required": gettext_lazy("必須"),
    "shown_when": gettext_lazy("たずねるとき"),
    "type": gettext_lazy("種類"),
    "title": gettext_lazy("名前"),
    "summary": gettext_lazy("説明"),
    "basis": gettext_lazy("根拠"),
    "channels": gettext_lazy("受付の方法"),
    "flow": gettext_lazy("進め方"),
    "within": gettext_lazy("期限"),
    "retention": gettext_lazy("残すあいだ"),
    "documents": gettext_lazy("書類"),
    "opening": gettext_lazy("はじめの文"),
    "body": gettext_lazy("本文"),
    "closing": gettext_lazy("おわりの文"),
    "appeal_notice": gettext_lazy("教示"),
    "contact": gettext_lazy("問い合わせ先"),
    "before_you_start": gettext_lazy("始める前に"),
    "issuer": gettext_lazy("差出人"),
    "pages": gettext_lazy("画面"),
    "catalog": gettext_lazy("さがし方"),
}


def _said(path: str, new: Source, old: Source) -> str:
    """A path in words as far as there are some: fields.q1.label is 質問「人数」の呼び名."""
    parts = path.split(".")
    if parts[0] == "fields" and len(parts) > 1:
        asked = new.question(parts[1]) or old.question(parts[1]) or {}
        label, rest = asked.get("label", parts[1]), parts[2:]
        if len(rest) > 1 and rest[0] == "fields":
            inner = asked.get("fields", {}).get(rest[1], {})
            label, rest = f"{label}／{inner.get('label', rest[1])}", rest[2:]
        part = " ".join(str(_PARTS.get(one, one)) for one in rest)
        return _("質問「%(label)s」の%(part)s") % {"label": label, "part": part}
    return " ".join(str(_PARTS.get(part, part)) for part in parts)
