"""A device with passkeys, in software: what a browser and its authenticator answer to our questions."""

from __future__ import annotations

import base64
import json
import os
import struct
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2 import cbor
from fido2.cose import ES256

ORIGIN = "http://localhost:8000"
PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


def websafe(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


@dataclass
class Device:
    """Holds one key. `unlocks`: whether it asks for a finger or a PIN. `origin`: the page it believes to be on."""

    origin: str = ORIGIN
    unlocks: bool = True
    counter: int = 0
    handle: bytes = b""
    credential_id: bytes = field(default_factory=lambda: os.urandom(32))
    key: Any = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    def create(self, options: str) -> str:
        """The answer to a registration, as the page sends it."""
        asked = json.loads(options)
        self.handle = base64.urlsafe_b64decode(asked["user"]["id"] + "==")
        public = cbor.encode(ES256.from_cryptography_key(self.key.public_key()))
        own = bytes(16) + struct.pack(">H", len(self.credential_id)) + self.credential_id + public
        attestation = {
            "fmt": "none",
            "attStmt": {},
            "authData": self._data(asked["rp"]["id"], ATTESTED) + own,
        }
        return self._answer(
            {
                "clientDataJSON": websafe(self._client("webauthn.create", asked["challenge"])),
                "attestationObject": websafe(cbor.encode(attestation)),
            }
        )

    def get(self, options: str) -> str:
        """The answer to a question for a passkey."""
        asked = json.loads(options)
        self.counter += 1
        data, client = self._data(asked["rpId"]), self._client("webauthn.get", asked["challenge"])
        signature = self.key.sign(data + sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        return self._answer(
            {
                "clientDataJSON": websafe(client),
                "authenticatorData": websafe(data),
                "signature": websafe(signature),
                "userHandle": websafe(self.handle),
            }
        )

    def _data(self, host: str, more: int = 0) -> bytes:
        flags = PRESENT | more | (VERIFIED if self.unlocks else 0)
        return sha256(host.encode()).digest() + bytes([flags]) + struct.pack(">I", self.counter)

    def _client(self, kind: str, challenge: str) -> bytes:
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin}).encode()

    def _answer(self, response: dict[str, str]) -> str:
        own = websafe(self.credential_id)
        return json.dumps({"id": own, "rawId": own, "type": "public-key", "response": response})
