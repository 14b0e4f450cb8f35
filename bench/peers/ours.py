"""A resident's errand over our HTTP API, step by step as the peer's: draft, three saves, two files, submit."""

from __future__ import annotations

import json
from http.client import HTTPConnection
from typing import Any
from uuid import uuid4

KEY = "jido_teate.nintei"
NAME = {"family": "見本", "given": "はな", "family_kana": "ミホン", "given_kana": "ハナ"}
APPLICANT = {
    "name": NAME,
    "birth": "1990-04-01",
    "address": {"postcode": "0000000", "address": "架空県見本市見本町1-2-3", "building": ""},
    "phone": "00-0000-0000",
    "email": "hana@mihon.invalid",
}
ACCOUNT = {
    "bank": "見本銀行",
    "branch": "見本支店",
    "kind": "futsu",
    "number": "1234567",
    "holder_kana": "ミホン ハナ",
}
# One point of colour: the smallest PNG there is. Ours is judged, redrawn without metadata, sealed and kept.
PICTURE = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489"
    "0000000d49444154789c63f8cfc0f01f00050001ff56c72f0d0000000049454e44ae426082"
)


class Refused(RuntimeError):
    """An answer that is no success: the bench stops, because a refused step is no step."""


class Claim:
    """One errand of the resident whose token this is."""

    def __init__(self, port: int, token: str) -> None:
        self.connection = HTTPConnection("127.0.0.1", port, timeout=120)
        self.token = token

    def call(
        self, method: str, path: str, body: bytes = b"", kind: str = "application/json"
    ) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {self.token}", "Idempotency-Key": str(uuid4())}
        if body:
            headers["Content-Type"] = kind
        self.connection.request(method, f"/api/v1{path}", body, headers)
        answer = self.connection.getresponse()
        said = answer.read()
        if answer.status >= 300:
            raise Refused(f"{method} {path}: {answer.status} {said.decode()[:600]}")
        found: dict[str, Any] = json.loads(said)
        return found

    def draft(self) -> None:
        made = self.call("POST", "/drafts", json.dumps({"procedure": KEY}).encode())
        self.id = made["id"]

    def save(self, **answers: Any) -> dict[str, Any]:
        return self.call("PATCH", f"/drafts/{self.id}/answers", json.dumps({"answers": answers}).encode())

    def save_applicant(self) -> None:
        self.save(applicant=APPLICANT)

    def save_children(self) -> None:
        children = [
            {"name": {**NAME, "given": given}, "birth": "2020-05-05", "lives_together": True}
            for given in ("そう", "みのり")
        ]
        self.save(event="move_in", event_on="2026-11-02", works_as_public_servant=False, children=children)

    def save_account(self) -> None:
        self.documents = [one["id"] for one in self.save(account=ACCOUNT)["documents"]]

    def attach(self, number: int) -> None:
        document = self.documents[number % len(self.documents)]
        boundary = uuid4().hex
        body = (
            (
                f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="paper.png"\r\n'
                f"Content-Type: image/png\r\n\r\n"
            ).encode()
            + PICTURE
            + f"\r\n--{boundary}--\r\n".encode()
        )
        self.call(
            "POST",
            f"/drafts/{self.id}/documents/{document}/files",
            body,
            f"multipart/form-data; boundary={boundary}",
        )

    def submit(self) -> str:
        receipt: str = self.call("POST", f"/drafts/{self.id}/submission")["receipt"]
        return receipt
