"""A document's bytes and hash that anybody can make again, whatever wrote it down."""

import hashlib
from typing import Any

import rfc8785

__all__ = ["canonical", "document_hash"]


def canonical(document: Any) -> bytes:
    """Return the canonical JSON (RFC 8785) of a document in the types of JSON."""
    return rfc8785.dumps(document)


def document_hash(document: Any) -> str:
    """Return `sha256:` and the hash of the canonical JSON, in hexadecimal digits.

    Numbers are hashed as ECMAScript writes them: 50, 50.0 and 5e1 are one number and have one hash.
    """
    return f"sha256:{hashlib.sha256(canonical(document)).hexdigest()}"
