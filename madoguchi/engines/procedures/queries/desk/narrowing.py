"""What the list of the desk can be narrowed to, and to whom a case can be given."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from madoguchi.engines.forms.models import Channel
from madoguchi.kernel import packs
from madoguchi.kernel.identity import queries as identity
from madoguchi.kernel.packs.models import Definition
from madoguchi.kernel.refs import Actor

from ... import procedure as procedures
from ... import rules
from .rows import on_the_desk
from .seeing import handled_divisions


@dataclass(slots=True)
class Choices:
    """(value, words) of procedures, states and channels in which cases wait."""

    procedures: list[tuple[str, str]]
    states: list[tuple[str, str]]
    channels: list[tuple[str, str]]


def choices(actor: Actor) -> Choices:
    """Only what waits is offered, in the words of each procedure. Three queries, however many cases."""
    pairs = set(on_the_desk(actor).order_by().values_list("definition", "state", "channel").distinct())
    definitions = Definition.objects.in_bulk({pk for pk, _state, _channel in pairs})
    words = packs.texts_of(definitions.values())
    labels: dict[str, dict[str, None]] = {}
    for pk, definition in definitions.items():
        waiting = {state for one, state, _channel in pairs if one == pk}
        for state in procedures.of(definition).shape.flow:
            if state in waiting:
                labels.setdefault(state, {})[words[pk].get(f"flow.{state}.label", state)] = None
    titles = {one.key: words[pk].get("title", one.key) for pk, one in definitions.items()}
    channels = {channel for _pk, _state, channel in pairs}
    return Choices(
        procedures=sorted(titles.items(), key=lambda one: one[1]),
        states=[(state, "・".join(said)) for state, said in labels.items()],
        channels=[(value, str(label)) for value, label in Channel.choices if value in channels],
    )


@dataclass(frozen=True, slots=True)
class Colleague:
    id: uuid.UUID
    name: str
    division: str


def colleagues(actor: Actor, division: str = "") -> list[Colleague]:
    """Who else handles cases in the actor's divisions today (or in that one), to be given some."""
    keys = {division} if division else handled_divisions(actor) - actor.former
    return [
        Colleague(one.pk, one.name, key)
        for key in sorted(keys)
        for one in identity.people_of(key, *rules.HANDLING)
        if one.pk != actor.account
    ]
