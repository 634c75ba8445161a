"""A stranger recomputes everything: hashes, ids of keys, signatures, with nothing of ours but the answers."""

import base64
import hashlib
import json
import math

import pytest
import rfc8785
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from survey import keys
from tests.support.builders_survey import (
    SURVEY,
    a_submission,
    example_answers,
    key_ring,
    read_survey,
    send,
    service,
)  # fmt: skip


def unb64(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def sha256(value):
    return "sha256:" + hashlib.sha256(rfc8785.dumps(value)).hexdigest()


def verify(receipt, jwks):
    key = next(key for key in jwks["keys"] if key["kid"] == receipt["key_id"])
    public = Ed25519PublicKey.from_public_bytes(unb64(key["x"]))
    unsigned = {name: value for name, value in receipt.items() if name != "signature"}
    public.verify(unb64(receipt["signature"]), rfc8785.dumps(unsigned))


@pytest.fixture
async def client(survey_db, tmp_path):
    async with service(survey_db, tmp_path) as client:
        yield client


async def test_a_receipt_verifies_with_nothing_but_the_published_keys(client):
    definition = await read_survey(client)
    answers = example_answers(definition, without=()) | {"title": 'Ünïcode \U0001f30d\u2028"\\'}
    accepted = (await send(client, a_submission(definition, answers=answers))).json()
    receipt = accepted["receipt"]
    jwks = (await client.get("/v1/surveys/keys")).json()

    verify(receipt, jwks)
    kept = {name: value for name, value in answers.items() if name not in accepted["hidden_answers_dropped"]}
    assert receipt["answers_hash"] == sha256({"answers": kept, "salt": accepted["salt"]})
    assert len(unb64(accepted["salt"])) * 8 >= 128

    for field in receipt:
        if field not in ("signature", "key_id"):
            with pytest.raises(InvalidSignature):
                verify(receipt | {field: "forged"}, jwks)


async def test_a_keys_id_is_its_thumbprint(client):
    (key,) = (await client.get("/v1/surveys/keys")).json()["keys"]
    required = json.dumps({"crv": key["crv"], "kty": key["kty"], "x": key["x"]}, separators=(",", ":"))
    assert (
        key["kid"]
        == base64.urlsafe_b64encode(hashlib.sha256(required.encode()).digest()).rstrip(b"=").decode()
    )
    assert (key["kty"], key["crv"], key["status"]) == ("OKP", "Ed25519", "active")
    assert "d" not in key


async def test_the_version_hash_is_that_of_the_whole_definition(client):
    definition = await read_survey(client)
    response = await client.get(f"/v1/surveys/{SURVEY}/versions/{definition['version_hash']}")
    assert sha256(response.json()) == definition["version_hash"]
    assert "sha256:" + hashlib.sha256(response.content).hexdigest() == definition["version_hash"]
    assert "immutable" in response.headers["cache-control"]
    assert set(response.json()["title"]) == {"en", "fr", "de", "it", "es", "pt", "sv"}


async def test_each_submission_has_a_salt_and_a_secret_of_its_own(client):
    body = a_submission(await read_survey(client))
    accepted = [(await send(client, body, key=f"key-{number}")).json() for number in range(3)]
    for field in ("submission_id", "salt", "secret"):
        assert len({item[field] for item in accepted}) == 3
    assert len({item["receipt"]["answers_hash"] for item in accepted}) == 3
    assert all(len(item["secret"]) * math.log2(64) >= 256 for item in accepted)


async def test_after_a_new_key_old_receipts_verify_and_old_requests_answer_the_same_bytes(
    survey_db, tmp_path
):
    async with service(survey_db, tmp_path) as client:
        body = a_submission(await read_survey(client))
        before = await send(client, body)
    ring = json.loads(key_ring(tmp_path).read_text())
    (tmp_path / "other").mkdir()
    fresh = json.loads(key_ring(tmp_path / "other").read_text())["keys"][0]
    retired = {name: value for name, value in ring["keys"][0].items() if name != "d"} | {"status": "retired"}
    (tmp_path / "ring.json").write_text(json.dumps(ring | {"keys": [retired, fresh]}))

    async with service(survey_db, tmp_path) as client:
        again = await send(client, body)
        jwks = (await client.get("/v1/surveys/keys")).json()
        after = (await send(client, body, key="key-2")).json()
    assert again.content == before.content
    assert [(key["kid"], key["status"]) for key in jwks["keys"]] == [
        (fresh["kid"], "active"),
        (retired["kid"], "retired"),
    ]
    verify(before.json()["receipt"], jwks)
    verify(after["receipt"], jwks)
    assert after["receipt"]["key_id"] == fresh["kid"]


async def test_a_submission_whose_key_left_the_ring_replays_without_a_secret_and_stays_shut(
    survey_db, tmp_path
):
    async with service(survey_db, tmp_path) as client:
        body = a_submission(await read_survey(client))
        before = (await send(client, body)).json()
    ring = json.loads(key_ring(tmp_path).read_text())
    (tmp_path / "other").mkdir()
    other = json.loads(key_ring(tmp_path / "other").read_text())["keys"]
    (tmp_path / "ring.json").write_text(json.dumps(ring | {"keys": other}))
    async with service(survey_db, tmp_path) as client:
        again = (await send(client, body)).json()
        assert again == before | {"secret": None}
        for secret in (before["secret"], "", "None"):
            response = await client.get(
                f"/v1/submissions/{before['submission_id']}", headers={"Authorization": f"Bearer {secret}"}
            )
            assert response.status_code == 404


async def test_replays_do_not_change_when_the_address_of_the_platform_does(survey_db, tmp_path):
    async with service(survey_db, tmp_path) as client:
        body = a_submission(await read_survey(client))
        before = await send(client, body)
    async with service(survey_db, tmp_path, public_base_url="https://new.example.org") as client:
        assert (await send(client, body)).content == before.content


def test_a_signature_made_elsewhere_does_not_pass_for_ours(tmp_path):
    ring = keys.KeyRing.load(key_ring(tmp_path))
    public = Ed25519PublicKey.from_public_bytes(unb64(ring.public()[0]["x"]))
    forged = Ed25519PrivateKey.generate().sign(b"message")
    with pytest.raises(InvalidSignature):
        public.verify(forged, b"message")
    public.verify(unb64(ring.sign(b"message")), b"message")
