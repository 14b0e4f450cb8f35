"""The ground, built once for each file of tests."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as configured

from .ground import build
from .things import City
from .walk import undone

PLACES = ("VAULT_ROOT", "VAULT_KEYS", "VAULT_ERASED")


@pytest.fixture(scope="package")
def built(django_db_setup: Any, django_db_blocker: Any, tmp_path_factory: Any) -> Iterator[tuple[City, Path]]:
    """Whatever a test does to it is undone."""
    folder, patch = tmp_path_factory.mktemp("matrix"), pytest.MonkeyPatch()
    for name in PLACES:
        patch.setattr(configured, name, folder / name.lower())
    with django_db_blocker.unblock(), undone():
        yield build(), folder
    patch.undo()


@pytest.fixture
def city(built: tuple[City, Path], settings: Any, db: None) -> Iterator[City]:
    for name in PLACES:
        setattr(settings, name, built[1] / name.lower())
    logging.disable(logging.CRITICAL)  # thousands of refusals
    yield built[0]
    logging.disable(logging.NOTSET)
