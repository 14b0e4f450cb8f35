"""A draw whose things are booked: for whom one enters, and what its area asks, as on the booking pages."""

from __future__ import annotations

from typing import Any

from madoguchi.engines.booking import queries as booking
from madoguchi.engines.booking import services
from madoguchi.faces.shared.asking import Asked
from madoguchi.kernel.refs import is_id


def area_of(found: Any, language: str) -> Any:
    """What the area says in the reader's language; None where the round is of another engine."""
    area = services.area_drawn(found.about)
    return booking.area(area.key, language).said if area is not None else None


def context(request: Asked, found: Any) -> dict[str, Any]:
    """What the form shows besides the wishes."""
    said = area_of(found, request.LANGUAGE_CODE)
    if said is None:
        return {}
    whom = booking.whom(request.actor, said)
    return {
        "said": said,
        "whom": whom,
        "chosen": request.POST.get("whom", "")[:60] or (whom[0].key if len(whom) == 1 else ""),
        "answers": _answers(request, said),
    }


def enter(request: Asked, found: Any, wishes: list[list[str]], token: str) -> Any:
    """The entry, by the rules of the area. Raises WhomMissing and what `enter_draw` raises."""
    said = area_of(found, request.LANGUAGE_CODE)
    who = next(
        (one for one in booking.whom(request.actor, said) if one.key == request.POST.get("whom")), None
    )
    if who is None:
        raise services.WhomMissing
    return services.enter_draw(
        round=found,
        # Who enters answers for it and is told; a group or a child is whom it is for.
        party=request.party,
        person=who.person,
        wishes=wishes,
        by=request.actor,
        channel="web",
        answers=_answers(request, said),
        asked=f"form:{token}" if is_id(token) else "",
        language=request.LANGUAGE_CODE,
    )


def _answers(request: Asked, said: Any) -> dict[str, str]:
    return {ask.key: request.POST.get(f"a-{ask.key}", "")[:500].strip() for ask in said.asks}
