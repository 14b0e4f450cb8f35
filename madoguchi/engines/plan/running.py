"""Which of the services an item needs run in this installation. Nobody types "done" anywhere."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import models
from django.utils.translation import gettext_lazy as _

from madoguchi.kernel import links, packs
from madoguchi.kernel.refs import Ref

# Engines whose services are published definitions: the kind of these, which is also the kind of the Ref
# that settings.LINKS shows. A service of an engine that is not here does not run.
_DEFINED = {"procedures": "procedure", "booking": "booking_area"}


class State(models.TextChoices):
    RUNNING = "running", _("動いている")
    PARTLY = "partly", _("一部")
    NOT_YET = "not_yet", _("まだない")


class Running:
    """What runs now, asked once per kind of service and page view."""

    def __init__(self) -> None:
        self._keys: dict[str, frozenset[str]] = {}

    def has(self, kind: str, key: str) -> bool:
        if kind == "page":
            return bool(links.page(key))
        if kind not in _DEFINED:
            return False
        if kind not in self._keys:
            keys = packs.definitions(_DEFINED[kind]).values_list("key", flat=True)
            self._keys[kind] = frozenset(keys)
        return key in self._keys[kind]

    def state(self, services: Iterable[tuple[str, str]]) -> State:
        """All run: 動いている. Some: 一部. None, or none named: まだない."""
        found = [self.has(kind, key) for kind, key in services]
        if not any(found):
            return State.NOT_YET
        return State.RUNNING if all(found) else State.PARTLY

    def href(self, kind: str, key: str) -> str:
        """Where a resident tries it, or "" when it does not run or is shown nowhere."""
        if kind == "page":
            return links.page(key)
        if not self.has(kind, key):
            return ""
        return links.href(Ref(kind, _DEFINED[kind], key))
