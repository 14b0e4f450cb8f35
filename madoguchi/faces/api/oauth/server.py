"""The authorization server: Authlib knows the protocol, `kernel.access` keeps the rows, digests only."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import SplitResult, urlsplit

from authlib.integrations.django_oauth2.requests import (
    DjangoJsonRequest,
    DjangoOAuth2Payload,
    DjangoOAuth2Request,
)
from authlib.oauth2 import AuthorizationServer
from authlib.oauth2.rfc6749 import ClientMixin, InvalidRequestError, OAuth2Request, grants
from authlib.oauth2.rfc7009 import RevocationEndpoint
from authlib.oauth2.rfc7636 import CodeChallenge
from django.http import HttpRequest, HttpResponse

from madoguchi.kernel.access import queries, scopes, secrets, services
from madoguchi.kernel.identity import queries as identity
from madoguchi.kernel.refs import Actor, anonymous

# What a URL is written with (RFC 3986), and nothing that ends a header or a directive of one.
_URL = re.compile(r"[A-Za-z0-9\-._~:/?\[\]@!$&'()*+,;=%]{1,500}")
_CLIENT_ID = re.compile(r"[\x21-\x7e]{1,200}")
AUTH_METHODS = ["client_secret_basic", "client_secret_post", "none"]


class App(ClientMixin):
    """A registered client, as the library asks about it."""

    def __init__(self, row: Any) -> None:
        self.row = row
        self.client_id = row.pk

    def get_client_id(self) -> str:
        return str(self.row.pk)

    def get_default_redirect_uri(self) -> str | None:
        addresses = self.row.redirect_uris
        return addresses[0] if len(addresses) == 1 else None

    def get_allowed_scope(self, scope: str | None) -> str | None:
        """What was asked and is registered; None, which the library refuses, when nothing is left."""
        asked = scope.split() if scope else self.row.scopes
        return " ".join(one for one in asked if one in self.row.scopes) or None

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        """Exactly as registered; on the person's own machine any port (RFC 8252)."""
        return any(_is_same_address(redirect_uri, one) for one in self.row.redirect_uris)

    def check_client_secret(self, client_secret: str) -> bool:
        return secrets.is_same(client_secret, self.row.secret_hash)

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        return (method == "none") == (not self.row.secret_hash)

    def check_response_type(self, response_type: str) -> bool:
        return response_type == "code"

    def check_grant_type(self, grant_type: str) -> bool:
        return grant_type in {"authorization_code", "refresh_token"}


def parts_of(address: str) -> SplitResult | None:
    """The address taken apart; None for what is no address to send a browser to.

    A fragment, a name before the host and a port that is no number are read differently by different programs.
    """
    try:
        parts = urlsplit(address)
        _port = parts.port
    except ValueError:
        return None
    return parts if _URL.fullmatch(address) and "@" not in parts.netloc else None


def origin_of(address: str) -> str:
    """Scheme, host and port of an address, made from what was read of it, never from how it was written."""
    parts = parts_of(address)
    if parts is None:
        return ""
    if not parts.hostname:
        return f"{parts.scheme}:"
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    if not re.fullmatch(r"[a-z0-9.-]+|\[[0-9a-f:.]+\]", host):
        return ""
    return f"{parts.scheme}://{host}" + (f":{parts.port}" if parts.port is not None else "")


def _is_same_address(sent: str, registered: str) -> bool:
    theirs = parts_of(sent)
    if theirs is None:
        return False
    if sent == registered:
        return True
    ours = urlsplit(registered)
    if ours.scheme != "http" or ours.hostname not in services.LOOPBACK:
        return False
    return (ours.scheme, ours.hostname, ours.path, ours.query) == (
        theirs.scheme,
        theirs.hostname,
        theirs.path,
        theirs.query,
    )


@dataclass
class Kept:
    """A code or refresh token that was just taken, as the library asks about it."""

    row: Any

    @property
    def code_challenge(self) -> str:
        return str(self.row.challenge)

    code_challenge_method = "S256"

    def get_redirect_uri(self) -> str:
        return str(self.row.redirect_uri)

    def get_scope(self) -> str:
        return " ".join(self.row.scopes)

    def check_client(self, client: App) -> bool:
        return bool(self.row.grant.client_id == client.client_id)


class OnlyS256(CodeChallenge):
    """PKCE always, and only by digest: also for apps that have a secret (RFC 9700)."""

    SUPPORTED_CODE_CHALLENGE_METHOD = ["S256"]

    def validate_code_challenge(self, grant: Any, redirect_uri: str) -> None:
        said = grant.request.payload.data
        if not said.get("code_challenge") or said.get("code_challenge_method") != "S256":
            raise InvalidRequestError("PKCE is required: code_challenge with code_challenge_method=S256.")
        super().validate_code_challenge(grant, redirect_uri)


class CodeGrant(grants.AuthorizationCodeGrant):
    TOKEN_ENDPOINT_AUTH_METHODS = AUTH_METHODS

    def generate_authorization_code(self) -> str:
        """Made and kept by `kernel.access`, as a digest, under what the resident lets the app do."""
        request = self.request
        asked = (request.scope or "").split()
        grant = services.connect(client=request.client.row, asked=asked, by=request.user)
        return services.issue_code(
            grant=grant,
            asked=asked,
            redirect_uri=self.redirect_uri or request.payload.redirect_uri or "",
            challenge=request.payload.data["code_challenge"],
            by=request.user,
        )

    def save_authorization_code(self, code: str, request: Any) -> None:
        """It is kept already: see `generate_authorization_code`."""

    def query_authorization_code(self, code: str, client: App) -> Kept | None:
        return _taken(code, "code", client)

    def delete_authorization_code(self, authorization_code: Kept) -> None:
        """It was used up when it was taken."""

    def authenticate_user(self, authorization_code: Kept) -> Actor | None:
        return _resident(authorization_code)


class RefreshGrant(grants.RefreshTokenGrant):
    TOKEN_ENDPOINT_AUTH_METHODS = AUTH_METHODS
    INCLUDE_NEW_REFRESH_TOKEN = True

    def authenticate_refresh_token(self, refresh_token: str) -> Kept | None:
        return _taken(refresh_token, "refresh", self.request.client)

    def authenticate_user(self, refresh_token: Kept) -> Actor | None:
        return _resident(refresh_token)

    def revoke_old_credential(self, refresh_token: Kept) -> None:
        """It was used up when it was taken."""


def _taken(presented: str, kind: str, client: App) -> Kept | None:
    row = services.use_once(presented=presented, kind=kind, client=client.row, by=anonymous())
    return Kept(row) if row else None


def _resident(kept: Kept) -> Actor | None:
    account = identity.account(kept.row.grant.account_id, kind="resident")
    return identity.actor_for(account) if account else None


class Revocation(RevocationEndpoint):
    CLIENT_AUTH_METHODS = AUTH_METHODS

    def query_token(self, token_string: str, token_type_hint: str | None) -> str | None:
        return None

    def authenticate_token(self, request: Any, client: App) -> None:
        self.check_params(request, client)
        services.revoke_token(presented=request.form["token"], client=client.row, by=anonymous())

    def revoke_token(self, token: Any, request: Any) -> None:
        """Done in `authenticate_token`: an unknown token is answered like a known one (RFC 7009)."""


class Asked(DjangoOAuth2Request):
    """Whether residents reach us by TLS is the operator's setting (MADO_TLS); the library would look at the last hop."""

    def __init__(self, request: HttpRequest) -> None:
        address = request.build_absolute_uri().replace("http://", "https://", 1)
        OAuth2Request.__init__(self, method=request.method or "", uri=address, headers=request.headers)
        self.payload = DjangoOAuth2Payload(request)
        self._request = request


class Server(AuthorizationServer):
    def query_client(self, client_id: str) -> App | None:
        row = queries.client(client_id) if _CLIENT_ID.fullmatch(client_id or "") else None
        return App(row) if row else None

    def generate_token(
        self,
        grant_type: str,
        client: App,
        user: Any = None,
        scope: str | None = None,
        expires_in: int | None = None,
        include_refresh_token: bool = True,
    ) -> dict[str, Any]:
        grant = queries.standing_grant(user, client.client_id)
        asked = [one for one in (scope or "").split() if grant is not None and one in grant.scopes]
        if grant is None:
            raise InvalidRequestError("The resident has disconnected this app.")
        pair = services.issue_pair(grant=grant, asked=asked, by=user)
        return {
            "access_token": pair.access,
            "token_type": "Bearer",
            "expires_in": pair.lasts,
            "refresh_token": pair.refresh,
            "scope": " ".join(asked),
        }

    def save_token(self, token: dict[str, Any], request: Any) -> None:
        """It is kept already: see `generate_token`."""

    def send_signal(self, name: str, *args: Any, **kwargs: Any) -> None:
        """Nobody listens."""

    def create_oauth2_request(self, request: Any) -> Asked:
        return Asked(request)

    def create_json_request(self, request: Any) -> DjangoJsonRequest:
        return DjangoJsonRequest(request)

    def handle_response(self, status: int, body: Any, headers: Any) -> HttpResponse:
        content = json.dumps(body) if isinstance(body, dict) else body
        response = HttpResponse(content, status=status, content_type="application/json")
        for name, value in headers:
            response.headers[name] = value
        return response


def _made() -> Server:
    made = Server(scopes_supported=list(scopes.KEYS))
    made.register_grant(CodeGrant, [OnlyS256(required=True)])
    made.register_grant(RefreshGrant)
    made.register_endpoint(Revocation)
    return made


server = _made()


def asked_by(request: HttpRequest, resident: Actor) -> Any:
    """The request for consent, checked. Raises OAuth2Error."""
    return server.get_consent_grant(request, end_user=resident)
