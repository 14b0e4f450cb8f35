"""What a booking costs, as far as the rules say it before anybody answered a question."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from .words import yen_said

# The rules that say the whole price by themselves; any other may make it dearer or cheaper.
PLAIN = ("resource_yen * hours", "hours * resource_yen", "resource_yen", "periods_yen")


def prices(said: Any, resources: Iterable[Any]) -> list[str]:
    """Lines for somebody who is not signed in: per hour, per period, or the one price. [] when the rules tell none."""
    fee = (said.fee or "0").strip()
    if fee.isdecimal():
        return [yen_said(int(fee))]
    lines = _periods(said) if "periods_yen" in fee else _of_resources(fee, resources)
    if lines and fee not in PLAIN:
        lines.append(
            _(
                "使い方や人によって、変わることがあります。正しい料金は、予約を決める前の画面で確かめられます。"
            )
        )
    return lines


def _periods(said: Any) -> list[str]:
    return [f"{one.title}　{yen_said(one.yen)}" for one in said.periods if one.yen is not None]


def _of_resources(fee: str, resources: Iterable[Any]) -> list[str]:
    known = sorted({one.facts["yen"] for one in resources if one.facts.get("yen") is not None})
    if "resource_yen" not in fee or not known:
        return []
    least, most = yen_said(known[0]), yen_said(known[-1])
    price = least if least == most else _("%(since)s～%(until)s") % {"since": least, "until": most}
    return [_("1時間に%(yen)s") % {"yen": price} if "hours" in fee else price]
