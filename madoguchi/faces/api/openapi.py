"""The parts of the OpenAPI document that the framework does not write: problems, headers, tokens, examples."""

from __future__ import annotations

from typing import Any

from madoguchi.kernel.access import scopes

DESCRIPTION = """\
A city hall for programs: what pages do, with the same rules and the same refusals.

* Public lists need no token.
* For a resident: OAuth 2 (authorization code with PKCE S256), see `/.well-known/oauth-authorization-server`.
* For machines (a kiosk, a partner's system): a key, as `Authorization: Bearer mado_key_…`.
* Every POST, PUT and PATCH that makes something wants an `Idempotency-Key`; sent again, it gets the same answer.
* Every refusal is `application/problem+json` (RFC 9457) with a stable `code` (docs/refusals.md), in the
  language of `Accept-Language`.

Within v1 fields may be added, never renamed or removed.
"""
PROBLEM = "application/problem+json"
WRITES = {"post", "put", "patch"}
ETAG = {"description": "The version of what was given, for `If-Match`.", "schema": {"type": "string"}}


def completed(document: Any) -> Any:
    """The framework's document, with what it left out."""
    for methods in document["paths"].values():
        for method, operation in methods.items():
            _complete(method, operation)
    components = document.setdefault("components", {})
    components["securitySchemes"] = _security_schemes()
    components["schemas"] = _ordered(components["schemas"])
    return document


def _complete(method: str, operation: dict[str, Any]) -> None:
    scope, machines = operation.pop("x-scope", ""), operation.pop("x-machines", False)
    operation.pop("security", None)
    if scope:
        operation["security"] = [{"resident": [scope]}, *([{"machine": []}] if machines else [])]
        operation["description"] = (operation.get("description") or "") + f"\n\nScope: `{scope}`."
        operation["description"] = operation["description"].strip()
    for status, response in operation["responses"].items():
        if int(status) >= 400:
            _tell_problem(int(status), response)
        elif response.get("content") == {}:
            del response["content"]
    if scope and method in WRITES:
        operation.setdefault("parameters", []).append(_IDEMPOTENCY_KEY)


def _tell_problem(status: int, response: dict[str, Any]) -> None:
    content: dict[str, Any] = next(iter(response.get("content", {}).values()), {})
    response["content"] = {PROBLEM: {**content, "example": _example(status)}}
    if status == 401:
        response["headers"] = {"WWW-Authenticate": {"schema": {"type": "string"}}}
    if status == 429:
        response["headers"] = {"Retry-After": {"schema": {"type": "string"}}}


_CODES = {
    400: ("idempotency_key_missing", "Idempotency-Key が要ります。"),
    401: ("invalid_token", "このトークンまたはキーは使えません。"),
    403: ("scope_missing", "このトークンまたはキーには「submit」の許可がありません。"),
    404: ("not_found", "お探しのものが見つかりませんでした。"),
    409: ("draft_closed", "この書きかけは、もう送られています。"),
    412: ("draft_moved_on", "下書きが、ほかで書きかえられています。"),
    413: ("too_large", "送られたものが大きすぎます。"),
    415: ("not_json", "内容は application/json で送ってください。"),
    422: ("answers_refused", "1か所に、直すところがあります。どれも保存していません。"),
    429: ("too_many_requests", "要求が多すぎます。12秒たってから、もう一度お試しください。"),
    500: ("our_fault", "こちらの不具合で、処理できませんでした。"),
}


def _example(status: int) -> dict[str, Any]:
    code, detail = _CODES.get(status, ("refused", "この操作はできませんでした。"))
    return {
        "type": f"urn:madoguchi:refusal:{code}",
        "title": "できませんでした",
        "status": status,
        "detail": detail,
        "code": code,
    }


_IDEMPOTENCY_KEY = {
    "in": "header",
    "name": "Idempotency-Key",
    "required": True,
    "schema": {"type": "string", "minLength": 8, "maxLength": 200, "pattern": "^[!-~]{8,200}$"},
    "description": "A new value for each thing you want done; the same again when you repeat a request.",
    "example": "01934f0e-7c1b-7d6a-9a55-0242ac120002",
}


def _security_schemes() -> dict[str, Any]:
    return {
        "resident": {
            "type": "oauth2",
            "description": "A resident lets an app act for them. PKCE with S256 is always required.",
            "flows": {
                "authorizationCode": {
                    "authorizationUrl": "/oauth/authorize",
                    "tokenUrl": "/oauth/token",
                    "refreshUrl": "/oauth/token",
                    "scopes": {scope.key: str(scope.title) for scope in scopes.SCOPES},
                }
            },
        },
        "machine": {
            "type": "http",
            "scheme": "bearer",
            "description": "A key made with `mado api key add`; it has scopes, a division and an end.",
        },
    }


def _ordered(schemas: dict[str, Any]) -> dict[str, Any]:
    return {name: schemas[name] for name in sorted(schemas)}
