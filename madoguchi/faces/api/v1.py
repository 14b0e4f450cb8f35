"""API v1: the public lists. Anyone may read them; they hold nothing personal."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI, Query
from ninja.errors import HttpError, ValidationError

import madoguchi
from madoguchi.engines.directory import queries as directory
from madoguchi.engines.knowledge import queries as knowledge
from madoguchi.engines.plan import queries as plan
from madoguchi.engines.procedures import queries as procedures
from madoguchi.faces.shared.guards import anyone, guard
from madoguchi.faces.shared.refusals import problem
from madoguchi.kernel import metrics, packs, search
from madoguchi.kernel.errors import NotFound, Refusal

from . import shapes

PROBLEMS = {404: shapes.Problem, 422: shapes.Problem}

api = NinjaAPI(
    title="窓口 API",
    version="1",
    urls_namespace="api-1",
    description="Public lists of a city hall. Every refusal is application/problem+json (RFC 9457).",
    docs_url=None,
)


class BadQuestion(Refusal):
    """A parameter that cannot be read."""

    code = "bad_question"
    status = 422
    message = "The parameter %(name)s cannot be read: %(why)s"


@api.exception_handler(Refusal)
def refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    return problem(refusal)


@api.exception_handler(ValidationError)
def not_readable(request: HttpRequest, error: ValidationError) -> HttpResponse:
    first: dict[str, Any] = error.errors[0] if error.errors else {}
    return problem(BadQuestion(name=".".join(map(str, first.get("loc", ()))), why=first.get("msg", "")))


@api.exception_handler(HttpError)
def http_error(request: HttpRequest, error: HttpError) -> HttpResponse:
    return problem(BadQuestion(name="body", why=str(error)))


@api.get("/about", response=shapes.About, tags=["city"], summary="Which city this is")
@guard(anyone)
def about(request: HttpRequest) -> dict[str, Any]:
    info = packs.pack_info()
    return {
        "name": info.get("title", ""),
        "municipality": info.get("municipality", ""),
        "is_demo": bool(info.get("demo")),
        "notice": info.get("strip", ""),
        "version": madoguchi.__version__,
    }


@api.get(
    "/procedures", response=list[shapes.ProcedureRow], tags=["procedures"], summary="What can be begun here"
)
@guard(anyone)
def procedure_list(request: HttpRequest, life_event: str | None = None) -> list[Any]:
    return procedures.procedures_online(life_event=life_event)


@api.get(
    "/procedures/{key}",
    response={200: shapes.ProcedureDetail, **PROBLEMS},
    tags=["procedures"],
    summary="One procedure",
)
@guard(anyone)
def procedure_detail(request: HttpRequest, key: str) -> dict[str, Any]:
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


@api.get(
    "/register",
    response=list[shapes.RegisterEntry],
    tags=["procedures"],
    summary="The register of procedures",
)
@guard(anyone)
def register(request: HttpRequest) -> list[Any]:
    return procedures.register()


@api.get("/measures", response=list[shapes.Measure], tags=["measures"], summary="All measured figures, now")
@guard(anyone)
def measures(request: HttpRequest) -> list[dict[str, Any]]:
    return [_measure(metric) for metric in metrics.catalogue()]


@api.get(
    "/measures/{key}",
    response={200: shapes.Measure, **PROBLEMS},
    tags=["measures"],
    summary="One measured figure",
)
@guard(anyone)
def measure(request: HttpRequest, key: str) -> dict[str, Any]:
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
        "at": measured.at,
        "parts": list(measured.parts),
    }


@api.get(
    "/divisions", response=list[shapes.DivisionRow], tags=["directory"], summary="The divisions of today"
)
@guard(anyone)
def divisions(request: HttpRequest) -> list[Any]:
    return list(directory.divisions())


@api.get("/counters", response=list[shapes.CounterRow], tags=["directory"], summary="The counters in use")
@guard(anyone)
def counters(request: HttpRequest, division: str | None = None) -> list[dict[str, Any]]:
    return [
        {"key": row.key, "name": row.name, "division": row.division_id}
        for row in directory.counters(division)
    ]


@api.get("/pages", response=list[shapes.PageRow], tags=["knowledge"], summary="All pages")
@guard(anyone)
def pages(request: HttpRequest, lang: str = "ja") -> list[Any]:
    return knowledge.pages(lang)


@api.get(
    "/pages/{slug}",
    response={200: shapes.PageDetail, **PROBLEMS},
    tags=["knowledge"],
    summary="One page as HTML",
)
@guard(anyone)
def page(request: HttpRequest, slug: str, lang: str = "ja") -> Any:
    return knowledge.page(slug, lang)


@api.get(
    "/plan", response={200: shapes.PlanOverview, **PROBLEMS}, tags=["plan"], summary="The plan and what runs"
)
@guard(anyone)
def plan_overview(request: HttpRequest) -> dict[str, Any]:
    overview = plan.overview()
    return {"title": overview.plan.title, "counts": overview.counts, "goals": overview.goals}


@api.get(
    "/plan/items/{code}",
    response={200: shapes.ItemDetail, **PROBLEMS},
    tags=["plan"],
    summary="One item with its schedule",
)
@guard(anyone)
def plan_item(request: HttpRequest, code: str) -> dict[str, Any]:
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


@api.get("/search", response=list[shapes.SearchHit], tags=["search"], summary="The portal's one box")
@guard(anyone)
def find(request: HttpRequest, q: str = Query("", max_length=200)) -> list[Any]:
    return search.find(q, by=request.actor, limit=20)  # type: ignore[attr-defined]
