"""Tokens for people, given out by the platform itself: for one machine, and for whoever has no issuer yet."""

import json
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from joserfc import jwt
from joserfc.jwk import OKPKey

from servicekit.people import ROLES

from .errors import LaunchError
from .keys import ISSUER_FILE

TTL = "12h"
LONGEST = 366 * 86400  # seconds
_USAGE = "make token ROLE=expert SUBJECT=expert-1 REGION=catalonia"
_SECONDS = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86400}
_TTL = re.compile(r"([1-9][0-9]{0,8})([smhd]?)")
_REGION = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@dataclass(frozen=True)
class Order:
    """Whom a token is for, and for how many seconds."""

    subject: str
    roles: tuple[str, ...]
    regions: tuple[str, ...]
    seconds: int


def ordered(environment: Mapping[str, str]) -> Order:
    """Read SUBJECT, ROLE, REGION and TTL; raise LaunchError that names the one that is no good."""
    subject = environment.get("SUBJECT", "")
    if not 1 <= len(subject) <= 200 or not subject.isprintable() or " " in subject:
        raise LaunchError(f"SUBJECT is who the token is for: 1 to 200 characters, no space. {_USAGE}")
    roles, regions = _parts(environment.get("ROLE", "")), _parts(environment.get("REGION", ""))
    if not roles or not ROLES.issuperset(roles):
        raise LaunchError(f"ROLE is one or more of {','.join(sorted(ROLES))}, with commas. {_USAGE}")
    for region in regions:
        if not _REGION.fullmatch(region):
            raise LaunchError(f"REGION is the id of a region, or several with commas. {_USAGE}")
    ttl = _TTL.fullmatch(environment.get("TTL") or TTL)
    seconds = int(ttl[1]) * _SECONDS[ttl[2]] if ttl else 0
    if not 0 < seconds <= LONGEST:
        raise LaunchError(
            "TTL is how long the token is good: 900, 30m, 12h (the default) or 7d; at most a year."
        )
    return Order(subject, roles, regions, seconds)


def mint(secrets: Path, order: Order, *, issuer: str, audience: str) -> str:
    """Return a token signed with the issuer's key in the folder; raise LaunchError when there is none."""
    file = secrets / ISSUER_FILE
    try:
        key = OKPKey.import_key(json.loads(file.read_text(encoding="utf-8")))
    except FileNotFoundError:
        raise LaunchError(
            f"There is no {file}: the keys are made at the first start. Run `make run` first, and with the "
            "same DATA folder."
        ) from None
    except PermissionError:
        raise LaunchError(f"This user may not read {file}: run it as the user that started it.") from None
    now = int(time.time())
    claims = {
        "iss": issuer, "aud": audience, "sub": order.subject, "roles": order.roles, "regions": order.regions,
        "iat": now, "exp": now + order.seconds,
    }  # fmt: skip
    header = {"alg": "Ed25519", "kid": key.thumbprint()}
    return jwt.encode(header, claims, key, algorithms=["Ed25519"])


def _parts(value: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(part.strip() for part in value.split(",") if part.strip()))
