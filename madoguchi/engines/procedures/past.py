"""What a case did before it was moved onto a newer version: each step is read by the version it was made by."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from madoguchi.kernel import packs

from . import procedure as procedures
from .definition import StateDef
from .models import Case, Step, VersionMove
from .procedure import Procedure


class Past:
    """The steps of one case, each with the flow that was in force when it was made."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self.now = procedures.of(case.definition)
        self.steps: list[Step] = list(case.steps.all())
        self.moves = list(case.version_moves.all())
        self._older: dict[object, dict[str, str]] = {}

    def _version_of(self, step: Step) -> Procedure:
        later = next((move for move in self.moves if step.at <= move.at), None)
        return procedures.by_id(later.from_definition_id) if later is not None else self.now

    def state(self, name: str, step: Step) -> StateDef:
        """A state as the flow of that step has it; one no flow knows is neither a question, a decision nor an end."""
        flows = (self._version_of(step).shape.flow, self.now.shape.flow)
        return next((flow[name] for flow in flows if name in flow), StateDef(label=name))

    def left(self, step: Step) -> StateDef:
        return self.state(step.from_state, step)

    def came_to(self, step: Step) -> StateDef:
        return self.state(step.to_state, step)

    def is_back(self, step: Step) -> bool:
        """A move the flow did not have: the case was handed back to where it came from."""
        return bool(step.from_state) and step.to_state not in self.left(step).next

    def into_here(self) -> list[Step]:
        """The steps that brought the case forward to where it is, the latest first."""
        here = self.case.state
        return [
            step
            for step in reversed(self.steps)
            if step.to_state == here and step.from_state and not self.is_back(step)
        ]

    def label(self, step: Step, texts: dict[str, str], language: str = "ja") -> str:
        """What the state the step led to is called, also where the flow of today no longer has it."""
        at = f"flow.{step.to_state}.label"
        if at in texts or not self.moves:
            return texts.get(at, step.to_state)
        later = next((move for move in self.moves if step.at <= move.at), self.moves[-1])
        if later.pk not in self._older:
            self._older[later.pk] = packs.texts(later.from_definition, language)
        return self._older[later.pk].get(at, step.to_state)

    def pauses(self) -> Iterator[tuple[dt.datetime, bool]]:
        """Since when the clock stood still (True) or ran: at every step, and at every move onto another version."""
        moves, state = list(self.moves), ""
        for step in self.steps:
            while moves and moves[0].at < step.at:
                yield _paused(moves.pop(0), state)
            state = step.to_state
            yield step.at, state in self._version_of(step).shape.within.pause_on
        for move in moves:
            yield _paused(move, state)


def _paused(move: VersionMove, state: str) -> tuple[dt.datetime, bool]:
    shape = procedures.by_id(move.to_definition_id).shape
    return move.at, state in shape.within.pause_on
