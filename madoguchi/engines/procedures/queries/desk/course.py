"""Where a case is on its way: the row of stamps, what may be done next, and what was done."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from madoguchi.kernel import clock
from madoguchi.kernel.audit.models import Event
from madoguchi.kernel.refs import Actor

from ... import rules
from ...models import Case, Decision, Step, Transfer
from ...past import Past
from ...procedure import Procedure


@dataclass(slots=True)
class Stamp:
    """One box of the row of steps (決裁欄): stamped (done), now, or todo with who may do it."""

    label: str
    state: str
    by: str = ""
    on: dt.date | None = None
    words: str = ""
    printed: str = ""  # what the round stamp says, where that is not the name of the box


@dataclass(slots=True)
class Move:
    """A next step this person may take.

    `kind` is advance, decide, hand_back, return, send, send_back or withdraw; `done` says afterwards what was done.
    """

    kind: str
    to: str
    label: str
    needs_reason: bool = False
    done: str = ""
    to_head: bool = False  # passed on to who decides


@dataclass(slots=True)
class LogLine:
    at: dt.datetime
    words: str
    by: str = ""
    account: uuid.UUID | None = None
    why: str = ""  # only after a look
    about: uuid.UUID | None = None  # the returned decision, or the transfer


def short(label: str) -> str:
    """確認中 → 確認: the name of a stop, without 「now」."""
    return label.removesuffix("中") or label


def is_answered(case: Case) -> bool:
    """The latest thing that happened is the resident's answer to a question of ours."""
    return _ends_answered(Past(case))


def _ends_answered(past: Past) -> bool:
    return bool(past.steps) and past.left(past.steps[-1]).tell == "returned"


def stamps(case: Case, procedure: Procedure, decision: Decision | None, open_places: int) -> list[Stamp]:
    """確認 → 補正 → 審査 → 交付前の確認 → 交付, as the flow of this procedure has them."""
    past = Past(case)
    here = procedure.state(case.state)
    is_returned = here.tell == "returned"
    waits = _ends_answered(past) and open_places > 0
    checking = not (here.end or is_returned or waits) and here.by != "head"
    return [
        _check_stamp(past, is_now=checking),
        _fix_stamp(past, is_returned=is_returned, waits=waits),
        _judge_stamp(decision, is_now=here.by == "head" and not here.end),
        *_letter_stamps(decision, at_counter=_at_counter(procedure, decision)),
    ]


def _at_counter(procedure: Procedure, decision: Decision | None) -> bool:
    """What was decided is handed over at the counter, without a letter."""
    return decision is not None and procedure.state(decision.outcome).hands_over == "counter"


def _check_stamp(past: Past, *, is_now: bool) -> Stamp:
    """Whoever passed it on, or found what had to be put right, has checked it."""
    if is_now:
        return Stamp(_("確認"), "now", words=_("係"))
    looked = [
        step
        for step in past.steps
        if not past.is_back(step)
        and (past.came_to(step).by == "head" or past.came_to(step).tell == "returned")
    ]
    if not looked:
        return Stamp(_("確認"), "todo", words=_("係"))
    last = looked[-1]
    only_asked = past.came_to(last).tell == "returned"
    return Stamp(_("確認"), "done", last.by_name, _day(last.at), printed=_("補正依頼") if only_asked else "")


def _fix_stamp(past: Past, *, is_returned: bool, waits: bool) -> Stamp:
    if is_returned:
        return Stamp(_("補正"), "now", words=_("返事待ち"))
    if waits:
        return Stamp(_("補正"), "now", words=_("返事が\n来ました"))
    answered = [step for step in past.steps if past.left(step).tell == "returned"]
    if answered:
        by = answered[-1].by_name or _("ご本人")
        return Stamp(_("補正"), "done", by, _day(answered[-1].at))
    return Stamp(_("補正"), "todo", words=_("なし"))


def _judge_stamp(decision: Decision | None, *, is_now: bool) -> Stamp:
    if decision is not None:
        return Stamp(_("審査"), "done", decision.decided_by_name, _day(decision.decided_at))
    return Stamp(_("審査"), "now" if is_now else "todo", words=_("決裁する人"))


def _letter_stamps(decision: Decision | None, *, at_counter: bool) -> list[Stamp]:
    what = _("窓口で") if at_counter else _("通知書")
    if decision is not None and decision.sent_at is not None:
        day = _day(decision.sent_at)
        return [
            Stamp(_("交付前の\n確認"), "done", decision.checked_by_name, day, printed=_("確認")),
            Stamp(_("交付"), "done", what, day),
        ]
    not_who = _("%(name)sさん以外") % {"name": decision.decided_by_name} if decision else _("決裁した人以外")
    return [
        Stamp(_("交付前の\n確認"), "now" if decision else "todo", words=_("別の人") + "\n" + not_who),
        Stamp(_("交付"), "todo", words=what),
    ]


def _day(at: dt.datetime) -> dt.date:
    return clock.in_city(at).date()


def moves(
    case: Case,
    procedure: Procedure,
    decision: Decision | None,
    actor: Actor,
    texts: dict[str, str],
    *,
    sealed: bool,
) -> list[Move]:
    """What this person may do with the case now, the usual thing first. Who may not read a letter cannot check it."""
    here = procedure.state(case.state)
    if decision is not None:
        return _after_decision(procedure, decision, actor, sealed=sealed)
    if _waits_for_head(case, procedure, actor):
        return []
    found = []
    for name in here.next:
        state = procedure.state(name)
        label = texts.get(f"flow.{name}.label", name)
        if state.end == "cancelled":
            found.append(Move("withdraw", name, _("「%(label)s」にする") % {"label": label}))
        elif state.end:
            words = _("「%(label)s」を決裁する") % {"label": label}
            found.append(Move("decide", name, words, needs_reason="reason" in state.requires))
        elif state.tell == "returned":
            found.append(Move("return", name, _("直してもらう")))
        elif here.tell != "returned":
            found.append(_advance(name, short(label), to_head=state.by == "head"))
    if here.by == "head" and not here.end and not is_first_stop(case):
        found.append(Move("hand_back", "", _("担当へ差し戻す")))
    order = ("advance", "decide", "hand_back", "return", "withdraw")
    return sorted(found, key=lambda move: order.index(move.kind))


def _after_decision(procedure: Procedure, decision: Decision, actor: Actor, *, sealed: bool) -> list[Move]:
    """Checked and sent, or handed over, by somebody else; once it went out it may turn out to be wrong."""
    if decision.sent_at is not None:
        return [Move("misissue", "", _("誤って交付した（記録して、取り消す）"))]
    at_counter = _at_counter(procedure, decision)
    if not (at_counter or decision.letter_id) or decision.decided_by == actor.account or sealed:
        return []
    back = Move("send_back", "", _("誤りがあるので、決裁へ差し戻す"))
    if at_counter:
        return [Move("hand_over", "", _("確かめて、窓口で渡す")), back]
    return [Move("send", "", _("確かめて、送る")), back]


def is_first_stop(case: Case) -> bool:
    """Nobody passed the case on to where it is: there is nowhere to hand it back to."""
    return not Past(case).into_here()


def _advance(name: str, label: str, *, to_head: bool) -> Move:
    words = (_("%(label)sへ回す") if to_head else _("%(label)sをはじめる")) % {"label": label}
    done = (_("%(label)sへ回しました。") if to_head else _("%(label)sをはじめました。")) % {"label": label}
    return Move("advance", name, words, done=done, to_head=to_head)


def _waits_for_head(case: Case, procedure: Procedure, actor: Actor) -> str:
    """Why this person may not decide here; "" when they may."""
    here = procedure.state(case.state)
    if here.by != "head":
        return ""
    if not actor.has_role("head", in_=case.division_id):
        return _("課の決裁をする人が進めます。")
    if here.second_person and rules.passed_on_by(case) == actor.account:
        return _("審査に回した人とは別の人が決裁します。")
    return ""


def waits_for(
    case: Case, procedure: Procedure, decision: Decision | None, actor: Actor, *, sealed: bool
) -> str:
    """Why this person has nothing to press now; "" when they have."""
    here = procedure.state(case.state)
    if decision is not None:
        at_counter = _at_counter(procedure, decision)
        if decision.sent_at is not None:
            return (
                _("終わりました。窓口で渡してあります。")
                if at_counter
                else _("終わりました。通知書を送ってあります。")
            )
        if decision.decided_by == actor.account:
            return (
                _("窓口で渡すのは、決裁した人以外です。書類をもう一度確かめてから渡します。")
                if at_counter
                else _("通知書は、決裁した人以外が確かめて送ります。")
            )
        if at_counter:
            return _("秘匿のため、権限のある人が確かめて渡します。") if sealed else ""
        if not decision.letter_id:
            return _("通知書をつくっています。少し待って、開き直してください。")
        return _("秘匿のため、通知書は権限のある人が確かめて送ります。") if sealed else ""
    if here.end:
        return _("終わりました。")
    if here.tell == "returned":
        return _("ご本人の返事を待っています。日数は数えていません。")
    return _waits_for_head(case, procedure, actor)


def next_title(
    case: Case, procedure: Procedure, found: list[Move], open_places: int, texts: dict[str, str]
) -> str:
    """「つぎ：…」: the next action in one line."""
    kinds = {move.kind: move for move in found}
    if "send" in kinds:
        return _("通知書を確かめて、送る")
    if "hand_over" in kinds:
        return _("受け取りに来た人を確かめて、渡す")
    if "decide" in kinds:
        outcomes = [short(texts.get(f"flow.{m.to}.label", m.to)) for m in found if m.kind == "decide"]
        return _("決裁する（%(outcomes)s）") % {"outcomes": _("か").join(outcomes)}
    if open_places and is_answered(case):
        return _("直った%(n)sか所を確かめる") % {"n": open_places}
    if "advance" in kinds:
        move = kinds["advance"]
        to_head = procedure.state(move.to).by == "head"
        return _("内容を確かめて、%(move)s") % {"move": move.label} if to_head else move.label
    return ""


def log(
    case: Case,
    procedure: Procedure,
    decision: Decision | None,
    texts: dict[str, str],
    events: Iterable[Event],
) -> list[LogLine]:
    """これまで, the latest first."""
    past = Past(case)
    lines = [
        _step_line(step, past, texts)
        for step in past.steps
        if not (past.is_back(step) and past.left(step).end)
    ]
    lines += [
        LogLine(event.at, words, event.actor_name, event.actor_account)
        for event in events
        if (words := _assigned_words(event))
    ]
    for row in case.returned_decisions.all():
        label = texts.get(f"flow.{row.outcome}.label", row.outcome)
        words = (
            _("「%(label)s」の書類を取り消しました（誤交付）")
            if row.sent_at is not None
            else _("「%(label)s」を決裁へ差し戻しました")
        ) % {"label": label}
        if row.sent_at is not None:
            lines.append(LogLine(row.sent_at, _("その書類を交付しました"), about=None))
        lines.append(LogLine(row.returned_at, words, row.returned_by_name, row.returned_by, about=row.pk))
    for passed in case.transfers.all():
        by_hand = passed.cause == Transfer.Cause.BY_HAND
        said = (
            _("%(from)sから%(to)sへ移しました")
            if by_hand
            else _("組織の変更で、%(from)sから%(to)sへ引きつがれました")
        )
        words = said % {"from": passed.from_name, "to": passed.to_name}
        lines.append(LogLine(passed.at, words, passed.by_name, passed.by, about=passed.pk))
    if decision is not None and decision.sent_at is not None:
        by, account = decision.checked_by_name, decision.checked_by
        done = (
            _("確かめて、窓口で渡しました")
            if _at_counter(procedure, decision)
            else _("通知書を確かめて送りました")
        )
        lines.append(LogLine(decision.sent_at, done, by, account))
    # Of two lines of the same moment the one written later comes first.
    return sorted(lines, key=lambda line: line.at)[::-1]


def _assigned_words(event: Event) -> str:
    """Who was named for the case; "" for every other event."""
    if event.verb == "case.given":
        return _("%(name)sさんに渡しました") % {"name": event.facts.get("to_name", "")}
    return {"case.taken": _("引き受けました"), "case.put_back": _("担当を外しました")}.get(event.verb, "")


def _step_line(step: Step, past: Past, texts: dict[str, str]) -> LogLine:
    target = past.came_to(step)
    label = past.label(step, texts)
    who = step.by_name or {"resident": _("ご本人"), "system": _("システム")}.get(step.by_kind, "")
    if not step.from_state:
        words = _("受付")
    elif past.is_back(step):
        words = _("担当へ差し戻しました")
    elif target.tell == "returned":
        words = _("直してほしいところを%(places)s知らせました。期限を停止") % {
            "places": _("%sか所") % step.places
        }
    elif past.left(step).tell == "returned" and not target.end:
        words = _("直した返事が届きました。期限の数えを再開")
    elif target.end == "cancelled":
        words = label
    elif target.end:
        words = _("「%(label)s」と決裁しました") % {"label": label}
    elif target.by == "head":
        words = _("%(label)sへ回しました") % {"label": short(label)}
    else:
        words = _("%(label)sをはじめました") % {"label": short(label)}
    return LogLine(step.at, words, who, step.by)
