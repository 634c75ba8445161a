"""Calls between services: who signs for whom, and for how long."""

import json
import time

import pytest
from joserfc import jwt
from joserfc.jwk import OKPKey

from servicekit.auth import ServiceTokens
from tests.support.keys import write_keys


@pytest.fixture
def keys(tmp_path):
    return write_keys(tmp_path)


@pytest.fixture
def called(keys):
    return ServiceTokens("scoring", None, keys / "jwks.json")


def bearer(keys, signer, **claims):
    key = OKPKey.import_key(json.loads((keys / f"{signer}.json").read_text()))
    now = int(time.time())
    times = {name: now + claims.pop(name, usual) for name, usual in (("iat", 0), ("exp", 300))}
    given = {"iss": signer, "aud": "scoring", "role": "service"} | times | claims
    return "Bearer " + jwt.encode(
        {"alg": "Ed25519", "kid": key.thumbprint()}, given, key, algorithms=["Ed25519"]
    )


def test_a_call_is_known_by_the_key_that_signed_it(keys, called):
    token = ServiceTokens("gateway", keys / "gateway.json", None).headers("scoring")["Authorization"]
    assert called.caller(token) == "gateway"


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "gateway"},
        {"aud": "survey"},
        {"role": "reviewer"},
        {"iat": -1000, "exp": -700},
        {"exp": 3600},
        {"iat": 600, "exp": 900},
    ],
)
def test_another_name_audience_role_or_time_is_refused(keys, called, claims):
    assert called.caller(bearer(keys, "practices")) == "practices"
    assert called.caller(bearer(keys, "practices", **claims)) is None


def test_what_is_no_token_of_ours_is_refused(keys, called, tmp_path_factory):
    stranger = write_keys(tmp_path_factory.mktemp("stranger"))
    for authorization in (None, "", "Bearer", "Bearer x.y.z", "Basic abc", bearer(stranger, "gateway")):
        assert called.caller(authorization) is None


def test_without_keys_nothing_is_signed_or_believed(keys):
    bare = ServiceTokens("scoring", None, None)
    assert bare.caller(bearer(keys, "gateway")) is None
    with pytest.raises(RuntimeError):
        bare.headers("survey")
