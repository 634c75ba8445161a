"""People's tokens: who calls, in which roles, for which regions; issued elsewhere, verified here."""

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import aiohttp
import structlog
from fastapi import Depends, Request
from fastapi.security import HTTPBearer
from fastapi.security.http import HTTPAuthorizationCredentials
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, Key, OKPKey, RSAKey
from joserfc.jws import JWSRegistry, extract_compact
from pydantic import AliasChoices, BaseModel, BeforeValidator, Field

from .problems import Problem
from .strictjson import MalformedJSON, loads

__all__ = ["ROLES", "Caller", "RoleCheck", "UserTokens", "role"]

log = structlog.get_logger()

ROLES = frozenset({"expert", "authority", "reviewer", "editor", "analyst", "admin"})
"""What a person can be; `service` is no person, whatever a token says."""
LEEWAY = 10  # seconds
# Seconds for which fetched keys are good, between two fetches at the least, and for which keys are believed
# while their address does not answer.
KEEP, RETRY, MAX_STALE = 300.0, 30.0, 3600.0
_VERIFIED = "servicekit.people"  # where a request's caller is kept: a server may share `state` among requests
_KINDS: Mapping[str, type[OKPKey | RSAKey | ECKey]] = {"OKP": OKPKey, "RSA": RSAKey, "EC": ECKey}
_UNREADABLE = (aiohttp.ClientError, OSError, MalformedJSON, ValueError, TypeError, KeyError, AttributeError)


class _Algorithms(JWSRegistry):
    # `EdDSA` is the older name of what is signed with an Ed25519 key; joserfc would warn at each use.
    def get_alg(self, name: str) -> Any:
        return super().get_alg("Ed25519" if name == "EdDSA" else name)


_ALGORITHMS = _Algorithms(algorithms=["Ed25519", "RS256", "ES256"], strict_check_header=False)


@dataclass(frozen=True, slots=True)
class Caller:
    """A person as the token tells: who, in which roles, for which regions (ids)."""

    subject: str
    roles: frozenset[str] = frozenset()
    regions: frozenset[str] = frozenset()


_Several = Annotated[
    frozenset[str], BeforeValidator(lambda given: [given] if isinstance(given, str) else given)
]


class _Claims(BaseModel):
    sub: str = Field(max_length=200, pattern=r"^[^\p{C}\p{Z}]\P{C}*$")
    roles: _Several = Field(frozenset(), validation_alias=AliasChoices("roles", "role"))
    regions: _Several = Field(frozenset(), validation_alias=AliasChoices("regions", "region"))


class UserTokens:
    """Verifies people's tokens; without keys, an issuer and an audience nobody is let in.

    A file of keys is read again when it changes. Keys of an address are good for five minutes, and where
    an address is named the file is not believed: it may hold the key of another issuer.
    """

    def __init__(
        self, jwks_file: Path | None, jwks_url: str | None, issuer: str | None, audience: str | None
    ) -> None:
        # A signature alone says nothing: whoever else trusts the issuer gets tokens of it, too.
        self._url = jwks_url if issuer and audience else None
        self._file = jwks_file if issuer and audience and not jwks_url else None
        self._claims = jwt.JWTClaimsRegistry(
            leeway=LEEWAY,
            iss={"essential": True, "value": issuer or ""},
            aud={"essential": True, "value": audience or ""},
            exp={"essential": True},
        )
        self._version: tuple[int, ...] | None = None
        self._held: Mapping[str, Key] = {}
        self._fetched: Mapping[str, Key] = {}
        self._fetched_at = self._tried_at = float("-inf")
        self._fetching = asyncio.Lock()

    async def caller(self, token: str) -> Caller | None:
        """Return whom the token speaks for, or None when it is no good."""
        try:
            kid = extract_compact(token.encode("ascii")).headers()["kid"]
            key = self._read().get(kid) or (await self._fetch(kid))[kid]
            claims = jwt.decode(token, key, registry=_ALGORITHMS).claims
            self._claims.validate(claims)
            told = _Claims.model_validate(claims)
        except (JoseError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
            return None
        return Caller(told.sub, told.roles & ROLES, told.regions)

    def _read(self) -> Mapping[str, Key]:
        try:
            status = self._file.stat() if self._file else None
            version = (status.st_mtime_ns, status.st_size, status.st_ino) if status else None
            if self._file and version != self._version:
                self._held, self._version = _keys(self._file.read_bytes()), version
        except _UNREADABLE as error:  # who took the file away wants nobody let in by it
            log.warning("the file of people's keys cannot be read", error=repr(error))
            self._held, self._version = {}, None
        return self._held

    async def _fetch(self, kid: str) -> Mapping[str, Key]:
        async with self._fetching:
            now = time.monotonic()
            good = kid in self._fetched and now - self._fetched_at < KEEP
            if self._url and not good and now - self._tried_at >= RETRY:
                self._tried_at = now
                try:
                    self._fetched, self._fetched_at = _keys(await _get(self._url)), now
                except _UNREADABLE as error:
                    log.warning("people's keys cannot be fetched", error=repr(error))
            return self._fetched if now - self._fetched_at < MAX_STALE else {}


async def _get(url: str) -> bytes:
    timeout = aiohttp.ClientTimeout(total=5)
    async with (
        aiohttp.ClientSession(timeout=timeout, raise_for_status=True) as session,
        session.get(url) as response,
    ):
        return await response.read()


def _keys(raw: bytes) -> Mapping[str, Key]:
    # A set may hold what is none of our business: keys that encrypt, kinds not known here. A key that
    # speaks for a service speaks for no person, and a shared secret could be a public key read as one.
    found: dict[str, Key] = {}
    for document in loads(raw)["keys"]:
        named = {"alg": "Ed25519"} if document.get("alg") == "EdDSA" else {}
        try:
            if "service" not in document:
                found[document["kid"]] = _KINDS[document["kty"]].import_key(document | named)
        except (JoseError, ValueError, KeyError) as error:
            log.warning("one of people's keys cannot be used", error=repr(error))
    return found


_BEARER = HTTPBearer(
    scheme_name="person",
    bearerFormat="JWT",
    description="A person's signed token: `sub`, `roles` and, for a region's staff, `regions`.",
    auto_error=False,
)


@dataclass(frozen=True)
class RoleCheck:
    """The dependency of a call for people in one of the roles; StrictRoute asks it before all else."""

    roles: frozenset[str]

    async def __call__(
        self, request: Request, _: Annotated[HTTPAuthorizationCredentials | None, Depends(_BEARER)]
    ) -> Caller:
        """Return who calls; raises Problem 401 without a good token and 403 without the role."""
        return await self.caller(request)

    async def caller(self, request: Request) -> Caller:
        """Do the same where the framework does not call; a token is verified once for a request."""
        if _VERIFIED not in request.scope:
            people: UserTokens = request.state.people
            scheme, _, token = request.headers.get("authorization", "").partition(" ")
            found = await people.caller(token.strip()) if scheme.lower() == "bearer" else None
            request.scope[_VERIFIED] = found
        caller: Caller | None = request.scope[_VERIFIED]
        if caller is None:
            raise Problem(401, "unauthorized", headers={"WWW-Authenticate": "Bearer"})
        if self.roles.isdisjoint(caller.roles):
            raise Problem(403, "forbidden")
        return caller


def role(*roles: str) -> RoleCheck:
    """Return the dependency of a call for people in one of the roles.

    `people` is a UserTokens in the lifespan's state. Raises ValueError for a role there is not.
    """
    if not roles or not ROLES.issuperset(roles):
        raise ValueError(f"no roles: {roles}")
    return RoleCheck(frozenset(roles))
