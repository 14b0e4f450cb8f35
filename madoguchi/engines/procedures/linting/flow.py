"""States nobody reaches, nobody leaves, nobody works at; refusals without the right words; letters nobody sends."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from madoguchi.kernel.packs import Located

from .faults import Fault, Looked

REFUSES = "refuses_without_appeal"
NOTICE = ("reason", "appeal_notice")
# A name says little for sure: what a state is, its letter says (told.py). So these words only warn.
_SOUNDS_LIKE_NO = re.compile(
    r"(?:却下|棄却|不承認|不認定|不許可|不交付|不支給|不決定|不可(?![欠分避])|対象外|非該当|お?断り)"
    r"(?!し(?:ない|ません)|せず|されない|されません|では?(?:ない|ありません))"
    r"|(?:認め|受けられ|続けられ|渡せ|(?<!用意が)でき)(?:ない|ません)"
)


def no_way_in(looked: Looked) -> Iterator[Fault]:
    """States no case ever comes to."""
    shape = looked.shape
    reached, ahead = {shape.first_state}, [shape.first_state]
    while ahead:
        for name in shape.flow[ahead.pop()].next:
            if name not in reached:
                reached.add(name)
                ahead.append(name)
    for name in shape.flow:
        if name not in reached:
            into = _("どこかの段階の next に %s を書くか、この段階を消します。") % name
            yield Fault(f"flow.{name}", _("この段階に来る道がありません。"), into)


def no_way_out(looked: Looked) -> Iterator[Fault]:
    """States from which no case ever ends."""
    flow = looked.shape.flow
    ends = {name for name, state in flow.items() if state.end}
    while more := {name for name, state in flow.items() if name not in ends and ends & set(state.next)}:
        ends |= more
    for name in flow:
        if name not in ends:
            yield Fault(
                f"flow.{name}",
                _("この段階から終わり（end）に行く道がありません。"),
                _("next に終わりへ続く段階を書きます。"),
            )


def nobody_acts(looked: Looked) -> Iterator[Fault]:
    """States on the way at which nobody is named: the case would lie there."""
    shape = looked.shape
    for name, state in shape.flow.items():
        if not (state.end or state.by or state.tell == "returned" or name == shape.first_state):
            yield Fault(
                f"flow.{name}",
                _("この段階で仕事をする人がいません。"),
                _("by: division か by: head を書きます。"),
            )


def no_way_back(looked: Looked) -> Iterator[Fault]:
    """A state in which the resident answers, and nowhere to go with the answer."""
    flow = looked.shape.flow
    for name, state in flow.items():
        if state.tell == "returned" and all(flow[to].end for to in state.next):
            yield Fault(
                f"flow.{name}.next",
                _("返事が来たあとに進む段階がありません。"),
                _("返事を確かめる段階（checking など）を next に加えます。"),
            )


def clock_runs_on(looked: Looked) -> Iterator[Fault]:
    """標準処理期間: days of waiting for the resident are not the office's; only they stop the clock."""
    shape = looked.shape
    for name in shape.within.pause_on:
        if name not in shape.flow:
            yield Fault("within.pause_on", _("「%s」という段階はありません。") % name, "、".join(shape.flow))
        elif shape.flow[name].tell != "returned":
            yield Fault(
                "within.pause_on",
                _("「%s」では申請した方の返事を待っていないので、処理期間の数えは止められません。") % name,
                _("pause_on には、tell: returned の段階だけを書きます。"),
            )
    for name, state in shape.flow.items():
        if state.tell == "returned" and name not in shape.within.pause_on:
            yield Fault(
                f"flow.{name}",
                _("返事を待つあいだも、処理期間の数えが止まりません。"),
                _("within.pause_on に %s を加えます。") % name,
                is_error=False,
            )


def refuses_without_appeal(looked: Looked) -> Iterator[Fault]:
    """理由の提示（行政手続法 第8条）と教示（行政不服審査法 第82条）. A state with a letter: told.check_letters."""
    for name, state in looked.shape.flow.items():
        lacking = [one for one in NOTICE if one not in state.requires]
        is_half = len(lacking) == 1
        if state.end != "done" or not lacking:
            continue
        if is_half or (not state.letter and sounds_like_no(state.label)):
            yield Fault(
                f"flow.{name}",
                _("申請を退ける段階なのに、%s がありません。") % "、".join(lacking),
                _("requires: [reason, appeal_notice] と書きます。"),
                is_error=is_half,
            )


def sounds_like_no(label: str) -> bool:
    """Whether a state is named like a refusal."""
    return _SOUNDS_LIKE_NO.search(label) is not None


def report_unsent(sent: set[str], letters: list[Located[Any]]) -> None:
    """Letters no state of any procedure names."""
    for letter in letters:
        if letter.value.letter not in sent:
            letter.problem(
                "letter",
                _("この通知書を送る手続がありません。"),
                _("flow の letter に %s と書くか、このファイルを消します。") % letter.value.letter,
                is_error=False,
                rule="letter_unsent",
            )
