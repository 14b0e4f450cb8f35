"""Tables that are ruled without a left or a right side, as many offices print them: where the sides would stand."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from pdfplumber.page import Page as Printed
from pdfplumber.table import merge_edges

_NEAR = 3.0  # points
_FEWEST = 3  # rules of the same length above each other: a table of two rows
_MOST = 5_000  # edges of a page: a drawing, not a table

Edge = dict[str, Any]
Span = tuple[float, float]


def open_sides(printed: Printed) -> Iterator[Edge]:
    """Upright lines at the ends of level rules that have upright ones between them, but none at the end."""
    if len(printed.edges) > _MOST:
        return
    edges = merge_edges(printed.edges, _NEAR, _NEAR, _NEAR, _NEAR)
    upright = [edge for edge in edges if edge["orientation"] == "v"]
    for (left, right), rules in _by_reach(edges).items():
        between = [edge for edge in upright if left + _NEAR < edge["x0"] < right - _NEAR]
        for top, bottom in _spans(between):
            crossed = sum(1 for rule in rules if top - _NEAR <= rule["top"] <= bottom + _NEAR)
            if crossed < _FEWEST:
                continue
            for side in (left, right):
                if not any(
                    abs(edge["x0"] - side) <= _NEAR and edge["top"] < bottom and edge["bottom"] > top
                    for edge in upright
                ):
                    yield _line(side, top, bottom)


def _by_reach(edges: list[Edge]) -> dict[Span, list[Edge]]:
    """Level rules by where they begin and end."""
    found: dict[Span, list[Edge]] = defaultdict(list)
    for edge in edges:
        if edge["orientation"] == "h":
            reach = next((one for one in found if _is_near(one, edge)), (edge["x0"], edge["x1"]))
            found[reach].append(edge)
    return {reach: rules for reach, rules in found.items() if len(rules) >= _FEWEST}


def _is_near(reach: Span, edge: Edge) -> bool:
    return abs(reach[0] - edge["x0"]) <= _NEAR and abs(reach[1] - edge["x1"]) <= _NEAR


def _spans(upright: list[Edge]) -> list[Span]:
    """From where to where upright lines stand, tables apart from each other."""
    spans: list[Span] = []
    for edge in sorted(upright, key=lambda one: one["top"]):
        if spans and edge["top"] <= spans[-1][1] + _NEAR:
            spans[-1] = (spans[-1][0], max(spans[-1][1], edge["bottom"]))
        else:
            spans.append((edge["top"], edge["bottom"]))
    return spans


def _line(x: float, top: float, bottom: float) -> Edge:
    return {
        "object_type": "line", "orientation": "v", "x0": x, "x1": x, "top": top, "bottom": bottom,
        "width": 0, "height": bottom - top,
    }  # fmt: skip
