"""People's tokens: whom one speaks for, what is refused, and where the keys come from."""

import base64
import hashlib
import hmac
import json
import time

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey, OKPKey, RSAKey

from servicekit import people
from servicekit.auth import ServiceTokens
from servicekit.people import Caller, UserTokens
from tests.support.keys import signed, write_keys

KEY = OKPKey.generate_key("Ed25519")
ISSUER, AUDIENCE = "https://id.example", "regin"


def public(key, **more):
    return {**key.as_dict(private=False), "kid": key.thumbprint(), **more}


def token(key=KEY, algorithm="Ed25519", header=None, **claims):
    given = {"iss": ISSUER, "aud": AUDIENCE, "sub": "expert-1", "roles": ["expert"], "exp": time.time() + 60}
    given = {name: value for name, value in {**given, **claims}.items() if value is not None}
    head = {"alg": algorithm, "kid": key.thumbprint(), **(header or {})}
    return jwt.encode(head, given, key, algorithms=[algorithm])


@pytest.fixture
def file(tmp_path):
    found = tmp_path / "people.json"
    found.write_text(json.dumps({"keys": [public(KEY)]}))
    return found


@pytest.fixture
def tokens(file):
    return UserTokens(file, None, ISSUER, AUDIENCE)


async def test_a_token_tells_who_calls_and_for_which_regions(tokens):
    given = token(roles=["expert", "reviewer"], regions=["catalonia", "azores"], aud=["other", AUDIENCE])
    roles, regions = frozenset({"expert", "reviewer"}), frozenset({"catalonia", "azores"})
    assert await tokens.caller(given) == Caller("expert-1", roles, regions)


async def test_one_role_and_one_region_may_be_said_plainly(tokens):
    given = token(roles=None, role="authority", region="skane")
    assert await tokens.caller(given) == Caller("expert-1", frozenset({"authority"}), frozenset({"skane"}))


async def test_no_token_of_a_person_makes_a_service_or_an_unknown_role(tokens):
    assert (await tokens.caller(token(roles=["service", "king", "editor"]))).roles == {"editor"}
    assert (await tokens.caller(token(roles=None))).roles == frozenset()


@pytest.mark.parametrize(
    "claims",
    [
        {"exp": 1.0},
        {"exp": None},
        {"exp": "tomorrow"},
        {"exp": float("nan")},
        {"nbf": 2e10},
        {"iss": "https://other.example"},
        {"iss": None},
        {"aud": "scoring"},
        {"aud": None},
        {"aud": []},
        {"sub": None},
        {"sub": ""},
        {"sub": " "},
        {"sub": 7},
        {"sub": "a\nb"},
        {"sub": "a\x00"},
        {"sub": "a\u202eb"},
        {"sub": "a" * 201},
        {"roles": [1]},
        {"roles": {"expert": True}},
        {"regions": [["catalonia"]]},
    ],
)
async def test_a_claim_that_is_missing_or_wrong_is_refused(tokens, claims):
    assert await tokens.caller(token(**claims)) is None


async def test_clocks_may_differ_by_ten_seconds(tokens):
    assert await tokens.caller(token(exp=time.time() - 5))
    assert await tokens.caller(token(exp=time.time() - 15)) is None


def part(content):
    return base64.urlsafe_b64encode(json.dumps(content).encode()).decode().rstrip("=")


async def test_a_token_that_nobody_signed_is_refused(tokens):
    _, claims, signature = token().split(".")
    for algorithm in ("none", "None", "NONE", "", None, 7):
        head = part({"alg": algorithm, "kid": KEY.thumbprint()})
        assert await tokens.caller(f"{head}.{claims}.") is None
        assert await tokens.caller(f"{head}.{claims}.{signature}") is None


@pytest.mark.parametrize("form", ["raw", "pem"])
async def test_a_public_key_is_no_shared_secret(tmp_path, form):
    rsa = RSAKey.generate_key(2048)
    file = tmp_path / "people.json"
    file.write_text(json.dumps({"keys": [public(rsa)]}))
    secret = rsa.as_pem(private=False) if form == "pem" else json.dumps(public(rsa)).encode()
    _, claims, _ = token().split(".")
    signed_part = f"{part({'alg': 'HS256', 'kid': rsa.thumbprint()})}.{claims}"
    mac = base64.urlsafe_b64encode(hmac.digest(secret, signed_part.encode(), hashlib.sha256))
    tokens = UserTokens(file, None, ISSUER, AUDIENCE)
    assert await tokens.caller(f"{signed_part}.{mac.decode().rstrip('=')}") is None
    assert await tokens.caller(token(rsa, "RS256"))


async def test_a_shared_secret_in_the_set_is_not_used(tmp_path):
    secret = OctKey.generate_key(256)
    file = tmp_path / "people.json"
    file.write_text(json.dumps({"keys": [{**secret.as_dict(), "kid": secret.thumbprint()}, public(KEY)]}))
    tokens = UserTokens(file, None, ISSUER, AUDIENCE)
    assert await tokens.caller(token(secret, "HS256")) is None
    assert await tokens.caller(token())


@pytest.mark.parametrize(
    ("key", "algorithm"), [(RSAKey.generate_key(2048), "RS256"), (ECKey.generate_key("P-256"), "ES256")]
)
async def test_the_usual_algorithms_of_issuers_are_understood(tmp_path, key, algorithm):
    file = tmp_path / "people.json"
    file.write_text(json.dumps({"keys": [public(key, alg=algorithm, use="sig")]}))
    assert await UserTokens(file, None, ISSUER, AUDIENCE).caller(token(key, algorithm))
    file.write_text(json.dumps({"keys": [public(key, use="enc"), {"kty": "odd", "kid": "x"}]}))
    assert await UserTokens(file, None, ISSUER, AUDIENCE).caller(token(key, algorithm)) is None


@pytest.mark.filterwarnings("ignore:EdDSA")  # what signs it here warns; what verifies it must not
async def test_the_older_name_of_ed25519_is_understood(tmp_path):
    given = token(algorithm="EdDSA")
    for named in ({}, {"alg": "EdDSA"}):
        file = tmp_path / "people.json"
        file.write_text(json.dumps({"keys": [public(KEY, **named)]}))
        assert await UserTokens(file, None, ISSUER, AUDIENCE).caller(given)


async def test_another_key_is_refused_under_any_name(tokens):
    stranger = OKPKey.generate_key("Ed25519")
    assert await tokens.caller(token(stranger)) is None
    assert await tokens.caller(token(stranger, header={"kid": KEY.thumbprint()})) is None
    assert await tokens.caller(token(stranger, header={"jwk": public(stranger), "kid": "k"})) is None


@pytest.mark.parametrize(
    "text", ["", ".", "..", "a.b.c", "é.b.c", "[].e30.x", "W10.e30.x", "A" * 200_000, ("[" * 400) + ".e30.x"]
)
async def test_what_is_no_token_is_refused(tokens, text):
    assert await tokens.caller(text) is None


async def test_a_name_of_a_key_that_is_no_text_is_refused(tokens):
    _, claims, signature = token().split(".")
    for kid in (None, 7, ["a"], {"a": 1}):
        assert await tokens.caller(f"{part({'alg': 'Ed25519', 'kid': kid})}.{claims}.{signature}") is None


async def test_a_file_of_keys_is_read_again_when_it_changes(file, tokens):
    given, newer = token(), OKPKey.generate_key("Ed25519")
    assert await tokens.caller(given)
    file.write_text(json.dumps({"keys": [public(newer), {"kty": "OKP"}]}))
    assert await tokens.caller(given) is None
    assert await tokens.caller(token(newer))
    kept = file.with_name("kept.json")
    file.rename(kept)
    assert await tokens.caller(token(newer)) is None
    kept.rename(file)
    assert await tokens.caller(token(newer))
    for broken in ("", "{}", "[]", '{"keys": [1]}', '{"keys": 1}'):
        file.write_text(broken)
        assert await tokens.caller(token(newer)) is None


@pytest.mark.parametrize("told", [(None, AUDIENCE), (ISSUER, None), (None, None), ("", "")])
async def test_without_an_issuer_and_an_audience_nobody_is_let_in(file, told):
    assert await UserTokens(file, None, *told).caller(token(iss="", aud=["", AUDIENCE])) is None
    assert await UserTokens(file, None, *told).caller(token()) is None


async def test_services_and_people_never_pass_for_each_other(tmp_path):
    keys = write_keys(tmp_path)
    bearer = signed(keys, "gateway", AUDIENCE)["Authorization"].removeprefix("Bearer ")
    assert await UserTokens(keys / "jwks.json", None, "gateway", AUDIENCE).caller(bearer) is None
    key = OKPKey.import_key(json.loads((keys / "gateway.json").read_text()))
    given = token(key, iss="gateway", sub="gateway")
    assert await UserTokens(keys / "jwks.json", None, "gateway", AUDIENCE).caller(given) is None
    assert ServiceTokens("regin", None, keys / "jwks.json").caller(f"Bearer {given}") is None


class Address:
    """An issuer's address of keys."""

    def __init__(self):
        self.keys, self.asked, self.status, self.url = [public(KEY)], 0, 200, ""

    async def answer(self, _request):
        self.asked += 1
        return web.json_response({"keys": self.keys}, status=self.status)


@pytest.fixture
async def address():
    found = Address()
    app = web.Application()
    app.router.add_get("/jwks", found.answer)
    async with TestServer(app) as server:
        found.url = str(server.make_url("/jwks"))
        yield found


@pytest.fixture
def clock(monkeypatch):
    class Clock:
        now = 1000.0

        def monotonic(self):
            return self.now

        time = staticmethod(time.time)

    found = Clock()
    monkeypatch.setattr(people, "time", found)
    return found


async def test_keys_of_an_address_are_kept_for_five_minutes(address, clock):
    tokens = UserTokens(None, address.url, ISSUER, AUDIENCE)
    for _ in range(3):
        assert await tokens.caller(token())
    assert address.asked == 1
    clock.now += 301
    address.keys = []
    assert await tokens.caller(token()) is None
    assert address.asked == 2


async def test_whoever_names_an_address_believes_it_alone(address, clock, tmp_path):
    local = OKPKey.generate_key("Ed25519")
    (tmp_path / "people.json").write_text(json.dumps({"keys": [public(local)]}))
    tokens = UserTokens(tmp_path / "people.json", address.url, ISSUER, AUDIENCE)
    assert await tokens.caller(token())
    assert await tokens.caller(token(local)) is None


async def test_an_unknown_key_is_asked_for_once_in_thirty_seconds(address, clock):
    tokens, newer = UserTokens(None, address.url, ISSUER, AUDIENCE), OKPKey.generate_key("Ed25519")
    assert await tokens.caller(token())
    address.keys.append(public(newer))
    for _ in range(3):
        assert await tokens.caller(token(newer)) is None
    assert address.asked == 1
    clock.now += 31
    assert await tokens.caller(token(newer))
    assert await tokens.caller(token())
    assert address.asked == 2


async def test_keys_are_believed_for_an_hour_while_their_address_does_not_answer(address, clock):
    tokens = UserTokens(None, address.url, ISSUER, AUDIENCE)
    assert await tokens.caller(token())
    address.status = 503
    clock.now += 3000
    assert await tokens.caller(token())
    clock.now += 601
    assert await tokens.caller(token()) is None
    address.status = 200
    clock.now += 31
    assert await tokens.caller(token())


def test_a_role_that_does_not_exist_is_a_mistake_of_ours():
    for names in ((), ("service",), ("expert", "editr")):
        with pytest.raises(ValueError, match="roles"):
            people.role(*names)
