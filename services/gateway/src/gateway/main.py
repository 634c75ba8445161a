"""The gateway as an application: `create_app` wires it, its lifespan opens what it needs."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

import orjson
import structlog
from fastapi import FastAPI
from starlette.middleware import Middleware

from servicekit.app import create_service
from servicekit.auth import ServiceTokens
from servicekit.catalog import Catalog
from servicekit.codelists import load_codelists
from servicekit.i18n import Languages
from servicekit.reader import FeedReader

from .api import Documents, State, own, passing, people
from .cache import Cache
from .codes import Codes, Meta
from .door import Door
from .edge import CORS, PANEL, Edge, Hosts, hosts_of
from .forward import Forward, body_limits
from .front import FormerLinks, PanelFront
from .lines import Lines
from .pages import docs_page, landing_page
from .problems import PROBLEMS
from .purge import Purge
from .reads import Reads
from .service import PanelService
from .settings import Settings
from .upstreams import Upstream, open_session
from .warm import WarmPanels

__all__ = ["create_app"]

log = structlog.get_logger()

HERE = Path(__file__).parent
FOLLOWED = ("scoring", "practices")


def create_app(settings: Settings | None = None) -> FastAPI:
    """Build the application; nothing is opened before its lifespan begins."""
    settings = settings or Settings()
    catalog = Catalog.load(HERE / "locale")
    cache = Cache(max_bytes=settings.cache_bytes, short_ttl=settings.short_ttl, live_ttl=settings.live_ttl)
    warm = WarmPanels(cache, max_bytes=settings.cache_bytes // 2, extra=CORS)

    lines = Lines(route=PANEL, level=settings.log_level)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[State]:
        languages: Languages = app.state.languages
        async with _reads(settings, cache) as reads, _following(settings, reads):
            service = PanelService(
                reads, catalog, base_url=settings.public_base_url, deadline=settings.panel_deadline
            )
            yield State(
                reads=reads,
                panels=PanelFront(service, warm, reads),
                former=FormerLinks(reads),
                forward=Forward(reads),
                codes=Codes(load_codelists(settings.data_dir / "codelists" / "gateway"), reads),
                meta=Meta(settings, languages, catalog, reads),
                documents=_documents(catalog, languages),
            )
        lines.flush()

    app = create_service(
        name="gateway",
        settings=settings,
        routers=(own, people, passing),
        lifespan=lifespan,
        catalog=catalog,
        problems=PROBLEMS,
        body_limits=body_limits(),
    )
    hosts = hosts_of(settings.public_base_url)
    # Innermost, for it answers in the language that the layers around it find out.
    app.user_middleware.append(Middleware(Hosts, hosts=hosts, catalog=catalog))
    app.add_middleware(Edge, warm=warm, metrics=app.state.metrics, hosts=hosts, lines=lines)
    app.add_middleware(Door, languages=app.state.languages, catalog=catalog, metrics=app.state.metrics)
    return app


@asynccontextmanager
async def _reads(settings: Settings, cache: Cache) -> AsyncIterator[Reads]:
    tokens = ServiceTokens("gateway", settings.service_key_file, settings.service_jwks_file)
    tokens.headers("scoring")  # without a key nothing works: better said at the start
    timeouts = {"connect": settings.connect_timeout, "read": settings.read_timeout}
    async with open_session(**timeouts, pool=settings.pool) as session:
        urls = _urls(settings)
        reads = Reads(
            upstreams={
                name: Upstream(name, url, session, write_timeout=settings.write_timeout)
                for name, url in urls.items()
            },
            cache=cache,
            tokens=tokens,
            timeout=settings.part_timeout,
            map_timeout=settings.map_timeout,
            stale_wait=settings.stale_wait,
            max_stale=settings.max_stale,
        )
        try:
            yield reads
        finally:
            await reads.close()


@asynccontextmanager
async def _following(settings: Settings, reads: Reads) -> AsyncIterator[None]:
    urls = _urls(settings)
    tasks = []
    for owner in FOLLOWED:
        handler = Purge(owner, reads)
        reader = FeedReader(owner=owner, url=urls[owner], tokens=reads.tokens, handler=handler)
        task = asyncio.create_task(reader.run(), name=f"changes of {owner}")
        task.add_done_callback(partial(_ended, handler))
        tasks.append(task)
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _ended(handler: Purge, task: asyncio.Task[None]) -> None:
    # A reader ends by a bug only: the cache falls back to its short memory, and the log says why.
    if not task.cancelled():
        handler.lost()
        log.error("changes are followed no more", task=task.get_name(), error=repr(task.exception()))


def _urls(settings: Settings) -> dict[str, str]:
    return {
        "scoring": settings.scoring_url,
        "practices": settings.practices_url,
        "survey": settings.survey_url,
    }


def _documents(catalog: Catalog, languages: Languages) -> Documents:
    raw = (HERE / "openapi.json").read_bytes()
    pages = {lang: landing_page(catalog, languages, lang).encode() for lang in languages.codes}
    return Documents(openapi=raw, docs=docs_page(orjson.loads(raw)).encode(), landing=pages)
