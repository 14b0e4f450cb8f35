"""The open call of *a week in the city*: letters, rows and answers, laid through the services people use."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from django.db import transaction

from madoguchi.engines.approvals import queries as approvals
from madoguchi.engines.approvals import services as approving
from madoguchi.engines.councils import queries as councils
from madoguchi.kernel import clock
from madoguchi.kernel.identity import demo
from madoguchi.kernel.refs import Actor, anonymous

from . import days, services
from .models import (
    Answer,
    Call,
    Category,
    Comment,
    DraftVersion,
    Event,
    Evidence,
    Opinion,
    Part,
    Question,
    Rules,
    UnitText,
)

_Moment = tuple[dt.datetime, int, Callable[[], object]]


def lay_week(*, by: Actor) -> None:
    """Lay the call of the pack's week. Does nothing where the pack has none, or where the call is there already."""
    written = demo.week("consultation")
    if not written or Call.objects.filter(key=written["call"]["call"]).exists():
        return
    story = _Story(written, clock.now())
    # In the order of time, as it would have happened: receipt numbers and what is new come out right by themselves.
    with transaction.atomic():
        for at, _place, happen in sorted(story.moments(), key=lambda moment: moment[:2]):
            with clock.frozen(at):
                happen()


class _Story:
    """The call and everything that happens to it, in the words of the week's file."""

    def __init__(self, written: dict[str, Any], start: dt.datetime) -> None:
        self.written, self.start = written, start
        self.today = clock.in_city(start).date()
        self.comments: dict[str, Comment] = {}
        self.opinions: dict[str, Opinion] = {}
        self.answers: dict[int, Answer] = {}
        self.call: Call

    def moments(self) -> Sequence[_Moment]:
        self._found: list[_Moment] = []
        said = self.written["call"]
        closes_on = self.today + dt.timedelta(days=said["closes_in"])
        opens_on = self._opening_day(said, closes_on)
        first = dt.datetime.combine(opens_on, dt.time(8, 30), tzinfo=clock.JST)
        self._then(first, partial(self._open, said, opens_on, closes_on))
        for one in self.written.get("briefings", []):
            self._then(one["at"], partial(self._brief, one))
        for one in self.written.get("questions", []):
            self._plan_question(one)
        for one in self.written.get("letters", []):
            self._then(one["at"], partial(self._receive, one))
            if "split" in one:
                self._then(one["split"]["at"], partial(self._split, one["key"], one["split"]))
        for one in self.written.get("withheld", []):
            self._then(one["at"], partial(self._withhold, one))
        for one in self.written.get("opinions", []):
            self._then(one["at"], partial(self._write_opinion, one))
        for number, one in enumerate(self.written.get("answers", [])):
            self._plan_answer(number, one)
        return self._found

    def _then(self, at: str | dt.datetime, happen: Callable[[], object]) -> None:
        moment = demo.moment(at, self.start) if isinstance(at, str) else at
        self._found.append((moment, len(self._found), happen))

    def _opening_day(self, said: dict[str, Any], closes_on: dt.date) -> dt.date:
        """The last day that is far enough back for the rule of days."""
        standing = Rules.objects.filter(pk=1).first() or Rules()
        opens_on = self.today - dt.timedelta(days=said["open_for"])
        while True:
            call = Call(
                opens_on=opens_on,
                closes_on=closes_on,
                counting=standing.counting,
                minimum_days=standing.minimum_days,
            )
            if days.length(call).is_enough:
                return opens_on
            opens_on -= dt.timedelta(days=1)

    def _open(self, said: dict[str, Any], opens_on: dt.date, closes_on: dt.date) -> None:
        runs = demo.staff_actor(said["runs"])
        given = services.CallIn(
            title=said["title"],
            document=said["document"],
            opens_on=opens_on,
            closes_on=closes_on,
            words=said["words"],
            ways=said["ways"],
            notices=said["notices"],
        )
        self.call = services.prepare_call(division=said["division"], given=given, key=said["call"], by=runs)
        units = said["units"]
        text = "\n".join(
            f"■{one['number']} {one['heading']} {{{one['unit']}}}\n{one['body']}" for one in units
        )
        services.lay_draft(
            call=self.call,
            kind=DraftVersion.Kind.DRAFT,
            title=said["document"],
            on=opens_on,
            text=text,
            by=runs,
        )
        self._say_more(said, units)
        self.call.refresh_from_db()
        services.open_call(call=self.call, by=runs)

    def _say_more(self, said: dict[str, Any], units: Sequence[dict[str, Any]]) -> None:
        """What nobody types on the desk: the draft in other languages, its meetings, and that it is invented."""
        Call.objects.filter(pk=self.call.pk).update(is_fictional=True, source=said["source"])
        for one in units:
            UnitText.objects.filter(unit__call=self.call, unit__key=one["unit"]).update(words=one["words"])
        Event.objects.bulk_create(
            Event(call=self.call, order=order, **one | {"on": demo.date_of(one["on"], self.today)})
            for order, one in enumerate(said.get("events", []))
        )

    def _brief(self, one: dict[str, Any]) -> None:
        coming = next((body.coming for body in councils.councils() if body.key == one["council"]), [])
        if coming:
            by = demo.staff_actor(one["by"])
            services.brief_council(call=self.call, meeting_id=coming[0].pk, by=by)

    def _plan_question(self, one: dict[str, Any]) -> None:
        asked: list[Question] = []
        self._then(one["at"], lambda: asked.append(self._ask(one["words"])))
        if (reply := one.get("answered")) is not None:
            self._then(reply["at"], lambda: self._reply(asked[0], reply))

    def _ask(self, words: str) -> Question:
        return services.ask_question(call=self.call, words=words, by=anonymous())

    def _reply(self, question: Question, reply: dict[str, Any]) -> None:
        by = demo.staff_actor(reply["by"])
        services.answer_question(question=question, answer=reply["words"], by=by)

    def _receive(self, one: dict[str, Any]) -> None:
        self.comments[one["key"]] = services.receive(
            call=self.call,
            parts=[services.PartIn(part["text"], part["unit"]) for part in one["parts"]],
            channel=one["channel"],
            by=demo.staff_actor(one["by"]) if "by" in one else anonymous(),
            once=f"week:{one['key']}",
            writer=one["writer"],
            mail=one.get("mail", ""),
            language=one.get("language", "ja"),
        )

    def _split(self, key: str, act: dict[str, Any]) -> None:
        services.split(
            comment=self.comments[key],
            parts=[services.PartIn(part["text"], part["unit"]) for part in act["parts"]],
            by=demo.staff_actor(act["by"]),
        )

    def _part(self, key: str, place: int) -> Part:
        return self.comments[key].parts.get(order=place)

    def _withhold(self, one: dict[str, Any]) -> None:
        services.withhold(
            part=self._part(one["part"], one["place"]),
            reason=one["reason"],
            note=one["note"],
            by=demo.staff_actor(one["by"]),
        )

    def _write_opinion(self, one: dict[str, Any]) -> None:
        parts = []
        for name in one["parts"]:
            key, _dot, place = str(name).partition(".")
            parts.append(self._part(key, int(place)))
        self.opinions[one["key"]] = services.write_opinion(
            call=self.call,
            summary=one["summary"],
            parts=parts,
            unit=self.call.units.get(key=one["unit"]),
            by=demo.staff_actor(one["by"]),
        )

    def _plan_answer(self, number: int, one: dict[str, Any]) -> None:
        self._then(one["at"], partial(self._give, number, one))
        for name, act in (("writing", self._write), ("category", self._categorise), ("send", self._send)):
            if name in one:
                self._then(one[name]["at"], partial(act, number, one[name]))
        for step in one.get("approved", []):
            self._then(step["at"], partial(self._approve, number, step))

    def _give(self, number: int, one: dict[str, Any]) -> None:
        opinions = [self._opinion(self.opinions[key]) for key in one["opinions"]]
        by = demo.staff_actor(one["by"])
        self.answers[number] = services.give_answer(opinions=opinions, division=one["division"], by=by)

    def _write(self, number: int, act: dict[str, Any]) -> None:
        services.write_answer(answer=self._answer(number), text=act["text"], by=demo.staff_actor(act["by"]))

    def _categorise(self, number: int, act: dict[str, Any]) -> None:
        passage = UnitText.objects.get(unit__call=self.call, unit__key=act["in_draft"])
        for opinion in self._answer(number).opinions.all():
            services.categorise(
                opinion=opinion,
                category=Category.objects.get(call=self.call, sign=act["sign"]),
                evidence=[services.EvidenceIn(Evidence.Kind.IN_DRAFT, passage=str(passage.pk))],
                by=demo.staff_actor(act["by"]),
            )

    def _send(self, number: int, act: dict[str, Any]) -> None:
        services.send_for_approval(answer=self._answer(number), by=demo.staff_actor(act["by"]))

    def _approve(self, number: int, step: dict[str, Any]) -> None:
        actor = demo.staff_actor(step["by"])
        about = str(self._answer(number).ref)
        request = next(one for one in approvals.waiting_for(actor) if one.about == about)
        approving.approve(request=request, by=actor)

    def _answer(self, number: int) -> Answer:
        """As it stands now: every step before this one has changed it."""
        return Answer.objects.get(pk=self.answers[number].pk)

    def _opinion(self, opinion: Opinion) -> Opinion:
        return Opinion.objects.get(pk=opinion.pk)
