"""Fake owners: real servers on the loopback with state, which can be told to fail as real ones do."""

import asyncio
import hashlib
import socket
from typing import Self
from urllib.parse import unquote

import orjson
from aiohttp import web

from servicekit.text import fold_key

AS_OF = "2026-11-23T05:00:00.000000Z"


class FakeFeed:
    """A change feed: numbered changes, answered by long poll."""

    def __init__(self):
        self.open = True
        self.name = "f1"
        self.changes = []
        self._moved = asyncio.Event()
        self._polled = asyncio.Event()

    def write(self, kind, key):
        self.changes.append((kind, key))
        self._moved.set()

    def restart(self):
        """Become another feed, as after a restore."""
        self.name, self.changes = self.name + "x", []
        self._moved.set()

    async def followed(self):
        """Wait until a reader waits for what comes next."""
        self._polled.clear()
        self._moved.set()
        await asyncio.wait_for(self._polled.wait(), 5)

    async def answer(self, query):
        if not self.open:
            return web.Response(status=503)
        if query["after"] == "latest":
            return web.json_response(
                {"feed": self.name, "changes": [], "position": self._at(len(self.changes))}
            )
        feed, _, after = query["after"].rpartition(".")
        if feed != self.name:
            return web.json_response({"code": "position_unknown"}, status=410)
        if len(self.changes) == int(after):
            self._polled.set()
            self._moved.clear()
            await asyncio.wait([asyncio.create_task(self._moved.wait())], timeout=float(query["wait"]))
        new = self.changes[int(after) :] if feed == self.name else []
        items = [
            {"position": self._at(int(after) + n + 1), "kind": kind, "key": key, "at": AS_OF}
            for n, (kind, key) in enumerate(new)
        ]
        return web.json_response(
            {"feed": self.name, "changes": items, "position": self._at(int(after) + len(new))}
        )

    def _at(self, n):
        return f"{self.name}.{n}"


class FakeOwner:
    """A server that answers from its state, or fails in the way it is told to.

    `failing` maps a part of a path to a way to fail: slow, half_open, reset, unavailable, endless.
    `reads` and `writes` are the calls it saw, the change feed's apart.
    """

    name = ""

    def __init__(self):
        self.failing = {}
        self.reads = []
        self.writes = []
        self.codelists = []
        self.feed = FakeFeed()
        self.gate = None
        self._port = 0

    @property
    def url(self):
        return f"http://127.0.0.1:{self._port}"

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=17 * 1024 * 1024)
        app.router.add_route("*", "/{path:.*}", self._serve)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.05)
        await self._runner.setup()
        await self.accept()
        return self

    async def __aexit__(self, *_):
        await self._runner.cleanup()

    async def refuse(self):
        """Close the port, and the connections that are open."""
        await self._site.stop()
        for connection in list(self._runner.server.connections):
            if connection.transport is not None:
                connection.transport.abort()

    async def accept(self):
        """Open the port (again)."""
        self._site = web.TCPSite(self._runner, "127.0.0.1", self._port, reuse_address=True)
        await self._site.start()
        self._port = self._site._server.sockets[0].getsockname()[1]

    async def _serve(self, request):
        path = request.raw_path.split("?")[0]
        if path == "/internal/changes":
            return await self.feed.answer(request.query)
        way = next((how for part, how in self.failing.items() if part in path), None)
        (self.reads if request.method == "GET" else self.writes).append(request)
        if way == "slow":
            await asyncio.sleep(2)
        elif way == "half_open":
            await asyncio.sleep(3600)
        elif way == "reset":
            # Nothing unread, lingering off: the peer gets RST in the middle of its wait.
            linger = b"\x01\x00\x00\x00\x00\x00\x00\x00"
            request.transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            request.transport.abort()
        elif way == "unavailable":
            return _problem(503, "unavailable")
        elif way == "endless":
            return await _endless(request)
        return await self._answer_gated(request, path)

    async def _answer_gated(self, request, path):
        response = await self.answer(request, [unquote(part) for part in path.strip("/").split("/")])
        if self.gate is not None:
            await self.gate.wait()  # the answer is made: what changes from now on is not in it
        return response

    async def answer(self, request, parts):
        raise NotImplementedError

    def _codes(self, request, parts):
        if len(parts) == 2:
            return document(request, {"items": self.codelists})
        found = [one for one in self.codelists if one["list"] == parts[2]]
        return document(request, found[0]) if found else _problem(404, "codelist_not_found")


class FakeScoring(FakeOwner):
    """Regions, their scores and statistics."""

    name = "scoring"

    def __init__(self):
        super().__init__()
        self.regions, self.aliases, self.scores, self.statistics = {}, {}, {}, {}
        self.editions = []
        self.bodies = []  # of calls by people in a role
        self.file = b"PK\x03\x04\x00\xff"

    async def answer(self, request, parts):
        match parts:
            case ["v1", "regions"]:
                return document(request, listed(list(self.regions.values())))
            case ["v1", "regions", name, *rest]:
                return self._region(request, name, rest)
            case ["v1", "outcomes"]:
                return document(request, listed(self.statistics.get(request.query["region"], [])))
            case ["v1", "editions"]:
                return document(request, {"items": self.editions})
            case ["v1", "codelists", *_]:
                return self._codes(request, parts)
        return await self._rest(request, parts)

    async def _rest(self, request, parts):
        if parts[:2] == ["v1", "exports"]:
            return self._export(parts[2])
        if parts == ["v1", "rankings"] or (parts[:2] == ["v1", "editions"] and len(parts) == 3):
            return document(request, {"items": []})
        return await self._for_people(request) if parts[0] == "v1" else _problem(404, "not_found")

    def _export(self, name):
        headers = {
            "Content-Disposition": f'attachment; filename="{name}"',
            "Content-Type": "text/csv; charset=utf-8; header=present"
            if name.endswith(".csv")
            else "application/zip",
            "ETag": f'"{hashlib.sha256(self.file).hexdigest()[:16]}"',
            "Link": '<https://example.org/licence>; rel="license"',
            "X-Robots-Tag": "noindex",
        }
        return web.Response(body=self.file, headers=headers)

    async def _for_people(self, request):
        """Answer a caller with the token `good`; bodies are kept as they come, and come back to a read."""
        if request.headers.get("Authorization") != "Bearer good":
            answer = _problem(401, "unauthorized")
            answer.headers["WWW-Authenticate"] = "Bearer"
            return answer
        tag = f'"{len(self.bodies)}"'
        if request.headers.get("If-Match", tag) != tag:
            return _problem(412, "changed_meanwhile")
        if request.method == "GET":
            disposition = 'attachment; filename="answers.xlsx"'
            headers = {"ETag": tag, "Content-Disposition": disposition, "Cache-Control": "public, max-age=5"}
            return web.Response(
                body=self.bodies[-1] if self.bodies else b"",
                headers=headers,
                content_type="application/x-table",
            )
        self.bodies.append(await request.read())
        headers = {"ETag": f'"{len(self.bodies)}"', "Location": f"{request.path}/1"}
        return web.json_response({}, status=201, headers=headers)

    def _region(self, request, name, rest):
        if name not in self.regions:
            known = self.aliases | {fold_key(key): key for key in self.regions}
            if fold_key(name) not in known:
                return _problem(404, "region_not_found")
            path = "/".join(["/v1/regions", known[fold_key(name)], *rest])
            location = path + (f"?{request.query_string}" if request.query_string else "")
            return web.Response(status=308, headers={"Location": location, "Cache-Control": "max-age=86400"})
        if not rest:
            return document(request, self.regions[name])
        found = self.scores[name]
        if request.query.get("edition", found["edition"]) != found["edition"]:
            return _problem(404, "edition_not_found")
        answer = document(request, found)
        if found["origin"] == "demonstration":
            answer.headers["X-Robots-Tag"] = "noindex"
        return answer


class FakePractices(FakeOwner):
    """Practices, searched by area and region."""

    name = "practices"

    def __init__(self):
        super().__init__()
        self.items = {}
        self.rest = {}  # what one practice has beside what it shows in a list

    def add(self, item):
        self.items[item["id"]] = item

    async def answer(self, request, parts):
        match parts:
            case ["internal", "panels", region]:
                if not request.headers.get("Authorization", "").startswith("Bearer "):
                    return _problem(401, "unauthorized")
                items = [item for item in self.items.values() if region in item["regions"]]
                return document(request, {"total": len(items), "items": items, "facets": {}})
            case ["v1", "practices"]:
                return self._search(request)
            case ["v1", "practices", key]:
                found = self.items.get(key)
                return document(request, found | self.rest) if found else _problem(404, "practice_not_found")
            case ["v1", "codelists", *_]:
                return self._codes(request, parts)
        return _problem(404, "not_found")

    def _search(self, request):
        unknown = set(request.query) - {"policy_area", "region", "lang", "per_page", "page", "facets"}
        if unknown:
            return _problem(400, "unknown_parameter")
        areas, regions = set(request.query.getall("policy_area", [])), set(request.query.getall("region", []))
        items = [
            item
            for item in self.items.values()
            if (not areas or areas & set(item["policy_areas"]))
            and (not regions or regions & set(item["regions"]))
        ]
        found = {"facets": {}, "engine": "postgresql", "degraded": False, "complete_through": None}
        return document(request, listed(items) | found)


class FakeSurvey(FakeOwner):
    """One survey, and submissions that are kept as they come; the gateway passes their answers on unread."""

    name = "survey"

    def __init__(self):
        super().__init__()
        self.definition = {}
        self.submissions = {}

    async def answer(self, request, parts):
        match request.method, parts:
            case "GET", ["v1", "surveys", key]:
                return document(request, self.definition | {"survey": key})
            case "POST", ["v1", "surveys", _, "submissions"]:
                return await self._take(request)
            case (("GET" | "DELETE"), ["v1", "submissions", key]):
                return self._held(request, key)
            case "GET", ["v1", "codelists", *_]:
                return self._codes(request, parts)
        return _problem(404, "not_found")

    async def _take(self, request):
        key = request.headers["Idempotency-Key"]
        headers = {"Idempotent-Replayed": "true"} if key in self.submissions else {}
        self.submissions.setdefault(key, await request.read())
        return web.json_response({"submission_id": key, "secret": "s"}, status=201, headers=headers)

    def _held(self, request, key):
        if request.headers.get("Authorization") != "Bearer s" or key not in self.submissions:
            return _problem(404, "submission_not_found")
        if request.method == "DELETE":
            del self.submissions[key]
            return web.Response(status=204)
        return web.json_response({"submission_id": key, "status": "received"})


def listed(items):
    """Return the one page of a list."""
    links = {"self": "/", "first": "/", "prev": None, "next": None}
    return {"items": items, "total": len(items), "page": 1, "per_page": 100, "links": links}


async def _endless(request):
    """Answer in pieces, 64 MiB at most, until the reader leaves."""
    response = web.StreamResponse(headers={"Content-Type": "application/json"})
    await response.prepare(request)
    for _ in range(64):
        await response.write(b" " * (1 << 20))
    return response


def document(request, content, *, status=200):
    """Answer with a strong entity tag, or 304 when the caller has it."""
    body = orjson.dumps(content)
    lang = request.query.get("lang") or request.headers.get("Accept-Language", "en")
    headers = {"ETag": f'"{hashlib.sha256(body).hexdigest()[:16]}"', "As-Of": AS_OF, "Content-Language": lang}
    if request.headers.get("If-None-Match") == headers["ETag"]:
        return web.Response(status=304, headers=headers)
    return web.Response(body=body, status=status, headers=headers, content_type="application/json")


def _problem(status, code):
    body = {"type": f"urn:problem:{code}", "title": code, "status": status, "detail": code, "code": code}
    headers = {"Cache-Control": "no-store", "Content-Type": "application/problem+json"}
    return web.Response(body=orjson.dumps(body), status=status, headers=headers)
