"""The keys that sign releases: `python -m scoring.keys FILE` makes a ring.

A ring holds every key ever used. The active one signs; the retired ones stay, so that every release can be
verified as long as the platform stands. A retired key's private part may be taken out of the ring.
"""

import base64
import hashlib
import json
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

__all__ = ["KeyRing", "KeyRingError", "SigningKey", "b64", "is_signed", "main", "thumbprint"]


class KeyRingError(Exception):
    """The key ring cannot be used; the message says why and what to do, and holds no key."""


@dataclass(frozen=True)
class SigningKey:
    """One key of the ring; once it is retired `private` may be gone."""

    kid: str
    status: str
    x: str
    private: Ed25519PrivateKey | None

    def public(self) -> dict[str, str]:
        """Return the key as a stranger needs it to verify a release."""
        return {
            "kty": "OKP", "crv": "Ed25519", "x": self.x, "kid": self.kid,
            "use": "sig", "alg": "EdDSA", "status": self.status,
        }  # fmt: skip


class KeyRing:
    """Several keys, one of them active."""

    def __init__(self, keys: Sequence[SigningKey]) -> None:
        active = [key for key in keys if key.status == "active"]
        private = active[0].private if len(active) == 1 else None
        if private is None:
            raise KeyRingError(
                "SCORING_SIGNING_KEY_FILE: exactly one key must be active, with its private part"
            )
        self._keys = tuple(keys)
        self._active, self._private = active[0], private

    @classmethod
    def load(cls, path: Path) -> "KeyRing":
        """Read a ring; raises KeyRingError when there is none or it is not whole."""
        try:
            document = json.loads(path.read_text(encoding="utf-8"))
        except OSError as error:
            raise KeyRingError(
                f"SCORING_SIGNING_KEY_FILE cannot be read: {path}: {error.strerror}"
            ) from error
        except ValueError as error:
            raise KeyRingError(f"SCORING_SIGNING_KEY_FILE is not JSON: {path}") from error
        try:
            return cls([_key(item) for item in document["keys"]])
        except (KeyError, TypeError, ValueError) as error:
            raise KeyRingError(f"SCORING_SIGNING_KEY_FILE is not a key ring: {path}") from error

    def sign(self, message: bytes) -> dict[str, str]:
        """Return the active key's signature, with the key that verifies it."""
        value = b64(self._private.sign(message))
        return {"key_id": self._active.kid, "alg": "Ed25519", "x": self._active.x, "value": value}

    def public(self) -> list[dict[str, str]]:
        """Return every key ever used, the active one first."""
        keys = sorted(self._keys, key=lambda key: key.status != "active")
        return [key.public() for key in keys]


def is_signed(message: bytes, x: str, signature: str) -> bool:
    """Tell whether a signature is that of the key with this public part."""
    try:
        Ed25519PublicKey.from_public_bytes(_bytes(x, 32)).verify(_bytes(signature, 64), message)
    except (InvalidSignature, ValueError):
        return False
    return True


def b64(raw: bytes) -> str:
    """Return base64url without padding."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")


def thumbprint(x: str) -> str:
    """Return the id of a key (RFC 7638): the required members only, in lexical order, without spaces."""
    canonical = json.dumps({"crv": "Ed25519", "kty": "OKP", "x": x}, separators=(",", ":"))
    return b64(hashlib.sha256(canonical.encode()).digest())


def _bytes(text: str, length: int) -> bytes:
    raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    # The last character may hold bits that no byte takes: two spellings of one value are not one text.
    if len(raw) != length or b64(raw) != text:
        raise ValueError("a value of another length or spelling")
    return raw


def _key(item: Mapping[str, Any]) -> SigningKey:
    private = Ed25519PrivateKey.from_private_bytes(_bytes(item["d"], 32)) if "d" in item else None
    x = b64(_bytes(item["x"], 32))
    if private is not None and b64(private.public_key().public_bytes_raw()) != x:
        raise ValueError("the parts of a key do not belong together")
    if item["kid"] != thumbprint(x) or item["status"] not in ("active", "retired"):
        raise ValueError("a key's id or status is wrong")
    return SigningKey(item["kid"], item["status"], x, private)


def _new_ring() -> dict[str, Any]:
    private = Ed25519PrivateKey.generate()
    x = b64(private.public_key().public_bytes_raw())
    key = {
        "kid": thumbprint(x), "status": "active", "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "kty": "OKP", "crv": "Ed25519", "x": x, "d": b64(private.private_bytes_raw()),
    }  # fmt: skip
    return {"keys": [key]}


def main(arguments: Sequence[str]) -> None:
    """Make a key ring in a new file that only its owner can read; never overwrites one."""
    if len(arguments) != 1:
        sys.exit("usage: python -m scoring.keys FILE")
    path = Path(arguments[0])
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        sys.exit(f"{path} is there already and stays as it is: its keys verify the releases that are out")
    except OSError as error:
        sys.exit(f"{path} cannot be written: {error.strerror}")
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(_new_ring(), file, indent=1)
        file.write("\n")
        file.flush()
        os.fsync(file.fileno())


if __name__ == "__main__":
    main(sys.argv[1:])
