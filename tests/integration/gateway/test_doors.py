"""Hosts, browsers of other origins, old links, and what the platform says of itself."""

import re

import pytest

from tests.support.builders_gateway import platform

EXPOSED = (
    "ETag, Link, Location, Content-Language, Content-Disposition, Retry-After, RateLimit, RateLimit-Policy, "
    "Age, Cache-Status, Deprecation, Sunset, Idempotent-Replayed"
)
ALLOWED = (
    "Authorization, Content-Type, Accept-Language, Idempotency-Key, If-Match, If-None-Match, "
    "X-Meilisearch-Client, traceparent"
)
LANGUAGES = ("en", "fr", "de", "it", "es", "pt", "sv")


@pytest.fixture
async def regin(tmp_path):
    async with platform(tmp_path) as found:
        yield found


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/v1/regions/catalonia/panel", 200),
        ("/v1/regions", 200),
        ("/v1/regions/atlantis", 404),
        ("/v1/nowhere", 404),
        ("/v1/meta?x=1", 400),
    ],
)
async def test_any_origin_may_read_v1_whatever_the_answer(regin, path, status):
    for _ in range(2):
        answer = await regin.client.get(path, headers={"origin": "https://partner.example"})
        assert answer.status_code == status
        assert answer.headers.get_list("access-control-allow-origin") == ["*"]
        assert answer.headers.get_list("access-control-expose-headers") == [EXPOSED]
        assert "access-control-allow-credentials" not in answer.headers


async def test_a_preflight_is_answered_without_a_call(regin):
    headers = {
        "origin": "https://partner.example",
        "access-control-request-method": "POST",
        "access-control-request-headers": "idempotency-key",
    }
    answer = await regin.client.options("/v1/surveys/integration-practice/submissions", headers=headers)
    assert answer.status_code == 204
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["access-control-allow-headers"] == ALLOWED
    assert "POST" in answer.headers["access-control-allow-methods"]
    assert regin.calls == 0


async def test_pages_for_people_are_not_shared_across_origins(regin):
    answer = await regin.client.get("/docs", headers={"origin": "https://partner.example"})
    assert "access-control-allow-origin" not in answer.headers


@pytest.mark.parametrize("path", ["/v1/regions/catalonia/panel?lang=en", "/v1/regions", "/", "/practices"])
async def test_another_host_is_421(regin, path):
    await regin.client.get(path, headers={"accept-encoding": "identity"})
    answer = await regin.client.get(path, headers={"host": "evil.example", "accept-encoding": "identity"})
    assert (answer.status_code, answer.json()["code"]) == (421, "misdirected")


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
async def test_but_for_health(regin, path):
    assert (await regin.client.get(path, headers={"host": "10.0.0.7:8000"})).status_code == 200


async def test_localhost_is_the_loopback_too(regin):
    assert (await regin.client.get("/v1/meta", headers={"host": "localhost:8000"})).status_code == 200


@pytest.mark.parametrize(
    ("label", "region"),
    [("Catalunya", "catalonia"), ("Sk%C3%A5ne%20%28Scania%29", "skane"), ("Skåne (Scania)", "skane")],
)
async def test_a_former_link_leads_to_our_list_and_then_to_the_api(regin, label, region):
    link = f"/practices?refinementList%5Bfilter_regions%5D%5B0%5D={label}&page=3&configure[x]=1"
    answer = await regin.client.get(link)
    assert (answer.status_code, answer.headers["location"]) == (301, f"/practices?region={region}")
    assert answer.headers["cache-control"] == "max-age=86400"
    answer = await regin.client.get(answer.headers["location"])
    assert (answer.status_code, answer.headers["location"]) == (302, f"/v1/practices?region={region}")
    answer = await regin.client.get(answer.headers["location"])
    assert [region in item["regions"] for item in answer.json()["items"]] == [True]


@pytest.mark.parametrize("kind", ["editions", "practices", "regions", "releases", "surveys"])
async def test_the_name_of_a_thing_leads_to_its_document_for_pages_of_any_origin(regin, kind):
    answer = await regin.client.get(f"/{kind}/a%2Fb?lang=pt&x=1")
    assert (answer.status_code, answer.headers["location"]) == (303, f"/v1/{kind}/a%2Fb?lang=pt")
    assert answer.headers["access-control-allow-origin"] == "*"
    assert (await regin.client.get(f"/{kind}/a")).headers["location"] == f"/v1/{kind}/a"
    assert regin.calls == 0


async def test_the_uri_that_a_region_gives_can_be_fetched(regin):
    name = (await regin.client.get("/v1/regions/catalonia")).json()["id"]
    answer = await regin.client.get(f"/regions/{name}", follow_redirects=True)
    assert (answer.status_code, answer.json()["id"]) == (200, "catalonia")


async def test_several_labels_become_several_regions(regin):
    one = "refinementList[filter_regions]"
    answer = await regin.client.get(f"/practices?{one}[0]=Catalunya&{one}[1]=Nowhere&{one}[2]=skane")
    assert answer.headers["location"] == "/practices?region=catalonia&region=skane"


@pytest.mark.parametrize("label", ["Nowhere", "", "%2e%2e"])
async def test_an_unknown_label_leads_to_the_whole_list_for_now(regin, label):
    answer = await regin.client.get(f"/practices?refinementList[filter_regions][0]={label}")
    assert (answer.status_code, answer.headers["location"]) == (302, "/practices")


async def test_a_former_link_waits_for_an_owner_that_is_away(regin):
    await regin.scoring.refuse()
    answer = await regin.client.get("/practices?refinementList[filter_regions][0]=Catalunya")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "2")


async def test_the_platform_says_what_it_is(regin):
    answer = await regin.client.get("/v1/meta?lang=pt")
    meta = answer.json()
    assert [(one["code"], one["locale"]) for one in meta["languages"]][5] == ("pt", "pt-PT")
    assert [list(one) for one in meta["editions"]] == [["edition", "kind", "title", "release", "uri"]]
    assert meta["editions"][0]["edition"] == "2021"
    assert meta["limits"]["body_bytes"]["submissions"] == 4 << 20
    assert (meta["contact"], meta["licence"]["lang"]) == (None, "pt")
    await regin.client.get("/v1/meta?lang=pt")
    assert len(regin.scoring.reads) == 1


async def test_it_says_so_without_scoring_too(regin):
    await regin.scoring.refuse()
    answer = await regin.client.get("/v1/meta")
    assert (answer.status_code, answer.json()["editions"]) == (200, None)
    assert answer.headers["cache-control"] == "no-store"


async def test_the_code_lists_are_everybodys(regin):
    lists = [one["list"] for one in (await regin.client.get("/v1/codelists")).json()["items"]]
    assert {"panel_part", "2021.policy_area", "policy_area", "question_type"} <= set(lists)
    assert len(lists) == len(set(lists))


async def test_one_code_list_comes_from_whoever_has_it(regin):
    for name in ("suggestion_why", "policy_area", "2021.policy_area"):
        assert (await regin.client.get(f"/v1/codelists/{name}")).json()["list"] == name
    answer = await regin.client.get("/v1/codelists/policy_aera")
    assert (answer.status_code, answer.json()["code"]) == (404, "codelist_not_found")
    assert "policy_area" in answer.json()["detail"]


async def test_a_list_is_served_while_other_owners_are_away(regin):
    await regin.survey.refuse()
    assert (await regin.client.get("/v1/codelists/policy_area")).status_code == 200
    assert (await regin.client.get("/v1/codelists/panel_part")).status_code == 200
    assert (await regin.client.get("/v1/codelists/question_type")).status_code == 503
    assert (await regin.client.get("/v1/codelists")).status_code == 503


@pytest.mark.parametrize("lang", LANGUAGES)
async def test_people_who_open_the_address_find_their_way(regin, lang):
    answer = await regin.client.get("/", headers={"accept-language": lang})
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert f'<html lang="{lang}">' in answer.text
    for path in re.findall(r'href="(/[^"?#]*)"', answer.text):
        if path != "/":
            assert (await regin.client.get(path)).status_code in (200, 404), path


@pytest.mark.parametrize("path", ["/", "/docs"])
async def test_pages_load_nothing_from_elsewhere(regin, path):
    answer = await regin.client.get(path)
    assert not re.findall(r'(?:src|href|action)="(?:https?:)?//', answer.text)
    assert "<script" not in answer.text
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")


async def test_the_docs_list_every_call(regin):
    described = (await regin.client.get("/openapi.json")).json()
    page = (await regin.client.get("/docs")).text
    for path in described["paths"]:
        assert f"<code>{path}</code>" in page


async def test_a_method_that_is_not_taken_is_405(regin):
    answer = await regin.client.put("/v1/meta", content=b"{}")
    assert (answer.status_code, answer.json()["code"]) == (405, "method_not_allowed")
