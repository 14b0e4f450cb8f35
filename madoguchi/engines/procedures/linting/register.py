"""手続台帳: every procedure the city has, online or not, has a way without the card (P4-2)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from madoguchi.kernel import clock
from madoguchi.kernel.packs import Located

from ..definition import ProcedureDef

RULE = "register_without_card"
WAYS = ("counter", "post", "phone")


def lint_register(rows: list[Located[Any]], here: Mapping[str, Located[ProcedureDef]]) -> None:
    """Every row that is still in force names a way without the card; one that is offered here really offers it.

    A row that ends on a day to come is in force until then. What is offered here stands in the register: else
    nobody would have asked how it is done without the card.
    """
    today = clock.today()
    standing = [row for row in rows if row.value.ended_on is None or row.value.ended_on > today]
    if rows:
        _nothing_beside(here, {row.value.key for row in standing})
    if standing and not any(row.value.without_card for row in standing):
        message = _("without_card の列がありません（N-01）。カードなしで行う方法を、どの手続にも書きます。")
        row = standing[0]
        row.problem("without_card", message, _("使えるもの: %s") % " ".join(WAYS), rule=RULE)
        return
    for row in standing:
        ways = row.value.without_card.split()
        if not ways:
            row.problem(
                "without_card",
                _("「%s」に、カードなしで行う方法がありません（N-01）。") % row.value.title,
                _("使えるもの: %s") % " ".join(WAYS),
                rule=RULE,
            )
        located = here.get(row.value.key)
        offered = set(located.value.channels.names()) if located is not None else set(WAYS)
        for way in ways:
            if way not in WAYS:
                row.problem("without_card", _("「%s」は書けません。") % way, " ".join(WAYS), rule=RULE)
            elif way not in offered:
                row.problem(
                    "without_card",
                    _("この手続の channels に「%s」がありません。") % way,
                    _("channels に加えるか、ここから消します。"),
                    rule=RULE,
                )
            elif way == "phone" and located is not None and _only_sends(located.value):
                row.problem(
                    "without_card",
                    _("この手続の電話は様式を送るだけなので、「phone」では終わりません。"),
                    _("様式を出すところ（post、counter）を書くか、phone を accepts: whole にします。"),
                    rule=RULE,
                )


def _nothing_beside(here: Mapping[str, Located[ProcedureDef]], standing: set[str]) -> None:
    for key, located in here.items():
        if key not in standing:
            located.problem(
                "procedure",
                _("「%s」が、いま行っている手続として register.csv にありません（P4-2）。") % key,
                _("register.csv に、without_card を書いた行を加えます。"),
                rule=RULE,
            )


def _only_sends(shape: ProcedureDef) -> bool:
    return shape.channels.phone is not None and shape.channels.phone.accepts == "request_for_form"
