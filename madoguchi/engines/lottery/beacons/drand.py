"""drand: a public source of chance run by many organisations together; one signed round every few seconds.

We speak the plain HTTP interface (`GET /{chain hash}/public/{round}`). An answer counts only if the signature is the
network's own over that very round: the server that passes it on is believed nothing.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import http.client
import json
import logging
import math
import re
import ssl
import subprocess
import sys
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

log = logging.getLogger(__name__)

SECONDS = 6.0
LARGEST = 16 * 1024
RFC9380 = "bls-unchained-g1-rfc9380"
_SIGNATURES = Path(__file__).with_name("signatures.py")
_HEX = re.compile(r"(?:[0-9a-f]{2}){48,96}")


@dataclass(frozen=True, slots=True)
class Chain:
    """A drand network: who signs, since when, how often."""

    hash: str
    public_key: str
    genesis: int
    period: int
    scheme: str = RFC9380

    def first_round(self, at: dt.datetime) -> int:
        """The first round that comes out at or after a moment."""
        return max(1, math.ceil((at.timestamp() - self.genesis) / self.period) + 1)

    def comes_out(self, number: int) -> dt.datetime:
        return dt.datetime.fromtimestamp(self.genesis + (number - 1) * self.period, dt.UTC)


# The network's own constants (drand.love, "quicknet"): unchained, a round every 3 seconds.
QUICKNET = Chain(
    hash="52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971",
    public_key=(
        "83cf0f2896adee7eb8b5f01fcad3912212c437e0073e911fb90022d3e760183c8c4b450b6a0a6c3ac6a5776a2d106451"
        "0d1fec758c921cc22b0e17e63aaf4bcb5ed66304de9cf809bd274ca73bab4af5a6e9c76a4bc09e76eae8991ef5ece45a"
    ),
    genesis=1692803367,
    period=3,
)


def chain() -> Chain:
    """The chain new rounds name. Another one is for tests only, where a simulator signs."""
    given = getattr(settings, "DRAND_CHAIN", None)
    return Chain(**given) if given else QUICKNET


def fetch(beacon: dict[str, Any]) -> dict[str, Any] | None:
    """{round, signature, value} from the first server that has it and tells the truth; None when none does."""
    for server in settings.DRAND_URLS:
        try:
            said = _ask(f"{server.rstrip('/')}/{beacon['chain']}/public/{beacon['round']}")
            return _believed(beacon, said)
        except (OSError, http.client.HTTPException, ValueError, subprocess.TimeoutExpired) as error:
            log.info("drand: %s did not give round %s: %s", server, beacon["round"], type(error).__name__)
    return None


def _believed(beacon: dict[str, Any], said: Any) -> dict[str, Any]:
    """Raises ValueError for whatever is not this round, signed by this chain."""
    if not isinstance(said, dict) or said.get("round") != beacon["round"]:
        raise ValueError("another round")
    signature = said.get("signature")
    if not isinstance(signature, str) or not _HEX.fullmatch(signature):
        raise ValueError("no signature")
    value = hashlib.sha256(bytes.fromhex(signature)).hexdigest()
    if said.get("randomness", value) != value:
        raise ValueError("the randomness is not that of the signature")
    if not _is_signed(beacon, signature):
        raise ValueError("not signed by the chain")
    return {"round": beacon["round"], "signature": signature, "value": value}


def _is_signed(beacon: dict[str, Any], signature: str) -> bool:
    """Asked of a process of its own; see there why."""
    if beacon["scheme"] != RFC9380:
        return False
    said = [beacon["public_key"], str(beacon["round"]), signature]
    run = subprocess.run([sys.executable, "-I", str(_SIGNATURES), *said], check=False, timeout=60)
    return run.returncode == 0


def _ask(address: str) -> Any:
    parts = urlsplit(address)
    is_here = parts.hostname in {"127.0.0.1", "localhost", "::1"}
    if parts.scheme != "https" and not (parts.scheme == "http" and is_here):
        raise ValueError("drand is asked over https")
    handlers: list[urllib.request.BaseHandler] = [
        urllib.request.HTTPSHandler(context=ssl.create_default_context())
    ]
    if is_here:
        handlers.append(urllib.request.ProxyHandler({}))
    opener = urllib.request.build_opener(*handlers)
    with opener.open(address, timeout=SECONDS) as answer:
        content = answer.read(LARGEST + 1)
    if len(content) > LARGEST:
        raise ValueError("too long an answer")
    try:
        return json.loads(content)
    except RecursionError as error:
        raise ValueError("too deep an answer") from error
