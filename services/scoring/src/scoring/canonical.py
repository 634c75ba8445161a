"""A document's bytes and hash that anybody can make again, whatever wrote it down."""

import hashlib
import json
from typing import Any

import rfc8785

__all__ = ["canonical", "document_hash", "fingerprint"]


def canonical(document: Any) -> bytes:
    """Return the canonical JSON (RFC 8785) of a document in the types of JSON."""
    return rfc8785.dumps(document)


def document_hash(document: Any) -> str:
    """Return `sha256:` and the hash of the canonical JSON, in hexadecimal digits.

    Numbers are hashed as ECMAScript writes them: 50, 50.0 and 5e1 are one number and have one hash.
    """
    return f"sha256:{hashlib.sha256(canonical(document)).hexdigest()}"


def fingerprint(content: Any) -> str:
    """Return a hash of a row's content that is the same however the content was read.

    For ourselves alone: decimals and dates, which JSON does not have, stand in it as texts.
    """
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode()).hexdigest()
