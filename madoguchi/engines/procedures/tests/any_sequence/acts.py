"""What residents and staff may try with a case: the press itself, whether the model lets it through, what follows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from madoguchi.engines.procedures import services
from madoguchi.kernel import jobs
from madoguchi.kernel.refs import Actor

from .. import make
from .city import CHAIRS, HEAD, OTHER, City, Decided, Life

FINE = "18歳になった年度の末までのお子さんが、いないと確かめられたためです。"


@dataclass(frozen=True, slots=True)
class Act:
    """`do` presses as a page would, `may` says by the model alone whether it goes through, `then` what it changes."""

    do: Callable[[City, Life, Actor], Any]
    may: Callable[[City, Life, str], bool]
    then: Callable[[City, Life, str], None]
    is_heads: bool = False  # written down by the chair of who decides


ACTS: dict[str, Act] = {}


def never(_city: City, _life: Life, _who: str) -> bool:
    return False


def nothing(_city: City, _life: Life, _who: str) -> None:
    return None


def staff(allowed: Callable[[City, Life, str], bool]) -> Callable[[City, Life, str], bool]:
    return lambda city, life, who: city.handles(who, life) and allowed(city, life, who)


def told(*verbs: str) -> Callable[[City, Life, str], None]:
    return lambda _city, life, who: life.told.extend((verb, who) for verb in verbs)


# ---- whose case it is, and where


def _took(_city: City, life: Life, who: str) -> None:
    if not life.assigned:
        life.assigned = who
        life.told.append(("case.taken", who))


def _may_reassign(city: City, life: Life, who: str) -> bool:
    if life.is_over:
        return False
    away = {one.absent for one in city.lent(who)}
    return life.assigned in {"", who, *away} or city.sits(who, HEAD, life.division)


def _give(to: str) -> Act:
    def may(city: City, life: Life, who: str) -> bool:
        return life.division in {division for division, _role in CHAIRS[to]} and _may_reassign(
            city, life, who
        )

    def then(_city: City, life: Life, who: str) -> None:
        life.assigned = to
        life.told.append(("case.given", who))

    return Act(
        lambda city, life, by: services.give(
            case=life.case, to=city.accounts[to].pk, by=by, seen=life.case.version
        ),
        staff(may),
        then,
    )


def _put_back(_city: City, life: Life, who: str) -> None:
    life.assigned = ""
    life.told.append(("case.put_back", who))


def _transfer(to: str) -> Act:
    why = "住所が変わり、担当する課が変わったためです。"

    def then(_city: City, life: Life, who: str) -> None:
        life.division, life.assigned = to, ""
        life.transfers.append(to)
        life.told.append(("case.transferred", who))

    return Act(
        lambda _city, life, by: services.transfer(
            case=life.case, to=to, why=why, by=by, seen=life.case.version
        ),
        staff(lambda _city, life, _who: to != life.division and not life.is_over),
        then,
    )


ACTS |= {
    "take": Act(
        lambda _city, life, by: services.take(case=life.case, by=by),
        staff(lambda _city, life, who: life.assigned in {"", who}),
        _took,
    ),
    "give to tamura": _give("tamura"),
    "give to ogawa": _give("ogawa"),
    "put back": Act(
        lambda _city, life, by: services.put_back(case=life.case, by=by, seen=life.case.version),
        staff(_may_reassign),
        _put_back,
    ),
    "give away": _transfer(OTHER),
    "give back": _transfer(make.DIVISION),
    "note": Act(
        lambda _city, life, by: services.add_note(case=life.case, text="電話で確かめた。", by=by),
        staff(lambda _city, _life, _who: True),
        told("case.noted"),
    ),
}

# ---- steps


def _advance(to: str, *, old_page: bool = False) -> Callable[[City, Life, Actor], Any]:
    return lambda _city, life, by: services.advance(
        case=life.case, to=life.edition.name(to), by=by, seen=life.case.version - old_page
    )


def _checking(city: City, life: Life, who: str) -> None:
    life.assigned = life.assigned or who
    life.step("checking", who, city.today)


def _passed_on(city: City, life: Life, who: str) -> None:
    life.assigned, life.passed_on = life.assigned or who, who
    life.step("deciding", who, city.today)


def _handed_back(city: City, life: Life, who: str) -> None:
    life.told.append(("case.noted", who))
    life.step("checking", who, city.today, "case.moved_back")


def _withdrawn(city: City, life: Life, who: str) -> None:
    life.step("withdrawn", who, city.today)


ACTS |= {
    "check": Act(
        _advance("checking"),
        staff(lambda _city, life, _who: life.part in {"received", "returned"} and not life.unseen),
        _checking,
    ),
    "pass on": Act(
        _advance("deciding"),
        staff(lambda _city, life, _who: life.part == "checking" and not life.unseen),
        _passed_on,
    ),
    "pass on from an old page": Act(_advance("deciding", old_page=True), never, nothing),
    "sideways": Act(_advance("granted"), never, nothing),
    "hand back": Act(
        lambda _city, life, by: services.hand_back(
            case=life.case, why="書類をもう一度見てください。", by=by, seen=life.case.version
        ),
        lambda city, life, who: city.heads(who, life) and life.part == "deciding",
        _handed_back,
        is_heads=True,
    ),
    "withdraw": Act(
        lambda _city, life, by: services.withdraw(case=life.case, by=by, seen=life.case.version),
        lambda city, life, who: (
            life.part in {"received", "checking", "returned"}
            and (who == life.owner or city.handles(who, life))
        ),
        _withdrawn,
    ),
}

# ---- the decision and its letter


def _decide(outcome: str, reason: str = "") -> Callable[[City, Life, Actor], Any]:
    return lambda _city, life, by: services.decide(
        case=life.case, outcome=outcome, reason=reason, by=by, seen=life.case.version
    )


def _may_decide(city: City, life: Life, who: str) -> bool:
    return life.part == "deciding" and city.heads(who, life) and who != life.passed_on


def _may_grant(city: City, life: Life, who: str) -> bool:
    whole = not life.missing and not life.unsigned and not life.awaited
    return _may_decide(city, life, who) and whole


def _decided(outcome: str) -> Callable[[City, Life, str], None]:
    def then(city: City, life: Life, who: str) -> None:
        life.step(outcome, who, city.today)
        life.told.append(("case.decided", who))
        life.decided = Decided(outcome, who)

    return then


def _drawn(_city: City, life: Life, _who: str) -> None:
    if life.decided:
        life.decided.has_letter = True


def _read(_city: City, life: Life, who: str) -> None:
    life.told.append(("case.letter_opened", who))
    if life.decided:
        life.decided.read_by.add(who)


def _may_send(_city: City, life: Life, who: str) -> bool:
    one = life.decided
    return one is not None and one.has_letter and not one.sent_by and who != one.who and who in one.read_by


def _sent(_city: City, life: Life, who: str) -> None:
    assert life.decided is not None
    life.decided.sent_by = who
    life.told.append(("case.letter_sent", who))


def _undone(city: City, life: Life, who: str) -> None:
    life.decided = None
    life.returned += 1
    life.step("deciding", who, city.today, "case.moved_back")


def _recall(kind: str) -> Callable[[City, Life, Actor], Any]:
    what = "封筒を取りちがえ、別の方の通知書を入れて送りました。"
    return lambda _city, life, by: services.report_misissue(
        case=life.case, kind=kind, step="second_check", what=what, by=by, seen=life.case.version
    )


def _was_sent(_city: City, life: Life, _who: str) -> bool:
    return life.decided is not None and bool(life.decided.sent_by)


def _recalled(city: City, life: Life, who: str) -> None:
    life.misissues += 1
    life.told += [("case.recalled", who), ("case.misissue_found", who)]
    _undone(city, life, who)


def _sent_twice(_city: City, life: Life, who: str) -> None:
    life.misissues += 1
    life.told.append(("case.misissue_found", who))


ACTS |= {
    "grant": Act(_decide("granted"), _may_grant, _decided("granted"), is_heads=True),
    "refuse": Act(_decide("refused", FINE), _may_decide, _decided("refused"), is_heads=True),
    "refuse without saying why": Act(_decide("refused", "だめ"), never, nothing),
    "letter": Act(
        lambda _city, _life, _by: jobs.run_due(kinds=("procedures.letter",)),
        lambda _city, _life, _who: True,
        _drawn,
    ),
    "read": Act(
        lambda _city, life, by: services.record_letter_opened(case=life.case, by=by),
        staff(lambda _city, _life, _who: True),
        _read,
    ),
    "send": Act(
        lambda _city, life, by: services.check_and_send(case=life.case, by=by), staff(_may_send), _sent
    ),
    "send back": Act(
        lambda _city, life, by: services.send_back(case=life.case, why="金額の根拠が読めません。", by=by),
        staff(lambda _city, life, _who: life.decided is not None and not life.decided.sent_by),
        _undone,
    ),
    "recall": Act(_recall("wrong_person"), staff(_was_sent), _recalled),
    "sent twice": Act(_recall("twice"), staff(_was_sent), _sent_twice),
}

# ---- papers and signatures that are awaited


def _paper(city: City, life: Life, by: Actor) -> Any:
    document = next(iter(life.awaited), "juminhyo")
    return services.paper_arrived(case=life.case, document=document, by=by)


def _waive(city: City, life: Life, by: Actor) -> Any:
    document = next(iter(life.awaited), "juminhyo")
    return services.waive_paper(case=life.case, document=document, why="住基で確かめた。", by=by)


def _settled(way: str) -> Callable[[City, Life, str], None]:
    def then(_city: City, life: Life, who: str) -> None:
        life.papers[life.awaited[0]] = way
        life.told.append(("case.paper_settled", who))

    return then


def _is_awaited(_city: City, life: Life, _who: str) -> bool:
    return bool(life.awaited)


ACTS |= {
    "paper came": Act(_paper, staff(_is_awaited), _settled("paper")),
    "waive paper": Act(_waive, staff(_is_awaited), _settled("waived")),
}
