"""手続台帳: every procedure the city has, online or not, has a way without the card (P4-2)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from madoguchi.kernel.packs import Located

from ..definition import ProcedureDef

RULE = "register_without_card"
WAYS = ("counter", "post", "phone")


def lint_register(rows: list[Located[Any]], online: Mapping[str, ProcedureDef]) -> None:
    """Every row that is still in force names a way without the card; one that is offered here really offers it."""
    standing = [row for row in rows if row.value.ended_on is None]
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
        shape = online.get(row.value.key)
        offered = set(shape.channels.names()) if shape is not None else set(WAYS)
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
