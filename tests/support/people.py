"""Tokens of people, as an issuer would give them."""

import json
import time
from collections.abc import Sequence
from pathlib import Path

from joserfc import jwt
from joserfc.jwk import OKPKey

ISSUER, AUDIENCE = "https://issuer.test", "regin"


def write_people(folder: Path) -> Path:
    """Write `issuer.json` and the `people.jwks.json` that verifies its tokens; return the folder."""
    key = OKPKey.generate_key("Ed25519")
    (folder / "issuer.json").write_text(json.dumps(key.as_dict(private=True)))
    public = {**key.as_dict(private=False), "kid": key.thumbprint()}
    (folder / "people.jwks.json").write_text(json.dumps({"keys": [public]}))
    return folder


def bearer(
    folder: Path, *roles: str, subject: str = "person-1", regions: Sequence[str] = (), seconds: int = 300
) -> dict[str, str]:
    """Return the header of a call by a person in these roles; `seconds` is how long the token is good."""
    key = OKPKey.import_key(json.loads((folder / "issuer.json").read_text()))
    claims = {
        "iss": ISSUER, "aud": AUDIENCE, "sub": subject, "roles": roles, "regions": list(regions),
        "exp": int(time.time()) + seconds,
    }  # fmt: skip
    header = {"alg": "Ed25519", "kid": key.thumbprint()}
    return {"Authorization": f"Bearer {jwt.encode(header, claims, key, algorithms=['Ed25519'])}"}
