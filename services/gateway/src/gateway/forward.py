"""What is passed on to its owner: public reads through the cache, writes and calls with a secret past it."""

import re
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Scope

from servicekit.middleware import BODY_LIMIT
from servicekit.problems import Problem

from .answers import pass_answer, pass_reading
from .query import in_language
from .reads import KEPT, Read, Reads
from .upstreams import TRACE

__all__ = [
    "CALLS", "DOCUMENT", "HELD", "IMPORT", "READS", "ROLE_CALLS",
    "Forward", "Held", "PassedRead", "RoleCall", "begin_trace", "body_limits", "raw_path",
]  # fmt: skip

DOCUMENT = 4 << 20  # bytes of a submission, an edition, a set of answers
IMPORT = 16 << 20  # bytes of a file with a table


@dataclass(frozen=True, slots=True)
class PassedRead:
    """A public read: its path, owner, and the changes that outdate it (`{region}` is the path's)."""

    path: str
    owner: str
    tags: tuple[str, ...] = ()
    brief: bool = False
    is_map: bool = False
    is_file: bool = False


@dataclass(frozen=True, slots=True)
class Held:
    """A write, or a call of whoever holds a secret: sent once, never kept, the secret passed on unread.

    `secret`: `Authorization` is its owner's to read; where it is not set, it is not passed on. `body` is how
    many bytes it may have. `wait`: seconds for its answer, where the usual ones are not enough.
    """

    path: str
    owner: str
    methods: tuple[str, ...]
    secret: bool = False
    body: int = BODY_LIMIT
    wait: float | None = None


@dataclass(frozen=True, slots=True)
class RoleCall(Held):
    """A call of people in a role: whether the caller may is for its owner to say."""

    secret: bool = True


_RANKED = ("scoring/edition", "scoring/release", "scoring/region")
_RELEASED = ("scoring/edition", "scoring/release")
_COUNTED = ("scoring/statistic", "scoring/region")
_FOUND = ("practices/practice", "practices/index")

READS = (
    PassedRead("/v1/regions", "scoring", ("scoring/region",)),
    PassedRead("/v1/regions.geojson", "scoring", ("scoring/region",)),
    PassedRead("/v1/regions/{region}", "scoring", ("scoring/region/{region}",)),
    PassedRead(
        "/v1/regions/{region}/scores", "scoring",
        ("scoring/region/{region}", "scoring/edition", "scoring/release"),
    ),
    PassedRead("/v1/regions/{region}/similar", "scoring", _RANKED),
    PassedRead(
        "/v1/regions/{region}/strengths", "scoring",
        ("scoring/region/{region}", "scoring/edition", "scoring/release"),
    ),
    PassedRead("/v1/editions", "scoring", ("scoring/edition", "scoring/release")),
    PassedRead("/v1/editions/{edition}", "scoring", ("scoring/edition", "scoring/release")),
    PassedRead("/v1/editions/{edition}/document", "scoring", ("scoring/edition",)),
    # Worked out when it is first asked for, which takes its time, as a map does.
    PassedRead("/v1/editions/{edition}/agreement", "scoring", _RELEASED, is_map=True),
    PassedRead("/v1/rankings", "scoring", _RANKED),
    PassedRead("/v1/compare", "scoring", _RANKED),
    # What is recommended changes with a release of scoring, which no change feed tells.
    PassedRead("/v1/recommendations", "scoring", brief=True),
    # What people wrote beside a release may be erased, which no change of a release tells.
    PassedRead("/v1/releases", "scoring", _RELEASED, brief=True),
    PassedRead("/v1/releases/keys", "scoring", brief=True),
    PassedRead("/v1/releases/{release}", "scoring", _RELEASED, brief=True),
    PassedRead("/v1/releases/{release}/files/{name}", "scoring", _RELEASED, brief=True, is_file=True),
    PassedRead("/v1/outcomes", "scoring", _COUNTED),
    # The definitions change with a release of scoring, which no change feed tells.
    PassedRead("/v1/outcomes/indicators", "scoring", brief=True),
    PassedRead("/v1/outcomes/template.csv", "scoring", ("scoring/region",), is_file=True),
    PassedRead("/v1/outcomes/template.xlsx", "scoring", ("scoring/region",), is_file=True),
    PassedRead("/v1/exports/scores.{suffix}", "scoring", _RANKED, is_file=True),
    PassedRead("/v1/exports/answers.{suffix}", "scoring", _RANKED, is_file=True),
    PassedRead("/v1/exports/indicators.{suffix}", "scoring", _RANKED, is_file=True),
    PassedRead("/v1/exports/outcomes.{suffix}", "scoring", _COUNTED, is_file=True),
    PassedRead("/v1/exports/regions.{suffix}", "scoring", ("scoring/region",), is_file=True),
    PassedRead("/v1/exports/codelists.{suffix}", "scoring", ("scoring/edition",), is_file=True),
    PassedRead("/v1/exports/practices.{suffix}", "practices", _FOUND, is_file=True),
    # Search answers rest on the engine's state too, which no change feed tells.
    PassedRead("/v1/practices", "practices", _FOUND, brief=True),
    PassedRead("/v1/practices.geojson", "practices", _FOUND, brief=True, is_map=True),
    PassedRead("/v1/practices/{practice}", "practices", ("practices/practice/{practice}", "practices/index")),
    # The survey's changes are not followed: its definitions change with a release of it.
    PassedRead("/v1/surveys", "survey", brief=True),
    PassedRead("/v1/surveys/keys", "survey", brief=True),
    PassedRead("/v1/surveys/{survey}", "survey", brief=True),
    PassedRead("/v1/surveys/{survey}/versions/{version}", "survey", brief=True),
)  # fmt: skip

HELD = (
    Held("/v1/surveys/{survey}/submissions", "survey", ("POST",), body=DOCUMENT),
    Held("/v1/submissions/{submission}", "survey", ("GET", "DELETE"), secret=True),
    Held("/v1/submissions/{submission}/export", "survey", ("GET",), secret=True),
    Held("/v1/submissions/{submission}/declarations/{declaration}", "survey", ("PUT",), secret=True),
    Held("/v1/compute", "scoring", ("POST",), body=DOCUMENT),
)

_PUBLISHING = 70.0  # seconds: a release is simulated, computed and signed before its answer

ROLE_CALLS = (
    RoleCall("/v1/assessments", "scoring", ("GET",)),
    RoleCall("/v1/assessments/{assessment}", "scoring", ("GET",)),
    RoleCall("/v1/assessments/{assessment}/answers/{indicator}", "scoring", ("PUT",)),
    RoleCall("/v1/assessments/{assessment}/submit", "scoring", ("POST",)),
    RoleCall("/v1/assessments/{assessment}/workbook", "scoring", ("POST",), body=IMPORT),
    RoleCall("/v1/assessments/{assessment}/workbook.xlsx", "scoring", ("GET",)),
    RoleCall("/v1/authority/assessments", "scoring", ("GET",)),
    RoleCall("/v1/authority/assessments/{assessment}", "scoring", ("GET",)),
    RoleCall("/v1/authority/assessments/{assessment}/comments", "scoring", ("PUT",)),
    RoleCall("/v1/authority/assessments/{assessment}/comments/{indicator}", "scoring", ("PUT",)),
    RoleCall("/v1/authority/proposals", "scoring", ("GET", "POST")),
    RoleCall("/v1/authority/outcomes/imports", "scoring", ("POST",), body=IMPORT, wait=_PUBLISHING),
    RoleCall("/v1/review/assessments", "scoring", ("GET", "POST")),
    RoleCall("/v1/review/assessments/{assessment}", "scoring", ("GET",)),
    RoleCall("/v1/review/assessments/{assessment}/abandonment", "scoring", ("POST",)),
    RoleCall("/v1/review/assessments/{assessment}/agreement", "scoring", ("GET",)),
    RoleCall("/v1/review/assessments/{assessment}/deadline", "scoring", ("PUT",)),
    RoleCall("/v1/review/assessments/{assessment}/experts/{seat}", "scoring", ("PUT",)),
    RoleCall("/v1/review/assessments/{assessment}/log", "scoring", ("GET",)),
    RoleCall("/v1/review/assessments/{assessment}/decisions/{indicator}", "scoring", ("PUT",)),
    RoleCall("/v1/review/assessments/{assessment}/questions", "scoring", ("POST",)),
    RoleCall("/v1/review/assessments/{assessment}/transitions", "scoring", ("POST",), wait=_PUBLISHING),
    RoleCall("/v1/review/editions/{edition}", "scoring", ("PUT",), body=DOCUMENT),
    RoleCall("/v1/review/editions/{edition}/agreement", "scoring", ("GET",)),
    RoleCall("/v1/review/erasures", "scoring", ("POST",)),
    RoleCall("/v1/review/proposals", "scoring", ("GET",)),
    RoleCall("/v1/review/proposals/{proposal}/decision", "scoring", ("POST",)),
    RoleCall("/v1/review/releases/{release}/withdrawal", "scoring", ("POST",), wait=_PUBLISHING),
)

CALLS: tuple[Held, ...] = (*HELD, *ROLE_CALLS)

_WITHOUT_BODY = ("GET", "HEAD", "DELETE")
_SENT_ON = ("idempotency-key", "content-type", "if-match", "if-none-match")


class Forward:
    """Passes calls on to their owners."""

    def __init__(self, reads: Reads) -> None:
        self._reads = reads

    async def read(self, request: Request, route: PassedRead) -> Response:
        """Answer a public read; a secret sent along is not passed on. Raises UpstreamError."""
        begin_trace(request)
        lang: str = request.state.lang
        target = raw_path(request.scope) + _query(request.scope["query_string"], lang)
        tags = frozenset(tag.format_map(request.path_params) for tag in route.tags)
        read = Read(
            route.owner, target, lang, tags, brief=route.brief, is_map=route.is_map, is_file=route.is_file
        )
        return pass_reading(request, await self._reads.get(read), self._reads.cache)

    async def call(self, request: Request, route: Held) -> Response:
        """Pass a write, or a call with a secret, on once. Raises UpstreamError."""
        query = _ascii(request.scope["query_string"])
        target = raw_path(request.scope) + (f"?{query}" if query else "")
        headers = {name: request.headers[name] for name in _SENT_ON if name in request.headers}
        if route.secret and "authorization" in request.headers:
            headers["authorization"] = request.headers["authorization"]
        headers["accept-language"] = request.headers.get("accept-language", "en")
        begin_trace(request)
        # A read or a withdrawal has no body: whatever comes along is neither read nor passed on.
        body = b"" if request.method in _WITHOUT_BODY else await request.body()
        upstream = self._reads.upstreams[route.owner]
        method = "GET" if request.method == "HEAD" else request.method
        answer = await upstream.send(method, target, headers, body or None, wait=route.wait)
        return pass_answer(answer, KEPT)


def body_limits() -> tuple[tuple[str, int], ...]:
    """Return the limits that differ from the usual one, by path pattern."""
    return tuple(
        (re.sub(r"\\\{[^}]*\}", "[^/]+", re.escape(call.path)), call.body)
        for call in CALLS
        if call.body != BODY_LIMIT
    )


def raw_path(scope: Scope) -> str:
    """Return the path as it was sent; raises Problem 404 for one that could be read as another."""
    path = _ascii(scope["raw_path"].split(b"?")[0])
    for segment in path.lower().replace("%2e", ".").split("/"):
        if segment in (".", ".."):
            raise Problem(404, "not_found")
    return path


def begin_trace(request: Request) -> None:
    """Let the calls made for a request carry its trace on: the caller's, or the one begun here."""
    trace_id: str = request.state.trace_id
    given = request.headers.get("traceparent", "")
    TRACE.set(given if trace_id in given else f"00-{trace_id}-{trace_id[:16]}-01")


def _query(raw: bytes, lang: str) -> str:
    query = in_language(_ascii(raw), lang)
    return f"?{query}" if query else ""


def _ascii(raw: bytes) -> str:
    # What a client sent without percent-encoding is encoded here, byte for byte; the rest is left as it is.
    return "".join(chr(byte) if byte < 0x80 else f"%{byte:02X}" for byte in raw)
