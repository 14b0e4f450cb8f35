"""Caluma (PyPI, GPL: run beside ours, never imported): the same claim by its own GraphQL, in its best mode.

What it is spared, so that the ratio errs in its favour: no sign-in and no permission checks, many answers in one
request by aliases, and the bytes of the files are never sent (it hands out an address of an S3 store and stops
there). What it does as ours does: PostgreSQL, the answers validated when handed in, one work item for the clerk.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

PACKAGES = [
    "caluma==11.3.0",  # the newest that runs on Python 3.11
    "setuptools<81",  # pkg_resources, which one of its libraries still imports
    "moto[s3,server]",  # the S3 store it asks for the address of an upload
]
FORM, ROW, FLOW = "claim", "child", "errand"
# question -> kind of Caluma's question; the same ones our form asks, a person being several of theirs
APPLICANT = {
    "family": "Text",
    "given": "Text",
    "family-kana": "Text",
    "given-kana": "Text",
    "birth": "Date",
    "postcode": "Text",
    "town": "Text",
    "street": "Text",
    "phone": "Text",
    "email": "Text",
}
EVENT = {"event": "Choice", "event-on": "Date", "public-servant": "Choice"}
CHILD = {
    "c-family": "Text",
    "c-given": "Text",
    "c-family-kana": "Text",
    "c-given-kana": "Text",
    "c-birth": "Date",
    "lives-together": "Choice",
    "lives-at": "Text",
}
ACCOUNT = {"bank": "Text", "branch": "Text", "account-kind": "Choice", "number": "Text", "holder": "Text"}
FILES = ("paper-one", "paper-two")
OPTIONS = {
    "event": ("birth", "move_in", "other"),
    "public-servant": ("yes", "no"),
    "lives-together": ("yes", "no"),
    "account-kind": ("ordinary", "current"),
}
HIDDEN = {"lives-at": "'lives-together'|answer == 'lives-together-yes'"}
INPUT = {"Text": "String", "Choice": "String", "Date": "Date"}


class Refused(RuntimeError):
    """Caluma answered with errors: the bench stops, because a refused step is no step."""


def graphql(connection: HTTPConnection, query: str) -> dict[str, Any]:
    """One request. Raises Refused with what it said."""
    body = json.dumps({"query": query})
    connection.request("POST", "/graphql/", body, {"Content-Type": "application/json"})
    answer = connection.getresponse()
    said = json.loads(answer.read())
    if answer.status != 200 or "errors" in said:
        raise Refused(f"{answer.status} {json.dumps(said.get('errors', said))[:600]}")
    data: dict[str, Any] = said["data"]
    return data


def literal(value: Any) -> str:
    """A value as GraphQL writes it: JSON, but keys of objects without quotes."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {literal(each)}" for key, each in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(literal, value)) + "]"
    return json.dumps(value, ensure_ascii=False)


def mutation(*calls: tuple[str, dict[str, Any], str]) -> str:
    """Several mutations as one request, named m0, m1, …"""
    parts = [
        f"m{n}: {name}(input: {literal(given)}) {{ {asked} }}" for n, (name, given, asked) in enumerate(calls)
    ]
    return "mutation {\n" + "\n".join(parts) + "\n}"


def answers(
    document: str, kinds: dict[str, str], values: dict[str, str]
) -> list[tuple[str, dict[str, Any], str]]:
    return [
        (
            f"saveDocument{INPUT[kinds[question]]}Answer",
            {"document": document, "question": question, "value": value},
            "answer { id }",
        )
        for question, value in values.items()
    ]


class Claim:
    """One resident's errand over HTTP. Steps as the bench names them: draft, three saves, two files, submit."""

    def __init__(self, port: int) -> None:
        self.connection = HTTPConnection("127.0.0.1", port, timeout=60)

    def draft(self) -> None:
        asked = "case { document { id } workItems { edges { node { id } } } }"
        made = graphql(self.connection, mutation(("saveCase", {"workflow": FLOW, "form": FORM}, asked)))[
            "m0"
        ]["case"]
        self.document = made["document"]["id"]
        self.item = made["workItems"]["edges"][0]["node"]["id"]

    def save_applicant(self) -> None:
        values = {
            "family": "見本",
            "given": "はな",
            "family-kana": "ミホン",
            "given-kana": "ハナ",
            "birth": "1990-04-01",
            "postcode": "1760001",
            "town": "練馬区練馬",
            "street": "1-1-1",
            "phone": "0312345678",
            "email": "hana@example.jp",
        }
        graphql(self.connection, mutation(*answers(self.document, APPLICANT, values)))

    def save_children(self) -> None:
        rows = ("saveDocument", {"form": ROW}, "document { id }")
        made = graphql(self.connection, mutation(rows, rows))
        ids = [made["m0"]["document"]["id"], made["m1"]["document"]["id"]]
        calls = []
        for each, given in zip(ids, ("そう", "みのり"), strict=True):
            values = {
                "c-family": "見本",
                "c-given": given,
                "c-family-kana": "ミホン",
                "c-given-kana": "コ",
                "c-birth": "2020-05-05",
                "lives-together": "lives-together-yes",
            }
            calls += answers(each, CHILD, values)
        table = {"document": self.document, "question": "children", "value": ids}
        calls.append(("saveDocumentTableAnswer", table, "answer { id }"))
        event = {"event": "event-move-in", "event-on": "2026-11-02", "public-servant": "public-servant-no"}
        calls += answers(self.document, EVENT, event)
        graphql(self.connection, mutation(*calls))

    def save_account(self) -> None:
        values = {
            "bank": "0001",
            "branch": "001",
            "account-kind": "account-kind-ordinary",
            "number": "1234567",
            "holder": "ミホン ハナ",
        }
        graphql(self.connection, mutation(*answers(self.document, ACCOUNT, values)))

    def attach(self, number: int) -> None:
        given = {"document": self.document, "question": FILES[number], "value": [{"name": "paper.jpg"}]}
        asked = "answer { ... on FilesAnswer { value { uploadUrl } } }"
        graphql(self.connection, mutation(("saveDocumentFilesAnswer", given, asked)))

    def submit(self) -> str:
        """Hands in; Caluma validates the whole document. Returns the state of the case."""
        asked = "workItem { status case { status workItems { edges { node { status } } } } }"
        done = graphql(self.connection, mutation(("completeWorkItem", {"id": self.item}, asked)))
        item = done["m0"]["workItem"]
        waiting = [edge["node"]["status"] for edge in item["case"]["workItems"]["edges"]]
        if item["status"] != "COMPLETED" or "READY" not in waiting:
            raise Refused(json.dumps(item))
        status: str = item["case"]["status"]
        return status


def set_up(connection: HTTPConnection) -> None:
    """The form, its rules and the flow, by its own API."""
    kinds = {**APPLICANT, **EVENT, **CHILD, **ACCOUNT}
    for question, kind in kinds.items():
        given: dict[str, Any] = {"slug": question, "label": question, "isRequired": "true"}
        if question in HIDDEN:
            given["isHidden"] = HIDDEN[question]
        if kind == "Choice":
            options = [f"{question}-{option}".replace("_", "-") for option in OPTIONS[question]]
            graphql(
                connection,
                mutation(*[("saveOption", {"slug": o, "label": o}, "option { slug }") for o in options]),
            )
            given["options"] = options
        if kind == "Text":
            given |= {"minLength": 1, "maxLength": 200}
        graphql(connection, mutation((f"save{kind}Question", given, "question { slug }")))
    for form in (ROW, FORM):
        graphql(connection, mutation(("saveForm", {"slug": form, "name": form}, "form { slug }")))
    table = {"slug": "children", "label": "children", "rowForm": ROW, "isRequired": "true"}
    graphql(connection, mutation(("saveTableQuestion", table, "question { slug }")))
    for paper in FILES:
        given = {"slug": paper, "label": paper, "isRequired": "'event'|answer == 'event-move-in'"}
        graphql(connection, mutation(("saveFilesQuestion", given, "question { slug }")))
    for question in CHILD:
        graphql(
            connection, mutation(("addFormQuestion", {"form": ROW, "question": question}, "form { slug }"))
        )
    for question in (*APPLICANT, *EVENT, "children", *ACCOUNT, *FILES):
        graphql(
            connection, mutation(("addFormQuestion", {"form": FORM, "question": question}, "form { slug }"))
        )
    for form in (ROW, FORM):
        graphql(connection, mutation(("publishForm", {"id": form}, "form { slug }")))
    graphql(
        connection,
        mutation(
            ("saveCompleteWorkflowFormTask", {"slug": "submit", "name": "submit"}, "task { slug }"),
            ("saveSimpleTask", {"slug": "check", "name": "check"}, "task { slug }"),
        ),
    )
    flow = {"slug": FLOW, "name": FLOW, "startTasks": ["submit"], "allowForms": [FORM]}
    graphql(connection, mutation(("saveWorkflow", flow, "workflow { slug }")))
    step = {"workflow": FLOW, "tasks": ["submit"], "next": "'check'|task"}
    graphql(connection, mutation(("addWorkflowFlow", step, "workflow { slug }")))
    graphql(connection, mutation(("publishWorkflow", {"id": FLOW}, "workflow { slug }")))


def install(folder: Path) -> Path:
    """Its own virtual environment; made once. Returns its python."""
    python = folder / "bin" / "python"
    if not (folder / "ready").exists():
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
        subprocess.run([str(python), "-m", "pip", "install", "-q", *PACKAGES], check=True)
        (folder / "ready").touch()
    return python


@contextmanager
def running(
    *, folder: Path, database: dict[str, str], port: int, store_port: int, workers: int
) -> Iterator[subprocess.Popen[bytes]]:
    """Caluma behind gunicorn with `workers` processes, on an empty database that exists; ended afterwards."""
    python = install(folder)
    env = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "LANG": "C.UTF-8",
        "DJANGO_SETTINGS_MODULE": "caluma.settings.django",
        "SECRET_KEY": "only-for-the-bench",
        "ALLOWED_HOSTS": "127.0.0.1",
        "DATABASE_NAME": database["name"],
        "DATABASE_USER": database["user"],
        "DATABASE_PASSWORD": database.get("password", ""),
        "DATABASE_HOST": database["host"],
        "DATABASE_PORT": database.get("port", ""),
        "MINIO_STORAGE_ENDPOINT": f"127.0.0.1:{store_port}",
        "VISIBILITY_CLASSES": "caluma.caluma_core.visibilities.Any",
        "PERMISSION_CLASSES": "caluma.caluma_core.permissions.AllowAny",
        "LOG_LEVEL": "ERROR",
    }
    quiet: dict[str, Any] = {"env": env, "stdout": subprocess.DEVNULL}
    subprocess.run([str(python), "-m", "django", "migrate", "-v", "0"], check=True, **quiet)
    store = subprocess.Popen(
        [str(python), "-m", "moto.server", "-H", "127.0.0.1", "-p", str(store_port)],
        stderr=subprocess.DEVNULL,
        **quiet,
    )
    web = subprocess.Popen(
        [
            str(python),
            "-m",
            "gunicorn",
            "-w",
            str(workers),
            "-b",
            f"127.0.0.1:{port}",
            "--log-level",
            "error",
            "caluma.wsgi",
        ],
        **quiet,
    )
    try:
        wait_for(f"http://127.0.0.1:{store_port}/")
        wait_for(f"http://127.0.0.1:{port}/graphql/?query=%7B__typename%7D")
        yield web
    finally:
        for process in (web, store):
            process.terminate()
            process.wait(20)


def wait_for(address: str, seconds: float = 60) -> None:
    """Returns when somebody answers there, whatever they say."""
    until = time.monotonic() + seconds
    while True:
        try:
            urllib.request.urlopen(address, timeout=5).read()
            return
        except urllib.error.HTTPError:
            return
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.2)
