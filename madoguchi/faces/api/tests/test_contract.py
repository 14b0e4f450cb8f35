"""The OpenAPI document is true: every operation is called with what it says it takes, and answers as it says."""

import datetime as dt

import pytest
import requests
import schemathesis
from django.test import Client
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)
from urllib3 import HTTPResponse

from madoguchi.engines.procedures.tests import make
from madoguchi.faces.api.openapi import PROBLEM
from madoguchi.faces.api.v1 import api

from .conftest import Program, key_for, token_for

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    unsupported_method,
]
schema = schemathesis.openapi.from_dict(api.get_openapi_schema())
schema.config.update(base_url="http://testserver/")


@schema.parametrize()
@settings(
    max_examples=5,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
def test_every_operation_answers_as_the_document_says(case, callers):
    who = callers[case.operation.method.upper() == "GET"]

    case.validate_response(asked(case, who), checks=CHECKS)


def asked(case, token):
    """The call as it would go over the wire, made in this thread, so that it sees the test's own rows."""
    prepared = requests.Request(**case.as_transport_kwargs(base_url="http://testserver")).prepare()
    headers = {
        name: value
        for name, value in prepared.headers.items()
        if name.lower() not in {"content-type", "content-length", "authorization"}
    }
    body = prepared.body or b""
    answer = Client(raise_request_exception=False).generic(
        prepared.method,
        prepared.path_url,
        data=body.encode() if isinstance(body, str) else body,
        content_type=_text(prepared.headers.get("Content-Type", "")),
        headers={
            **{name: _text(value) for name, value in headers.items()},
            "Authorization": f"Bearer {token}",
        },
    )
    raw = HTTPResponse(body=answer.content, headers=dict(answer.headers), status=answer.status_code)
    response = requests.Response()
    response.status_code, response._content, response.raw = answer.status_code, answer.content, raw
    response.headers.update(dict(answer.headers))
    response.request, response.url, response.elapsed = prepared, prepared.url, dt.timedelta()
    return response


def _text(value):
    return value.decode("latin-1") if isinstance(value, bytes) else value


@pytest.fixture
def callers(city, db):
    """Tokens for reading and for writing, of a resident who has a draft and a case already."""
    aoi = make.resident("aoi")
    token = token_for(aoi)
    app = Program(token)
    app.answered()
    app.sent()
    return {True: token, False: key_for(per_minute=100_000)}


def test_every_operation_has_a_name_a_summary_and_its_problems():
    document = api.get_openapi_schema()
    operations = [one for methods in document["paths"].values() for one in methods.values()]

    assert len({one["operationId"] for one in operations}) == len(operations)
    assert not [one["operationId"] for one in operations if not one["summary"]]
    for one in operations:
        for status, response in one["responses"].items():
            if int(status) >= 400:
                assert list(response["content"]) == [PROBLEM], (one["operationId"], status)
                assert response["content"][PROBLEM]["example"]["status"] == int(status)
    assert set(document["components"]["securitySchemes"]) == {"resident", "machine"}
