"""Accounts of staff, keys of machines, screens at counters: what could come in and should not."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from django.conf import settings

from madoguchi.kernel.access import in_order as programs
from madoguchi.kernel.identity import in_order

from .report import Line, Table, ask, bad, good

SEE = "利用者の識別と認証（二つの要素、異動・退職のあとの停止）"
SEE_KEYS = "外とつなぐときの管理（期限のある鍵、使わない鍵の停止）"
NAMED = 20
MANY_OPERATORS = 5
Judge = Callable[..., Line]  # ask or bad


def check() -> Iterator[Line]:
    yield from _people()
    yield from _programs()


def _people() -> Iterator[Line]:
    one_factor = in_order.without_second_factor()
    yield _nobody(
        one_factor,
        bad,
        "second_factor",
        "people",
        "職員は全員、二つの要素でサインインします。",
        f"二つ目の要素がない職員が{len(one_factor)}人います。",
        "登録番号を渡してください（./mado staff invite）。それまで、この人たちは職員の画面を開けません。",
        see=SEE,
    )
    if elsewhere := in_order.by_provider_alone():
        yield good(
            "provider_alone",
            "people",
            f"{len(elsewhere)}人は、{settings.OIDC_STAFF_NAME}だけでサインインします。二つの要素は、あちらが確かめます。",
            see=SEE,
            detail=elsewhere[:NAMED],
        )
    left = in_order.without_chair()
    yield _nobody(
        left,
        bad,
        "left",
        "people",
        "開いている職員のアカウントには、どれも今日の席があります。",
        f"今日どの席にもいない職員のアカウントが{len(left)}個、開いたままです。",
        "異動か退職なら、アカウントを閉じてください。",
        see=SEE,
    )
    unused = in_order.never_used()
    yield _nobody(
        unused,
        ask,
        "never_used",
        "people",
        "使われないままのアカウントはありません。",
        f"作ってから30日以上、一度も使われていないアカウントが{len(unused)}個あります。",
        "要らなければ閉じてください。",
        see=SEE,
    )
    yield _operators()
    if in_order.demo_accounts() and not settings.DEMO:
        yield ask(
            "demo_people",
            "people",
            "見本の人のアカウントが、データベースに残っています（入れません）。",
            "本番は、空のデータベースから始めてください。",
            see=SEE,
        )


def _nobody(
    found: list[str], judge: Judge, code: str, area: str, fine: str, wrong: str, todo: str, *, see: str
) -> Line:
    """In order when nothing was found; otherwise `wrong`, with the first of them named."""
    return (
        judge(code, area, wrong, todo, see=see, detail=found[:NAMED])
        if found
        else good(code, area, fine, see=see)
    )


def _operators() -> Line:
    operators = in_order.holders().get("operator", [])
    if not operators:
        return bad(
            "operators",
            "people",
            "システムを見る役（operator）が、ひとりもいません。",
            "名簿で、少なくともふたりにその役を付けてください。",
            see=SEE,
        )
    if len(operators) > MANY_OPERATORS:
        return ask(
            "operators",
            "people",
            f"システムを見る役（operator）が{len(operators)}人います。",
            "多すぎないか確かめてください。",
            see=SEE,
            detail=operators[:NAMED],
        )
    return good("operators", "people", f"システムを見る役（operator）は{len(operators)}人です。", see=SEE)


def _programs() -> Iterator[Line]:
    endless, unused = programs.endless_keys(), programs.unused_keys()
    yield _nobody(
        endless,
        bad,
        "endless_keys",
        "programs",
        "機械の鍵は、どれも1年ほどのうちに切れます。",
        f"1年より長く使える鍵が{len(endless)}個あります。",
        "短い期限で作り直してください（./mado api key）。",
        see=SEE_KEYS,
    )
    yield _nobody(
        unused,
        ask,
        "unused_keys",
        "programs",
        "使われていない鍵はありません。",
        f"90日使われていない鍵が{len(unused)}個あります。",
        "要らなければ取り消してください。",
        see=SEE_KEYS,
    )
    unseen, grants = programs.unseen_terminals(), programs.unused_grants()
    yield _nobody(
        unseen,
        ask,
        "terminals",
        "programs",
        "登録されたまま使われていない窓口の端末は、ありません。",
        f"90日使われていない窓口の端末が{len(unseen)}台、登録されたままです。",
        "職員の画面の「窓口の端末」で止めてください。",
        see=SEE_KEYS,
    )
    if grants:
        yield ask(
            "grants",
            "programs",
            f"住民がつないだまま1年使っていないアプリが{grants}件あります。",
            "住民は「つながっているアプリ」で外せます。お知らせを考えてください。",
            see=SEE_KEYS,
        )


def table() -> Table:
    """Every role and who holds it today."""
    rows = tuple((role, str(len(who)), "、".join(who)) for role, who in in_order.holders().items())
    return Table(
        "roles", "役割と、今日それを持つ職員 Roles and holders", ("役割 role", "人数", "ログイン（課）"), rows
    )
