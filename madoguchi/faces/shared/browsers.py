"""Which browser it is, in the two words by which a person recognises their own."""

from __future__ import annotations

from django.http import HttpRequest

# The first that fits: Edge and Opera call themselves Chrome, and Chrome calls itself Safari.
_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("Chrome", "Chrome"),
    ("CriOS", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS", "Mac"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


def family(request: HttpRequest) -> str:
    """Such as "Firefox / Windows". Nothing finer is kept: it is for recognising, not for tracing."""
    told = request.headers.get("User-Agent", "")[:400]
    found = (next((name for part, name in known if part in told), "") for known in (_BROWSERS, _SYSTEMS))
    return " / ".join(name for name in found if name)
