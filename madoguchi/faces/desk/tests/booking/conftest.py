"""Sato is a clerk of the division whose bookings these are."""

from __future__ import annotations

import pytest

from madoguchi.engines.booking.tests import make

from .working import Desk


@pytest.fixture
def sato(db) -> Desk:
    return Desk(make.staff("sato"))
