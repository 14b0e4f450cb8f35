"""Whoever came back after losing every way in begins without the apps that were connected before."""

from __future__ import annotations

from ..identity.models import Account
from ..identity.ways_in.recovered import when_recovered
from ..refs import Actor
from . import services


@when_recovered
def end_grants(account: Account, by: Actor) -> None:
    """Somebody else may have connected them."""
    services.disconnect_all(account=account, by=by, why="recovered")
