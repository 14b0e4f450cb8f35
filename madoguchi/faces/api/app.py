"""The API itself: how an operation is declared, how every no is told, and the document that describes it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.utils.translation import gettext_lazy as _
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError
from ninja.parser import Parser

from madoguchi.faces.shared.guards import GuardRule
from madoguchi.faces.shared.refusals import CannotRead, problem
from madoguchi.kernel.errors import NotFound, Refusal

from . import openapi, shapes
from .guards import ScopedRule


class BadQuestion(Refusal):
    """Something in the request cannot be read; `errors` names each place."""

    code = "bad_question"
    status = 422
    message = _("要求の「%(name)s」を読めません。%(why)s")

    def __init__(self, problems: dict[str, dict[str, str]]) -> None:
        place = next(iter(problems), "body")
        super().__init__(name=place, why=next(iter(problems.get(place, {}).values()), ""))
        self.problems = problems


class NotJson(Refusal):
    code = "not_json"
    status = 415
    message = _("内容は application/json で送ってください。")


class TooLarge(Refusal):
    code = "too_large"
    status = 413
    message = _("送られたものが大きすぎます。分けるか、小さくして、もう一度送ってください。")


# A NUL as JSON writes it: the backslash before it is no text of its own, as it is in the six characters \\u0000.
_NUL = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")


class StrictJson(Parser):
    """JSON only, and only text that every database keeps: no NUL, no half of a character."""

    def parse_body(self, request: HttpRequest) -> Any:
        if request.content_type != "application/json":
            raise NotJson
        try:
            said = json.loads(request.body, parse_constant=_no_number)
            json.dumps(said, ensure_ascii=False).encode()
        except (ValueError, RecursionError, UnicodeError) as error:
            raise CannotRead from error
        if _NUL.search(json.dumps(said)):
            raise CannotRead
        return said


def _no_number(name: str) -> Any:
    raise ValueError(name)


class CityAPI(NinjaAPI):
    """A NinjaAPI whose document tells also of problems, headers, tokens and keys."""

    def get_openapi_schema(self, **kwargs: Any) -> Any:
        return openapi.completed(super().get_openapi_schema(**kwargs))


api = CityAPI(
    title="窓口 API",
    version="1",
    urls_namespace="api-1",
    description=openapi.DESCRIPTION,
    docs_url=None,
    parser=StrictJson(),
)


class Door:
    """What stands before an operation: the guard runs before anything that was sent is read."""

    def __init__(self, rule: ScopedRule) -> None:
        self.rule = rule

    def __call__(self, request: HttpRequest) -> Any:
        self.rule.refuse(request)
        return True


def operation(
    method: str,
    path: str,
    *,
    rule: GuardRule,
    tag: str,
    gives: Any = None,
    status: int = 200,
    refuses: tuple[int, ...] = (),
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Declare an operation: who may call it, what it gives, and with which statuses it may refuse."""
    usual = {400, 401, 403, 429} if isinstance(rule, ScopedRule) else set()
    if method in {"POST", "PUT", "PATCH"}:
        usual |= {413, 415}
    responses: dict[int, Any] = {status: gives}
    responses |= dict.fromkeys(sorted({*usual, *refuses, 422, 500}), shapes.Problem)

    def declare(view: Callable[..., Any]) -> Callable[..., Any]:
        view.guard = rule.name  # type: ignore[attr-defined]
        words = (view.__doc__ or "").strip().partition("\n")
        declared = api.api_operation(
            [method],
            path,
            response=responses,
            auth=Door(rule) if isinstance(rule, ScopedRule) else None,
            tags=[tag],
            summary=words[0].rstrip("."),
            description=words[2].strip() or None,
            operation_id=view.__name__,
            openapi_extra={"x-scope": rule.scope, "x-machines": rule.is_for_machines}
            if isinstance(rule, ScopedRule)
            else None,
        )
        result: Callable[..., Any] = declared(view)
        return result

    return declare


# ------------------------------------------------------------------ every no


@api.exception_handler(Refusal)
def refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    return problem(refusal)


@api.exception_handler(ValidationError)
def not_readable(request: HttpRequest, error: ValidationError) -> HttpResponse:
    problems = {
        ".".join(str(part) for part in one.get("loc", ())): {"": str(one.get("msg", ""))}
        for one in error.errors
    }
    return problem(BadQuestion(problems or {"body": {"": ""}}))


@api.exception_handler(HttpError)
def http_error(request: HttpRequest, error: HttpError) -> HttpResponse:
    cause = error.__cause__
    if isinstance(cause, Refusal):
        return problem(cause)
    return problem(_framework(cause) or CannotRead())


@api.exception_handler(Http404)
def no_such_thing(request: HttpRequest, error: Http404) -> HttpResponse:
    return problem(NotFound())


@api.exception_handler(SuspiciousOperation)
@api.exception_handler(UnreadablePostError)
@api.exception_handler(MultiPartParserError)
def suspicious(request: HttpRequest, error: Exception) -> HttpResponse:
    return problem(_framework(error) or CannotRead())


def _framework(error: object) -> Refusal | None:
    return TooLarge() if isinstance(error, RequestDataTooBig) else None
