"""The key ring: signs receipts, derives the holders' secrets, and blinds idempotency keys.

`python -m survey.keys FILE` makes one. A ring holds every key ever used: the active one signs, the retired
ones verify and go on deriving the secrets of their own submissions. `lookup` never changes: with another
one no idempotency key would be known again.
"""

import base64
import hashlib
import hmac
import json
import os
import secrets
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

__all__ = ["Key", "KeyRing", "KeyRingError", "b64", "main"]

_SECRET = b"survey/secret/1\x00"
_LOOKUP = b"survey/idempotency-key/1\x00"


class KeyRingError(Exception):
    """The key ring cannot be used; the message says why and what to do, and holds no key."""


@dataclass(frozen=True)
class Key:
    """One key of the ring; once it is retired `private` may be gone, but never `derivation`."""

    kid: str
    status: str
    x: str
    private: Ed25519PrivateKey | None
    derivation: bytes

    def public(self) -> dict[str, str]:
        """Return the key as a stranger needs it to verify a receipt."""
        return {
            "kty": "OKP", "crv": "Ed25519", "x": self.x, "kid": self.kid,
            "use": "sig", "alg": "EdDSA", "status": self.status,
        }  # fmt: skip


class KeyRing:
    """Several keys, one of them active."""

    def __init__(self, keys: Sequence[Key], lookup: bytes) -> None:
        active = [key for key in keys if key.status == "active"]
        private = active[0].private if len(active) == 1 else None
        if private is None:
            raise KeyRingError(
                "SURVEY_SECRET_KEY_FILE: exactly one key must be active, with its private part"
            )
        self._keys = {key.kid: key for key in keys}
        self._lookup = lookup
        self._active = active[0].kid
        self._private = private

    @classmethod
    def load(cls, path: Path | None) -> "KeyRing":
        """Read a ring; raises KeyRingError when there is none or it is not whole."""
        if path is None:
            raise KeyRingError(
                "SURVEY_SECRET_KEY_FILE is not set: make a key ring with `python -m survey.keys FILE`"
            )
        try:
            document = json.loads(path.read_text(encoding="utf-8"))
        except OSError as error:
            raise KeyRingError(f"SURVEY_SECRET_KEY_FILE cannot be read: {path}: {error.strerror}") from error
        except ValueError as error:
            raise KeyRingError(f"SURVEY_SECRET_KEY_FILE is not JSON: {path}") from error
        try:
            return cls([_key(item) for item in document["keys"]], _bytes(document["lookup"], 32))
        except (KeyError, TypeError, ValueError) as error:
            raise KeyRingError(f"SURVEY_SECRET_KEY_FILE is not a key ring: {path}") from error

    @property
    def active(self) -> str:
        """The id of the key that signs."""
        return self._active

    def sign(self, message: bytes) -> str:
        """Return the active key's signature."""
        return b64(self._private.sign(message))

    def secret(self, kid: str, submission_id: str, nonce: str) -> str | None:
        """Return a submission's secret, None when its key is no longer in the ring."""
        key = self._keys.get(kid)
        if key is None:
            return None
        message = _SECRET + submission_id.encode() + b"\x00" + nonce.encode()
        return b64(hmac.digest(key.derivation, message, "sha256"))

    def key_hash(self, idempotency_key: str) -> str:
        """Return what is kept of an idempotency key: people put names into them, and this hides them."""
        return hmac.digest(self._lookup, _LOOKUP + idempotency_key.encode(), "sha256").hex()

    def public(self) -> list[dict[str, str]]:
        """Return every key ever used, the active one first."""
        keys = sorted(self._keys.values(), key=lambda key: key.status != "active")
        return [key.public() for key in keys]


def b64(raw: bytes) -> str:
    """Return base64url without padding."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")


def _bytes(text: str, length: int) -> bytes:
    raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if len(raw) != length:
        raise ValueError("a key of another length")
    return raw


def _thumbprint(x: str) -> str:
    # RFC 7638: the required members only, in lexical order, without spaces.
    canonical = json.dumps({"crv": "Ed25519", "kty": "OKP", "x": x}, separators=(",", ":"))
    return b64(hashlib.sha256(canonical.encode()).digest())


def _key(item: Mapping[str, Any]) -> Key:
    private = Ed25519PrivateKey.from_private_bytes(_bytes(item["d"], 32)) if "d" in item else None
    x = b64(_bytes(item["x"], 32))
    if private is not None and b64(private.public_key().public_bytes_raw()) != x:
        raise ValueError("the parts of a key do not belong together")
    if item["kid"] != _thumbprint(x) or item["status"] not in ("active", "retired"):
        raise ValueError("a key's id or status is wrong")
    return Key(item["kid"], item["status"], x, private, _bytes(item["derivation"], 32))


def _new_ring() -> dict[str, Any]:
    private = Ed25519PrivateKey.generate()
    x = b64(private.public_key().public_bytes_raw())
    key = {
        "kid": _thumbprint(x), "status": "active", "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "kty": "OKP", "crv": "Ed25519", "x": x, "d": b64(private.private_bytes_raw()),
        "derivation": b64(secrets.token_bytes(32)),
    }  # fmt: skip
    return {"lookup": b64(secrets.token_bytes(32)), "keys": [key]}


def main(arguments: Sequence[str]) -> None:
    """Make a key ring in a new file that only its owner can read; never overwrites one."""
    if len(arguments) != 1:
        sys.exit("usage: python -m survey.keys FILE")
    path = Path(arguments[0])
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        sys.exit(f"{path} is there already and stays as it is: without it receipts and secrets are lost")
    except OSError as error:
        sys.exit(f"{path} cannot be written: {error.strerror}")
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(_new_ring(), file, indent=1)
        file.write("\n")
        file.flush()
        os.fsync(file.fileno())


if __name__ == "__main__":
    main(sys.argv[1:])
