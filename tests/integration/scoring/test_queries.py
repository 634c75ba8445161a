"""No answer takes a query for each of its items."""

import pytest

from tests.support.builders_scoring import counting, load_bundle, scoring_client


@pytest.mark.parametrize(
    ("path", "most"),
    [
        ("/v1/regions/catalonia", 1),
        ("/v1/regions/ES51", 2),
        ("/v1/regions?per_page=100", 2),
        ("/v1/regions.geojson", 1),
        ("/v1/regions/catalonia/scores", 4),
        ("/v1/rankings", 4),
        ("/v1/rankings?country=ES", 4),
        ("/v1/compare?region=catalonia,vienna,ES51", 5),
        ("/v1/regions/catalonia/similar", 5),
        ("/v1/regions/catalonia/strengths", 4),
        ("/v1/recommendations?cell=governance-actions", 1),
        ("/v1/outcomes?per_page=100", 3),
        ("/v1/outcomes?region=catalonia", 3),
        ("/v1/outcomes?region=ES51&region=Wien", 5),
        ("/v1/editions", 2),
        ("/v1/codelists", 2),
    ],
)
async def test_few_queries(scoring_db, path, most):
    await load_bundle(scoring_db)
    async with scoring_client(scoring_db) as client:
        await client.get("/v1/rankings")  # a release's rankings are worked out once
        async with counting(scoring_db) as statements:
            response = await client.get(path)

    assert response.status_code in (200, 308)
    queries = [one for one in statements if "SAVEPOINT" not in one]
    assert len(queries) <= most, "\n".join(queries)
