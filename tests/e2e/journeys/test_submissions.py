"""The survey form: one submission in each language, its receipt, and what the holder can do with it."""

import base64
import hashlib
import uuid

import httpx
import pytest
import rfc8785
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from tests.support.forms import filled

LANGUAGES = ("en", "fr", "de", "it", "es", "pt", "sv")


def unpadded(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def form(client, lang):
    found = client.get(f"/v1/surveys/integration-practice?lang={lang}").json()
    assert found["lang"] == lang
    return found


@pytest.fixture
def client(platform):
    with httpx.Client(base_url=platform.base_url, timeout=15) as client:
        yield client


def send(client, body, key, **params):
    address = "/v1/surveys/integration-practice/submissions"
    return client.post(address, json=body, params=params, headers={"Idempotency-Key": key})


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_submission_is_stored_once_and_its_receipt_verifies(client, lang):
    body, key = filled(form(client, lang)), str(uuid.uuid4())
    first = send(client, body, key)
    assert first.status_code == 201, first.text
    again = send(client, body, key)
    assert (again.status_code, again.content) == (201, first.content)
    assert again.headers["idempotent-replayed"] == "true"

    made = first.json()
    receipt = made["receipt"]
    keys = {key["kid"]: key for key in client.get("/v1/surveys/keys").json()["keys"]}
    signed = {name: value for name, value in receipt.items() if name != "signature"}
    public = Ed25519PublicKey.from_public_bytes(unpadded(keys[receipt["key_id"]]["x"]))
    public.verify(unpadded(receipt["signature"]), rfc8785.dumps(signed))
    kept = {k: v for k, v in body["answers"].items() if k not in made["hidden_answers_dropped"]}
    canonical = rfc8785.dumps({"answers": kept, "salt": made["salt"]})
    assert receipt["answers_hash"] == "sha256:" + hashlib.sha256(canonical).hexdigest()

    holder = {"Authorization": f"Bearer {made['secret']}"}
    status = client.get(f"/v1/submissions/{made['submission_id']}?lang={lang}", headers=holder)
    assert (status.status_code, status.headers["content-language"]) == (200, lang)
    export = client.get(f"/v1/submissions/{made['submission_id']}/export", headers=holder)
    assert export.json()["answers"] == kept


@pytest.mark.parametrize("lang", LANGUAGES)
def test_an_invalid_submission_is_answered_in_its_language_and_stores_nothing(client, lang):
    body, key = filled(form(client, lang)), uuid.uuid4().hex
    missing = next(iter(body["answers"]))
    wrong = {k: v for k, v in body["answers"].items() if k != missing} | {"no_such_question": 1}
    answer = send(client, body | {"answers": wrong}, key)
    assert answer.status_code == 422
    assert answer.headers["content-language"] == lang
    faults = {fault["pointer"]: fault for fault in answer.json()["errors"]}
    assert {f"#/answers/{missing}", "#/answers/no_such_question"} <= faults.keys()
    sentences = [fault["detail"] for fault in faults.values()]
    assert all(sentences)
    english = send(client, body | {"answers": wrong, "lang": "en"}, key).json()
    assert lang == "en" or [fault["detail"] for fault in english["errors"]] != sentences
    # Nothing was stored, so the key is still free: mended, the same one makes a first submission.
    mended = send(client, body, key)
    assert mended.status_code == 201
    assert "idempotent-replayed" not in mended.headers


def test_bad_input_through_the_front_door(client):
    body = filled(form(client, "en"))
    address = "/v1/surveys/integration-practice/submissions"
    assert client.post(address, json=body).status_code == 400
    headers = {"Idempotency-Key": "bad", "Content-Type": "application/json"}
    for raw, status in [
        (b"x" * 6_000_000, 413),
        (b'{"answers": "\\u0000"}', 400),
        (b'{"answers": NaN}', 400),
        (b'{"answers": "\xff"}', 400),
        (b"[" * 20_000, 400),
        (b"{}", 422),
    ]:
        assert client.post(address, content=raw, headers=headers).status_code == status, raw[:20]
    key = uuid.uuid4().hex
    assert send(client, body, key).status_code == 201
    other = send(client, body | {"answers_lang": "fr"}, key)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")


def test_the_holder_can_erase_it_and_nobody_else_can(client):
    body, key = filled(form(client, "pt")), uuid.uuid4().hex
    made = send(client, body, key).json()
    address = f"/v1/submissions/{made['submission_id']}"
    assert client.delete(address).status_code == 404
    assert client.delete(address, headers={"Authorization": "Bearer wrong"}).status_code == 404
    holder = {"Authorization": f"Bearer {made['secret']}"}
    assert client.delete(address, headers=holder).status_code in (200, 204)
    assert send(client, body, key).status_code == 410


def test_a_dry_run_validates_and_stores_nothing(client):
    body, key = filled(form(client, "de")), uuid.uuid4().hex
    assert send(client, body, key, dry_run="true").status_code == 200
    assert "idempotent-replayed" not in send(client, body, key).headers
