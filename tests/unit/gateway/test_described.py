"""Errors as an API's description tells them."""

from gateway.described import problems_described

REF = {"$ref": "#/components/schemas/ProblemOut"}
OF_THE_FRAMEWORK = {"$ref": "#/components/schemas/HTTPValidationError"}


def described(path="/v1/a/{name}", answers=None, **call):
    responses = {"200": {"description": "Fine"}} | (answers or {})
    schemas = {"HTTPValidationError": {}, "ValidationError": {}, "A": {}}
    document = {
        "paths": {path: {"get": {"responses": responses, **call}}},
        "components": {"schemas": schemas},
    }
    return problems_described(document)


def answers(*args, **kwargs):
    (item,) = described(*args, **kwargs)["paths"].values()
    return item["get"]["responses"]


def test_every_error_is_a_problem_document_and_nothing_else_is_touched():
    found = answers(answers={"300": {}, "304": {"description": "Same"}, "409": {"description": "Not now"}})
    assert list(found) == ["200", "300", "304", "400", "404", "409"]
    assert (found["200"], found["304"]) == ({"description": "Fine"}, {"description": "Same"})
    for status in ("300", "400", "404", "409"):
        assert found[status]["content"] == {"application/problem+json": {"schema": REF}}
    assert found["409"]["description"] == "Not now"


def test_what_the_framework_says_of_422_is_left_out_but_a_body_can_be_refused():
    theirs = {"422": {"description": "Validation Error", "content": {"application/json": OF_THE_FRAMEWORK}}}
    assert "422" not in answers(answers=theirs)
    assert "`errors`" in answers(answers=theirs, requestBody={})["422"]["description"]
    assert answers(answers={"422": {"description": "Ours"}})["422"]["description"] == "Ours"


def test_a_path_without_names_has_no_404_of_its_own_and_what_is_not_public_gets_nothing():
    assert list(answers("/v1/a")) == ["200", "400"]
    assert list(answers("/readyz")) == ["200"]


def test_the_mere_name_of_a_status_becomes_a_sentence():
    found = answers(answers={"503": {"description": "Service Unavailable"}})
    assert "Retry-After" in found["503"]["description"]


def test_the_shape_allows_for_what_some_problems_add():
    schemas = described()["components"]["schemas"]
    assert list(schemas) == ["A", "FaultOut", "ProblemOut"]
    assert schemas["ProblemOut"]["additionalProperties"] is True
    assert "errors_total" not in schemas["ProblemOut"]["required"]
