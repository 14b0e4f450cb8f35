"""Who calls the API: the token or key in `Authorization: Bearer …`, and nothing else.

A browser's session is no key to the API: it is sent along by any page, also a stranger's.
"""

from __future__ import annotations

from django.http import HttpRequest

from madoguchi.kernel.access import queries as access
from madoguchi.kernel.access.queries import Caller

_NOBODY = object()


def presented(request: HttpRequest) -> str:
    """What was sent as a bearer token; "" where nothing was."""
    scheme, _sep, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip()[:200] if scheme.lower() == "bearer" else ""


def caller(request: HttpRequest) -> Caller | None:
    """Whose token or key it is; None for nobody's. Looked up once a request."""
    found = getattr(request, "_caller", _NOBODY)
    if found is _NOBODY:
        token = presented(request)
        found = access.caller(token) if token else None
        request._caller = found  # type: ignore[attr-defined]
    return found  # type: ignore[return-value]


def is_api(request: HttpRequest) -> bool:
    return request.path.startswith("/api/") or request.path == "/api"
