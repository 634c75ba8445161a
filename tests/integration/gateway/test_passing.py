"""What is passed on: public reads through the cache, writes and holders' calls past it."""

import asyncio

import pytest

from gateway.forward import raw_path
from tests.support.builders_gateway import platform, text


@pytest.fixture
async def regin(tmp_path):
    async with platform(tmp_path) as found:
        yield found


SUBMISSIONS = "/v1/surveys/integration-practice/submissions"


async def test_a_read_is_the_owners_answer_kept(regin):
    answers = [await regin.client.get("/v1/practices/own-clinic?lang=en") for _ in range(2)]
    assert [a.json()["id"] for a in answers] == ["own-clinic"] * 2
    assert [a.headers["cache-status"] for a in answers] == ["regin; fwd=miss", "regin; hit"]
    assert answers[0].headers["cache-control"].startswith("public, max-age=5, stale-while-revalidate=30")
    assert len(regin.practices.reads) == 1
    assert "as-of" not in answers[0].headers


async def test_the_readers_copy_is_confirmed_without_a_call(regin):
    tag = (await regin.client.get("/v1/regions")).headers["etag"]
    answer = await regin.client.get("/v1/regions", headers={"if-none-match": tag})
    assert (answer.status_code, len(regin.scoring.reads)) == (304, 1)


async def test_a_secret_sent_along_to_a_public_read_goes_nowhere(regin):
    headers = {"authorization": "Bearer secret", "cookie": "a=b", "x-other": "1"}
    await regin.client.get("/v1/practices/own-clinic", headers=headers)
    seen = regin.practices.reads[-1].headers
    assert not {"Authorization", "Cookie", "X-Other"} & set(seen)
    assert seen["Accept-Encoding"] == "identity"


async def test_a_larger_answer_is_compressed_under_a_tag_of_its_own(regin):
    regin.practices.items["own-clinic"]["summary"] = text("clinic " * 500)
    plain, packed = [
        await regin.client.get("/v1/practices/own-clinic", headers={"accept-encoding": coding})
        for coding in ("identity", "gzip")
    ]
    assert "content-encoding" not in plain.headers
    assert packed.headers["content-encoding"] == "gzip"
    assert packed.json() == plain.json()
    assert int(packed.headers["content-length"]) < int(plain.headers["content-length"]) / 5
    assert packed.headers["etag"] != plain.headers["etag"]
    assert all("Accept-Encoding" in answer.headers["vary"] for answer in (plain, packed))
    assert len(regin.practices.reads) == 1


async def test_parameters_reach_the_owner_as_they_were_sent(regin):
    await regin.client.get("/v1/practices?region=sk%C3%A5ne%2Cazores&facets=country&lang=sv")
    assert (
        regin.practices.reads[-1].raw_path
        == "/v1/practices?region=sk%C3%A5ne%2Cazores&facets=country&lang=sv"
    )


async def test_junk_is_the_owners_400_and_takes_no_room(regin):
    for n in range(5):
        answer = await regin.client.get(f"/v1/practices?junk{n}=1")
        assert (answer.status_code, answer.json()["code"]) == (400, "unknown_parameter")
    assert (await regin.client.get("/v1/practices?junk0=1")).status_code == 400
    assert len(regin.practices.reads) == 6


async def test_made_up_languages_share_one_answer(regin):
    for lang in ("tlh", "qya", "en"):
        answer = await regin.client.get(f"/v1/regions?lang={lang}")
        assert answer.headers["content-language"] == "en"
    assert len(regin.scoring.reads) == 1


async def test_an_alias_is_the_owners_redirect(regin):
    answer = await regin.client.get("/v1/regions/Catalunya/scores?edition=2021")
    assert answer.status_code == 308
    assert answer.headers["location"] == "/v1/regions/catalonia/scores?edition=2021"
    assert answer.headers["cache-control"] == "max-age=86400"


async def test_a_practice_that_changed_is_read_again(regin):
    await regin.client.get("/v1/practices/own-clinic")
    regin.practices.items["own-clinic"]["url"] = "https://new.example"
    regin.practices.feed.write("practice", "own-clinic")
    await regin.practices.feed.followed()
    assert (await regin.client.get("/v1/practices/own-clinic")).json()["url"] == "https://new.example"


async def test_what_is_gone_is_forgotten(regin):
    await regin.client.get("/v1/practices/own-clinic")
    del regin.practices.items["own-clinic"]
    regin.practices.feed.write("practice", "own-clinic")
    await regin.practices.feed.followed()
    assert (await regin.client.get("/v1/practices/own-clinic")).status_code == 404
    await regin.practices.refuse()
    assert (await regin.client.get("/v1/practices/own-clinic")).status_code == 503


async def test_an_owner_away_is_stale_for_what_is_held_and_503_for_the_rest(regin):
    await regin.client.get("/v1/surveys/integration-practice")
    await regin.client.get("/v1/regions")
    await regin.scoring.refuse()
    await regin.survey.refuse()
    regin.scoring.feed.write("region", "x")
    await asyncio.sleep(0.1)
    held = await regin.client.get("/v1/regions")
    assert held.status_code == 200
    answer = await regin.client.get("/v1/editions", headers={"accept-language": "fr"})
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "2")
    assert answer.json()["title"] == "Momentanément indisponible"
    assert "Traceback" not in answer.text


async def test_a_submission_goes_through_once_with_its_headers(regin):
    headers = {
        "idempotency-key": "k1",
        "content-type": "application/json",
        "accept-language": "sv",
        "traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        "authorization": "Bearer nobody-asked",
        "x-other": "1",
    }
    first = await regin.client.post(f"{SUBMISSIONS}?dry_run=false", content=b'{"a": 1}', headers=headers)
    again = await regin.client.post(SUBMISSIONS, content=b'{"a": 1}', headers=headers)
    assert (first.status_code, first.headers["cache-control"]) == (201, "no-store")
    assert again.headers["idempotent-replayed"] == "true"
    seen = regin.survey.writes[0]
    assert seen.raw_path == f"{SUBMISSIONS}?dry_run=false"
    for name in ("idempotency-key", "content-type", "accept-language", "traceparent"):
        assert seen.headers[name] == headers[name]
    assert not {"Authorization", "X-Other"} & set(seen.headers)
    assert regin.survey.submissions == {"k1": b'{"a": 1}'}


async def test_the_holder_reads_and_erases_with_the_secret(regin):
    regin.survey.submissions["k1"] = b"{}"
    without = await regin.client.get("/v1/submissions/k1")
    assert without.status_code == 404
    held = {"authorization": "Bearer s"}
    for _ in range(2):
        answer = await regin.client.get("/v1/submissions/k1", headers=held)
        assert (answer.json()["status"], answer.headers["cache-control"]) == ("received", "no-store")
    assert (await regin.client.delete("/v1/submissions/k1", headers=held)).status_code == 204
    assert regin.survey.submissions == {}


@pytest.mark.parametrize("way", ["reset", "unavailable", "slow"])
async def test_a_write_that_fails_is_not_sent_again(regin, way):
    regin.survey.failing["/submissions"] = way
    answer = await regin.client.post(SUBMISSIONS, content=b"{}", headers={"idempotency-key": "k1"})
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "2")
    assert len(regin.survey.writes) == 1


async def test_the_body_limit_is_4_mib_for_submissions(regin):
    headers = {"idempotency-key": "k1"}
    fits = await regin.client.post(SUBMISSIONS, content=b"x" * (4 << 20), headers=headers)
    assert fits.status_code == 201
    answer = await regin.client.post(SUBMISSIONS, content=b"x" * ((4 << 20) + 1), headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")
    assert len(regin.survey.writes) == 1


@pytest.mark.parametrize("path", ["/v1/meta", "/v1/submissions/s", "/v1/submissions/s/declarations/d"])
async def test_it_is_64_kib_elsewhere(regin, path):
    answer = await regin.client.put(path, content=b"x" * (64 * 1024 + 1))
    assert answer.status_code == 413
    assert regin.survey.writes == []


@pytest.mark.parametrize(
    "path",
    [
        "/internal/panels/catalonia",
        "/internal/changes?after=latest",
        "/v1/../internal/panels/catalonia",
        "/v1/practices/..%2F..%2Finternal%2Fpanels%2Fcatalonia",
        "/v1/submissions/..",
        "/v1/submissions/%2e%2e/export",
        "/v1/regions/%2e%2e/scores",
    ],
)
async def test_what_is_between_services_stays_there(regin, path):
    answer = await regin.client.get(path, headers={"authorization": "Bearer s"})
    assert answer.status_code == 404
    assert not any("/internal/" in request.raw_path for request in regin.practices.reads)


async def test_a_trace_is_passed_on_or_begun(regin):
    await regin.client.delete("/v1/submissions/none")
    sent = regin.survey.writes[-1].headers["traceparent"]
    assert len(sent) == 55


async def test_a_callers_trace_goes_on_to_the_owner(regin):
    trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    await regin.client.get("/v1/practices/own-clinic", headers={"traceparent": trace})
    assert regin.practices.reads[-1].headers["traceparent"] == trace
    await regin.panel(traceparent=trace)
    assert regin.scoring.reads[-1].headers["traceparent"] == trace


async def test_letters_sent_raw_are_the_same_letters(regin):
    scope = {"raw_path": "/v1/regions/skåne".encode()}
    assert raw_path(scope) == "/v1/regions/sk%C3%A5ne"


async def test_a_write_may_take_longer_than_a_read(tmp_path):
    async with platform(tmp_path, read_timeout=0.1, write_timeout=5, part_timeout=5) as regin:
        regin.survey.failing["/submissions"] = "slow"
        answer = await regin.client.post(SUBMISSIONS, content=b"{}", headers={"idempotency-key": "k1"})
        assert answer.status_code == 201


@pytest.mark.parametrize("file", ["scores.zip", "scores.sdmx.csv", "regions.csv"])
async def test_a_file_is_passed_on_as_it_is_with_its_name(regin, file):
    answer = await regin.client.get(f"/v1/exports/{file}")
    assert answer.content == regin.scoring.file
    assert answer.headers["content-disposition"] == f'attachment; filename="{file}"'
    assert answer.headers["link"] == '<https://example.org/licence>; rel="license"'
    assert answer.headers["x-robots-tag"] == "noindex"
    assert answer.headers["content-type"].startswith(("application/zip", "text/csv; charset=utf-8; header="))


@pytest.mark.parametrize(("size", "asked"), [(1 << 20, 1), ((1 << 20) + 1, 3)])
async def test_a_large_file_is_passed_on_and_not_kept(regin, size, asked):
    regin.scoring.file = b"x" * size
    answers = [await regin.client.get("/v1/exports/scores.zip") for _ in range(2)]
    tag = answers[0].headers["etag"]
    again = await regin.client.get("/v1/exports/scores.zip", headers={"if-none-match": tag})
    assert [len(answer.content) for answer in answers] == [size, size]
    assert again.status_code == 304
    assert len(regin.scoring.reads) == asked


async def test_a_change_outdates_a_file_that_is_kept(regin):
    await regin.client.get("/v1/exports/outcomes.csv")
    regin.scoring.file = b"other"
    regin.scoring.feed.write("statistic", "catalonia")
    await regin.scoring.feed.followed()
    assert (await regin.client.get("/v1/exports/outcomes.csv")).content == b"other"


async def test_an_export_that_nobody_writes_is_not_found(regin):
    answer = await regin.client.get("/v1/exports/submissions.csv")
    assert (answer.status_code, regin.scoring.reads) == (404, [])
