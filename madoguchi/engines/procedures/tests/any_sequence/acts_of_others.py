"""What others do around a case: who signs, who stands in for whom, versions that come, several cases at once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from madoguchi.engines.procedures import queries, services
from madoguchi.kernel.identity import standing
from madoguchi.kernel.refs import Actor, new_id

from .. import make
from .acts import ACTS, Act, never, nothing, staff
from .city import CHAIRS, DAY, HEAD, City, Lending, Life, Signature, papers_of
from .editions import KINDS, NEW_PAPER, Edition

ANYBODY = make.as_anyone()
NO_ADDRESS = "x" * 43
MOST_INVITATIONS = 10

# ---- 連署


def _invite(signer: str) -> Act:
    def do(_city: City, life: Life, by: Actor) -> Any:
        token = services.invite(case=life.case, signer=signer, by=by)
        return token, queries.request_behind(token).seen

    def may(city: City, life: Life, who: str) -> bool:
        row = life.signatures.get(signer)
        lately = [at for at in life.invited if at > city.now - DAY]
        asks = who == life.owner or city.handles(who, life)
        return (
            asks
            and row is not None
            and row.state != "signed"
            and not life.is_over
            and len(lately) < MOST_INVITATIONS
        )

    return Act(do, may, nothing)


def invited(city: City, life: Life, who: str, signer: str, made: tuple[str, str]) -> None:
    life.void(signer)
    words = life.words_for(signer)
    life.signatures[signer] = Signature("asked", (), made[0], made[1], words, city.now + 7 * DAY)
    life.invited.append(city.now)
    life.told.append(("case.cosigner_invited", who))


def _is_open(city: City, life: Life, signer: str) -> bool:
    row = life.signatures.get(signer)
    return row is not None and row.state == "asked" and city.now < row.until and not life.is_over


def _token(life: Life, signer: str) -> str:
    row = life.signatures.get(signer)
    return row.token if row is not None and row.token else NO_ADDRESS


def _sign(signer: str, *, read_before: bool = False) -> Act:
    def do(_city: City, life: Life, _by: Actor) -> Any:
        token = _token(life, signer)
        seen = life.signatures[signer].read if token != NO_ADDRESS else ""
        if not read_before:
            seen = queries.request_behind(token).seen
        return services.sign(token=token, name="見本 けん", seen=seen, by=ANYBODY)

    def may(city: City, life: Life, _who: str) -> bool:
        if not _is_open(city, life, signer):
            return False
        return not read_before or life.signatures[signer].read_words == life.words_for(signer)

    def then(_city: City, life: Life, _who: str) -> None:
        _signed(life, signer, "")

    return Act(do, may, then)


def _signed(life: Life, signer: str, who: str) -> None:
    row = life.signatures[signer]
    row.state, row.words = "signed", life.words_for(signer)
    life.told.append(("case.cosigned", who))


def _on_paper(signer: str) -> Act:
    def may(_city: City, life: Life, _who: str) -> bool:
        row = life.signatures.get(signer)
        return row is not None and row.state != "signed" and not life.is_over

    return Act(
        lambda _city, life, by: services.record_paper_signature(
            case=life.case, signer=signer, name="見本 けん", by=by
        ),
        staff(may),
        lambda _city, life, who: _signed(life, signer, who),
    )


def _decline(signer: str) -> Act:
    def then(_city: City, life: Life, _who: str) -> None:
        life.signatures[signer].state = "declined"
        life.told.append(("case.cosigning_declined", ""))

    return Act(
        lambda _city, life, _by: services.decline(token=_token(life, signer), by=ANYBODY),
        lambda city, life, _who: _is_open(city, life, signer),
        then,
    )


def _sign_by_an_old_address(_city: City, life: Life, _by: Actor) -> Any:
    token = next((one for one in reversed(life.old_tokens) if one), NO_ADDRESS)
    return services.decline(token=token, by=ANYBODY)


for _signer in ("spouse", "guardian.1"):
    ACTS |= {
        f"invite {_signer}": _invite(_signer),
        f"sign {_signer}": _sign(_signer),
        f"sign what {_signer} read first": _sign(_signer, read_before=True),
        f"paper of {_signer}": _on_paper(_signer),
        f"decline {_signer}": _decline(_signer),
    }
ACTS["an old address"] = Act(_sign_by_an_old_address, never, nothing)

# ---- versions


def _publish(kind: str) -> Act:
    def do(city: City, _life: Life, _by: Actor) -> Any:
        return KINDS[kind](city.edition)

    return Act(do, lambda _city, _life, _who: True, nothing)


def published(city: City, made: Edition) -> None:
    city.versions.append(made)


def _move(city: City, life: Life, by: Actor) -> Any:
    return services.move_to_version(case=life.case, to=city.edition.definition, by=by, seen=life.case.version)


def _may_move(city: City, life: Life, who: str) -> bool:
    to, here = city.edition, life.edition
    fits = not to.cut or life.answers["event"] != "birth"
    fits = fits and (to.wants_paper or NEW_PAPER not in life.papers)
    lies_ahead = to.moves and to.number > here.number and to.name(life.part) == here.name(life.part)
    return city.heads(who, life) and not life.is_over and life.waiting is None and lies_ahead and fits


def _moved(city: City, life: Life, who: str) -> None:
    life.edition = city.edition
    life.editions.append(city.edition)
    for document in papers_of(city.edition):
        life.papers.setdefault(document, "later")
    if life.ask_signers():
        life.told.append(("case.signatures_void", ""))
    life.told.append(("case.version_moved", who))
    life.clock.append((city.today, life.part, city.edition))
    life.reckoned = city.today


ACTS |= {f"publish {kind}": _publish(kind) for kind in KINDS}
ACTS |= {
    "move to the new version": Act(_move, _may_move, _moved),
    "move to its own version": Act(
        lambda _city, life, by: services.move_to_version(
            case=life.case, to=life.edition.definition, by=by, seen=life.case.version
        ),
        never,
        nothing,
    ),
}

# ---- 代理


def _lend(absent: str, beside: str, days: int) -> Act:
    divisions = {one for one, _role in CHAIRS[absent]} & {one for one, _role in CHAIRS[beside]}

    def do(city: City, _life: Life, by: Actor) -> Any:
        return standing.stand_in(
            absent=city.accounts[absent].pk,
            stands_in=city.accounts[beside].pk,
            since=city.today,
            until=city.today + dt.timedelta(days=days),
            by=by,
        )

    def may(city: City, _life: Life, who: str) -> bool:
        # A head says it for others from a chair of their own: what is lent is not lent on.
        says = (
            divisions if who == absent else {one for one in divisions if (one, HEAD) in CHAIRS.get(who, ())}
        )
        until = city.today + dt.timedelta(days=days)
        taken = [
            one
            for one in city.lendings
            if one.absent == absent and not one.is_over and one.since <= until and one.until >= city.today
        ]
        return bool(says) and not taken

    return Act(do, may, nothing)


def lent(city: City, name: str, row: Any) -> None:
    _verb, absent, _to, beside, *_days = name.split()
    divisions = {one for one, _role in CHAIRS[absent]} & {one for one, _role in CHAIRS[beside]}
    city.lendings.append(Lending(row, absent, beside, divisions, row.since, row.until))


def _end(city: City, _life: Life, by: Actor) -> Any:
    row = city.lendings[-1].row.pk if city.lendings else new_id()
    return standing.end_stand_in(stand_in_id=row, by=by)


def _may_end(city: City, _life: Life, who: str) -> bool:
    if not city.lendings:
        return False
    one = city.lendings[-1]
    return who in {one.absent, one.beside} or any((at, HEAD) in CHAIRS.get(who, ()) for at in one.divisions)


def _ended(city: City, _life: Life, _who: str) -> None:
    city.lendings[-1].is_over = True


ACTS |= {
    "lend ogawa to tamura for 3": _lend("ogawa", "tamura", 3),
    "lend ogawa to sato for 0": _lend("ogawa", "sato", 0),
    "lend mori to tamura for 14": _lend("mori", "tamura", 14),
    "lend sato to ogawa for 3": _lend("sato", "ogawa", 3),
    "lend ogawa to takagi for 3": _lend("ogawa", "takagi", 3),
    "take the chair back": Act(_end, _may_end, _ended),
}

# ---- several at once: each is a verb of its own

Press = Callable[[City, list[tuple[str, int]], Actor], Any]


def _bulk(press: Press, *, old_page: bool = False) -> Act:
    def do(city: City, life: Life, by: Actor) -> Any:
        chosen = [(str(one.case.pk), one.case.version) for one in (life, city.beside) if one is not None]
        if old_page:
            chosen[-1] = (chosen[-1][0], chosen[-1][1] - 1)
        return press(city, chosen, by)

    return Act(do, lambda _city, _life, _who: True, nothing)


def _each(_city: City, _life: Life, _who: str) -> bool:
    return True


def _is_plain(_city: City, life: Life, who: str) -> bool:
    return life.part == "received" and life.assigned in {"", who}


def _one_is_awaited(_city: City, life: Life, _who: str) -> bool:
    return len(life.awaited) == 1


# The act that each of them is, and what a press for several wants of each besides.
BULK: dict[str, tuple[str, Callable[[City, Life, str], bool]]] = {
    "take all": ("take", _each),
    "begin all": ("check", _is_plain),
    "begin all from an old page": ("check", _is_plain),
    "give all": ("give to tamura", _each),
    "papers of all": ("paper came", _one_is_awaited),
}
ACTS |= {
    "take all": _bulk(lambda _city, chosen, by: services.take_all(chosen=chosen, by=by)),
    "begin all": _bulk(lambda _city, chosen, by: services.begin_all(chosen=chosen, by=by)),
    "begin all from an old page": _bulk(
        lambda _city, chosen, by: services.begin_all(chosen=chosen, by=by), old_page=True
    ),
    "give all": _bulk(
        lambda city, chosen, by: services.give_all(chosen=chosen, to=str(city.accounts["tamura"].pk), by=by)
    ),
    "papers of all": _bulk(lambda _city, chosen, by: services.papers_arrived(chosen=chosen, by=by)),
}
