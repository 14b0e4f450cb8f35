"""A member of staff, and the machine's clock."""

from __future__ import annotations

import datetime as dt

import pytest

from madoguchi.faces.shared.tests.device import ORIGIN
from madoguchi.kernel import clock
from madoguchi.kernel.identity.models import Account

from .people import open_staff


@pytest.fixture(autouse=True)
def _quick(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.PUBLIC_URL = ORIGIN


@pytest.fixture
def machine(monkeypatch):
    """Sets the machine's clock ahead: `machine(minutes=31)`."""
    real = clock.machine

    def ahead(**how_long: float) -> None:
        monkeypatch.setattr(clock, "machine", lambda: real() + dt.timedelta(**how_long))

    return ahead


@pytest.fixture
def mori(db) -> Account:
    return open_staff("mori")
