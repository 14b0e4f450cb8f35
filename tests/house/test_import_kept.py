"""`mado import opinions --apply`: what the command read waits on the desk."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from madoguchi.engines.consultation.models import ReadDocument
from madoguchi.engines.consultation.tests.results import document
from madoguchi.faces.cli.main import mado

pytestmark = pytest.mark.django_db


def test_the_command_keeps_each_file_once_for_review_on_the_desk(tmp_path: Path):
    path = tmp_path / "kekka.txt"
    path.write_bytes(document(legend={"○": 2, "△": 1}))

    for _time in range(2):
        run = CliRunner().invoke(mado, ["import", "opinions", str(path), "--apply"], standalone_mode=False)

    assert run.return_value == 0
    assert "たしかでないところ 2か所" in run.output
    [row] = ReadDocument.objects.all()
    assert (row.name, row.state, row.read_by) == ("kekka.txt", "read", None)


def test_without_apply_nothing_is_kept(tmp_path: Path):
    path = tmp_path / "kekka.txt"
    path.write_bytes(document())

    CliRunner().invoke(mado, ["import", "opinions", str(path)], standalone_mode=False)

    assert not ReadDocument.objects.exists()
