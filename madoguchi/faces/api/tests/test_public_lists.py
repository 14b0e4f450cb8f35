"""The public lists answer, and refuse politely."""

import pytest

pytestmark = pytest.mark.django_db


def test_an_unknown_procedure_is_a_problem_with_its_code(client):
    answer = client.get("/api/v1/procedures/none.such")

    assert answer.status_code == 404
    assert answer.headers["Content-Type"].startswith("application/problem+json")
    assert answer.json()["code"] == "not_found"


def test_a_question_that_cannot_be_read_is_a_problem_that_names_it(client):
    answer = client.get("/api/v1/search", {"q": "あ" * 500})

    assert answer.status_code == 422
    assert answer.json()["code"] == "bad_question"
    assert "q" in answer.json()["detail"]


def test_the_document_names_every_list(client):
    document = client.get("/api/v1/openapi.json").json()

    assert {"/api/v1/procedures", "/api/v1/register", "/api/v1/measures", "/api/v1/plan"} <= set(
        document["paths"]
    )
    assert document["openapi"].startswith("3.")
