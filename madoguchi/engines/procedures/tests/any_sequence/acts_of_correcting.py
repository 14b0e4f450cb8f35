"""補正: what the office asks to be put right, and how it is answered, at once or little by little."""

from __future__ import annotations

from typing import Any

from madoguchi.engines.procedures import services
from madoguchi.engines.procedures.models import CorrectionItem
from madoguchi.kernel.refs import Actor, new_id

from .. import make
from .acts import ACTS, Act, staff
from .city import RIGHT, Asked, City, Life

DAYS = {"20": "2026-10-20", "21": "2026-10-21", "19": "2026-10-19"}
DOCUMENTS = "documents."


def _places(life: Life, which: str) -> list[str]:
    if which == "gaps":
        return life.missing
    if which == "paper":
        return [DOCUMENTS + next(iter(life.known_papers), "bekkyo_kango")]
    return ["event_on"]


def _ask(which: str) -> Act:
    def do(_city: City, life: Life, by: Actor) -> Any:
        items = dict.fromkeys(_places(life, which), "確かめてください。")
        return services.ask_correction(case=life.case, items=items, by=by, seen=life.case.version)

    def may(city: City, life: Life, who: str) -> bool:
        lets = city.handles(who, life) if life.part == "checking" else city.heads(who, life)
        there = {"gaps": bool(life.missing), "paper": bool(life.known_papers)}.get(which, True)
        return life.part in {"checking", "deciding"} and lets and there

    def then(city: City, life: Life, who: str) -> None:
        asked = Asked(sorted(_places(life, which)))
        for path in asked.places:
            if (document := path.removeprefix(DOCUMENTS)) in life.aside:
                life.aside.remove(document)  # what they had put in lies in the new round, still unsent
                asked.kept[path] = "later"
        life.step("returned", who, city.today)
        life.rounds.append(asked)
        life.told.append(("case.correction_asked", who))

    return Act(do, may, then, is_heads=True)


VALUES = {"account": make.ACCOUNT, "hospital": {"value": "見本病院"}, "agree": {"value": "yes"}}


def typed(path: str, day: str) -> dict[str, str]:
    return {"y": "2026", "m": "10", "d": day} if path == "event_on" else VALUES[path]


def _answer(day: str) -> Act:
    def do(_city: City, life: Life, by: Actor) -> Any:
        places = life.waiting.places if life.waiting else ["event_on"]
        return services.answer_correction(
            case=life.case,
            posted={path: typed(path, day) for path in places if not path.startswith(DOCUMENTS)},
            papers={path: services.PaperIn(way="later") for path in places if path.startswith(DOCUMENTS)},
            by=by,
            seen=life.case.version,
        )

    def may(city: City, life: Life, who: str) -> bool:
        if life.waiting is None or not (who == life.owner or city.handles(who, life)):
            return False
        is_new = day in DAYS and life.answers.get("event_on") != DAYS[day]
        return is_new or "event_on" not in life.waiting.places

    def then(city: City, life: Life, who: str) -> None:
        asked = life.waiting
        assert asked is not None
        if who != life.owner:  # what they had put in stays theirs, unsent
            life.aside |= {path.removeprefix(DOCUMENTS) for path in asked.kept if path.startswith(DOCUMENTS)}
        answered(
            city, life, who, {path: DAYS[day] if path == "event_on" else "later" for path in asked.places}
        )

    return Act(do, may, then)


def answered(city: City, life: Life, who: str, given: dict[str, str]) -> None:
    """A round is over: `given` is merged, and who signed something else is asked again."""
    asked = life.waiting
    assert asked is not None
    life.step("checking", who, city.today)
    life.moves[-1].answers = True
    asked.unseen = len(asked.places)
    for path, value in given.items():
        if path.startswith(DOCUMENTS):
            life.papers[path.removeprefix(DOCUMENTS)] = value
        elif value != RIGHT:
            life.answers[path] = value
    if life.ask_signers():
        life.told.append(("case.signatures_void", ""))
    life.told.append(("case.correction_answered", who))


def _half(place: int) -> Act:
    """The resident begins to correct, hands nothing in, and goes away."""

    def do(_city: City, life: Life, by: Actor) -> Any:
        places = life.waiting.places if life.waiting else ["event_on"]
        path = places[place]
        seen = _seen(life)
        if path.startswith(DOCUMENTS):
            papers = {path: services.PaperIn(way="later")}
            return services.save_correction(case=life.case, papers=papers, by=by, seen=seen)
        return services.save_correction(case=life.case, posted={path: typed(path, "19")}, by=by, seen=seen)

    def then(_city: City, life: Life, _who: str) -> None:
        assert life.waiting is not None
        path = life.waiting.places[place]
        value = DAYS["19"] if path == "event_on" else "later"
        if path == "event_on" and life.answers.get(path) == value:
            life.waiting.kept.pop(path, None)  # it stands there already
        else:
            life.waiting.kept[path] = value

    return Act(do, _may_write, then)


def _seen(life: Life) -> int:
    row = life.case.corrections.filter(closed_at=None).first()
    return row.buffer_version if row else 0


def _may_write(_city: City, life: Life, who: str) -> bool:
    return life.waiting is not None and who == life.owner


def _is_right(city: City, life: Life, by: Actor) -> Any:
    right = {"event_on": "母子健康手帳のとおりです。"}
    return services.save_correction(case=life.case, right=right, by=by, seen=_seen(life))


def _said_right(_city: City, life: Life, _who: str) -> None:
    assert life.waiting is not None
    if "event_on" in life.waiting.places:
        life.waiting.kept["event_on"] = RIGHT


def _may_hand_in(city: City, life: Life, who: str) -> bool:
    asked = life.waiting
    return asked is not None and who == life.owner and set(asked.places) <= set(asked.kept)


def _handed_in(city: City, life: Life, who: str) -> None:
    assert life.waiting is not None
    answered(city, life, who, dict(life.waiting.kept))


def _confirm(_city: City, life: Life, by: Actor) -> Any:
    items = CorrectionItem.objects.filter(
        correction__case=life.case, correction__answered_at__isnull=False, confirmed_at=None
    )
    if not life.unseen:
        return services.confirm_item(case=life.case, item_id=str(new_id()), by=by)
    for item in items:
        services.confirm_item(case=life.case, item_id=str(item.pk), by=by)
    return None


def _confirmed(_city: City, life: Life, who: str) -> None:
    life.told += [("case.correction_confirmed", who)] * life.unseen
    for one in life.rounds:
        one.unseen = 0


ACTS |= {
    "ask": _ask("day"),
    "ask for what is missing": _ask("gaps"),
    "ask for a paper": _ask("paper"),
    "answer": _answer("20"),
    "answer otherwise": _answer("21"),
    "answer badly": _answer("32"),
    "half answer": _half(0),
    "the other half": _half(-1),
    "say it is right": Act(_is_right, _may_write, _said_right),
    "hand in": Act(
        lambda _city, life, by: services.hand_in_correction(case=life.case, by=by, seen=_seen(life)),
        _may_hand_in,
        _handed_in,
    ),
    "confirm": Act(_confirm, staff(lambda _city, life, _who: life.unseen > 0), _confirmed),
}
