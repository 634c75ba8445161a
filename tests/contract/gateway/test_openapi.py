"""The committed descriptions are what the applications are, and the gateway serves what it describes."""

import re

import orjson
import pytest

from deploy.openapi import MERGED, ROOT, documents
from gateway.forward import CALLS, READS, ROLE_CALLS

DOCUMENTS = documents()


@pytest.mark.parametrize("path", list(DOCUMENTS), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_the_committed_description_is_current(path):
    assert path.read_bytes() == DOCUMENTS[path], "stale: run `python -m deploy.openapi`"


def test_everything_described_is_reached_and_everything_reached_is_described():
    described = {
        (method.upper(), _shape(path))
        for path, item in orjson.loads(MERGED.read_bytes())["paths"].items()
        for method in item
    }
    own = {("GET", f"/v1/{rest}") for rest in ("meta", "codelists", "codelists/{}", "regions/{}/panel")}
    passed = {("GET", _shape(route.path)) for route in READS}
    held = {(method, _shape(route.path)) for route in CALLS for method in route.methods}
    assert described == own | passed | held


def test_a_call_is_described_as_one_for_people_where_its_token_is_passed_on_and_only_there():
    for_people = {(method, _shape(route.path)) for route in ROLE_CALLS for method in route.methods}
    described = {
        (method.upper(), _shape(path))
        for path, item in orjson.loads(MERGED.read_bytes())["paths"].items()
        for method, call in item.items()
        if call.get("security") == [{"person": []}]
    }
    assert described == for_people


def test_nothing_between_services_is_described():
    assert all(path.startswith("/v1/") for path in orjson.loads(MERGED.read_bytes())["paths"])


def test_every_reference_leads_somewhere():
    raw = MERGED.read_text()
    schemas = orjson.loads(raw)["components"]["schemas"]
    assert set(re.findall(r'"\$ref": "#/components/schemas/([^"]+)"', raw)) <= set(schemas)


def test_operations_have_names_of_their_own():
    items = orjson.loads(MERGED.read_bytes())["paths"].values()
    names = [call["operationId"] for item in items for call in item.values()]
    assert len(names) == len(set(names))


def _shape(path):
    return re.sub(r"\{[^}]*\}", "{}", path)
