"""What the worker looks after in identity."""

from __future__ import annotations

import datetime as dt

from ..jobs import periodic
from . import throttle
from .federation import arrivals
from .ways_in import codes, contacts, mails, sign_ins


@periodic("identity.tries", every=dt.timedelta(hours=6))
def forget_tries() -> None:
    """Failed sign-ins slow nobody down after a quarter of an hour, and are forgotten after a day."""
    throttle.forget_old()


@periodic("identity.ways_in", every=dt.timedelta(hours=1))
def tidy_ways_in() -> None:
    """Changed addresses take over; codes, mails and sign-ins whose time is over are forgotten."""
    contacts.settle_changes()
    codes.forget_old()
    mails.forget_old()
    sign_ins.forget_old()


@periodic("identity.federation", every=dt.timedelta(minutes=30))
def tidy_federation() -> None:
    """What a provider told of somebody who then did not decide is wiped."""
    arrivals.forget_old()
