"""Whether a drand round is signed by its chain: BLS12-381, signatures in G1, hashed to the curve as RFC 9380 says.

A program of its own (`python signatures.py KEY ROUND SIGNATURE`, exit code 0: it is), because importing py_ecc lets Python
recurse a hundred times deeper in the whole process, where deep JSON from outside would then overflow the stack.
"""

from __future__ import annotations

import hashlib
import sys
from typing import Any

_LIMIT = sys.getrecursionlimit()

from py_ecc.bls.hash_to_curve import hash_to_G1  # noqa: E402  after the limit was read
from py_ecc.bls.point_compression import decompress_G1, decompress_G2  # noqa: E402
from py_ecc.bls.typing import G1Compressed, G2Compressed  # noqa: E402
from py_ecc.optimized_bls12_381 import G2, curve_order, is_inf, multiply, pairing  # noqa: E402

sys.setrecursionlimit(_LIMIT)  # whoever imports this all the same (a test's simulator) keeps their own

DOMAIN = b"BLS_SIG_BLS12381G1_XMD:SHA-256_SSWU_RO_NUL_"


def message_of(number: int) -> Any:
    """The point that is signed: the round's number as eight bytes, hashed, and hashed to the curve."""
    function: Any = hashlib.sha256
    return hash_to_G1(function(number.to_bytes(8, "big")).digest(), DOMAIN, function)


def is_signed(*, public_key: str, number: int, signature: str) -> bool:
    """Never raises: what is no point of the curve is no signature."""
    try:
        key, said = bytes.fromhex(public_key), bytes.fromhex(signature)
        if len(key) != 96 or len(said) != 48:
            return False
        signer: Any = decompress_G2(
            G2Compressed((int.from_bytes(key[:48], "big"), int.from_bytes(key[48:], "big")))
        )
        signed: Any = decompress_G1(G1Compressed(int.from_bytes(said, "big")))
        if is_inf(signed) or is_inf(signer):
            return False
        if not (is_inf(multiply(signed, curve_order)) and is_inf(multiply(signer, curve_order))):
            return False
        return bool(pairing(G2, signed) == pairing(signer, message_of(number)))
    except (ValueError, AssertionError, OverflowError):
        return False


if __name__ == "__main__":
    _own, said_key, said_number, said_signature = sys.argv
    sys.exit(0 if is_signed(public_key=said_key, number=int(said_number), signature=said_signature) else 1)
