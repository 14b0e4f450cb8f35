"""What anybody may know: which procedures there are, how each is done, how many can be done online."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from madoguchi.engines.forms.paper import blank_pages
from madoguchi.engines.forms.questions import PageProgress
from madoguchi.kernel import clock, packs
from madoguchi.kernel.calendar import fiscal_year
from madoguchi.kernel.identity.lineage import Lineage, lineage
from madoguchi.kernel.metrics import Part
from madoguchi.kernel.packs.models import Definition
from madoguchi.kernel.text import said_of

from .. import procedure as procedures
from ..models import RegisterEntry
from ..procedure import KIND, NeededDocument, Procedure

CHANNEL_NAMES = {
    "web": _("インターネット"),
    "counter": _("窓口"),
    "post": _("郵送"),
    "phone": _("電話"),
}


@dataclass(frozen=True, slots=True)
class ProcedureCard:
    key: str
    title: str
    summary: str
    division: str
    kind: str
    life_events: tuple[str, ...]
    channels: tuple[str, ...]

    @property
    def is_online(self) -> bool:
        return "web" in self.channels


@dataclass(frozen=True, slots=True)
class ProcedurePage:
    """Everything the page of a procedure says before one begins."""

    card: ProcedureCard
    basis: str
    before_you_start: tuple[str, ...]
    days: int
    counts_business_days: bool
    deadline_hint: str
    counters: tuple[str, ...]
    proxy_allowed: bool
    phone_accepts: str
    documents: tuple[NeededDocument, ...]
    reasons: tuple[str, ...]
    steps: tuple[str, ...]
    ends_at_counter: bool  # with what was asked for in one's hand, and not with the news of a decision
    news: str  # what its letter is called, where it is not the news of a decision
    pages: tuple[str, ...]
    checked_on: dt.date
    version: int
    card_needed: bool
    is_whole: bool = True  # in the reader's language; else some of it is shown in Japanese


def _card(procedure: Procedure, texts: Mapping[str, str], chart: Lineage) -> ProcedureCard:
    shape = procedure.shape
    return ProcedureCard(
        key=procedure.key,
        title=texts.get("title") or shape.title,
        summary=texts.get("summary") or shape.summary,
        division=chart.now(shape.division),  # whose work it is today, whatever it was called in the file
        kind=shape.catalog.kind,
        life_events=tuple(shape.catalog.life_events),
        channels=tuple(shape.channels.names()),
    )


def _texts(definition: Definition) -> dict[str, str]:
    return packs.texts(definition, get_language() or "ja")


def procedures_online(*, life_event: str | None = None) -> list[ProcedureCard]:
    """The procedures one can begin here, by title; only those of a life event where one is named."""
    definitions = list(packs.definitions(KIND))
    words = packs.texts_of(definitions, get_language() or "ja")
    chart = lineage()
    cards = [_card(procedures.of(definition), words[definition.pk], chart) for definition in definitions]
    return sorted(
        (card for card in cards if life_event is None or life_event in card.life_events),
        key=lambda card: card.title,
    )


def procedure(key: str) -> ProcedurePage:
    """One procedure. Raises NotFound."""
    definition, compiled = procedures.current(key)
    texts, shape = _texts(definition), compiled.shape
    hint, chart = shape.hint_deadline, lineage()
    return ProcedurePage(
        card=_card(compiled, texts, chart),
        basis=texts.get("basis") or shape.basis,
        before_you_start=tuple(
            texts.get(f"before_you_start.{number}") or words
            for number, words in enumerate(shape.before_you_start)
        ),
        days=shape.within.days,
        counts_business_days=shape.within.count == "business",
        deadline_hint=(texts.get("hint_deadline.text") or hint.text) if hint else "",
        counters=tuple(chart.now(at) for at in shape.channels.counter.at) if shape.channels.counter else (),
        proxy_allowed=bool(shape.channels.counter and shape.channels.counter.proxy),
        phone_accepts=shape.channels.phone.accepts if shape.channels.phone else "",
        documents=tuple(procedures.needed_document(document, texts) for document in shape.documents),
        # Once each: two answers may have one reason (whose birth date it is depends on who applies).
        reasons=tuple(
            dict.fromkeys(
                texts.get(f"eligibility.reasons.{name}") or words
                for name, words in (shape.eligibility.reasons if shape.eligibility else {}).items()
            )
        ),
        steps=tuple(
            texts.get(f"flow.{name}.label") or state.label
            for name, state in shape.flow.items()
            if not state.end and state.tell != "returned"
        ),
        ends_at_counter=compiled.ends_at_counter,
        news=compiled.news_at_the_end(texts),
        pages=tuple(texts.get(f"pages.{page.id}.title") or page.title for page in shape.pages),
        checked_on=shape.checked_on,
        version=definition.version,
        card_needed=False,
        is_whole=packs.is_whole_in(definition, get_language() or "ja"),
    )


def blank_form(key: str) -> list[PageProgress]:
    """Every question of a procedure for its form on paper. Raises NotFound."""
    definition, compiled = procedures.current(key)
    return blank_pages(compiled.form, _texts(definition))


@dataclass(frozen=True, slots=True)
class RegisterRow:
    key: str
    title: str
    division: str
    kind: str
    basis: str
    here_since: dt.date | None
    ward_since: dt.date | None
    ward_by: str
    source: str


def register() -> list[RegisterRow]:
    """The register of procedures as it stands today, by division."""
    here, today = _online_here(), clock.today()
    return [
        RegisterRow(
            key=entry.key,
            title=entry.title,
            division=said_of(entry.division),
            kind=entry.kind,
            basis=entry.basis,
            here_since=_since(here.get(entry.key, []), today),
            ward_since=entry.ward_online_since,
            ward_by=entry.ward_online_by,
            source=entry.source,
        )
        for entry in RegisterEntry.objects.select_related("division")
        if entry.ended_on is None or entry.ended_on > clock.today()
    ]


Spans = Mapping[str, list[tuple[dt.date, dt.date | None]]]


def _online_here() -> dict[str, list[tuple[dt.date, dt.date | None]]]:
    """From when until when each procedure could really be done online in this installation."""
    spans: dict[str, list[tuple[dt.date, dt.date | None]]] = {}
    for definition in Definition.objects.filter(kind=KIND).order_by("published_at"):
        if definition.body.get("channels", {}).get("web") is None:
            continue
        ended = definition.withdrawn_at
        spans.setdefault(definition.key, []).append(
            (
                clock.in_city(definition.published_at).date(),
                clock.in_city(ended).date() if ended else None,
            )
        )
    return spans


def _since(spans: list[tuple[dt.date, dt.date | None]], on: dt.date) -> dt.date | None:
    """The first day, where it can be done online still."""
    return spans[0][0] if _is_online(spans, on) else None


def _is_online(spans: list[tuple[dt.date, dt.date | None]], on: dt.date) -> bool:
    return any(began <= on and (ended is None or on < ended) for began, ended in spans)


def register_share(on: dt.date | None = None) -> tuple[list[Part], list[Part], list[Part]]:
    """Online procedures of all in the register: here by division, here by fiscal year, and the ward's by year.

    A year's figure is as it stood at the end of that fiscal year, or on `on` in the running one. Ours begins
    with the year this installation began; the ward's ends with the last year in which it published a date:
    what it did later is not known here.
    """
    on = on or clock.today()
    here = _online_here()
    entries = list(RegisterEntry.objects.select_related("division"))
    by_division: dict[str, list[int]] = {}
    for entry in entries:
        if _exists(entry, on):
            row = by_division.setdefault(entry.division.name, [0, 0])
            row[1] += 1
            row[0] += _is_online(here.get(entry.key, []), on)
    divisions = [Part(name, n, of, group="division") for name, (n, of) in by_division.items()]
    ward: Spans = {e.key: [(e.ward_online_since, None)] for e in entries if e.ward_online_since}
    told = max((began for spans in ward.values() for began, _ended in spans), default=on)
    return (
        divisions,
        _by_year(entries, here, on, last=on, group="year"),
        _by_year(entries, ward, on, last=min(told, on), group="ward_year"),
    )


def _by_year(
    entries: list[RegisterEntry], spans: Spans, on: dt.date, *, last: dt.date, group: str
) -> list[Part]:
    """One part a fiscal year, from the first with anything online to the one of `last`."""
    began = [span[0] for many in spans.values() for span in many if span[0] <= on]
    if not began:
        return []
    parts = []
    for year in range(fiscal_year(min(began)), fiscal_year(last) + 1):
        end = min(dt.date(year + 1, 3, 31), on)
        there = [entry for entry in entries if _exists(entry, end)]
        n = sum(_is_online(spans.get(entry.key, []), end) for entry in there)
        parts.append(Part(str(year), n, len(there), group=group))
    return parts


def _exists(entry: RegisterEntry, on: dt.date) -> bool:
    return (entry.since is None or entry.since <= on) and (entry.ended_on is None or entry.ended_on > on)
