"""`make token`: one token, alone, that the services believe; else what to do, on standard error."""

import os
import subprocess
import sys
from types import SimpleNamespace

import pytest

from deploy.local import databases, keys, services, tokens
from deploy.local.errors import LaunchError
from deploy.local.settings import AUDIENCE, ISSUER, ROOT, read
from servicekit.people import Caller, UserTokens


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    folder = tmp_path_factory.mktemp("data")
    keys.ensure(folder / "secrets")
    return folder


def make(data, **variables):
    environment = {"PATH": os.environ["PATH"], "DATA": str(data), **variables}
    return subprocess.run(
        [sys.executable, "-m", "deploy.local", "token"],
        cwd=ROOT, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip


async def test_a_token_is_printed_alone_and_the_services_believe_it(data):
    made = make(data, ROLE="expert,reviewer", SUBJECT="expert-1", REGION="catalonia, basque-country")
    assert (made.returncode, made.stderr, made.stdout.count("\n")) == (0, "", 1)
    believed = UserTokens(data / "secrets/public/people.jwks.json", None, ISSUER, AUDIENCE)
    caller = await believed.caller(made.stdout.strip())
    assert caller == Caller(
        "expert-1", frozenset({"expert", "reviewer"}), frozenset({"catalonia", "basque-country"})
    )


def test_what_is_missing_is_told_beside_standard_output(data, tmp_path):
    for made, told in (
        (make(data), "SUBJECT"),
        (make(tmp_path, ROLE="expert", SUBJECT="a"), "Run `make run` first"),
    ):
        assert (made.returncode, made.stdout) == (1, "")
        assert told in made.stderr
        assert "Traceback" not in made.stderr


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(("SUBJECT", value) for value in ("", "a b", "a\nb", "a" * 201)),
        *(("ROLE", value) for value in ("", ",", "king", "expert,service")),
        *(("REGION", value) for value in ("Catalonia", "ES51 ", "a--b", "a,-")),
        *(("TTL", value) for value in ("0", "-1", "1w", "9h ", "367d", "tomorrow")),
    ],
)
def test_a_variable_that_is_no_good_is_named(name, value):
    with pytest.raises(LaunchError, match=f"^{name} is "):
        tokens.ordered({"SUBJECT": "a", "ROLE": "expert", name: value})


def test_a_token_is_good_for_as_long_as_it_is_asked_to_be():
    given = {"SUBJECT": "a", "ROLE": "admin"}
    asked = {None: 43200, "": 43200, "900": 900, "30s": 30, "2m": 120, "1h": 3600, "366d": 31_622_400}
    for ttl, seconds in asked.items():
        assert tokens.ordered(given if ttl is None else {**given, "TTL": ttl}).seconds == seconds


async def test_a_new_issuer_ends_all_tokens_of_the_former(tmp_path):
    made = keys.ensure(tmp_path)
    believed = UserTokens(made.people_file, None, ISSUER, AUDIENCE)
    order = tokens.Order("anna", ("admin",), (), 60)
    former = tokens.mint(tmp_path, order, issuer=ISSUER, audience=AUDIENCE)
    assert await believed.caller(former)
    keys.ensure(tmp_path)
    assert await believed.caller(former), "what is there stays as it is"
    (tmp_path / keys.ISSUER_FILE).unlink()
    keys.ensure(tmp_path)
    assert await believed.caller(former) is None


def test_only_its_owner_reads_the_issuers_key(data):
    file = data / "secrets" / keys.ISSUER_FILE
    assert file.stat().st_mode & 0o077 == 0
    assert file.parent.stat().st_mode & 0o077 == 0
    assert '"d"' not in (data / "secrets/public/people.jwks.json").read_text()


def environment_of(service, made, monkeypatch, **given):
    for name in ("AUTH_JWKS_FILE", "AUTH_JWKS_URL"):
        monkeypatch.delenv(name, raising=False)
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    engine = SimpleNamespace(practices_environment=dict)
    addresses = {name: databases.DatabaseAddresses(name, "owner", "app") for name in databases.SERVICES}
    return services.Platform(read(given), addresses, engine, made).environment(service)


@pytest.mark.parametrize("service", services.MODULES)
def test_every_service_is_told_whose_tokens_are_good(service, data, monkeypatch):
    made = keys.ensure(data / "secrets")
    told = environment_of(service, made, monkeypatch)
    assert told["AUTH_JWKS_FILE"] == str(made.people_file)
    assert (told["AUTH_ISSUER"], told["AUTH_AUDIENCE"]) == ("regin-local", "regin")
    assert str(keys.ISSUER_FILE) not in " ".join(told.values())
    theirs = {"AUTH_JWKS_URL": "https://id.example/jwks", "AUTH_ISSUER": "https://id.example"}
    told = environment_of(service, made, monkeypatch, **theirs)
    assert theirs.items() <= told.items()
    assert "AUTH_JWKS_FILE" not in told
