"""`mado vault`: what the operator is told about master keys."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from madoguchi.faces.cli.main import mado


@pytest.mark.django_db
def test_a_rotation_of_keys_from_the_settings_says_where_the_new_one_is_missing(settings):
    settings.VAULT_MASTER_KEY = "k1:" + "A" * 43 + "="

    done = CliRunner().invoke(mado, ["vault", "rotate"])

    assert done.exit_code == 2
    assert "MADO_MASTER_KEY" in done.output
    assert not settings.VAULT_KEYS.exists()
