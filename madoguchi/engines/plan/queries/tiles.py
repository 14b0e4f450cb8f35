"""The plan on one page: its goals, measures and items, and what runs of them."""

from __future__ import annotations

from dataclasses import dataclass, field

from madoguchi.engines.plan.models import FormerItem, Item, Plan, ScheduleLine
from madoguchi.engines.plan.running import Running, State
from madoguchi.kernel import links
from madoguchi.kernel.refs import Ref

from .heads import PlanHead, current_plan, head, state_of


@dataclass(frozen=True, slots=True)
class Tile:
    code: str
    mark: str
    title: str
    state: State
    href: str

    @property
    def state_label(self) -> str:
        return str(self.state.label)


@dataclass(frozen=True, slots=True)
class MeasureTiles:
    code: str
    title: str
    items: list[Tile] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class GoalTiles:
    code: str
    number: int
    title: str
    measures: list[MeasureTiles] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Counts:
    """Counted from the rows, never typed."""

    goals: int
    measures: int
    items: int
    schedule_lines: int
    divisions: int


@dataclass(frozen=True, slots=True)
class Overview:
    plan: PlanHead
    counts: Counts
    states: list[tuple[State, int]]
    goals: list[GoalTiles]


def overview() -> Overview:
    """All goals, measures and items with what runs of them. None is hidden."""
    plan = current_plan()
    running = Running()
    goals: dict[str, GoalTiles] = {}
    measures: dict[str, MeasureTiles] = {}
    states = dict.fromkeys(State, 0)
    items = list(
        Item.objects.current()
        .select_related("measure__goal")
        .prefetch_related("services")
        .order_by("measure__goal__order", "measure__order", "order")
    )
    # One reverse for all tiles: the address of an item differs in its code alone.
    pattern = links.href(Ref("plan", "item", "CODE"))
    for item in items:
        measure, goal = item.measure, item.measure.goal
        if goal.code not in goals:
            goals[goal.code] = GoalTiles(goal.code, goal.order, goal.title)
        if measure.code not in measures:
            measures[measure.code] = MeasureTiles(measure.code, measure.title)
            goals[goal.code].measures.append(measures[measure.code])
        state = state_of(item, running)
        states[state] += 1
        href = pattern.replace("CODE", item.code)
        measures[measure.code].items.append(Tile(item.code, item.mark, item.title, state, href))
    return Overview(
        plan=head(plan),
        counts=_counts(plan, len(goals), len(measures), len(items)),
        states=list(states.items()),
        goals=list(goals.values()),
    )


def _counts(plan: Plan, goals: int, measures: int, items: int) -> Counts:
    lines = ScheduleLine.objects.filter(item__withdrawn_at=None).values_list("divisions", flat=True)
    named = {name for names in lines for name in names}
    named |= {name for names in FormerItem.objects.values_list("divisions", flat=True) for name in names}
    return Counts(goals, measures, items, len(lines), len(named - set(plan.related)))


def states() -> list[tuple[State, int]]:
    """How many items run, run partly, do not run yet: for the home page and the metric."""
    running = Running()
    found = dict.fromkeys(State, 0)
    for item in Item.objects.current().prefetch_related("services"):
        found[state_of(item, running)] += 1
    return list(found.items())
