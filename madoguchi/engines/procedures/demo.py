"""The procedures of *a week in the city*: cases laid around the present moment through the same services people use."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import partial
from typing import Any

from madoguchi.engines.forms import queries as form_queries
from madoguchi.engines.forms.form import Form
from madoguchi.engines.forms.kinds import tick
from madoguchi.engines.forms.models import Channel, Draft
from madoguchi.engines.forms.questions import Question
from madoguchi.kernel import clock, jobs
from madoguchi.kernel.identity import demo
from madoguchi.kernel.identity import queries as identity
from madoguchi.kernel.identity.models import Party
from madoguchi.kernel.refs import Actor, ActorKind

from . import procedure as compiled
from . import services as procedures
from .models import Case, Misissue

_Moment = tuple[dt.datetime, int, Callable[[], None]]
_DRAWING = ("procedures.receipt_copy", "procedures.letter")


def lay_week(*, by: Actor) -> None:
    """Lay the cases of the pack's week. Does nothing where there are cases already."""
    if Case.objects.exists():
        return
    start = clock.now()
    moments: list[_Moment] = []
    for one in demo.week("cases").get("cases", []):
        party = identity.party(demo.party_id(one["for"]))
        if party is None:
            raise ValueError(f"week/cases.yaml: {one['key']} is for {one['for']}, whom residents.yaml lacks")
        moments += _moments(one, party, start, place=len(moments))
    # In the order of time, as it would have happened: receipt numbers and deadlines come out right by themselves.
    for at, _place, happen in sorted(moments, key=lambda moment: moment[:2]):
        with clock.frozen(at):
            happen()
            jobs.run_due(limit=10, kinds=_DRAWING)


def _moments(one: dict[str, Any], party: Party, start: dt.datetime, *, place: int) -> list[_Moment]:
    story = _Story(one, party, clock.in_city(start).date())
    found: list[_Moment] = [(demo.moment(one["received"], start), place, story.receive)]
    for number, act in enumerate(one.get("acts", []), start=1):
        found.append((demo.moment(act["at"], start), place + number, partial(story.act, act)))
    return found


class _Story:
    """One case of the week and what happens to it."""

    def __init__(self, one: dict[str, Any], party: Party, today: dt.date) -> None:
        self.one, self.party, self.today = one, party, today
        self.case: Any = None

    def receive(self) -> None:
        channel = self.one["channel"]
        by = self._resident() if channel == Channel.WEB else demo.staff_actor(self.one["entered_by"])
        draft = procedures.start_draft(
            key=self.one["procedure"],
            by=by,
            channel=channel,
            party=self.party,
            language=self.party.language,
        )
        draft = procedures.use_kept(draft=draft, by=by)
        answers = self.one["answers"]
        for _turn in range(200):
            open_draft = form_queries.sheet(draft, _form(draft))
            question = open_draft.first_open
            if question is None:
                break
            posted = self._posted(question, answers, open_draft.answers)
            draft = procedures.save_answer(draft=draft, path=question.path, posted=posted, by=by)
        for document, way in (self.one.get("documents") or {}).items():
            hand_in = procedures.use_link if way == "omitted" else procedures.bring_later
            hand_in(draft=draft, document=document, by=by)
        self.case = procedures.submit(draft=draft, by=by)

    def _posted(self, question: Question, answers: dict[str, Any], so_far: dict[str, Any]) -> dict[str, str]:
        key, _sep, rest = question.path.partition(".")
        if question.kind == "list_more":
            return {"value": "yes" if len(so_far.get(key) or []) < len(answers.get(key, [])) else "no"}
        if key not in answers:
            return {}  # a part of the profile nobody knows: offered, not demanded
        value = answers[key]
        if isinstance(value, list) and rest:
            item_id, _sep, part = rest.partition(".")
            value = value[int(item_id) - 1].get(part)
        elif rest:
            value = value.get(rest)
        return self.inputs(question.kind, value)

    def inputs(self, kind: str, value: Any) -> dict[str, str]:
        """A value of the week's file as somebody would type it."""
        if value is None:
            return {}
        if kind == "choices":
            return {tick(option): "yes" for option in value}
        if kind == "consent":
            return {"value": "yes" if value else ""}
        if kind == "date":
            year, month, day = demo.date_of(value, self.today).split("-")
            return {"y": year, "m": month, "d": day}
        if isinstance(value, dict):
            return {name: str(part) for name, part in value.items()}
        if isinstance(value, bool):
            return {"value": "yes" if value else "no"}
        return {"value": str(value)}

    def act(self, act: dict[str, Any]) -> None:
        self.case.refresh_from_db()
        by = demo.staff_actor(act["by"]) if act["by"] in _staff_logins() else self._resident()
        getattr(self, f"_{act['do']}")(act, by)

    def _take(self, act: dict[str, Any], by: Actor) -> None:
        procedures.take(case=self.case, by=by)

    def _look(self, act: dict[str, Any], by: Actor) -> None:
        procedures.record_look(case=self.case, by=by, reason=act["reason"])

    def _note(self, act: dict[str, Any], by: Actor) -> None:
        procedures.add_note(case=self.case, text=act["text"], by=by)

    def _advance(self, act: dict[str, Any], by: Actor) -> None:
        procedures.advance(case=self.case, to=act["to"], by=by, seen=self.case.version)

    def _ask_correction(self, act: dict[str, Any], by: Actor) -> None:
        procedures.ask_correction(case=self.case, items=act["items"], by=by, seen=self.case.version)

    def _answer_correction(self, act: dict[str, Any], by: Actor) -> None:
        sheet = form_queries.sheet(self.case.draft, _form(self.case.draft))
        posted = {}
        for path, value in act["answers"].items():
            question = sheet.question(path)
            if question is None:
                raise ValueError(f"{self.one['key']}: no question {path}")
            posted[path] = self.inputs(question.kind, value)
        procedures.answer_correction(case=self.case, posted=posted, by=by, seen=self.case.version)

    def _decide(self, act: dict[str, Any], by: Actor) -> None:
        procedures.decide(
            case=self.case,
            outcome=act["outcome"],
            reason=act.get("reason", ""),
            values=self._values(act),
            by=by,
            seen=self.case.version,
        )

    def _values(self, act: dict[str, Any]) -> dict[str, dict[str, str]] | None:
        """What the week's file says was decided; without it what the procedure proposes."""
        fields = compiled.of(self.case.definition).shape.decided
        stated = act.get("decided")
        return stated and {key: self.inputs(fields[key].type, value) for key, value in stated.items()}

    def _check_and_send(self, act: dict[str, Any], by: Actor) -> None:
        procedures.record_letter_opened(case=self.case, by=by)
        procedures.check_and_send(case=self.case, by=by)

    def _hand_over(self, act: dict[str, Any], by: Actor) -> None:
        told = {key: act[key] for key in ("to", "shown", "copies", "yen")}
        procedures.hand_over(case=self.case, by=by, name=act.get("name", ""), **told)

    def _misissue(self, act: dict[str, Any], by: Actor) -> None:
        told = {key: act[key] for key in ("kind", "step", "what", "back") if key in act}
        procedures.report_misissue(case=self.case, by=by, seen=self.case.version, **told)

    def _follow_up(self, act: dict[str, Any], by: Actor) -> None:
        procedures.follow_up(misissue=self._misissued(), back=act["back"], by=by)

    def _lesson(self, act: dict[str, Any], by: Actor) -> None:
        procedures.write_lesson(misissue=self._misissued(), lesson=act["text"], by=by)

    def _close_misissue(self, act: dict[str, Any], by: Actor) -> None:
        procedures.close_misissue(misissue=self._misissued(), by=by)

    def _misissued(self) -> Misissue:
        return Misissue.objects.filter(case=self.case).latest("found_at")

    def _paper(self, act: dict[str, Any], by: Actor) -> None:
        procedures.paper_arrived(case=self.case, document=act["document"], by=by)

    def _withdraw(self, act: dict[str, Any], by: Actor) -> None:
        procedures.withdraw(case=self.case, by=by, seen=self.case.version)

    def _resident(self) -> Actor:
        link = self.party.accounts.select_related("account").first()
        if link is None:
            raise ValueError(f"{self.one['key']}: {self.one['for']} has no account")
        return Actor(ActorKind.RESIDENT, account=link.account_id, party=self.party.pk)


def _form(draft: Draft) -> Form:
    return compiled.of(draft.definition).form


def _staff_logins() -> set[str]:
    return {person["login"] for person in demo.week("staff").get("people", [])}
