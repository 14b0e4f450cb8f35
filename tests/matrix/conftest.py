"""The ground, built once for all files of tests here, and a walk's own surroundings."""

from __future__ import annotations

import gc
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as configured
from django.core import mail
from django.template import Template

from madoguchi.kernel import clock

from .ground import build
from .things import City
from .walk import undone

PLACES = ("VAULT_ROOT", "VAULT_KEYS", "VAULT_ERASED")


@dataclass(frozen=True)
class Built:
    """The city as it was built: where its files lie, and when it was ready."""

    city: City
    folder: Path
    at: datetime


@pytest.fixture(scope="package")
def built(django_db_setup: Any, django_db_blocker: Any, tmp_path_factory: Any) -> Iterator[Built]:
    """Whatever a test does to it is undone."""
    folder, patch = tmp_path_factory.mktemp("matrix"), pytest.MonkeyPatch()
    for name in PLACES:
        patch.setattr(configured, name, folder / name.lower())
    with django_db_blocker.unblock(), undone():
        before = len(mail.outbox)
        city = build()
        # pytest empties the outbox before each test: what was sent while the ground was built is kept here.
        city.mails.extend(mail.outbox[before:])
        yield Built(city, folder, clock.now())
    patch.undo()


@pytest.fixture
def city(built: Built, settings: Any, monkeypatch: Any, db: None) -> Iterator[City]:
    """The city at one moment: a walk takes longer than a page says the same.

    Otherwise a minute, a day or a limit that turns between two questions looks like an answer that depends on the
    thing: a sign-in is no longer fresh after ten minutes of a busy machine, and counts of the minute begin anew.
    """
    for name in PLACES:
        setattr(settings, name, built.folder / name.lower())
    # Nobody here signs in by a password; a wrong one need not take the quarter of a second it is meant to take.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    logging.disable(logging.CRITICAL)  # thousands of refusals
    monkeypatch.setattr(clock, "machine", lambda: built.at)
    # Nobody here asks which templates were drawn with what: Django's test client copies all of it for each.
    monkeypatch.setattr(Template, "_render", lambda self, context: self.nodelist.render(context))
    gc.collect()
    gc.freeze()  # what is there stays: it is not looked through again and again for what could go
    with clock.frozen(built.at):
        yield built.city
    gc.unfreeze()
    logging.disable(logging.NOTSET)
