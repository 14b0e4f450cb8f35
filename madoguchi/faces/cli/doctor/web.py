"""The web as it really answers: headers of local requests, and every address with its guard."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from .report import Line, Table, ask, bad, good

SEE = "ウェブの守り（表示の乗っ取り、書き換え、盗み見）"
SEE_DOORS = "アクセス制御（だれがどの画面を開けるか）"
# The page, a page of staff, a static file, one that is not there, and the API.
LOOKED_AT = ("/", "/desk/sign-in/", "/static/shared/madoguchi.css", "/nowhere", "/api/v1/about")
WANTED = {
    "Content-Security-Policy": "frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
# What describes itself and holds nothing of anybody.
DESCRIBES_ITSELF = ("/api/v1/openapi.json", "/api/v1/")


def check() -> Iterator[Line]:
    yield headers()
    yield cookies()
    yield doors_guarded()


def headers() -> Line:
    wanted = {**WANTED, **({"Strict-Transport-Security": "max-age="} if settings.SECURE_TLS else {})}
    wrong, broken = [], []
    for address in LOOKED_AT:
        answer = _answer(address)
        if answer.status_code >= 500:
            broken.append(f"{address}: {answer.status_code}")
        wrong += [
            f"{address}: {name}" for name, part in wanted.items() if part not in answer.headers.get(name, "")
        ]
        policy = answer.headers.get("Content-Security-Policy", "")
        if "unsafe" in policy and "default-src 'none'" not in policy:
            wrong.append(f"{address}: unsafe")
    if wrong or broken:
        return bad(
            "headers",
            "web",
            "守りのヘッダーが欠けているか、画面がこわれています。",
            "設定（ANSWER_HEADERS、CSP）と、前に立つサーバーの設定を元に戻してください。",
            see=SEE,
            detail=[*broken, *wrong],
        )
    return good(
        "headers",
        "web",
        f"{len(LOOKED_AT)}か所を実際に開き、{len(wanted)}種類の守りのヘッダーを確かめました。",
        see=SEE,
        detail=[f"{name}: {_answer('/').headers[name]}" for name in wanted],
    )


def cookies() -> Line:
    loose = [
        name for name in ("SESSION_COOKIE_HTTPONLY", "CSRF_COOKIE_HTTPONLY") if not getattr(settings, name)
    ]
    loose += ["SESSION_COOKIE_SAMESITE"] if settings.SESSION_COOKIE_SAMESITE not in {"Lax", "Strict"} else []
    loose += (
        ["secure"]
        if settings.SECURE_TLS and not (settings.SESSION_COOKIE_SECURE and settings.CSRF_COOKIE_SECURE)
        else []
    )
    if loose:
        return bad(
            "cookies",
            "web",
            "Cookie の守りが弱くなっています。",
            "設定を元に戻してください。",
            see=SEE,
            detail=loose,
        )
    if not settings.SECURE_TLS:
        return ask(
            "cookies",
            "web",
            "Cookie は、https だけに限られていません（http で動いているため）。",
            "MADO_TLS=1",
            see=SEE,
        )
    return good("cookies", "web", "Cookie は、https だけで送られ、画面のプログラムから読めません。", see=SEE)


def doors_guarded() -> Line:
    open_doors = [where for where, guard in doors() if not guard and where not in DESCRIBES_ITSELF]
    if open_doors:
        return bad(
            "guards",
            "web",
            "だれが開けるかを決めていない画面があります。",
            "画面を作った人に知らせてください。",
            see=SEE_DOORS,
            detail=open_doors,
        )
    counted = Counter(guard.partition("(")[0] for _where, guard in doors() if guard)
    said = "、".join(f"{guard} {n}" for guard, n in sorted(counted.items()))
    return good(
        "guards", "web", f"どの画面のアドレスも、だれが開けるかを決めています（{said}）。", see=SEE_DOORS
    )


def doors(resolver: Any = None, prefix: str = "/") -> list[tuple[str, str]]:
    """(address, who may) of everything this installation answers to."""
    found = []
    for entry in (resolver or get_resolver()).url_patterns:
        where = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            found += doors(entry, where)
        elif isinstance(entry, URLPattern):
            found.append((where, " ".join(sorted(_guards(entry.callback)))))
    return found


def _guards(callback: Any) -> set[str]:
    """A page has one; an operation of the API one for each verb."""
    if hasattr(callback, "guard"):
        return {str(callback.guard)}
    operations = getattr(getattr(callback, "__self__", None), "operations", None)
    for cell in getattr(callback, "__closure__", None) or ():
        operations = operations or getattr(cell.cell_contents, "operations", None)
    return {str(one.view_func.guard) for one in operations or () if getattr(one.view_func, "guard", "")}


def table() -> Table:
    return Table(
        "doors",
        "どの画面を、だれが開けるか Who may open what",
        ("アドレス address", "開ける人 guard"),
        tuple((_shown(where), guard or "-") for where, guard in doors()),
    )


def _shown(where: str) -> str:
    """Places in braces: angle brackets would be HTML in a report."""
    return where.replace("(?P<size>large|usual)", "{size}").translate(str.maketrans("<>", "{}", "^$"))


def _answer(address: str) -> Any:
    """As a browser on this machine gets it, without the network."""
    host = next(
        (one for one in settings.ALLOWED_HOSTS if one not in {"*", "[::1]"} and not one.startswith(".")),
        "localhost",
    )
    return Client(raise_request_exception=False).get(
        address, secure=settings.SECURE_TLS, headers={"host": host}
    )
