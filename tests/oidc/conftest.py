"""A city with two providers (residents', staff's), both the same real one: tests/oidc/op.py in its own process."""

from __future__ import annotations

import html
import json
import re
import subprocess
import sys
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from django.test import Client

from madoguchi.kernel.identity.federation import own_keys, providers

ROOT = Path(__file__).resolve().parents[2]
HERE = "http://testserver"
AOI = {
    "name": "見本　あおい",
    "address": "東京都練馬区見本町一丁目2番3号",
    "birthdate": "1990-04-01",
    "gender": "2",
    "preferred_username": "mori",
}
PEOPLE = {"aoi": AOI, "ben": {"name": "見本　ベン"}, "mori": {"preferred_username": "mori"}}


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args, **kwargs):
        return None


_browser = urllib.request.build_opener(_Stay(), urllib.request.ProxyHandler({}))


@dataclass
class Provider:
    """What a person sees of it, and the levers."""

    issuer: str
    keys: dict[str, Path]

    def pull(self, **levers) -> None:
        request = urllib.request.Request(f"{self.issuer}/lever", data=json.dumps(levers).encode())
        _browser.open(request, timeout=10).close()

    def press(self, address: str, who: str) -> str:
        """Open the provider's page, press a name (or cancel); where the browser is sent then."""
        with _browser.open(address, timeout=10) as page:
            asked = html.unescape(re.search(r'name="asked" value="([^"]*)"', page.read().decode())[1])
        query = urlencode({"asked": asked, "who": who})
        try:
            _browser.open(f"{self.issuer}/login?{query}", timeout=10).close()
        except urllib.error.HTTPError as moved:
            with moved:
                assert moved.code == 302, moved.read()
                return moved.headers["Location"]
        raise AssertionError("the provider sent nobody back")


@pytest.fixture(scope="session")
def op(tmp_path_factory):
    folder = tmp_path_factory.mktemp("op")
    keys = {realm: folder / f"{realm}.json" for realm in ("resident", "staff")}
    clients = []
    for realm, path in keys.items():
        own_keys.make(path)
        back = "/sign-in/provider/back/" if realm == "resident" else "/desk/sign-in/sso/back/"
        known = {"id": f"city-{realm}", "back": [HERE + back], "left": f"{HERE}/"}
        clients.append(known | {"jwks": own_keys.public(path)})
    said = folder / "said.json"
    said.write_text(json.dumps({"acr": ["pwd", "aal3", "mfa"], "people": PEOPLE, "clients": clients}))
    with subprocess.Popen(
        [sys.executable, "-m", "tests.oidc.op", str(said)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        yield Provider(process.stdout.readline().strip(), keys)
        process.stdin.close()


@pytest.fixture
def provider(op, settings, db):
    """The provider as the city has it in its settings; what it knew, and the levers, as they were."""
    providers.forget_known()
    op.pull(slow=0, lie={})
    settings.PUBLIC_URL = HERE
    settings.OIDC = {
        realm: {
            "issuer": op.issuer,
            "client_id": f"city-{realm}",
            "key": str(op.keys[realm]),
            "name": {"resident": "マイナアプリ", "staff": "庁内認証"}[realm],
            "scope": {"resident": "openid name address birthdate gender", "staff": "openid profile"}[realm],
            "acr": {"resident": "aal3 crl", "staff": "mfa"}[realm],
            "claim": {"resident": "", "staff": "preferred_username"}[realm],
        }
        for realm in ("resident", "staff")
    }
    yield op
    providers.forget_known()


class Browser(Client):
    """A browser that goes to the provider and back."""

    def leave(self, path: str = "/sign-in/provider/") -> str:
        """The provider's address we are sent to."""
        response = self.get(path)
        assert response.status_code == 302, response.text
        return response["Location"]

    def come(self, address: str):
        """To where the provider sent us back, and on to the page that follows."""
        assert address.startswith(f"{HERE}/"), address
        return self.get(address.removeprefix(HERE), follow=True)

    def through(self, provider: Provider, who: str, path: str = "/sign-in/provider/"):
        """All the way."""
        return self.come(provider.press(self.leave(path), who))


@pytest.fixture
def browser():
    return Browser()


def asked_of(address: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
