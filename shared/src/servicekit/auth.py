"""Tokens between services: short-lived, signed, for one audience."""

import time
from collections.abc import Awaitable, Callable
from pathlib import Path

from fastapi import Request
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, OKPKey

from .problems import Problem
from .strictjson import loads

__all__ = ["ServiceTokens", "internal"]

ALGORITHM = "Ed25519"
LIFETIME = 300  # seconds: the longest a called service accepts
LEEWAY = 10


class ServiceTokens:
    """Signs calls to other services and verifies theirs; without its files it can do neither."""

    def __init__(self, name: str, key_file: Path | None, jwks_file: Path | None) -> None:
        self.name = name
        self._key = OKPKey.import_key(loads(key_file.read_bytes())) if key_file else None
        known = loads(jwks_file.read_bytes())["keys"] if jwks_file else []
        self._known = KeySet.import_key_set({"keys": known}) if known else None
        # A key speaks for the service it is of (`service` of the JWK), and for no other.
        self._owners = {(key["kid"], key["service"]) for key in known}
        self._minted: dict[str, tuple[float, str]] = {}

    def headers(self, audience: str) -> dict[str, str]:
        """Return the Authorization header for a call to the audience; a token is used for half its life."""
        if self._key is None:
            raise RuntimeError("SERVICE_KEY_FILE is not set: calls between services cannot be signed")
        minted, token = self._minted.get(audience, (0.0, ""))
        if time.time() - minted > LIFETIME / 2:
            minted = time.time()
            claims = {
                "iss": self.name, "aud": audience, "role": "service",
                "iat": int(minted), "exp": int(minted) + LIFETIME,
            }  # fmt: skip
            header = {"alg": ALGORITHM, "kid": self._key.thumbprint()}
            token = jwt.encode(header, claims, self._key, algorithms=[ALGORITHM])
            self._minted[audience] = (minted, token)
        return {"Authorization": f"Bearer {token}"}

    def caller(self, authorization: str | None) -> str | None:
        """Return the name of the service that signed a call to us, or None when the token is no good."""
        if self._known is None or not authorization or not authorization.startswith("Bearer "):
            return None
        try:
            token = jwt.decode(authorization[7:], self._known, algorithms=[ALGORITHM])
            claims = token.claims
            issued, expires = int(claims["iat"]), int(claims["exp"])
            own = (token.header["kid"], claims["iss"]) in self._owners
            good = own and claims["aud"] == self.name and claims["role"] == "service"
        except (JoseError, ValueError, KeyError, TypeError):
            return None
        now = time.time()
        timely = issued - LEEWAY <= now <= expires + LEEWAY and expires - issued <= LIFETIME
        return str(claims["iss"]) if good and timely else None


def internal(*callers: str) -> Callable[[Request], Awaitable[None]]:
    """Return the dependency of an /internal route; `tokens` is a ServiceTokens in the lifespan's state."""

    async def check(request: Request) -> None:
        tokens: ServiceTokens = request.state.tokens
        caller = tokens.caller(request.headers.get("authorization"))
        if caller is None:
            raise Problem(401, "unauthorized", headers={"WWW-Authenticate": "Bearer"})
        if caller not in callers:
            raise Problem(403, "forbidden")

    return check
