"""Refusals of messaging."""

from django.utils.translation import gettext_lazy as _

from madoguchi.kernel.errors import Refusal


class AlreadyDelivered(Refusal):
    code = "already_delivered"
    message = _("このお知らせはもう届いているため、送り直しません。届いた日時をお確かめください。")
