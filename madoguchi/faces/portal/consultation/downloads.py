"""A result to take home: PDF as the ward lays it out, plain text, CSV, JSON. All print the same `Result`."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from madoguchi.engines.consultation import queries
from madoguchi.engines.documents import services as documents
from madoguchi.faces.shared.asking import Asked
from madoguchi.faces.shared.guards import anyone, guard
from madoguchi.faces.shared.sheets import sheet
from madoguchi.kernel import clock, packs
from madoguchi.kernel.errors import NotFound


def _published(key: str) -> tuple[Any, queries.Result]:
    call = queries.call(key)
    result = queries.public_result(call)
    if result is None:
        raise NotFound
    return call, result


@require_safe
@guard(anyone)
def pdf(request: Asked, key: str) -> HttpResponse:
    """The paper: sections 1 to 4, merged answer cells, headings repeated on every page."""
    call, result = _published(key)
    on = clock.in_city(call.published_at).date() if call.published_at else clock.today()
    office = call.division.name if call.division else packs.pack_info().get("title", "")
    report = queries.as_report(result, on=on, office=office, is_sample=settings.DEMO)
    return _file(documents.draw_report(report), "application/pdf", f"{call.key}.pdf")


@require_safe
@guard(anyone)
def text(request: Asked, key: str) -> HttpResponse:
    """Plain text, one opinion a paragraph."""
    call, result = _published(key)
    content = queries.as_text(result).encode()
    return _file(content, "text/plain; charset=utf-8", f"{call.key}.txt")


@require_safe
@guard(anyone)
def rows(request: Asked, key: str) -> HttpResponse:
    """CSV; nothing in it is taken for a formula."""
    call, result = _published(key)
    return sheet(call.key, [queries.HEADER, *queries.as_rows(result)])


@require_safe
@guard(anyone)
def data(request: Asked, key: str) -> HttpResponse:
    """JSON: the frozen publication where there is one, with its digest; else the facts as they stand."""
    call, result = _published(key)
    publication = call.publications.first()
    found = {
        "call": call.key,
        "publication": publication.number if publication else None,
        "digest": publication.digest if publication else None,
        "result": publication.content if publication else result.as_data(),
    }
    response = JsonResponse(found, json_dumps_params={"ensure_ascii": False})
    response.headers["Content-Disposition"] = f'attachment; filename="{call.key}.json"'
    return response


def _file(content: bytes, content_type: str, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=content_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
