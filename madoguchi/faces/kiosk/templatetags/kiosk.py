"""What every screen at a counter knows: `{% load kiosk %}`."""

from __future__ import annotations

from django import template
from django.conf import settings

from madoguchi.faces.kiosk.visits import GRACE

register = template.Library()
# Of constant length: how long an answer is says something, too.
DOTS = "●●●●●"


@register.simple_tag
def idle_seconds() -> int:
    """After how long without a touch the screen asks whether anybody is still there."""
    return settings.KIOSK_IDLE


@register.simple_tag
def grace_seconds() -> int:
    """How long it waits for an answer."""
    return GRACE


@register.simple_tag
def number_seconds() -> int:
    """How long the number at the counter stands on the screen."""
    return 60


@register.simple_tag
def covered() -> str:
    """What stands in the place of an answer until the visitor asks to see it."""
    return DOTS
