"""Of a draw: wins no booking could be made of, until somebody has spoken with the person. The audit carries them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from madoguchi.engines.lottery import queries as lottery
from madoguchi.kernel.audit import queries as audit

NOT_MADE, DEALT_WITH = "booking.win_not_made", "booking.win_dealt_with"


@dataclass(frozen=True, slots=True)
class NotMade:
    """Somebody won it and does not have it."""

    win: Any
    item: str
    title: str
    code: str  # of the refusal


def not_made_of(round: Any) -> set[tuple[str, str]]:
    """(win, item) of everything that could not be made, dealt with or not. One query."""
    return set(_codes(round, NOT_MADE))


def _codes(round_: Any, *verbs: str) -> dict[tuple[str, str], str]:
    rows = audit.events_about(round_.ref).filter(verb__in=verbs).values_list("facts", flat=True)
    return {(said["win"], said["item"]): said.get("code", "") for said in rows}


def wins_not_made(round: Any) -> list[NotMade]:
    """What waits for a member of staff: not dealt with, and the win still counts. Three queries, one where there is nothing."""
    codes = _codes(round, NOT_MADE)
    for done in _codes(round, DEALT_WITH) if codes else ():
        codes.pop(done, None)
    if not codes:
        return []
    names = lottery.titles(round)
    found = {str(win.pk): win for win in lottery.wins(round).filter(pk__in=[win for win, _item in codes])}
    standing = [(found[win], item, code) for (win, item), code in codes.items() if win in found]
    return [
        NotMade(win, item, names.get(item, item), code)
        for win, item, code in standing
        if win.state in ("offered", "confirmed")
    ]
