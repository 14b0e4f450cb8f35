"""What comes in by itself: the mailbox, the FAX folder, and papers a crash kept from their comment."""

from __future__ import annotations

import datetime as dt
import logging

from madoguchi.kernel import clock, jobs

from .fax_in.rounds import fetch_faxes
from .mail_in.rounds import fetch_mails
from .services import forgetting, sorting

log = logging.getLogger(__name__)

CUT_SHORT = dt.timedelta(minutes=10)


@jobs.periodic("consultation.mails", every=dt.timedelta(minutes=2))
def mails() -> None:
    """Opinions by e-mail."""
    fetch_mails()


@jobs.periodic("consultation.faxes", every=dt.timedelta(minutes=1))
def faxes() -> None:
    """Opinions by FAX."""
    fetch_faxes()


@jobs.periodic("consultation.papers", every=dt.timedelta(minutes=10))
def papers() -> None:
    """Attachments of what was received, where taking them was cut short; read again from what is kept."""
    sorting.finish_papers(before=clock.now() - CUT_SHORT)


@jobs.periodic("consultation.forget", every=dt.timedelta(hours=1))
def forget() -> None:
    """Comments whose years are over, half-written opinions of calls long closed, advertisements."""
    forgetting.tend()
