"""`mado doctor` on the mailbox and the FAX folder opinions come to."""

from __future__ import annotations

import datetime as dt

import pytest

from madoguchi.engines.consultation.services import arriving
from madoguchi.faces.cli.doctor import arriving as doctor
from madoguchi.kernel import clock
from madoguchi.kernel.refs import SYSTEM

pytestmark = pytest.mark.django_db


def said() -> dict[str, str]:
    return {line.code: line.mark for line in doctor.check()}


def test_a_mailbox_that_was_not_read_for_an_hour_is_a_fault_and_what_stays_in_it_a_question(
    settings, tmp_path
):
    assert said() == {}
    secret = tmp_path / "password"
    secret.write_text("x")
    secret.chmod(0o644)
    settings.MAIL_IN = {**settings.MAIL_IN, "host": "imap.mihon.invalid", "password_file": str(secret)}
    settings.FAX_FOLDER = str(tmp_path)
    assert said() == {"mail_in": "×", "fax_in": "×", "mail_in_password": "×"}

    secret.chmod(0o600)
    arriving.round_went(name="mail", by=SYSTEM)
    arriving.round_went(name="fax", by=SYSTEM, left=2)
    assert said() == {"mail_in": "○", "fax_in": "△"}

    with clock.frozen(clock.now() + dt.timedelta(hours=2)):
        arriving.round_went(name="mail", by=SYSTEM, failed_with="ConnectionRefusedError")
        assert said() == {"mail_in": "×", "fax_in": "×"}
        assert "ConnectionRefusedError" in next(iter(doctor.check())).said
