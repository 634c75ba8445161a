"""The database keeps releases: nothing of one is changed, and nothing is written that cannot be."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError

from scoring.documents import Bundle
from tests.support.builders_scoring import edition, load_bundle, region, score


@pytest.fixture
async def db(scoring_db):
    await load_bundle(scoring_db, Bundle([region("alpha")], [edition()], [score("alpha", 50)]))
    return scoring_db


async def execute(db, *statements):
    async with db.sessions.begin() as session:
        for statement in statements:
            await session.execute(text(statement))


@pytest.mark.parametrize("table", ["release_record", "release_file", "release_withdrawal"])
@pytest.mark.parametrize("statement", ["DELETE FROM {}", "UPDATE {} SET release_id = 'x'", "TRUNCATE {}"])
async def test_the_service_cannot_change_what_proves_a_release(db, table, statement):
    with pytest.raises(DBAPIError, match="permission denied"):
        await execute(db, statement.format(table))


NEW = (
    "INSERT INTO release VALUES ('2021-r2', '2021', 2, '2026-01-01', '', now())",
    "INSERT INTO release_region VALUES ('2021-r2', 'alpha')",
)
RECORD = "INSERT INTO release_record VALUES ('2021-r2', '{}', NULL, '{{}}', '{{}}', {}, '[]', NULL, now())"
FIGURE = "'2021-r2', 'alpha', 'overall', '2021'"


@pytest.mark.parametrize(
    ("constraint", "values"),
    [
        ("ck_result_exact_is_fraction", "50, NULL, 'high', '2024', NULL, '[]', '[]', '50.5', 1, 1, NULL"),
        ("ck_result_exact_is_fraction", "50, NULL, 'high', '2024', NULL, '[]', '[]', '50/0', 1, 1, NULL"),
        ("ck_result_exact_of_score", "50, NULL, 'high', '2024', NULL, '[]', '[]', '50', NULL, NULL, NULL"),
        ("ck_result_exact_of_score", "NULL, 'unknown', NULL, NULL, NULL, '[]', '[]', '50', 1, 1, NULL"),
        ("ck_result_score_has_source", "50, NULL, 'high', '2024', NULL, '[]', '[]', NULL, 1, 1, NULL"),
        ("ck_result_coverage_whole", "50, NULL, 'high', '2024', NULL, '[{}]', '[]', NULL, 1, NULL, NULL"),
        ("ck_result_answered_of_expected", "50, NULL, 'high', '2024', NULL, '[]', '[]', '50', 2, 1, NULL"),
        ("ck_result_interval_of_exact", "NULL, 'unknown', NULL, NULL, NULL, '[]', '[]', NULL, 0, 1, '{}'"),
    ],
)
async def test_a_computed_figure_that_makes_no_sense(db, constraint, values):
    with pytest.raises(IntegrityError, match=constraint):
        await execute(db, *NEW, f"INSERT INTO result VALUES ({FIGURE}, {values})")


@pytest.mark.parametrize(
    ("constraint", "statement"),
    [
        (
            "ck_release_manifest_with_result_hash",
            "INSERT INTO release VALUES ('2021-r3', '2021', 3, '2026-01-01', '', now(), '{}', NULL, NULL)",
        ),
        (
            "ck_release_file_bytes_are_counted",
            "INSERT INTO release_file VALUES ('2021-r2', 'f', 'm', 2, '', 'a')",
        ),
        (
            "ck_release_file_sha256_of_content",
            "INSERT INTO release_file VALUES ('2021-r2', 'f', 'm', 1, 'other', 'a')",
        ),
        ("ck_release_record_assessment_with_log_head", RECORD.format("alpha", "'h'")),
        ("fk_release_record_release_region", RECORD.format("beta", "NULL")),
    ],
)
async def test_what_proves_a_release_fits_it(db, constraint, statement):
    with pytest.raises(IntegrityError, match=constraint):
        await execute(db, *NEW, statement)
