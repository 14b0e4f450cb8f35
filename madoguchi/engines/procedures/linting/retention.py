"""保存期間: every procedure names a class the pack knows, and counts it as the class does."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from madoguchi.kernel.packs import Located, PackFolder
from madoguchi.kernel.vault.retention import Plan, plan_in_force

RULE = "retention_class"
FILE = "retention.yaml"
DESK = "desk"  # what a division writes on the screen is checked by itself: the plan in force counts


def check_retention(procedures: Iterable[tuple[Any, ...]], folder: PackFolder) -> None:
    """Nothing is received of which nobody says how long it is kept."""
    made: Located[Plan] | None = folder.loaded.get("retention")
    plan = made.value if made is not None else None
    on_the_screen = folder.meta is not None and folder.meta.name == DESK
    if plan is None and on_the_screen:
        plan = plan_in_force()
    for located, *_rest in procedures:
        if plan is None:
            if not (folder.has(FILE) or on_the_screen):
                message = _("%s がありません。受け取るものを何年残すかが、どこにも書かれていません。") % FILE
                located.problem(
                    "retention.class", message, _("packs/minimal から写して直します。"), rule=RULE
                )
            return
        _check(located, plan)


def _check(located: Located[Any], plan: Plan) -> None:
    named = located.value.retention
    kept = plan.named(named.class_)
    known = "、".join(one.id for one in plan.classes)
    if kept is None:
        message = _("保存期間「%(name)s」は %(file)s にありません。") % {"name": named.class_, "file": FILE}
        located.problem("retention.class", message, _("使えるもの: %s") % known, rule=RULE)
    elif named.from_ != kept.counted_from:
        message = _("「%(name)s」は %(from)s から数えます。") % {"name": kept.id, "from": kept.counted_from}
        located.problem("retention.from", message, _("from を同じにします。"), rule=RULE)
