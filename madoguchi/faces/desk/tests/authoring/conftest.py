"""子育て支援課 writes: Sato is author, Ogawa reads and publishes."""

from __future__ import annotations

import pytest

from madoguchi.engines.authoring.models import Blueprint
from madoguchi.engines.authoring.tests import make as writing

from .writers import Writer


@pytest.fixture
def city(db):
    writing.city()


@pytest.fixture
def sato(city) -> Writer:
    return Writer(writing.author())


@pytest.fixture
def ogawa(city) -> Writer:
    return Writer(writing.publisher())


@pytest.fixture
def event(sato) -> Blueprint:
    return sato.begins()
