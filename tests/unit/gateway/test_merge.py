"""The services' descriptions made one."""

from gateway.merge import merge


def describe(paths, **schemas):
    return {"openapi": "3.1.0", "info": {}, "paths": paths, "components": {"schemas": schemas}}


def call(name):
    ref = {"$ref": f"#/components/schemas/{name}"}
    return {
        "get": {"operationId": "x", "responses": {"200": {"content": {"application/json": {"schema": ref}}}}}
    }


def test_paths_are_joined_internal_ones_left_out_and_the_gateways_win():
    own = describe({"/v1/meta": call("Own")}, Own={"type": "object"})
    theirs = describe(
        {"/v1/meta": call("A"), "/v1/a": call("A"), "/internal/a": call("A"), "/healthz": {}}, A={}
    )
    merged = merge(own, {"scoring": theirs}, info={"title": "t"})
    assert list(merged["paths"]) == ["/v1/a", "/v1/meta"]
    assert sorted(merged["components"]["schemas"]) == ["A", "Own"]
    assert merged["paths"]["/v1/a"]["get"]["operationId"] == "get_a"


def test_schemas_of_one_name_are_shared_when_alike_and_told_apart_when_not():
    a = describe({"/v1/a": call("Same"), "/v1/b": call("Other")}, Same={"x": 1}, Other={"x": 1})
    b = describe({"/v1/c": call("Same"), "/v1/d": call("Other")}, Same={"x": 1}, Other={"x": 2})
    merged = merge(describe({}), {"scoring": a, "survey": b}, info={})
    assert merged["components"]["schemas"] == {"Same": {"x": 1}, "Other": {"x": 1}, "SurveyOther": {"x": 2}}
    found = merged["paths"]["/v1/d"]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    assert found == {"$ref": "#/components/schemas/SurveyOther"}


def test_what_nothing_refers_to_is_left_out():
    merged = merge(describe({}, Unused={}), {}, info={})
    assert merged["components"]["schemas"] == {}
