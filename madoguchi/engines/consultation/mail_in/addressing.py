"""For which call a mail is: by the address it came to. What that does not say, a person says."""

from __future__ import annotations

from collections.abc import Iterable

from madoguchi.kernel import clock

from ..models import Arrival, Call
from ..models.receiving import Channel


def call_for(addresses: Iterable[str]) -> tuple[Call | None, str]:
    """(the call, "") or (None, why nobody but a person can say).

    An address or plus-tag (`iken+<key of the call>@…`) that a call names is its own, late or not. One that several calls
    share goes to the one that receives now. An address no call names goes to the only call that is open, if it is one.
    """
    wanted = {one.casefold() for one in addresses}
    named = [call for call in Call.objects.order_by("-opens_on", "key") if _names(call, wanted)]
    if not named:
        receiving = receiving_now()
        return (receiving[0], "") if len(receiving) == 1 else (None, Arrival.Why.ADDRESS)
    today = clock.today()
    now = [call for call in named if call.receives_on(today)]
    waiting = [call for call in named if call.state == Call.State.OPENED]
    if len(now) > 1:
        return None, Arrival.Why.ADDRESS
    for choice in (now, waiting):
        if choice:
            return choice[0], ""
    return None, Arrival.Why.OVER


def receiving_now() -> list[Call]:
    today = clock.today()
    opened = Call.objects.filter(state=Call.State.OPENED, opens_on__lte=today, closes_on__gte=today)
    return list(opened.order_by("-opens_on", "key"))


def _names(call: Call, wanted: set[str]) -> bool:
    tagged = any(tag_of(address) == call.key.casefold() for address in wanted)
    return tagged or any(
        way.get("channel") == Channel.MAIL and str(way.get("to", "")).strip().casefold() in wanted
        for way in call.ways
    )


def tag_of(address: str) -> str:
    """`machi-jikan` of `iken+machi-jikan@…`."""
    return address.partition("@")[0].partition("+")[2]
