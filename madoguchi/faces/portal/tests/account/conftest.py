"""Aoi, and both clocks."""

from __future__ import annotations

import datetime as dt

import pytest

from madoguchi.faces.shared.tests.device import ORIGIN
from madoguchi.kernel import clock
from madoguchi.kernel.identity.models import (
    Account,
)

from .visiting import make_aoi


@pytest.fixture(autouse=True)
def _quick(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.PUBLIC_URL = ORIGIN


@pytest.fixture
def later(monkeypatch):
    """Both clocks go ahead: `later(hours=72)`."""
    now, machine = clock.now, clock.machine

    def ahead(**how_long: float) -> None:
        monkeypatch.setattr(clock, "now", lambda: now() + dt.timedelta(**how_long))
        monkeypatch.setattr(clock, "machine", lambda: machine() + dt.timedelta(**how_long))

    return ahead


@pytest.fixture
def aoi() -> Account:
    return make_aoi()
