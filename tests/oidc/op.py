"""An OpenID provider for tests: idpyoidc's server, in a process of its own on a loopback port.

`python -m tests.oidc.op SETTINGS.json` says its port and answers until its input ends. The protocol (discovery, PKCE,
the client's assertion, codes, tokens, pairwise subjects) is the library's. Here stand its settings, a login page
without passwords, and levers under /lever that make it slow, rotate its keys, or lie in its next ID token.
"""

from __future__ import annotations

import html
import json
import os
import sys
import tempfile
import threading
import time
from base64 import urlsafe_b64decode
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from cryptojwt import JWS
from cryptojwt.jwk.ec import new_ec_key
from cryptojwt.jwk.hmac import SYMKey
from idpyoidc.server import Server
from idpyoidc.server.configure import OPConfiguration
from idpyoidc.server.user_authn.user import UserAuthnMethod

_SIGNING = [{"type": "EC", "crv": "P-256", "use": ["sig"]}]
_CLAIMS = {
    "openid": ["sub"],
    "name": ["name"],
    "address": ["address"],
    "birthdate": ["birthdate"],
    "gender": ["gender"],
    "profile": ["name", "preferred_username"],
}
_NOW: dict[str, Any] = {"slow": 0.0, "lie": {}}
_ONE = threading.Lock()


class Pressed(UserAuthnMethod):
    """Whoever pressed their name on the login page: see `_login`."""


def _secret(*names: str) -> dict[str, Any]:
    return {"key_defs": [{"type": "OCT", "use": ["enc"], "kid": name} for name in names]}


def _settings(issuer: str, said: dict[str, Any]) -> dict[str, Any]:
    crypt = {"kwargs": {"keys": _secret("password", "salt"), "iterations": 1}}
    plain: dict[str, Any] = {"client_authn_method": None}

    def endpoint(path: str, name: str, **more: Any) -> dict[str, Any]:
        return {"path": path, "class": f"idpyoidc.server.oidc.{name}", "kwargs": {**plain, **more}}

    return {
        "issuer": issuer,
        "key_conf": {"key_defs": _SIGNING, "uri_path": "jwks.json"},
        "preference": {
            "subject_types_supported": ["pairwise"],
            "id_token_signing_alg_values_supported": ["ES256"],
        },
        "scopes_to_claims": _CLAIMS,
        "token_handler_args": {
            "jwks_def": {"private_path": "token_jwks.json", "read_only": False, **_secret("code", "refresh")},
            "code": {"lifetime": 600, "kwargs": {"crypt_conf": crypt}},
            "token": {
                "class": "idpyoidc.server.token.jwt_token.JWTToken",
                "kwargs": {"lifetime": 600, "aud": [issuer], "alg": "ES256"},
            },
            "id_token": {
                "class": "idpyoidc.server.token.id_token.IDToken",
                "kwargs": {"lifetime": 300, "add_c_hash": False},
            },
        },
        "session_params": {"encrypter": crypt},
        "endpoint": {
            "provider_config": endpoint(
                ".well-known/openid-configuration", "provider_config.ProviderConfiguration"
            ),
            "authorization": endpoint(
                "authorization", "authorization.Authorization", response_types_supported=["code"]
            ),
            "token": endpoint("token", "token.Token", client_authn_method=["private_key_jwt"]),
            "userinfo": endpoint("userinfo", "userinfo.UserInfo", client_authn_method=["bearer_header"]),
            "session": endpoint("end_session", "session.Session"),
        },
        "userinfo": {"class": "idpyoidc.server.user_info.UserInfo", "kwargs": {"db": said["people"]}},
        "authentication": {
            name: {"acr": name, "class": "tests.oidc.op.Pressed", "kwargs": {}} for name in said["acr"]
        },
        "add_on": {
            "pkce": {
                "function": "idpyoidc.server.oauth2.add_on.pkce.add_support",
                "kwargs": {"essential": True},
            }
        },
        "cookie_handler": {
            "class": "idpyoidc.server.cookie_handler.CookieHandler",
            "kwargs": {"keys": {"key_defs": [{"type": "OCT", "use": ["enc"], "kid": "enc"}]}},
        },
    }


def _register(op: Server, one: dict[str, Any]) -> None:
    """A client, as its city and the provider agreed."""
    op.context.cdb[one["id"]] = {
        "client_id": one["id"],
        "redirect_uris": [[uri, None] for uri in one["back"]],
        "post_logout_redirect_uri": (one["left"], None),
        "response_types_supported": ["code"],
        "response_types": ["code"],
        "token_endpoint_auth_method": "private_key_jwt",
        "token_endpoint_auth_signing_alg": "ES256",
        "id_token_signed_response_alg": "ES256",
        "subject_type": "pairwise",
        "sector_id": one["id"],
        "allowed_scopes": list(_CLAIMS),
        "scopes_to_claims": _CLAIMS,
    }
    op.keyjar.import_jwks(one["jwks"], one["id"])


def _lie(op: Server, token: str, lie: dict[str, Any]) -> str:
    """The ID token again, with something wrong in it."""
    own = op.keyjar.get_signing_key("ec")[0]
    claims = json.loads(_part(token, 1)) | lie.get("claims", {})
    for name in lie.get("without", ()):
        claims.pop(name, None)
    how = lie.get("how", "own")
    if how == "none":
        return JWS(json.dumps(claims), alg="none").sign_compact([])
    if how == "hash":  # keyed with the bytes of our public key, which everybody knows
        key = SYMKey(key=json.dumps(own.serialize()).encode(), kid=own.kid)
        return JWS(json.dumps(claims), alg="HS256").sign_compact([key])
    key = new_ec_key("P-256", kid=own.kid) if how == "stranger" else own
    return JWS(json.dumps(claims), alg="ES256").sign_compact([key])


def _part(token: str, at: int) -> bytes:
    piece = token.split(".")[at]
    return urlsafe_b64decode(piece + "=" * (-len(piece) % 4))


class Answer(BaseHTTPRequestHandler):
    """The provider's doors, each handed to the library."""

    op: Server

    def do_GET(self) -> None:
        self._do("")

    def do_POST(self) -> None:
        self._do(self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode())

    def _do(self, body: str) -> None:
        where = urlsplit(self.path)
        doors = {
            "/lever": self._lever,
            "/.well-known/openid-configuration": self._discovery,
            "/jwks.json": self._jwks,
            "/authorization": self._login_page,
            "/login": self._login,
            "/token": self._token,
            "/userinfo": self._userinfo,
        }
        time.sleep(0 if where.path == "/lever" else float(_NOW["slow"]))
        with _ONE:
            doors[where.path](where.query, body)

    def _lever(self, query: str, body: str) -> None:
        said = json.loads(body)
        if said.pop("rotate", False):
            new = new_ec_key("P-256", use="sig", kid=f"rotated-{time.time_ns()}")
            for owner in ("", self.op.context.issuer):
                self.op.keyjar[owner] = type(self.op.keyjar[owner])()
                self.op.keyjar.add_keys(owner, [new])
        _NOW.update(said)
        self._send({})

    def _discovery(self, query: str, body: str) -> None:
        endpoint = self.op.get_endpoint("provider_config")
        said = endpoint.process_request(endpoint.parse_request({}))
        self._send(endpoint.do_response(**said)["response"])

    def _jwks(self, query: str, body: str) -> None:
        self._send(self.op.keyjar.export_jwks())

    def _login_page(self, query: str, body: str) -> None:
        # Where a person would type; the test reads the hidden field and presses a name.
        self._send(f'<form action="/login"><input name="asked" value="{html.escape(query)}"></form>')

    def _login(self, query: str, body: str) -> None:
        pressed = dict(parse_qsl(query))
        endpoint = self.op.get_endpoint("authorization")
        asked = endpoint.parse_request(pressed["asked"])
        if "error" in asked:
            return self._send(asked.to_dict(), 400)
        if pressed["who"] == "cancel":
            back = {"error": "access_denied", "state": asked["state"], "iss": self.op.context.issuer}
            return self._send("", 302, {"Location": f"{asked['redirect_uri']}?{urlencode(back)}"})
        way = endpoint.pick_authn_method(asked, asked["redirect_uri"])
        session = endpoint.create_session(asked, pressed["who"], way["acr"], int(time.time()), way["method"])
        said = endpoint.authz_part2(asked, session)
        return self._send("", 302, {"Location": endpoint.do_response(request=asked, **said)["response"]})

    def _token(self, query: str, body: str) -> None:
        endpoint = self.op.get_endpoint("token")
        said = self._asked(endpoint, body)
        if "id_token" in said and _NOW["lie"]:
            said["id_token"] = _lie(self.op, said["id_token"], dict(_NOW["lie"]))
        self._send(said, 400 if "error" in said else 200)

    def _userinfo(self, query: str, body: str) -> None:
        self._send(self._asked(self.op.get_endpoint("userinfo"), body))

    def _asked(self, endpoint: Any, body: str) -> dict[str, Any]:
        http = {"headers": {name.lower(): value for name, value in self.headers.items()}}
        try:
            asked = endpoint.parse_request(body, http_info=http)
        except Exception as error:  # the library's own refusals have no common kind
            return {"error": "invalid_client", "error_description": type(error).__name__}
        if "error" in asked:
            return asked.to_dict()
        said = endpoint.process_request(asked, http_info=http)
        if "error" in said:
            return dict(said)
        told: dict[str, Any] = json.loads(endpoint.do_response(request=asked, **said)["response"])
        return told

    def _send(self, said: Any, status: int = 200, headers: dict[str, str] | None = None) -> None:
        text = (said if isinstance(said, str) else json.dumps(said)).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *args: Any) -> None:
        """Quiet."""


def main(path: str) -> None:
    said = json.loads(Path(path).read_text(encoding="utf-8"))
    os.chdir(tempfile.mkdtemp(dir=Path(path).parent))
    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    issuer = f"http://127.0.0.1:{server.server_address[1]}"
    Answer.op = Server(OPConfiguration(_settings(issuer, said)), cwd=".")
    for one in said["clients"]:
        _register(Answer.op, one)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(issuer, flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main(sys.argv[1])
