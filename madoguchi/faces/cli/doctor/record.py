"""The audit: sealed up to when, as it was sealed, and how staff came in."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Iterator
from itertools import islice

from madoguchi.kernel import clock
from madoguchi.kernel.audit import heads, queries, verifying
from madoguchi.kernel.identity import in_order

from .report import Line, ask, bad, good

SEE = "証跡の保全（だれが何を見たか、書き換えられていないか）"
SEE_LOG = "記録の点検（サインインの成功と失敗）"
DAYS = 30
SECONDS = 60
NAMED = 10


def check(*, whole: bool = False) -> Iterator[Line]:
    yield sealing()
    yield verified(whole=whole)
    yield sign_ins()


def sealing() -> Line:
    state = queries.seal_state()
    if state.heads_agree is False:
        return bad(
            "audit_heads_agree",
            "record",
            "外の控えが、このデータベースの封印と合いません。",
            "./mado audit verify で、どこが違うかを見てください。",
            see=SEE,
        )
    if state.overdue:
        return bad(
            "audit_sealing",
            "record",
            f"{state.overdue}件の記録が、30分以上、封を待っています。",
            "ワーカーが動いているか確かめてください（./mado serve）。",
            see=SEE,
        )
    if not state.blocks:
        return ask(
            "audit_sealing", "record", "まだ、封をした記録がありません。", "./mado audit seal", see=SEE
        )
    return good(
        "audit_sealing",
        "record",
        f"{state.blocks}ブロックまで封をしました（最後は {_when(state.sealed_at)}）。封を待つ記録 {state.waiting}件。",
        see=SEE,
    )


def verified(*, whole: bool) -> Line:
    """The last thirty days, or all of it; for a minute at most unless all was asked for."""
    since = None if whole else clock.today() - dt.timedelta(days=DAYS)
    place = heads.place()
    run = verifying.Verification(heads=place if place.exists() else None, since=since)
    until = time.monotonic() + (3600 if whole else SECONDS)
    found, finished = [], True
    for finding in run.findings():
        if finding.is_tampering:
            found.append(str(finding))
        if time.monotonic() > until or len(found) > 1000:
            finished = False
            break
    if found:
        return bad(
            "audit_verified",
            "record",
            f"記録に、改ざんのしるしが{len(found)}件あります。",
            "./mado audit verify。データベースと控えの写しを取り、CSIRT に知らせてください。",
            see=SEE,
            detail=list(islice(found, NAMED)),
        )
    what = "全部" if whole else f"この{DAYS}日"
    if not finished:
        return ask(
            "audit_verified",
            "record",
            f"時間内に確かめきれませんでした（{run.rows}件まで、しるしなし）。",
            "./mado doctor --whole",
            see=SEE,
        )
    return good(
        "audit_verified",
        "record",
        f"{what}の記録 {run.rows}件（{run.blocks}ブロック）に、改ざんのしるしはありません。",
        see=SEE,
    )


def sign_ins() -> Line:
    counted = in_order.sign_ins_of_staff(DAYS)
    refused, came = counted.pop("refused", 0), sum(counted.values())
    detail = [f"{name.partition(':')[2]}: {n}" for name, n in sorted(counted.items())]
    said = f"この{DAYS}日の職員のサインイン: 入れた {came}回、断った {refused}回。"
    if refused > 20 and refused > came:
        return ask(
            "sign_ins",
            "record",
            said,
            "断った回数が、入れた回数より多くなっています。だれを狙ったものか、記録を見てください。",
            see=SEE_LOG,
            detail=detail,
        )
    return good("sign_ins", "record", said, see=SEE_LOG, detail=detail)


def _when(at: object) -> str:
    return f"{at.astimezone(clock.JST):%Y-%m-%d %H:%M}" if isinstance(at, dt.datetime) else "-"
