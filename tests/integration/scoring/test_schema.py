"""The database: the migrations make what the code has, and it refuses what cannot be."""

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError

from scoring import tables
from scoring.documents import Bundle
from servicekit.database import Database
from tests.support.builders_scoring import code, edition, figure, load_bundle, region, score, scoring_client

EVERYTHING = Bundle(
    [region("alpha", codes=[code("ES98")], statistics=[figure()]), region("beta")],
    [edition()],
    [score("alpha", 50)],
)


async def execute(database, *statements):
    async with database.sessions.begin() as session:
        for statement in statements:
            await session.execute(text(statement))


async def test_tables_and_migrations_agree(scoring_db):
    async with scoring_db.sessions() as session:
        connection = await session.connection()
        differences = await connection.run_sync(
            lambda sync: compare_metadata(
                MigrationContext.configure(sync, opts={"compare_type": True}), tables.metadata
            )
        )

    assert differences == []


async def test_every_check_of_the_tables_is_in_the_database(scoring_db):
    async with scoring_db.sessions() as session:
        query = (
            "SELECT conname FROM pg_constraint WHERE contype = 'c' AND connamespace = 'public'::regnamespace"
        )
        held = set(await session.scalars(text(query)))

    wanted = {
        str(check.name) for table in tables.metadata.tables.values() for check in table.constraints
        if type(check).__name__ == "CheckConstraint"
    }  # fmt: skip
    assert {f"ck_{name}" if not name.startswith("ck_") else name for name in wanted} == held


@pytest.mark.parametrize(
    ("constraint", "statement"),
    [
        ("ck_region_id_is_slug", "UPDATE region SET id = 'Not a slug' WHERE id = 'beta'"),
        ("ck_region_country_is_iso", "UPDATE region SET country = 'EL'"),
        ("ck_region_code_match_known", "UPDATE region_code SET match = 'roughly'"),
        (
            "uq_region_code_exact",
            "INSERT INTO region_code VALUES ('beta', 'NUTS', '2021', 'ES98', 0, 2, 'exact')",
        ),
        ("uq_region_alias_folded", "INSERT INTO region_alias VALUES ('alpha', 'beta', false)"),
        ("ck_edition_kind_known", "UPDATE edition SET kind = 'guessed'"),
        ("ck_edition_document_has_hash", "UPDATE edition SET document_hash = NULL"),
        ("ck_edition_computed_says_how", "UPDATE edition SET kind = 'computed'"),
        (
            "ck_edition_cell_cell_names_its_place",
            "UPDATE edition_cell SET axis = 'other' WHERE cell = 'policy_area-labour'",
        ),
        ("ck_statistic_value_or_reason", "UPDATE statistic SET value = NULL"),
        ("ck_statistic_value_or_reason", "UPDATE statistic SET reason = 'not_held'"),
        ("ck_statistic_value_has_source", "UPDATE statistic SET sources = '[]'"),
        ("ck_statistic_confidence_known", "UPDATE statistic SET confidence = 'sure'"),
        ("fk_statistic_territory", "UPDATE statistic SET code = 'ES97'"),
        (
            "ck_release_id_names_edition",
            "INSERT INTO release VALUES ('x-r2', '2021', 2, '2026-01-01', '', now())",
        ),
        ("pk_release", "INSERT INTO release VALUES ('2021-r1', '2021', 1, '2026-01-01', '', now())"),
    ],
)
async def test_the_database_refuses(scoring_db, constraint, statement):
    await load_bundle(scoring_db, EVERYTHING)

    with pytest.raises(IntegrityError, match=constraint):
        await execute(scoring_db, statement)


async def test_what_was_given_up_was_still_being_answered(scoring_db):
    await load_bundle(scoring_db, EVERYTHING)
    given_up = """INSERT INTO assessment
        (id, region_id, edition_id, state, reviewer_ref, version, created_at, changed_at, abandoned_at)
        VALUES ('as-1', 'alpha', '2021', 'decided', 'p-1', 1, now(), now(), now())"""

    await execute(scoring_db, "INSERT INTO person VALUES ('p-1', 'somebody')")

    with pytest.raises(IntegrityError, match="ck_assessment_abandoned_while_answering"):
        await execute(scoring_db, given_up)


@pytest.mark.parametrize(
    ("constraint", "values"),
    [
        ("ck_result_score_0_to_100", "50.5 + 50, NULL, 'high', '2024', NULL, '[{}]'"),
        ("ck_result_score_0_to_100", "-1, NULL, 'high', '2024', NULL, '[{}]'"),
        ("ck_result_score_or_reason", "NULL, NULL, NULL, NULL, NULL, '[]'"),
        ("ck_result_score_or_reason", "50, 'not_held', 'high', '2024', NULL, '[{}]'"),
        ("ck_result_score_says_how_sure", "50, NULL, NULL, '2024', NULL, '[{}]'"),
        ("ck_result_score_has_source", "50, NULL, 'high', '2024', NULL, '[]'"),
        ("ck_result_no_score_no_details", "NULL, 'not_held', NULL, NULL, 1, '[]'"),
        ("ck_result_stated_rank_from_1", "50, NULL, 'high', '2024', 0, '[{}]'"),
        ("ck_result_reason_known", "NULL, 'lost', NULL, NULL, NULL, '[]'"),
        ("ck_result_confidence_known", "50, NULL, 'sure', '2024', NULL, '[{}]'"),
    ],
)
async def test_a_result_that_makes_no_sense(scoring_db, constraint, values):
    await load_bundle(scoring_db, EVERYTHING)
    result = f"INSERT INTO result VALUES ('2021-r2', 'alpha', 'overall', '2021', {values}, '[]')"

    await execute(
        scoring_db,
        "INSERT INTO release VALUES ('2021-r2', '2021', 2, '2026-01-01', '', now())",
        "INSERT INTO release_region VALUES ('2021-r2', 'alpha')",
    )

    with pytest.raises(IntegrityError, match=constraint):
        await execute(scoring_db, result)


@pytest.mark.parametrize(
    ("constraint", "place"),
    [
        ("fk_result_release_region", "'2021-r1', 'beta-2', 'overall', '2021'"),
        ("fk_result_edition_cell", "'2021-r1', 'alpha', 'policy_area-sport', '2021'"),
    ],
)
async def test_a_result_outside_its_release_or_edition(scoring_db, constraint, place):
    await load_bundle(scoring_db, EVERYTHING)

    result = f"INSERT INTO result VALUES ({place}, NULL, 'not_held', NULL, NULL, NULL, '[]', '[]')"

    with pytest.raises(IntegrityError, match=constraint):
        await execute(scoring_db, result)


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM release",
        "DELETE FROM release_region",
        "DELETE FROM result",
        "UPDATE release SET issued = '2020-01-01'",
        "UPDATE release_region SET region_id = 'beta'",
        "UPDATE result SET score = 100",
        "TRUNCATE result",
    ],
)
async def test_the_service_cannot_change_a_release(scoring_db, statement):
    with pytest.raises(DBAPIError, match="permission denied"):
        await execute(scoring_db, statement)


async def test_the_service_is_ready_once_its_schema_is_there(scoring_db):
    async with scoring_client(scoring_db) as client:
        assert (await client.get("/readyz")).status_code == 200
        async with scoring_db.sessions.begin() as session:
            assert await session.scalar(text("SELECT version_num FROM alembic_version")) >= tables.REVISION


async def test_the_service_is_not_ready_on_an_empty_database(empty_database):
    database = Database(empty_database.app)
    async with scoring_client(database) as client:
        assert (await client.get("/readyz")).status_code == 503
    await database.dispose()


async def test_without_its_database_the_service_says_so(empty_database):
    nowhere = empty_database.app.rsplit(":", 1)[0] + ":1/scoring"
    database = Database(nowhere)
    async with scoring_client(database) as client:
        read, ready, alive = [await client.get(p) for p in ("/v1/regions/catalonia", "/readyz", "/healthz")]
    await database.dispose()

    assert (read.status_code, read.json()["code"], read.headers["retry-after"]) == (503, "unavailable", "2")
    assert (ready.status_code, alive.status_code) == (503, 200)
