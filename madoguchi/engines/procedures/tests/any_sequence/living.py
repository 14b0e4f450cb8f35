"""How a day goes: a city is begun, somebody tries something, and everything is compared with the model."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable
from typing import Any

from madoguchi.engines.procedures import services
from madoguchi.engines.procedures.models import Case
from madoguchi.kernel import clock
from madoguchi.kernel.errors import Refusal
from madoguchi.kernel.identity.models import Account

from .. import make
from . import acts_of_others, properties, writing
from .acts import ACTS
from .acts_of_others import BULK
from .city import CHAIRS, CLERK, HEAD, OTHER, RESIDENTS, WHO, City, Life, Writing
from .editions import KINDS, first, signers

MOST_VERSIONS = 3  # beside the one it began with: each is compiled anew
BEGUN = ("online", "on_paper", "with_signers", "draft")
WHOLE = {"event": "birth", "event_on": "2026-11-01", "account": "given"}


def begun(how: str) -> City:
    """Everybody who may have to do with it, and a case that has just come in, or a draft nearly written."""
    make.publish_canonical()
    actors = {who: make.resident(who) for who in RESIDENTS}
    actors |= {who: make.clerk(who) for who in ("sato", "tamura")}
    actors |= {who: make.head(who) for who in ("ogawa", "mori")}
    actors["takagi"] = make.clerk("takagi", "head", division=OTHER)
    accounts = {who: Account.objects.get(pk=actor.account) for who, actor in actors.items()}
    city = City(accounts, [first()])
    edition = city.edition
    city.beside = Life(make.received(actors["aoi"]), "aoi", edition, edition, answers=dict(WHOLE))
    city.beside.begin("aoi", city.today)
    if how == "with_signers":
        city.versions.append(signers(edition))
    edition = city.edition
    if how == "draft":
        city.writing = _half_written(city)
    elif how == "on_paper":
        city.owner, city.life = "ben", _on_paper(city)
    else:
        city.life = Life(make.received(actors["aoi"]), "aoi", edition, edition, answers=dict(WHOLE))
        city.life.begin("aoi", city.today)
    return city


def _half_written(city: City) -> Writing:
    aoi = city.actor("aoi")
    draft = make.draft_of(aoi)
    for path, posted in make.ANSWERS.items():
        if path not in {"children.more", "account"}:
            draft = services.save_answer(draft=draft, path=path, posted=posted, by=aoi)
    return Writing(draft, city.edition, {"event": "birth", "event_on": "2026-11-01"})


def _on_paper(city: City) -> Life:
    """By post, with two answers missing and two papers that are said to follow."""
    sato = city.actor("sato")
    draft = make.draft_of(sato, channel="post", party=make.party_of(city.actor("ben")))
    for path, posted in make.ANSWERS.items():
        if path not in {"event_on", "account"}:
            said = {"value": "move_in"} if path == "event" else posted
            draft = services.save_answer(draft=draft, path=path, posted=said, by=sato)
    case = services.submit(draft=draft, by=sato, incomplete=True)
    life = Life(case, "ben", city.edition, city.edition, answers={"event": "move_in"})
    life.papers = {"kazei_shomei": "later", "juminhyo": "later"}
    return life.begin("sato", city.today)


# ---- what is likely, so that sequences get far

ROUND = [("owner", "answer"), ("owner", "half answer"), ("owner", "hand in"), ("owner", "the other half")]
LIKELY: dict[str, list[tuple[str, str]]] = {
    "received": [("sato", "take"), ("sato", "check"), ("sato", "check"), ("tamura", "begin all")],
    "checking": [
        ("sato", "pass on"),
        ("ogawa", "pass on"),
        ("tamura", "pass on"),
        ("sato", "ask"),
        ("takagi", "pass on"),
    ],
    "returned": [
        *ROUND,
        ("owner", "half answer"),
        ("owner", "hand in"),
        ("owner", "answer otherwise"),
        ("owner", "answer badly"),
        ("owner", "say it is right"),
        ("sato", "answer"),
        ("sato", "check"),
    ],
    "deciding": [
        ("ogawa", "grant"),
        ("mori", "grant"),
        ("tamura", "grant"),
        ("sato", "grant"),
        ("ogawa", "refuse"),
        ("tamura", "hand back"),
        ("mori", "hand back"),
        ("ogawa", "ask"),
        ("takagi", "grant"),
    ],
    "granted": [
        ("tamura", "letter"),
        ("tamura", "read"),
        ("tamura", "send"),
        ("ogawa", "send"),
        ("mori", "send back"),
    ],
    "withdrawn": [("sato", "note"), ("sato", "check"), ("owner", "answer"), ("sato", "take")],
}
LIKELY["refused"] = [*LIKELY["granted"], ("sato", "sent twice")]
AROUND = [
    *(("ogawa", f"publish {kind}") for kind in KINDS),
    ("ogawa", "lend ogawa to tamura for 3"),
    ("ogawa", "lend ogawa to sato for 0"),
    ("mori", "lend mori to tamura for 14"),
    ("sato", "lend sato to ogawa for 3"),
    ("ogawa", "take the chair back"),
    ("sato", "give away"),
    ("takagi", "give back"),
    ("sato", "begin all from an old page"),
    ("sato", "papers of all"),
    ("mori", "give all"),
    ("owner", "withdraw"),
]
EVERYTHING = [(who, act) for who in WHO for act in sorted(ACTS)]
DRAFTING = [
    *([("aoi", "write")] * 4),
    ("aoi", "keep up"),
    ("aoi", "look at what changed"),
    ("aoi", "bring the paper later"),
    ("aoi", "apply"),
    ("aoi", "apply"),
    *((("ogawa", f"publish {kind}")) for kind in KINDS),
]


def likely(city: City) -> list[tuple[str, str]]:
    """What people would do next, as the case stands."""
    life = city.life
    if life is None:
        return DRAFTING
    choices = list(LIKELY[life.part])
    if life.is_over:
        sent = life.decided is not None and life.decided.sent_by
        return [*choices, ("sato", "recall"), ("mori", "recall")] if sent else choices
    for (
        one
    ) in city.lendings:  # who sits in two chairs, or sat there until yesterday, tries what each of them may
        choices += [
            (one.beside, act) for act in ("pass on", "hand back", "refuse", "lend sato to ogawa for 3")
        ]
        choices += [(one.absent, "take the chair back")] * (not one.is_over)
    if life.part == "deciding":
        choices += [(life.passed_on, "grant"), (life.passed_on, "refuse")]
    if life.unseen:
        choices += [("tamura", "confirm")] * 4
    if life.awaited:
        choices += [("sato", "paper came")] * 2 + [("tamura", "waive paper"), ("sato", "ask for a paper")]
    if life.missing and life.part == "checking":
        choices += [("sato", "ask for what is missing")] * 4
    if city.edition.number > life.edition.number:
        choices += [("ogawa", "move to the new version")] * 4 + [("tamura", "move to the new version")]
    choices += _signing(life)
    if life.old_tokens:
        choices.append(("ben", "an old address"))
    return choices


def _signing(life: Life) -> list[tuple[str, str]]:
    """What those do who have to agree, and who asks them."""
    choices: list[tuple[str, str]] = []
    for signer in life.edition.wanted:
        row = life.signatures[signer]
        if row.state == "asked":
            choices += [("ben", f"sign {signer}")] * 2
            choices += [("ben", f"decline {signer}"), ("ben", f"sign what {signer} read first")]
        elif row.state != "signed":
            choices += [("owner", f"invite {signer}")] * 2 + [("sato", f"paper of {signer}")] * 2
    return choices


def chosen(city: City, where: str, chance: random.Random) -> tuple[str, str]:
    """Who does what, of all there is."""
    if where == "likely" or city.life is None:
        choices = likely(city)
    else:
        choices = AROUND if where == "around" else EVERYTHING
    who, act = chance.choice(choices)
    return (city.owner if who == "owner" else who), act


# ---- one act


def live(city: City, who: str, act: str, *, days: int) -> None:
    """Somebody tries something, days later; afterwards everything is checked."""
    city.now += dt.timedelta(days=days, minutes=1)
    with clock.frozen(city.now):
        if act in writing.ACTS:
            if city.writing is not None:
                writing.ACTS[act](city)
        elif act.startswith("publish "):
            if len(city.versions) <= MOST_VERSIONS:
                acts_of_others.published(city, KINDS[act.removeprefix("publish ")](city.edition))
        elif city.life is not None:
            happen(city, city.life, who, act)
        if city.writing is not None:
            writing.as_it_should_stand(city)
        if city.life is not None:
            city.life.case = _fresh(city.life)
            properties.as_it_should_stand(city, city.life)
            if "half" in act or "answer" in act or "right" in act:
                properties.nobody_sees_half_an_answer(city, city.life)


def _fresh(life: Life) -> Case:
    return Case.objects.select_related("definition", "draft__key", "draft__definition").get(pk=life.case.pk)


def happen(city: City, life: Life, who: str, act: str) -> None:
    if act in BULK:
        several(city, life, who, act)
        return
    before, one, steps = properties.snapshot(life.case), ACTS[act], len(life.moves)
    may, here, division = one.may(city, life, who), life.part, life.division
    try:
        result = one.do(city, life, city.actor(who))
    except Refusal as refused:
        city.refused += 1
        assert not may, f"{who} could not {act}: {refused}"
        assert str(refused), "a refusal says what to do"
        life.case = _fresh(life)
        assert properties.snapshot(life.case) == before, "what was refused left a trace"
        return
    assert may, f"{who} could {act}, though the model says no"
    follow(city, life, who, act, result)
    if len(life.moves) > steps:
        role = HEAD if one.is_heads and here == "deciding" else CLERK
        life.moves[-1].names = city.written_as(who, division, role) if who in CHAIRS else {""}


def follow(city: City, life: Life, who: str, act: str, result: Any) -> None:
    if act.startswith("invite "):
        acts_of_others.invited(city, life, who, act.removeprefix("invite "), result)
    elif act.startswith("lend "):
        acts_of_others.lent(city, act, result)
    else:
        ACTS[act].then(city, life, who)


def several(city: City, life: Life, who: str, act: str) -> None:
    """Each of several is done or refused as if it were alone, and none of them half."""
    single, also = BULK[act]
    both = [one for one in (life, city.beside) if one is not None]
    before = [properties.snapshot(one.case) for one in both]
    expected = [ACTS[single].may(city, one, who) and also(city, one, who) for one in both]
    if "old page" in act:
        expected[-1] = False
    outcomes = ACTS[act].do(city, life, city.actor(who))
    assert [one.done for one in outcomes] == expected, [one.words for one in outcomes]
    for one, done, stood in zip(both, expected, before, strict=True):
        one.case = _fresh(one)
        if not done:
            assert properties.snapshot(one.case) == stood, "what was refused left a trace"
            continue
        ACTS[single].then(city, one, who)
        one.moves[-1].names = one.moves[-1].names or {who}
        properties.as_it_should_stand(city, one)


Act = tuple[str, str, int]  # who does what, so many days after the act before


def told(sequence: list[Act]) -> str:
    return "\n".join(f"  {days:>2} days later  {who}: {act}" for who, act, days in sequence)


def fewest(sequence: list[Act], fails: Callable[[list[Act]], bool]) -> list[Act]:
    """Leave out every act without which it fails as well, from the end: what fails always reads the same."""
    for number in reversed(range(len(sequence))):
        shorter = [*sequence[:number], *sequence[number + 1 :]]
        if fails(shorter):
            sequence = shorter
    return sequence
