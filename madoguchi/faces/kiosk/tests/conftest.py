"""The counter of 子育て支援課: Sato and Tamura are clerks there, Takagi sits in another division."""

from __future__ import annotations

import pytest

from madoguchi.engines.procedures.tests import make as city

from .make import Desk, Screen


@pytest.fixture
def procedure(db):
    return city.publish_canonical()


@pytest.fixture
def sato(procedure) -> Desk:
    return Desk(city.clerk("sato", name="佐藤"))


@pytest.fixture
def tamura(procedure) -> Desk:
    return Desk(city.clerk("tamura", name="田村"))


@pytest.fixture
def takagi(procedure) -> Desk:
    return Desk(city.clerk("takagi", division="介護保険課", name="高木"))


@pytest.fixture
def screen(sato) -> Screen:
    return Screen(sato.actor)
