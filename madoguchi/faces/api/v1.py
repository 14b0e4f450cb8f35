"""API v1: the public lists. Anyone may read them; they hold nothing personal."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.http import HttpRequest
from ninja import Query

import madoguchi
from madoguchi.engines.consultation import queries as consultation
from madoguchi.engines.directory import queries as directory
from madoguchi.engines.knowledge import queries as knowledge
from madoguchi.engines.plan import queries as plan
from madoguchi.engines.procedures import queries as procedures
from madoguchi.faces.shared.guards import anyone
from madoguchi.kernel import metrics, packs, search
from madoguchi.kernel.errors import NotFound

from . import availability, booking, cases, corrections, counters, drafts, draws, shapes
from .app import api, operation

__all__ = ["api", "availability", "booking", "cases", "corrections", "counters", "drafts", "draws"]


@operation("GET", "/about", rule=anyone, tag="city", gives=shapes.About)
def about(request: HttpRequest) -> dict[str, Any]:
    """Which city this is."""
    info = packs.pack_info()
    return {
        "name": info.get("title", ""),
        "municipality": info.get("municipality", ""),
        "is_demo": bool(info.get("demo")),
        "notice": info.get("strip", ""),
        "version": madoguchi.__version__,
    }


@operation("GET", "/procedures", rule=anyone, tag="procedures", gives=list[shapes.ProcedureRow])
def procedure_list(request: HttpRequest, life_event: str | None = None) -> list[Any]:
    """What can be begun here."""
    return procedures.procedures_online(life_event=life_event)


@operation(
    "GET", "/procedures/{key}", rule=anyone, tag="procedures", gives=shapes.ProcedureDetail, refuses=(404,)
)
def procedure_detail(request: HttpRequest, key: str) -> dict[str, Any]:
    """One procedure."""
    found = procedures.procedure(key)
    card = {
        name: getattr(found.card, name)
        for name in ("key", "title", "summary", "division", "kind", "life_events", "channels", "is_online")
    }
    rest = {
        name: getattr(found, name)
        for name in (
            "version", "basis", "days", "counts_business_days", "deadline_hint", "counters", "documents", "steps",
            "checked_on",
        )
    }  # fmt: skip
    return card | rest


@operation("GET", "/register", rule=anyone, tag="procedures", gives=list[shapes.RegisterEntry])
def register(request: HttpRequest) -> list[Any]:
    """The register of procedures."""
    return procedures.register()


@operation("GET", "/measures", rule=anyone, tag="measures", gives=list[shapes.Measure])
def measures(request: HttpRequest) -> list[dict[str, Any]]:
    """All measured figures, now."""
    return [_measure(metric) for metric in metrics.catalogue()]


@operation("GET", "/measures/{key}", rule=anyone, tag="measures", gives=shapes.Measure, refuses=(404,))
def measure(request: HttpRequest, key: str) -> dict[str, Any]:
    """One measured figure."""
    for metric in metrics.catalogue():
        if metric.key == key:
            return _measure(metric)
    raise NotFound


def _measure(metric: metrics.Metric) -> dict[str, Any]:
    measured = metrics.read(metric.key)
    return {
        "key": metric.key,
        "title": str(metric.title),
        "explain": str(metric.explain),
        "unit": str(metric.unit),
        "value": measured.value,
        "n": measured.n,
        "of": measured.of,
        "withheld": measured.withheld,
        "at": measured.at,
        "parts": list(measured.parts),
    }


@operation("GET", "/divisions", rule=anyone, tag="directory", gives=list[shapes.DivisionRow])
def divisions(request: HttpRequest) -> list[Any]:
    """The divisions of today."""
    return list(directory.divisions())


@operation("GET", "/pages", rule=anyone, tag="knowledge", gives=list[shapes.PageRow])
def pages(request: HttpRequest, lang: str = "ja") -> list[Any]:
    """All pages."""
    return knowledge.pages(lang)


@operation("GET", "/pages/{slug}", rule=anyone, tag="knowledge", gives=shapes.PageDetail, refuses=(404,))
def page(request: HttpRequest, slug: str, lang: str = "ja") -> Any:
    """One page as HTML."""
    return knowledge.page(slug, lang)


@operation("GET", "/plan", rule=anyone, tag="plan", gives=shapes.PlanOverview, refuses=(404,))
def plan_overview(request: HttpRequest) -> dict[str, Any]:
    """The plan and what runs."""
    overview = plan.overview()
    return {"title": overview.plan.title, "counts": overview.counts, "goals": overview.goals}


@operation("GET", "/plan/items/{code}", rule=anyone, tag="plan", gives=shapes.ItemDetail, refuses=(404,))
def plan_item(request: HttpRequest, code: str) -> dict[str, Any]:
    """One item with its schedule."""
    item = plan.item(code)
    return {
        "code": item.code,
        "mark": item.mark,
        "title": item.title,
        "goal": item.goal,
        "measure": item.measure,
        "state": item.state,
        "state_label": item.state_label,
        "schedule": [
            {
                "label": line.label or "",
                "years": {year.key: text for year, text in zip(item.years, line.texts, strict=True)},
                "divisions": [division.name for division in line.divisions],
            }
            for line in item.lines
        ],
        "services": [
            {"ref": service.ref, "title": service.title, "runs": service.runs} for service in item.services
        ],
        "notes": [str(note) for note in item.notes],
    }


@operation("GET", "/search", rule=anyone, tag="search", gives=list[shapes.SearchHit])
def find(request: HttpRequest, q: str = Query("", max_length=200)) -> list[Any]:
    """The portal's one box."""
    return search.find(q, by=request.actor, limit=20)  # type: ignore[attr-defined]


@operation("GET", "/calls", rule=anyone, tag="consultation", gives=list[shapes.CallRow])
def calls(request: HttpRequest) -> list[dict[str, Any]]:
    """Calls for opinions, newest first: those that receive now and those whose result is published."""
    return [_call(call) for call in consultation.shown()]


def _call(call: Any) -> dict[str, Any]:
    return {
        "key": call.key,
        "title": call.title,
        "document": call.document,
        "opens_on": call.opens_on,
        "closes_on": call.closes_on,
        "state": call.state,
        "receives": consultation.is_receiving(call),
        "is_fictional": call.is_fictional,
        "opinions": call.opinion_count,
    }


@operation("GET", "/calls/{key}", rule=anyone, tag="consultation", gives=shapes.CallDetail, refuses=(404,))
def call_detail(request: HttpRequest, key: str) -> dict[str, Any]:
    """One call. `result` is there once it is published: totals, and every opinion with its permanent address."""
    call = consultation.call(key)
    result = consultation.public_result(call)
    return {
        **_call(call),
        "units": [
            {"key": text.unit.key, "number": text.number, "heading": text.heading, "body": text.body}
            for text in _draft_texts(call)
        ],
        "result": result.as_data() if result is not None else None,
    }


def _draft_texts(call: Any) -> list[Any]:
    version = consultation.draft_of(call)
    return list(version.texts.all()) if version else []


@operation(
    "GET",
    "/calls/{key}/opinions/{number}",
    rule=anyone,
    tag="consultation",
    gives=shapes.OpinionDetail,
    refuses=(404,),
)
def opinion_detail(request: HttpRequest, key: str, number: int) -> dict[str, Any]:
    """One published opinion and every step of what became of it."""
    voice = consultation.voice_numbered(key, number)
    steps = consultation.outcomes_of(voice.row.id)
    return {
        "call": voice.call.key,
        "row": asdict(voice.row),
        "steps": [
            {
                "state": step.state,
                "on": step.on,
                "words": step.words,
                "item": step.item,
                "source": step.source,
            }
            for step in steps
        ],
    }
