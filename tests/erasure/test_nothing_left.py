"""N-12 and the proof of erasure: a person planted everywhere, erased, and looked for everywhere."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest
from django.core import mail
from django.db import connection

from madoguchi.kernel.vault import open_file, retention

from . import searching
from .forgetting import dispose, forget, later, planted
from .planting import PLANTED as EVERYTHING


@pytest.fixture
def spy(monkeypatch):
    made = searching.Spy()
    made.watch(monkeypatch)
    return made


@pytest.mark.accepts("N-12")
@pytest.mark.both_databases
@pytest.mark.django_db(transaction=True)
def test_a_person_who_is_erased_is_found_nowhere(tmp_path, spy, caplog):
    caplog.set_level(logging.DEBUG)
    who = planted(tmp_path)
    before = {what for what, _at in searching.hits(EVERYTHING, spy)}
    before |= {what for what, _at in searching.hits_in_files(EVERYTHING, spy)}
    # The search can see: every planted word stands somewhere before.
    assert before == set(EVERYTHING)
    assert connection.vendor != "sqlite" or bytes_of_the_database() >= {"job", "told", "found"}

    with later():
        forget(who)
        dispose(who)

    assert searching.hits(EVERYTHING, spy) == set()
    assert searching.hits_in_files(EVERYTHING, spy) == set()
    assert searching.hits_in_safe_files(EVERYTHING) == set()
    assert not searching._in(caplog.text, EVERYTHING)
    for sent in mail.outbox:
        assert not searching._in(f"{sent.subject}\n{sent.body}", {**EVERYTHING, "told": "∅"})
    assert bytes_of_the_database() == set()
    certificates = [open_file(one.certificate).decode() for one in retention.Erasure.objects.all()]
    assert certificates and not searching._in("".join(certificates), EVERYTHING)


def bytes_of_the_database() -> set[str]:
    """Planted words in the SQLite file itself and its log: free pages too. PostgreSQL's files are another matter."""
    if connection.vendor != "sqlite":
        return set()
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    place = Path(str(connection.settings_dict["NAME"]))
    files = (place, place.with_name(f"{place.name}-wal"))
    return {what for file in files for what, _at in searching.raw_hits(EVERYTHING, file)}
