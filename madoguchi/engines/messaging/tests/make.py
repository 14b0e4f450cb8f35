"""People and notices."""

from __future__ import annotations

from itertools import count
from typing import Any

from madoguchi.engines.messaging import services
from madoguchi.engines.messaging.models import Message
from madoguchi.kernel.identity import services as identity
from madoguchi.kernel.identity.models import Party
from madoguchi.kernel.refs import SYSTEM, Ref

CASE = Ref("procedures", "case", "0198c0de")
_numbers = count(1)


def a_party(name: str = "aoi", email: str | None = None) -> Party:
    address = f"{name}@mihon.invalid" if email is None else email
    return identity.keep_party(profile={"email": address}, by=SYSTEM)


def tell(party: Party, subject: str = "受け付けました", **more: Any) -> Message:
    said = {
        "kind": "case.received",
        "about": CASE,
        "recipient": party,
        "subject": subject,
        "body": "受付番号は 2611-0427-7 です。",
        "by": SYSTEM,
        "key": f"test:{next(_numbers)}",
    }
    return services.notify(**{**said, **more})
