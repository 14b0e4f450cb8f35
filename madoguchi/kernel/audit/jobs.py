"""What the worker does for the audit: sealing, telling the heads outside, once a day by mail."""

from __future__ import annotations

import datetime as dt
import logging

from django.conf import settings
from django.core.mail import send_mail
from django.utils.translation import gettext as _

from .. import clock, jobs
from ..db import writes
from ..errors import Refusal
from . import heads, sealing
from .models import Block

log = logging.getLogger(__name__)

AT_ONCE = 20  # blocks in one turn of the worker


@jobs.periodic("audit.seal", every=dt.timedelta(minutes=5))
def seal() -> None:
    """Seal what waits and write the new heads out. Heads that disagree are for a person: sealing goes on."""
    sealing.seal(most=AT_ONCE)
    try:
        heads.export()
    except Refusal as refusal:
        log.error("audit: %s %s", refusal.code, refusal)


@jobs.periodic("audit.mail", every=dt.timedelta(hours=1))
def ask_for_mail() -> None:
    """Once a day the newest head goes to MADO_AUDIT_MAIL."""
    if settings.AUDIT_MAIL and Block.objects.exists():
        with writes():
            jobs.enqueue("audit.mail_head", key=f"audit.mail_head:{clock.today():%Y%m%d}")


@jobs.handler("audit.mail_head")
def mail_head(job: object) -> None:
    """The head as it stands now: number and digests, nothing of what was done."""
    block = Block.objects.order_by("-number").first()
    if block is None or not settings.AUDIT_MAIL:
        return
    send_mail(
        _("監査記録の控え：ブロック%(number)s") % {"number": block.number},
        _(
            "このメールを消さずに取っておいてください。記録が変えられていないかを、あとから確かめるのに使います。"
        )
        + "\n\n"
        + heads.Head.of(block).line(),
        settings.DEFAULT_FROM_EMAIL,
        [settings.AUDIT_MAIL],
    )
