"""The application: what it opens, and nothing else."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TypedDict

from fastapi import FastAPI, Request

from servicekit.app import create_service
from servicekit.auth import ServiceTokens
from servicekit.catalog import Catalog
from servicekit.codelists import Lists, load_codelists
from servicekit.database import Database
from servicekit.feed import Feed, feed_router
from servicekit.people import UserTokens

from .api import imports, routers, workbooks
from .checks import known_codes
from .domain.outcomes import OutcomeIndicators
from .indicators import read_indicators
from .problems import PROBLEMS
from .recommendations import read_recommendations
from .service import ComparingService, OutcomeService, RankTables, ScoringService, StandingService
from .service.agreeing import AgreementService
from .service.arranging import ArrangementService
from .service.assessing import AssessmentService
from .service.computing import ComputingService
from .service.consulting import ConsultationService
from .service.editing import EditionService
from .service.erasing import ErasureService
from .service.exporting import ExportService
from .service.importing import ImportService
from .service.proposing import ProposalService
from .service.publishing import Publisher
from .service.questionnaires import Questionnaires
from .service.releases import ReleaseService
from .service.reviewing import ReviewService
from .service.steps import Rooms
from .service.workbooks import WorkbookService
from .settings import Settings
from .signing import signer_of
from .tables import REVISION

__all__ = ["create_app"]

LOCALE = Path(__file__).parent / "locale"
DOCUMENT = 4 * 1024 * 1024  # bytes of a body that may hold an edition
BODY_LIMITS = (
    (r"/v1/review/editions/[^/]+", DOCUMENT),
    (r"/v1/compute", DOCUMENT),
    (imports.router.prefix + imports.PATH, imports.LIMIT),
    (workbooks.PREFIX + "/[^/]+/workbook", workbooks.LIMIT),
)


class State(TypedDict):
    """What handlers read from `request.state`."""

    settings: Settings
    catalog: Catalog
    codelists: Lists
    database: Database
    service: ScoringService
    comparing: ComparingService
    standing: StandingService
    editions: EditionService
    computing: ComputingService
    assessing: AssessmentService
    reviewing: ReviewService
    arranging: ArrangementService
    agreement: AgreementService
    workbooks: WorkbookService
    consulting: ConsultationService
    proposing: ProposalService
    erasing: ErasureService
    outcomes: OutcomeService
    indicators: OutcomeIndicators
    importing: ImportService
    tokens: ServiceTokens
    people: UserTokens
    feed: Feed
    releases: ReleaseService
    exports: ExportService


async def _is_ready(request: Request) -> bool:
    database: Database = request.state.database
    return await database.is_current(REVISION)


def create_app(settings: Settings | None = None, database: Database | None = None) -> FastAPI:
    """Build the service; tests hand in a database of theirs."""
    config = settings or Settings()
    catalog = Catalog.load(LOCALE)
    lists = load_codelists(config.data_dir / "codelists" / "scoring")
    signer = signer_of(config)
    known, questionnaires = known_codes(config.data_dir), Questionnaires()
    indicators, recommended = read_indicators(config.data_dir), read_recommendations(config.data_dir)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[State]:
        held = database or Database(config.database_url.get_secret_value(), pool_size=config.database_pool)
        tokens = ServiceTokens("scoring", config.service_key_file, config.service_jwks_file)
        people = UserTokens(
            config.auth_jwks_file, config.auth_jwks_url, config.auth_issuer, config.auth_audience
        )
        rooms, ranks = Rooms(held.sessions, questionnaires), RankTables()
        service, assessing = ScoringService(held.sessions, ranks), AssessmentService(rooms)
        async with Feed(held) as feed:
            yield State(
                settings=config,
                catalog=catalog,
                codelists=lists,
                database=held,
                service=service,
                comparing=ComparingService(held.sessions, ranks, questionnaires),
                standing=StandingService(held.sessions, ranks, questionnaires, recommended),
                editions=EditionService(held.sessions, questionnaires, known),
                computing=ComputingService(held.sessions, questionnaires, known),
                assessing=assessing,
                reviewing=ReviewService(rooms, Publisher(signer).assessment),
                arranging=ArrangementService(rooms),
                agreement=AgreementService(rooms, service, questionnaires),
                workbooks=WorkbookService(rooms, assessing, service),
                consulting=ConsultationService(rooms),
                proposing=ProposalService(rooms),
                erasing=ErasureService(rooms),
                outcomes=OutcomeService(held.sessions, config.small_cell),
                indicators=indicators,
                importing=ImportService(held.sessions, indicators, lists, config.small_cell),
                tokens=tokens,
                people=people,
                feed=feed,
                releases=ReleaseService(held.sessions, signer),
                exports=ExportService(held.sessions, service, questionnaires),
            )
        if database is None:
            await held.dispose()

    return create_service(
        name="scoring",
        settings=config,
        routers=(*routers, feed_router(("gateway", "practices"))),
        lifespan=lifespan,
        catalog=catalog,
        problems=PROBLEMS,
        ready=[_is_ready],
        body_limits=BODY_LIMITS,
    )
