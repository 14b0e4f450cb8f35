"""The canonical procedure as one version after another: what each asks and how it counts, in words of the model."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from madoguchi.engines.forms.pack import IS_WORD
from madoguchi.kernel import packs
from madoguchi.kernel.packs.models import Definition

from .. import make

# What leads where, by the part a state plays; versions may call a state something else.
LEADS = {
    "received": {"checking", "withdrawn"},
    "checking": {"returned", "deciding", "withdrawn"},
    "returned": {"checking", "withdrawn"},
    "deciding": {"granted", "refused", "returned"},
}
RENAMED = {"checking": "examining", "returned": "sent_back"}
ENDS = {"granted", "refused", "withdrawn"}
SIGNERS = ("spouse", "guardian.1")
NEW_PAPER = "shomei"


@dataclass(frozen=True, slots=True)
class Edition:
    """One published version, as whoever wrote it would tell a colleague."""

    number: int
    definition: Definition
    days: int = 30
    pauses: frozenset[str] = frozenset({"returned"})
    renamed: bool = False
    asks: tuple[str, ...] = ("event_on", "account")  # the required answers this model follows
    wants_paper: bool = False
    signers: bool = False
    statement: int = 0  # how often the words that are signed were rewritten
    label: int = 0  # how often the question for the day was rewritten
    cut: bool = False  # a birth can no longer be chosen
    law: bool = False  # this very version is demanded by law
    moves: bool = False  # this very version moves open cases

    def name(self, part: str) -> str:
        return RENAMED.get(part, part) if self.renamed else part

    def part(self, name: str) -> str:
        return next((part for part in [*LEADS, *ENDS] if self.name(part) == name), "")

    @property
    def wanted(self) -> tuple[str, ...]:
        return SIGNERS if self.signers else ()


def first() -> Edition:
    definition = packs.current("procedure", make.KEY)
    return Edition(definition.version, definition)


def _publish(
    before: Edition, change: Callable[[dict[str, Any]], None], words: dict[str, str], **told: Any
) -> Edition:
    body = copy.deepcopy(before.definition.body) | {"version": before.number + 1}
    after = replace(before, **{"number": before.number + 1, "law": False, "moves": True} | told)
    body.pop("change", None)
    if after.moves or after.law:
        law = {"required_by_law": after.law, "moves_open_cases": after.moves}
        body["change"] = {"act": f"児童手当法の改正その{after.number}", **law}
    change(body)
    texts = {"ja": packs.texts(before.definition, "ja") | words}
    definition = packs.publish(kind="procedure", key=make.KEY, version=after.number, logic=body, texts=texts)
    return replace(after, definition=definition)


def _asking(name: str, kind: str, **more: Any) -> Callable[[dict[str, Any]], None]:
    field = {"type": kind, "label": "", "ground": "出生の確認", "keep": "case", **more}
    return lambda body: body["pages"][0]["fields"].setdefault(name, field)


def question(before: Edition) -> Edition:
    """One question more, which has to be answered."""
    asks = before.asks if "hospital" in before.asks else (*before.asks, "hospital")
    return _publish(before, _asking("hospital", "text"), {"fields.hospital.label": "病院の名前"}, asks=asks)


def law(before: Edition) -> Edition:
    """Demanded by law: something has to be agreed to, and who had agreed to it is asked anew."""
    asks = before.asks if "agree" in before.asks else (*before.asks, "agree")
    words = {"fields.agree.label": "同意", "fields.agree.statement": "区が所得を確かめることに同意します。"}
    return _publish(before, _asking("agree", "consent", statement=""), words, asks=asks, law=True)


def paper(before: Edition) -> Edition:
    """A paper more."""

    def change(body: dict[str, Any]) -> None:
        if not before.wants_paper:
            body["documents"].append({"id": NEW_PAPER, "title": "", "required_when": "true"})

    return _publish(before, change, {f"documents.{NEW_PAPER}.title": "在学証明書"}, wants_paper=True)


def signers(before: Edition) -> Edition:
    """Others have to agree; where they had to already, under other words."""
    logic, words = packs.split({"cosigners": make.SIGNERS}, IS_WORD)
    number = before.statement + 1
    words = {
        path: f"{said}（{number}）" if path == "cosigners.spouse.statement" else said
        for path, said in words.items()
    }
    return _publish(before, lambda body: body.update(logic), words, signers=True, statement=number)


def names(before: Edition) -> Edition:
    """Two states are called something else; the second time, as before."""
    after = not before.renamed

    def change(body: dict[str, Any]) -> None:
        swap = {old: new for pair in RENAMED.items() for old, new in (pair, pair[::-1])}
        body["flow"] = {
            swap.get(name, name): {**state, "next": [swap.get(one, one) for one in state.get("next", [])]}
            for name, state in body["flow"].items()
        }
        body["within"]["pause_on"] = [swap.get(one, one) for one in body["within"].get("pause_on", [])]

    words = {f"flow.{name}.label": f"段階 {name}" for name in [*RENAMED, *RENAMED.values()]}
    return _publish(before, change, words, renamed=after)


def slower(before: Edition) -> Edition:
    """More days, and they stand still while a case is being decided; the second time, fewer and only they do."""
    pauses = {"deciding"} if "deciding" in before.pauses else {"returned", "deciding"}
    days = before.days + 15

    def change(body: dict[str, Any]) -> None:
        body["within"] |= {"days": days, "pause_on": sorted(before.name(one) for one in pauses)}

    return _publish(before, change, {}, days=days, pauses=frozenset(pauses))


def fewer(before: Edition) -> Edition:
    """What most people here answered can no longer be chosen."""

    def change(body: dict[str, Any]) -> None:
        body["pages"][0]["fields"]["event"]["options"] = {"move_in": "", "other": ""}

    return _publish(before, change, {}, cut=True)


def quietly(before: Edition) -> Edition:
    """A version that moves nobody: fewer days for who comes from now on, and other words for a question."""
    days, label = before.days - 5, before.label + 1
    words = {"fields.event_on.question": f"その出来事は、いつでしたか（{label}）"}

    def change(body: dict[str, Any]) -> None:
        body["within"] |= {"days": days}

    return _publish(before, change, words, days=days, label=label, moves=False)


KINDS: dict[str, Callable[[Edition], Edition]] = {
    "question": question,
    "law": law,
    "paper": paper,
    "signers": signers,
    "names": names,
    "slower": slower,
    "fewer": fewer,
    "quietly": quietly,
}
