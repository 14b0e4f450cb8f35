"""Asking a provider: small JSON answers, in a few seconds, from the very address that was asked."""

from __future__ import annotations

import http.client
import ipaddress
import json
import ssl
import time
import urllib.error
import urllib.request
from typing import Any
from urllib.parse import urlsplit

SECONDS = 6.0  # for one answer, however slowly it comes
LARGEST = 256 * 1024


class NoAnswer(Exception):
    """Nothing, nonsense, too late or too much."""


class SaidNo(Exception):
    """An answer that is an error; `code` is the protocol's word for it."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def is_loopback(address: str) -> bool:
    """Whether it stays on this machine: the one case in which plain http will do (trials, tests)."""
    host = urlsplit(address).hostname or ""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def may_ask(address: str, *, issuer: str) -> bool:
    """https, or plain http between a provider and us on one machine. No user names, no fragments."""
    try:
        parts = urlsplit(address)
        _port = parts.port
    except ValueError:
        return False
    if not parts.hostname or parts.username is not None or parts.fragment:
        return False
    return parts.scheme == "https" or (
        parts.scheme == "http" and is_loopback(address) and is_loopback(issuer)
    )


def ask(address: str, *, form: str | None = None, bearer: str = "") -> dict[str, Any]:
    """A JSON object. Raises NoAnswer; SaidNo where the provider itself refuses."""
    request = urllib.request.Request(  # noqa: S310  `may_ask` looked at the address
        address, data=None if form is None else form.encode("ascii"), headers={"Accept": "application/json"}
    )
    if form is not None:
        request.add_header("Content-Type", "application/x-www-form-urlencoded")
    if bearer:
        request.add_header("Authorization", f"Bearer {bearer}")
    until = time.monotonic() + SECONDS
    try:
        with _opener(address).open(request, timeout=SECONDS) as answer:
            return _read(answer, until)
    except urllib.error.HTTPError as error:
        with error:
            raise _refused(error, until) from None
    except (OSError, http.client.HTTPException, ValueError):
        raise NoAnswer from None


def _refused(error: urllib.error.HTTPError, until: float) -> Exception:
    if not 400 <= error.code < 500:
        return NoAnswer()
    try:
        code = str(_read(error, until).get("error", ""))
    except (NoAnswer, OSError, http.client.HTTPException):
        code = ""
    return SaidNo(code[:60] or str(error.code))


def _read(answer: Any, until: float) -> dict[str, Any]:
    got = b""
    while piece := answer.read1(65536):
        got += piece
        if len(got) > LARGEST or time.monotonic() > until:
            raise NoAnswer
    try:
        read = json.loads(got)
    except (ValueError, RecursionError):
        raise NoAnswer from None
    if not isinstance(read, dict):
        raise NoAnswer
    return read


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """Who was asked answers: codes, assertions and tokens go nowhere else."""

    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        return None


def _opener(address: str) -> urllib.request.OpenerDirector:
    # The machine's certificates and its proxy; nothing on the way to the machine itself.
    handlers: list[urllib.request.BaseHandler] = [
        _NoRedirect(),
        urllib.request.HTTPSHandler(context=ssl.create_default_context()),
    ]
    if is_loopback(address):
        handlers.append(urllib.request.ProxyHandler({}))
    return urllib.request.build_opener(*handlers)
