"""packs/*/queue/guide.yaml: what happened in somebody's life, and which counters that means, with what to bring."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Annotated, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from pydantic import Field, StringConstraints

from madoguchi.kernel import packs, search
from madoguchi.kernel.errors import NotFound
from madoguchi.kernel.packs import (
    Change,
    Located,
    PackFolder,
    PackPart,
    Publication,
    Shape,
    publish_all,
    register,
)
from madoguchi.kernel.refs import Actor
from madoguchi.kernel.text import JAPANESE

KIND = "queue_guide"
FOLDER = "queue/guide"
FILE = f"{FOLDER}.yaml"
# What people type who want to know where to go with which papers.
WORDS = (
    "持ち物",
    "もちもの",
    "何を持っていく",
    "必要なもの",
    "どの窓口",
    "what to bring",
    "要带什么",
    "준비물",
)
Key = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,59}$")]


class StopEntry(Shape):
    """One errand at one counter."""

    counter: str = Field(min_length=1, description="a key of directory/counters.csv that has a line")
    errand: str = Field(min_length=1, max_length=100)
    bring: list[Annotated[str, StringConstraints(min_length=1, max_length=100)]] = Field([], max_length=10)
    only_if: str = Field("", max_length=100, description="for whom, where it is not for everybody")


class EventEntry(Shape):
    """One event of life."""

    event: Key
    title: str = Field(min_length=1, max_length=60)
    note: str = Field("", max_length=300)
    stops: list[StopEntry] = Field(min_length=1, max_length=20)


class GuideFile(Shape):
    """queue/guide.yaml"""

    version: int = Field(ge=1)
    events: list[EventEntry] = Field(min_length=1, max_length=30)


@dataclass(frozen=True, slots=True)
class GuideRead:
    """The file with its words by language."""

    file: Located[GuideFile]
    texts: dict[str, dict[str, str]]


@dataclass(frozen=True, slots=True)
class Stop:
    """A counter to go to: for what, for whom, with which papers."""

    counter: str
    errand: str
    only_if: str
    bring: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Guide:
    key: str
    title: str
    note: str
    stops: tuple[Stop, ...]


def load(folder: PackFolder) -> GuideRead | None:
    """The guide, or None where the pack has none. An event is named once."""
    found = folder.yaml(FILE, GuideFile, optional=True)
    if found is None:
        return None
    seen: set[str] = set()
    for place, entry in enumerate(found.value.events):
        if entry.event in seen:
            found.problem(("events", place, "event"), _("「%s」が2回あります。") % entry.event)
        seen.add(entry.event)
    return GuideRead(found, folder.texts_beside(FILE, _japanese(found.value)))


def check(made: GuideRead | None, folder: PackFolder) -> None:
    """Everybody is sent only to counters that give numbers."""
    lines = folder.loaded.get("queue")
    known = {line.counter for line in lines.value.lines} if lines else set()
    for place, entry in enumerate(made.file.value.events if made else ()):
        for at, stop in enumerate(entry.stops):
            if made and stop.counter not in known:
                message = _("「%s」は、番号を出す窓口ではありません。") % stop.counter
                made.file.problem(("events", place, "stops", at, "counter"), message)


def apply(made: GuideRead | None, by: Actor) -> list[Change]:
    """Publish it: counters are logic, everything said is words."""
    publications = []
    if made is not None:
        logic = {
            "events": [
                {"event": entry.event, "stops": [[stop.counter, len(stop.bring)] for stop in entry.stops]}
                for entry in made.file.value.events
            ]
        }
        publications = [Publication("guide", made.file.value.version, logic, made.texts, made.file)]
    title = gettext_lazy("まわる窓口と、持ち物")
    search.put_page("queue_guide", title, names=WORDS, there=made is not None)
    return publish_all(kind=KIND, part=FOLDER, publications=publications)


def _japanese(guide: GuideFile) -> dict[str, str]:
    """Every word of it by its path."""
    words: dict[str, str] = {}
    for entry in guide.events:
        words |= {f"{entry.event}.title": entry.title, f"{entry.event}.note": entry.note}
        for at, stop in enumerate(entry.stops, 1):
            start = f"{entry.event}.{at}"
            words |= {f"{start}.errand": stop.errand, f"{start}.only_if": stop.only_if}
            words |= {f"{start}.bring.{place}": one for place, one in enumerate(stop.bring, 1)}
    return {path: text for path, text in words.items() if text}


register(PackPart(folder=FOLDER, order=61, load=load, check=check, apply=apply, models=(GuideFile,)))


def guides(language: str = JAPANESE) -> list[Guide]:
    """Every event of life, in the order of the file, in these words. Two queries; [] where there is no guide."""
    try:
        definition = packs.current(KIND, "guide")
    except NotFound:
        return []
    words = packs.texts(definition, language)
    return [_guide(entry, words) for entry in definition.body["events"]]


def guide(event: str, language: str = JAPANESE) -> Guide:
    """One of them. Raises NotFound."""
    found = next((one for one in guides(language) if one.key == event), None)
    if found is None:
        raise NotFound
    return found


def at_counter(counter: str, language: str = JAPANESE) -> list[Stop]:
    """What the guide knows of one counter: each errand with what to bring, once, in its order. Two queries.

    What is the same in several events is for everybody, whoever one of them is for.
    """
    found: dict[tuple[str, tuple[str, ...]], Stop] = {}
    for stop in (stop for one in guides(language) for stop in one.stops):
        if stop.counter == counter and stop.bring:
            known = found.setdefault((stop.errand, stop.bring), stop)
            if known.only_if != stop.only_if:
                found[stop.errand, stop.bring] = replace(known, only_if="")
    return list(found.values())


def _guide(entry: dict[str, Any], words: dict[str, str]) -> Guide:
    key = entry["event"]
    stops = []
    for at, (counter, bring) in enumerate(entry["stops"], 1):
        start = f"{key}.{at}"
        stops.append(
            Stop(
                counter,
                words.get(f"{start}.errand", ""),
                words.get(f"{start}.only_if", ""),
                tuple(words.get(f"{start}.bring.{place}", "") for place in range(1, bring + 1)),
            )
        )
    return Guide(key, words.get(f"{key}.title", ""), words.get(f"{key}.note", ""), tuple(stops))
