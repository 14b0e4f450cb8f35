"""Another way: without the internet, and without the card (N-01, P4-2)."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from .faults import Fault, Looked


def only_internet(looked: Looked) -> Iterator[Fault]:
    """A way by telephone that only sends for a form leads nowhere unless the form can be handed in."""
    channels = looked.shape.channels
    asks_for_form = channels.phone is not None and channels.phone.accepts == "request_for_form"
    if asks_for_form and not (channels.counter or channels.post):
        yield Fault(
            "channels.phone",
            _("電話で様式を取り寄せても、出すところがありません（N-01）。"),
            _("post か counter を加えるか、phone を accepts: whole にします。"),
        )


def only_with_card(looked: Looked) -> Iterator[Fault]:
    """Who signs in online has shown a card somewhere: there must be a way on which nobody does (P4-2)."""
    shape = looked.shape
    if shape.identity.minimum != "oidc":
        return
    whole_by_phone = shape.channels.phone is not None and shape.channels.phone.accepts == "whole"
    if not (shape.channels.counter or shape.channels.post or whole_by_phone):
        yield Fault(
            "identity.minimum",
            _("マイナンバーカードがないと進めません（N-01）。"),
            _("channels に counter か post を加えるか、minimum を email にします。"),
        )
