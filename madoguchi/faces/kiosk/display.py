"""The screen in the lobby: who is called to which desk. It shows only what every wall may show.

It stands on a plain screen high up that nobody signs in to, and the same page may hang in a shop across the street.
So it is for anyone, not for terminals: a terminal's cookie would have to be put on every wall, for numbers that the
portal shows the whole world.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.utils import translation
from django.views.decorators.http import require_safe

from madoguchi.engines.queue import queries
from madoguchi.faces.shared.asking import Asked
from madoguchi.faces.shared.guards import anyone, guard
from madoguchi.faces.shared.pages import page
from madoguchi.faces.shared.polling import answer_poll, asks_for_fragment, tag_of
from madoguchi.faces.shared.waits import Shown, shown
from madoguchi.kernel.text import said_of

JAPANESE = "ja"
# A call is marked so long.
NEW_SECONDS = 20

BESIDE = (("en", "en"), ("zh-hans", "zh-Hans"), ("ko", "ko"))
# What stands beside the Japanese. Not for translation: all of it is on the wall at once.
ALSO = {
    "calling": (("en", "Now calling"), ("zh-Hans", "正在叫号"), ("ko", "호출 중")),
    "waiting": (("en", "Waiting"), ("zh-Hans", "等候"), ("ko", "대기")),
    "closed": (("en", "Closed now"), ("zh-Hans", "现在不受理"), ("ko", "접수 시간이 아닙니다")),
    "stale": (
        ("en", "No current information. Staff will call you."),
        ("zh-Hans", "暂无最新信息，由工作人员叫号。"),
        ("ko", "최신 정보가 없습니다. 직원이 불러 드립니다."),
    ),
}


@require_safe
@guard(anyone)
def display(request: Asked, counter: str) -> HttpResponse:
    """One counter's display. It asks every three seconds whether anything changed."""
    # Nobody chooses a language on a wall: Japanese, and beside it the other languages at once.
    translation.activate(JAPANESE)
    request.LANGUAGE_CODE = JAPANESE
    version = queries.line_version(counter)

    def context() -> dict[str, Any]:
        line = queries.line_at(counter)
        said = _context(shown(queries.here_now(line)), heard=request.GET.get("heard"))
        return said | {"names": [(lang, said_of(line.counter, language=code)) for code, lang in BESIDE]}

    if asks_for_fragment(request):
        return answer_poll(request, version, "kiosk/_display.html", context)
    return page(request, "kiosk/display.html", context() | {"tag": tag_of(request, version)})


def _context(one: Shown, *, heard: str | None) -> dict[str, Any]:
    """`heard` is the call the page spoke last: only another one is spoken."""
    calls = [call | {"is_new": (one.now - call["at"]).total_seconds() < NEW_SECONDS} for call in one.calls]
    last = (
        f"{calls[0]['label']}-{calls[0]['desk']}-{calls[0]['at']:%H%M%S}"
        if calls and one.shows_numbers
        else ""
    )
    return {
        "one": one,
        "also": ALSO,
        "calls": calls,
        "last": last,
        "speaks": bool(last) and heard is not None and heard != last,
    }
