"""進め方: the ready ways a case can take, as real states of a flow."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

ALONE, HEAD, HEAD_AND_CHECK = "alone", "head", "head_and_check"
# Whatever the way, whoever decided never checks the letter: the engine itself sees to that.
ROUTES = {
    ALONE: (
        _("係で確認して決める"),
        _("係の人が内容を確かめ、そのまま決めます。送る前に、別の人が通知書を確かめます。"),
    ),
    HEAD: (
        _("上司が決裁する"),
        _("係の人が確かめて上げ、上司が決めます。送る前に、決めた人とは別の人が通知書を確かめます。"),
    ),
    HEAD_AND_CHECK: (
        _("上司が決裁し、交付前にも確かめる"),
        _("上げた人は、自分では決裁できません。送る前に、決めた人とは別の人が通知書を確かめます。"),
    ),
}


def flow(route: str, *, grants: str, refuses: str, granted: str, refused: str) -> dict[str, Any]:
    """The states of a route. `grants` and `refuses` are letters, `granted` and `refused` the words of the ends."""
    ends = ["granted", "refused"]
    checks = [*ends] if route == ALONE else ["deciding"]
    states: dict[str, Any] = {
        "received": {"label": "受付", "next": ["checking", "withdrawn"]},
        "checking": {"label": "確認中", "by": "division", "next": ["returned", *checks, "withdrawn"]},
        "returned": {
            "label": "直してほしいところがあります",
            "tell": "returned",
            "next": ["checking", "withdrawn"],
        },
    }
    if route != ALONE:
        deciding: dict[str, Any] = {"label": "審査中", "by": "head"}
        if route == HEAD_AND_CHECK:
            deciding["second_person"] = True
        states["deciding"] = deciding | {"next": [*ends, "returned"]}
    told: dict[str, Any] = {"tell": "decided", "checked_before_sending": "another_person"}
    states["granted"] = {"label": granted, "end": "done", "letter": grants, **told}
    states["refused"] = {
        "label": refused,
        "end": "done",
        "letter": refuses,
        **told,
        "requires": ["reason", "appeal_notice"],
    }
    states["withdrawn"] = {"label": "取下げ", "end": "cancelled"}
    return states


def route_of(states: dict[str, Any]) -> str:
    """Which ready route a flow is; "" for one written by hand."""
    for route in ROUTES:
        granted, refused = states.get("granted", {}), states.get("refused", {})
        ready = flow(
            route,
            grants=granted.get("letter", ""),
            refuses=refused.get("letter", ""),
            granted=granted.get("label", ""),
            refused=refused.get("label", ""),
        )
        if _bones(ready) == _bones(states):
            return route
    return ""


def _bones(states: dict[str, Any]) -> dict[str, Any]:
    return {
        name: {key: value for key, value in state.items() if key != "label"} for name, state in states.items()
    }
