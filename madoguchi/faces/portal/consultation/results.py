"""What was said and answered: the list of all calls, one result, one opinion at its permanent address."""

from __future__ import annotations

import uuid
from urllib.parse import urlencode

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from madoguchi.engines.consultation import queries
from madoguchi.engines.plan import queries as plan
from madoguchi.faces.shared.asking import Asked
from madoguchi.faces.shared.guards import anyone, guard
from madoguchi.faces.shared.pages import go, page
from madoguchi.kernel.errors import NotFound

from .calls import show_call
from .words import of_call

# Of one result on one page; the papers to take home hold all of them.
ROWS = 200
FILTERS = ("item", "meaning", "outcome", "call")


@require_safe
@guard(anyone)
def index(request: Asked) -> HttpResponse:
    """意見と、その後: the open call, the past ones with a table that adds up, and every opinion."""
    chosen = {name: request.GET.get(name, "")[:40] for name in FILTERS}
    calls = list(queries.shown())
    past = [call for call in calls if call.state == call.State.PUBLISHED]
    found = queries.voices(**chosen, page=_number(request.GET.get("page", "")))
    context = {
        "open": [
            {
                "call": call,
                "words": of_call(call, request.LANGUAGE_CODE),
                "came": queries.came_in(call),
                "left": queries.days_left(call),
            }
            for call in queries.open_calls()
        ],
        "answering": [
            call for call in calls if call.state == call.State.OPENED and not queries.is_receiving(call)
        ],
        "past": past,
        "tally": queries.tally(past),
        "found": found,
        "titles": plan.item_titles(),
        "services": plan.service_addresses(voice.row.outcome_service for voice in found.voices),
        "chosen": chosen,
        "choices": queries.choices(),
        "query": urlencode({name: value for name, value in chosen.items() if value}),
        "total": sum(call.opinion_count for call in past),
    }
    return page(request, "portal/consultation/index.html", context)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 7 else 1


@require_safe
@guard(anyone)
def call(request: Asked, key: str) -> HttpResponse:
    """A call: as it is asked while it is open, as it was answered once the result is published."""
    found = queries.call(key)
    result = queries.public_result(found)
    if result is None:
        return show_call(request, found)
    pages = max(-(-len(result.rows) // ROWS), 1)
    at = min(max(_number(request.GET.get("page", "")), 1), pages)
    rows = result.rows[(at - 1) * ROWS : at * ROWS]
    context = {
        "call": found,
        "words": of_call(found, request.LANGUAGE_CODE),
        "result": result,
        "rows": rows,
        "here": {row.number for row in rows},
        "page": at,
        "pages": [(n, (n - 1) * ROWS + 1, min(n * ROWS, len(result.rows))) for n in range(1, pages + 1)],
        "publications": list(found.publications.all()),
        "titles": plan.item_titles(),
        "notices": queries.notices_by_kind(found),
    }
    return page(request, "portal/consultation/result.html", context)


@require_safe
@guard(anyone)
def opinion(request: Asked, key: str, number: int) -> HttpResponse:
    """One opinion: what was said, what was answered, what became of it, step by step."""
    try:
        found = queries.voice_numbered(key, number)
    except NotFound:
        # While a result is corrected its opinions stand on the page of the result, as they were published.
        result = queries.public_result(queries.call(key))
        if result is None or number not in {row.number for row in result.rows}:
            raise
        return go(request, "portal:opinions:call", key=key, anchor=f"no{number}")
    mark, title = queries.printed_item(found.row.id)
    context = {
        "voice": found,
        # An item of the former plan that no item of this one goes on with: its page says what became of it.
        "former_mark": mark if not found.row.items and plan.is_former_item(mark, title) else "",
        "words": of_call(found.call, request.LANGUAGE_CODE),
        "titles": plan.item_titles(),
        "services": plan.service_addresses([found.row.outcome_service]),
        "steps": [(step, queries.said_when(step.on)) for step in queries.outcomes_of(found.row.id)],
    }
    return page(request, "portal/consultation/opinion.html", context)


@require_safe
@guard(anyone)
def permanent(request: Asked, opinion_id: uuid.UUID) -> HttpResponse:
    """The address that stays even if a corrected publication numbers anew: it leads to where the opinion stands now."""
    try:
        found = queries.voice(opinion_id)
    except NotFound:
        key, number = queries.place_while_corrected(opinion_id)
        return go(request, "portal:opinions:call", key=key, anchor=f"no{number}")
    return go(request, "portal:opinions:opinion", key=found.call.key, number=found.row.number)
