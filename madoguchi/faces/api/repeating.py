"""The Idempotency-Key of a request, and answering it once."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Schema

from madoguchi.faces.shared import bearer
from madoguchi.faces.shared.refusals import CannotRead
from madoguchi.kernel.access import repeating
from madoguchi.kernel.access.errors import IdempotencyKeyMissing
from madoguchi.kernel.access.repeating import Answer, Call

HEADER = "Idempotency-Key"
_KEY = re.compile(r"[\x21-\x7e]{8,200}")


def call_of(request: HttpRequest) -> Call:
    """Who sends which key where, and what. Raises IdempotencyKeyMissing, CannotRead."""
    key, caller = key_of(request), bearer.caller(request)
    if caller is None:
        raise IdempotencyKeyMissing
    whose = f"{caller.actor.account}:{caller.name}"
    route = f"{request.method} {request.path}"
    return Call.of(caller=whose, route=route, key=key, content=_content(request))


def key_of(request: HttpRequest) -> str:
    """The Idempotency-Key that was sent. Raises IdempotencyKeyMissing."""
    key = request.headers.get(HEADER, "")
    if not _KEY.fullmatch(key):
        raise IdempotencyKeyMissing
    return key


def _content(request: HttpRequest) -> bytes:
    """What was sent, in a form that does not change when it is sent again: without spaces and boundaries."""
    said = [request.headers.get("If-Match", "")]
    if request.content_type == "multipart/form-data":
        said += [f"{name}={value}" for name, values in request.POST.lists() for value in values]
        for name, files in request.FILES.lists():
            for file in files:
                digest = hashlib.sha256()
                for chunk in file.chunks():
                    digest.update(chunk)
                file.seek(0)
                said.append(f"{name}:{file.name}:{digest.hexdigest()}")
    elif request.body:
        try:
            said.append(json.dumps(json.loads(request.body), sort_keys=True))
        except (ValueError, RecursionError) as error:
            raise CannotRead from error
    return "\0".join(said).encode("utf-8", "surrogatepass")


def once(call: Call, verb: Callable[[], Answer]) -> HttpResponse:
    """Do it, or answer as before."""
    return shown(repeating.once(call, verb))


def shown(answer: Answer) -> HttpResponse:
    """The kept answer as it goes out."""
    response = HttpResponse(answer.body, status=answer.status)
    if answer.body:
        response.headers["Content-Type"] = "application/json; charset=utf-8"
    else:
        del response.headers["Content-Type"]
    for name, value in answer.headers.items():
        response.headers[name] = value
    if answer.is_repeated:
        response.headers["Idempotency-Replayed"] = "true"
    response.headers["Cache-Control"] = "private, no-store"
    return response


def answer(status: int, shape: type[Schema], said: Any, *, key: Any, **headers: str) -> Answer:
    """An answer that can be kept: `key` is the data key of what it is about."""
    body = shape.model_validate(said).model_dump_json().encode()
    return Answer(status, body, {name.replace("_", "-"): value for name, value in headers.items()}, key)
