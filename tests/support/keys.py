"""Key files of services: one private key each, and the set that verifies them."""

import json
from pathlib import Path

from joserfc.jwk import OKPKey

from servicekit.auth import ServiceTokens

SERVICES = ("gateway", "scoring", "practices", "survey", "stranger")  # a stranger may call nobody


def write_keys(folder: Path) -> Path:
    """Write `{service}.json` for each service and `jwks.json`; return the folder."""
    public = []
    for name in SERVICES:
        key = OKPKey.generate_key("Ed25519")
        (folder / f"{name}.json").write_text(json.dumps(key.as_dict(private=True)))
        public.append({**key.as_dict(private=False), "kid": key.thumbprint(), "service": name})
    (folder / "jwks.json").write_text(json.dumps({"keys": public}))
    return folder


def signed(folder: Path, caller: str, audience: str) -> dict[str, str]:
    """Return the headers of a call as the caller signs it."""
    return ServiceTokens(caller, folder / f"{caller}.json", None).headers(audience)
